package service

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// TestTheLastDayOfAVote: until when it runs may be said without 截止, behind everything
// else; a time that is part of what is voted on stays.
func TestTheLastDayOfAVote(t *testing.T) {
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for said, want := range map[string]struct{ title, until string }{
		"星期六大扫除 到周五":       {"星期六大扫除", "2026-11-28 00:00"},
		"星期六大扫除，到周五下午五点为止": {"星期六大扫除", "2026-11-27 17:00"},
		"大扫除 投到后天":         {"大扫除", "2026-11-26 00:00"},
		"大扫除 一直到月底。":       {"大扫除", "2026-12-01 00:00"},
		"大扫除 周五前投完":        {"大扫除", "2026-11-28 00:00"},
		"大扫除 三天内大家都要投":     {"大扫除", "2026-11-27 00:00"},
		"大扫除 截止周五":         {"大扫除", "2026-11-28 00:00"},
		"开放到晚上十点":          {"开放到晚上十点", ""},
		"开放时间 改到晚上":        {"开放时间 改到晚上", ""},
		"大扫除 从周五到周六":       {"大扫除 从周五到周六", ""},
		"到周五":              {"到周五", ""},
		"组织去 到省城参观":        {"组织去 到省城参观", ""},
		"更换路灯 三天内":         {"更换路灯 三天内", ""},
	} {
		m, err := readMotion(said, now)
		require.NoError(t, err, said)
		assert.Equal(t, want.title, m.title, said)
		until := ""
		if !m.until.IsZero() {
			until = m.until.Format("2006-01-02 15:04")
		}
		assert.Equal(t, want.until, until, said)
	}
}
