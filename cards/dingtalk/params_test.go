package dingtalk_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/cards"
	"yiqun/cards/dingtalk"
)

func ExampleParams() {
	params, _ := dingtalk.Params(cards.Card{
		Ref: "#12", Kind: "民情工作单", Title: "3栋2单元声控灯坏了", Status: "等接单",
		Actions: []cards.Action{{Label: "接单", Key: "12.take.1", Say: "接单 12", Style: cards.Primary}},
	})
	fmt.Println(params["title"])
	fmt.Println(params["markdown"])
	fmt.Println(params["sys_full_json_obj"])
	// Output:
	// #12 民情工作单 · 等接单
	// **3栋2单元声控灯坏了**
	// {"msgButtons":[{"text":"接单","color":"blue","id":"12.take.1","request":true,"params":{"id":"12.take.1"}}]}
}

type button struct {
	Text, Color, ID string
	Request         bool
	Params          map[string]string
}

func render(t *testing.T, c cards.Card) (buttons []button, params map[string]string) {
	t.Helper()
	params, err := dingtalk.Params(c)
	require.NoError(t, err)
	var full struct {
		Buttons []button `json:"msgButtons"`
	}
	require.NoError(t, json.Unmarshal([]byte(params["sys_full_json_obj"]), &full))
	return full.Buttons, params
}

func actions(n int, key string) []cards.Action {
	list := make([]cards.Action, n)
	for i := range list {
		list[i] = cards.Action{Label: fmt.Sprintf("做%d", i), Key: fmt.Sprintf("%s%d", key, i), Say: fmt.Sprintf("做%d 12", i)}
	}
	return list
}

func options(n int) *cards.Choice {
	q := &cards.Choice{Key: "q", Question: "选哪个", Submit: cards.Action{Key: "v", Say: "选 7"}}
	for i := range n {
		q.Options = append(q.Options, cards.Option{ID: fmt.Sprint(i), Text: fmt.Sprintf("方案%d", i)})
	}
	return q
}

func TestButtonsBeyondEightAreSaid(t *testing.T) {
	buttons, params := render(t, cards.Card{Actions: actions(10, "k")})
	assert.Len(t, buttons, 8)
	assert.Equal(t, "也可以@我回复：做8 12；做9 12", params["tips"])
}

func TestAnAnswerIsNotLostWhereButtonsHaveNoRoom(t *testing.T) {
	_, params := render(t, cards.Card{Actions: actions(9, "k"), Footnote: "要改哪一样？请@议群 说一句。"})
	assert.Equal(t, "要改哪一样？请＠议群 说一句。也可以@我回复：做8 12", params["tips"])
}

func TestLongKeysLeaveOutWhatIsSaidTwice(t *testing.T) {
	buttons, params := render(t, cards.Card{Actions: actions(8, strings.Repeat("k", 50))})
	assert.Len(t, buttons, 8)
	assert.Nil(t, buttons[0].Params)
	assert.Empty(t, params["tips"])

	buttons, params = render(t, cards.Card{Actions: actions(8, strings.Repeat("k", 200))})
	assert.Less(t, len(buttons), 8)
	assert.NotEmpty(t, buttons)
	assert.Contains(t, params["tips"], "做7 12", "what gave way is said")
}

func TestUnusableKeysAreSaid(t *testing.T) {
	for _, key := range []string{"", "a~b", "\xff", strings.Repeat("k", 300)} {
		buttons, params := render(t, cards.Card{Actions: []cards.Action{{Label: "接单", Key: key, Say: "接单 12"}}})
		assert.Empty(t, buttons)
		assert.Equal(t, "也可以@我回复：接单 12", params["tips"])
	}
}

func TestOptionsStandTogetherOrNotAtAll(t *testing.T) {
	buttons, params := render(t, cards.Card{Choice: options(3), Actions: actions(7, "k")})
	require.Len(t, buttons, 8)
	assert.Equal(t, button{Text: "方案0", Color: "gray", ID: "v~0", Request: true, Params: map[string]string{"id": "v~0"}}, buttons[0])
	assert.Equal(t, "也可以@我回复：做5 12；做6 12", params["tips"])

	buttons, params = render(t, cards.Card{Choice: options(9)})
	assert.Empty(t, buttons)
	assert.Contains(t, params["tips"], "选 7 方案0；")
	assert.Contains(t, params["tips"], "选 7 方案8")

	several := options(3)
	several.Multiple = true
	buttons, params = render(t, cards.Card{Choice: several})
	assert.Empty(t, buttons, "this template cannot tick several")
	assert.Contains(t, params["tips"], "选 7 方案2")

	_, params = render(t, cards.Card{Choice: several, Alone: true})
	assert.Equal(t, "也可以私聊我回复，选几个就用顿号隔开：选 7 方案0；选 7 方案1；选 7 方案2", params["tips"], "a ballot that is secret is not asked for in the group")
}

func TestReadPress(t *testing.T) {
	key, picked := dingtalk.ReadPress("v~0")
	assert.Equal(t, "v", key)
	assert.Equal(t, []string{"0"}, picked)

	key, picked = dingtalk.ReadPress("12.take.1")
	assert.Equal(t, "12.take.1", key)
	assert.Nil(t, picked)

	key, picked = dingtalk.ReadPress("v~a~b")
	assert.Equal(t, "v", key)
	assert.Equal(t, []string{"a~b"}, picked)
}

func TestEveryVariableIsAlwaysThere(t *testing.T) {
	_, params := render(t, cards.Card{Title: "结束了", Footnote: "谢谢大家"})
	assert.Equal(t, map[string]string{
		"title": "结束了", "markdown": "", "tips": "谢谢大家", "sys_full_json_obj": `{"msgButtons":[]}`,
	}, params)
}

func TestMarkdownOfALongCardStillSaysWhatToType(t *testing.T) {
	c := cards.Card{Ref: "#12", Title: strings.Repeat("灯", 5000), Body: strings.Repeat("坏了。\n", 5000), Actions: actions(2, "k")}
	title, text := dingtalk.Markdown(c, "议群")
	assert.LessOrEqual(t, len([]rune(title)), 50)
	assert.Contains(t, text, "1. @议群 做0 12\n2. @议群 做1 12")

	_, private := dingtalk.Markdown(c, "")
	assert.Contains(t, private, "1. 做0 12\n2. 做1 12")
}
