package cards_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/cards"
)

func TestHeadAndSubject(t *testing.T) {
	tests := map[string]struct {
		card          cards.Card
		head, subject string
	}{
		"an order":    {cards.Card{Ref: "#12", Kind: "民情工作单", Title: "灯坏了", Status: "等接单"}, "#12 民情工作单 · 等接单", "灯坏了"},
		"no kind":     {cards.Card{Ref: "#12", Title: "灯坏了"}, "#12", "灯坏了"},
		"no matter":   {cards.Card{Title: "断线了", Status: "已恢复"}, "断线了 · 已恢复", ""},
		"nothing yet": {cards.Card{}, "", ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.head, tt.card.Head())
			assert.Equal(t, tt.subject, tt.card.Subject())
		})
	}
}

func TestWay(t *testing.T) {
	c := cards.Card{Progress: []cards.Stage{
		{Name: "点单", State: cards.Passed}, {Name: "下单", State: cards.Skipped}, {Name: " "},
		{Name: "接单", State: cards.Current}, {Name: "办结", State: cards.Ahead},
	}}
	assert.Equal(t, "点单✓ → 下单（略） → 接单● → 办结", c.Way())
	assert.Empty(t, cards.Card{}.Way())
}

func TestTwins(t *testing.T) {
	c := cards.Card{
		Choice: &cards.Choice{
			Options: []cards.Option{{ID: "yes", Text: "同意"}, {Text: "弃权", Say: "弃权 7"}},
			Submit:  cards.Action{Key: "k", Say: "表决 7"},
		},
		Actions: []cards.Action{{Label: "接单", Key: "take", Say: "接单 12"}, {Label: "看看", Key: "show"}, {Say: "\u200b", Key: "mute"}},
	}
	assert.Equal(t, []cards.Twin{
		{Label: "同意", Say: "表决 7 同意", Key: "k", Option: "yes"},
		{Label: "弃权", Say: "弃权 7", Key: "k", Option: "2"},
		{Label: "接单", Say: "接单 12", Key: "take"},
		{Label: "看看", Say: "看看", Key: "show"},
	}, c.Twins())

	c.Choice.Closed = true
	assert.Len(t, c.Twins(), 2, "a closed question cannot be answered by typing either")
}

func TestSpokenSaysWhatTheWordsDoNot(t *testing.T) {
	assert.Equal(t, "接单 12", cards.Twin{Label: "接单", Say: "接单 12"}.Spoken())
	assert.Equal(t, "评价 12 5（很满意）", cards.Twin{Label: "很满意", Say: "评价 12 5"}.Spoken())
}
