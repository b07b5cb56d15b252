package wecom

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// The kinds of message and event in a callback (documents 100719 and 101027).
const (
	kindText  = "text"
	kindMixed = "mixed"
	kindImage = "image"
	kindVoice = "voice"
	kindFile  = "file"
	kindVideo = "video"
	kindEvent = "event"

	eventCard         = "template_card_event"
	eventEnter        = "enter_chat"
	eventDisconnected = "disconnected_event"

	chatGroup  = "group"
	chatSingle = "single"
)

// callback is the body of aibot_msg_callback and aibot_event_callback. Unknown
// fields are tolerated.
type callback struct {
	ID       string   `json:"msgid"`
	Created  instant  `json:"create_time"`
	ChatID   string   `json:"chatid"`
	ChatType string   `json:"chattype"`
	From     sender   `json:"from"`
	Quote    *content `json:"quote"`
	Event    *event   `json:"event"`
	// ResponseURL takes one late answer, in URL-callback mode only: a bearer secret.
	ResponseURL string `json:"response_url"`
	content
}

type sender struct {
	User string `json:"userid"`
	Corp string `json:"corpid"`
}

// content is what was said: the object named by the kind.
type content struct {
	Kind  string     `json:"msgtype"`
	Text  *said      `json:"text"`
	Voice *said      `json:"voice"`
	Image *mediaLink `json:"image"`
	File  *mediaLink `json:"file"`
	Video *mediaLink `json:"video"`
	Mixed *struct {
		Items []content `json:"msg_item"`
	} `json:"mixed"`
}

type said struct {
	Content string `json:"content"`
}

// mediaLink is where an attachment is; its bytes are encrypted with its own key.
type mediaLink struct {
	URL  string `json:"url"`
	Key  string `json:"aeskey"`
	Name string `json:"filename"` // not documented; used if it comes
}

type event struct {
	Type string     `json:"eventtype"`
	Card *cardClick `json:"template_card_event"`
}

type cardClick struct {
	Key      string `json:"event_key"`
	TaskID   string `json:"task_id"`
	Selected struct {
		Items []struct {
			Question string `json:"question_key"`
			Options  struct {
				IDs []string `json:"option_id"`
			} `json:"option_ids"`
		} `json:"selected_item"`
	} `json:"selected_items"`
}

// instant is a Unix time in seconds, as a number or as a string; anything else is
// no time, for no message should be lost over it.
type instant struct{ time.Time }

func (i *instant) UnmarshalJSON(data []byte) error {
	sec, err := strconv.ParseInt(string(bytes.Trim(data, `"`)), 10, 64)
	if err == nil && sec > 0 {
		i.Time = time.Unix(sec, 0).UTC()
	}
	return nil
}

// words is the text of the content, empty if it has none: a picture, a file.
func (c content) words() string {
	switch c.Kind {
	case kindText:
		return c.Text.content()
	case kindVoice:
		return c.Voice.content()
	case kindMixed:
		var parts []string
		for _, item := range c.items() {
			if item.Kind == kindMixed {
				continue // never nested; a forged one must not recurse
			}
			if w := item.words(); w != "" {
				parts = append(parts, w)
			}
		}
		return strings.Join(parts, "\n")
	}
	return ""
}

func (s *said) content() string {
	if s == nil {
		return ""
	}
	return strings.TrimSpace(s.Content)
}

func (c content) items() []content {
	if c.Mixed == nil {
		return nil
	}
	return c.Mixed.Items
}

// decodeBody reads a callback's body. Its errors hold none of it.
func decodeBody(data json.RawMessage) (callback, error) {
	var c callback
	if err := json.Unmarshal(data, &c); err != nil {
		return c, withoutContent(err)
	}
	return c, nil
}
