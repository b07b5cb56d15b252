package service

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot/ballot"
)

// What people type for a ballot, and what is none although a choice's word stands in it.
func TestBallotsAsTyped(t *testing.T) {
	for said, want := range map[string]struct {
		say    ballot.Say
		reason string
	}{
		"赞成":         {ballot.Yes, ""},
		"贊成！":        {ballot.Yes, ""},
		"我同意":        {ballot.Yes, ""},
		"我投赞成票":      {ballot.Yes, ""},
		"赞同":         {ballot.Yes, ""},
		"我要投反对票":     {ballot.No, ""},
		"反對 太貴了":     {ballot.No, "太貴了"},
		"反对，太贵":      {ballot.No, "太贵"},
		"我不同意！早上有课":  {ballot.No, "早上有课"},
		"不支持":        {ballot.No, ""},
		"改成弃权吧":      {ballot.Abstain, ""},
		"我要回避，是我家亲戚": {ballot.Recuse, "是我家亲戚"},
		"赞成吗":        {},
		"同意 了吗":      {},
		"同意 的人多吗？":   {},
		"赞成，还是反对":    {},
		"赞成 反对":      {},
		"反对的人多":      {},
		"没意见":        {},
		"不":          {},
	} {
		word, reason := takeReason(said)
		assert.Equal(t, want.say, sayOf(word), said)
		if want.say != "" {
			assert.Equal(t, want.reason, reason, said)
		}
	}
}
