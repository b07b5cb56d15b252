package wecom_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/cards"
	"yiqun/cards/wecom"
)

func ExampleRender() {
	card, _ := wecom.Render(cards.Card{
		ID: "order-12@1", Ref: "#12", Kind: "民情工作单", Title: "3栋2单元声控灯坏了", Status: "等接单",
		Actions: []cards.Action{{Label: "接单", Key: "12.take.1", Say: "接单 12", Style: cards.Primary}},
	})
	fmt.Println(card.Type, card.MainTitle.Title, card.Buttons)
	// Output: button_interaction #12 3栋2单元声控灯坏了 [{接单 1 12.take.1}]
}

func actions(n int) []cards.Action {
	list := make([]cards.Action, n)
	for i := range list {
		list[i] = cards.Action{Label: fmt.Sprintf("做%d", i), Key: fmt.Sprintf("k%d", i), Say: fmt.Sprintf("做%d 12", i)}
	}
	return list
}

func choice(n int) *cards.Choice {
	q := &cards.Choice{Key: "q", Question: "选哪个", Submit: cards.Action{Label: "投票", Key: "v", Say: "选 7"}}
	for i := range n {
		q.Options = append(q.Options, cards.Option{ID: fmt.Sprint(i), Text: fmt.Sprintf("方案%d", i)})
	}
	return q
}

func multiple(q *cards.Choice) *cards.Choice { q.Multiple = true; return q }
func dropdown(q *cards.Choice) *cards.Choice { q.Dropdown = true; return q }
func closed(q *cards.Choice) *cards.Choice   { q.Closed = true; return q }

func TestCardTypes(t *testing.T) {
	link := &cards.Link{Text: "看", URL: "https://yiqun.example.cn/12"}
	tests := map[string]struct {
		card cards.Card
		want wecom.CardType
		err  error
	}{
		"buttons":                       {cards.Card{Actions: actions(2)}, wecom.ButtonInteraction, nil},
		"nothing to press":              {cards.Card{}, wecom.ButtonInteraction, nil},
		"nothing to press, link":        {cards.Card{Link: link}, wecom.TextNotice, nil},
		"buttons and link":              {cards.Card{Link: link, Actions: actions(1)}, wecom.ButtonInteraction, nil},
		"foreign link":                  {cards.Card{Link: &cards.Link{URL: "javascript:x"}}, wecom.ButtonInteraction, nil},
		"vote":                          {cards.Card{Choice: choice(3)}, wecom.VoteInteraction, nil},
		"vote of twenty":                {cards.Card{Choice: choice(20)}, wecom.VoteInteraction, nil},
		"vote of twenty-one":            {cards.Card{Choice: choice(21)}, "", wecom.ErrUnfit},
		"several answers":               {cards.Card{Choice: multiple(choice(3))}, wecom.VoteInteraction, nil},
		"several answers, buttons":      {cards.Card{Choice: multiple(choice(3)), Actions: actions(1)}, "", wecom.ErrUnfit},
		"closed vote":                   {cards.Card{Choice: closed(choice(3))}, wecom.VoteInteraction, nil},
		"closed vote, buttons":          {cards.Card{Choice: closed(choice(3)), Actions: actions(1)}, wecom.ButtonInteraction, nil},
		"dropdown":                      {cards.Card{Choice: dropdown(choice(5))}, wecom.MultipleInteraction, nil},
		"dropdown of eleven":            {cards.Card{Choice: dropdown(choice(11))}, wecom.VoteInteraction, nil},
		"dropdown cannot take several":  {cards.Card{Choice: multiple(dropdown(choice(5)))}, wecom.VoteInteraction, nil},
		"question and buttons":          {cards.Card{Choice: choice(3), Actions: actions(2)}, wecom.ButtonInteraction, nil},
		"question of eleven, buttons":   {cards.Card{Choice: choice(11), Actions: actions(2)}, "", wecom.ErrUnfit},
		"question without options":      {cards.Card{Choice: choice(0)}, "", wecom.ErrUnfit},
		"question without a submit key": {cards.Card{Choice: &cards.Choice{Key: "q", Options: choice(2).Options}}, "", wecom.ErrUnfit},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			tt.card.ID, tt.card.Title = "c-1", "灯坏了"
			got, err := wecom.Render(tt.card)
			require.ErrorIs(t, err, tt.err)
			assert.Equal(t, tt.want, got.Type)
		})
	}
}

