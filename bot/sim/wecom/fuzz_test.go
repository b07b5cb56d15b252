package wecom

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// FuzzCard feeds cards of any bytes: none may panic, and what is accepted is drawn
// within the screen.
func FuzzCard(f *testing.F) {
	for _, seed := range []string{
		`{"card_type":"button_interaction","main_title":{"title":"#12"},"button_list":[{"text":"接单","key":"k"}],"task_id":"t@1"}`,
		`{"card_type":"vote_interaction","main_title":{"title":"#13"},"checkbox":{"question_key":"q","option_list":[{"id":"y","text":"同意"}]},"submit_button":{"text":"提交","key":"k"},"task_id":"t"}`,
		`{"card_type":"multiple_interaction","main_title":{"title":"x"},"select_list":[{"question_key":"q","option_list":[{"id":"y","text":"是"}]}],"submit_button":{"text":"提交","key":"k"},"task_id":"t"}`,
		`{"card_type":"text_notice","sub_title_text":"x","card_action":{"type":1,"url":"u"},"jump_list":[null],"action_menu":{}}`,
		`{"card_type":"news_notice","main_title":null,"card_image":{},"vertical_content_list":[{}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		c, refused := parseCard(data)
		if refused != nil {
			return
		}
		shown := c.shown()
		if n := utf8.RuneCountInString(shown.Title); n > 26 {
			t.Fatalf("title of %d characters", n)
		}
		if len(shown.Buttons) > 9 || len(shown.Selects) > 3 {
			t.Fatalf("drawn: %+v", shown)
		}
	})
}

// FuzzRawControls: the bare control characters are the only change to a frame.
func FuzzRawControls(f *testing.F) {
	f.Add("待\u0007办\\u0007\n\x1f\\")
	f.Fuzz(func(t *testing.T, text string) {
		var back []byte
		for _, b := range withRawControls(encode(text)) {
			if b < ' ' {
				back = append(back, []byte(`\u00`+string("0123456789abcdef"[b>>4])+string("0123456789abcdef"[b&15]))...)
				continue
			}
			back = append(back, b)
		}
		var want, got string
		_ = json.Unmarshal(encode(text), &want)
		if err := json.Unmarshal(back, &got); err != nil || got != want {
			t.Fatalf("%q became %q: %v", want, got, err)
		}
	})
}