func TestTaskID(t *testing.T) {
	for id, ok := range map[string]bool{
		"order-12_a@1": true, "": false, "a b": false, "单": false, "a/b": false,
		strings.Repeat("a", 128): true, strings.Repeat("a", 129): false,
	} {
		card, err := wecom.Render(cards.Card{ID: id, Title: "灯"})
		if !ok {
			require.ErrorIs(t, err, wecom.ErrID, "%q", id)
			continue
		}
		require.NoError(t, err)
		assert.Equal(t, id, card.TaskID)
	}
}

func TestButtonsBeyondSixAreSaid(t *testing.T) {
	card, err := wecom.Render(cards.Card{ID: "c-1", Title: "灯", Body: strings.Repeat("坏了", 200), Actions: actions(8)})
	require.NoError(t, err)
	assert.Len(t, card.Buttons, 6)
	assert.True(t, strings.HasSuffix(card.SubTitle, "…\n也可以@我回复：做6 12；做7 12"), card.SubTitle)
	assert.LessOrEqual(t, len([]rune(card.SubTitle)), 112)
}

func TestUnusableKeysAreSaid(t *testing.T) {
	card, err := wecom.Render(cards.Card{ID: "c-1", Title: "灯", Actions: []cards.Action{
		{Label: "接单", Key: "k", Say: "接单 12"}, {Label: "退单", Key: "k", Say: "退单 12"},
		{Label: "办结", Key: strings.Repeat("k", 1025), Say: "办结 12"}, {Label: "查看"},
	}})
	require.NoError(t, err)
	assert.Equal(t, []wecom.Button{{Text: "接单", Style: 3, Key: "k"}}, card.Buttons)
	assert.Equal(t, "也可以@我回复：退单 12；办结 12；查看", card.SubTitle)
}

func TestClosedCardKeepsOneButton(t *testing.T) {
	c := cards.Card{ID: "c-1", Title: "灯"}
	assert.True(t, wecom.Closed(c))
	card, err := wecom.Render(c)
	require.NoError(t, err)
	assert.Equal(t, []wecom.Button{{Text: "查看最新", Style: 3, Key: cards.ViewKey}}, card.Buttons)

	c.Choice = closed(choice(2))
	c.Choice.Options[1].Picked = true
	assert.True(t, wecom.Closed(c))
	card, err = wecom.Render(c)
	require.NoError(t, err)
	assert.True(t, card.Checkbox.Disable)
	assert.True(t, card.Checkbox.Options[1].Checked)
	assert.Equal(t, "已结束", card.Submit.Text)

	assert.False(t, wecom.Closed(cards.Card{Choice: choice(2)}))
	assert.False(t, wecom.Closed(cards.Card{Actions: actions(1)}))
}

func TestQuestionBesideButtons(t *testing.T) {
	q := choice(3)
	q.Options[2].Picked = true
	card, err := wecom.Render(cards.Card{ID: "c-1", Title: "灯", Choice: q, Actions: actions(1)})
	require.NoError(t, err)
	assert.Equal(t, "q", card.ButtonSelection.QuestionKey)
	assert.Equal(t, "2", card.ButtonSelection.Selected)
	assert.Equal(t, []wecom.Button{{Text: "投票", Style: 1, Key: "v"}, {Text: "做0", Style: 3, Key: "k0"}}, card.Buttons)
}

func TestFactsBeyondSixAreSaid(t *testing.T) {
	c := cards.Card{ID: "c-1", Title: "灯", Facts: []cards.Fact{{Value: "无名"}, {Label: "空"}}}
	for i := range 6 {
		c.Facts = append(c.Facts, cards.Fact{Label: fmt.Sprint("事", i), Value: "值"})
	}
	card, err := wecom.Render(c)
	require.NoError(t, err)
	require.Len(t, card.Facts, 6)
	assert.Equal(t, wecom.KeyValue{Key: "说明", Value: "无名"}, card.Facts[0])
	assert.Equal(t, "事5：值", card.SubTitle)
}
