package service

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// TestAReasonIsToldFromTheTime: what is said as a reason is none of the sentence, and a
// day in it is not when the meeting is; a time behind it is.
func TestAReasonIsToldFromTheTime(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for said, want := range map[string][2]string{
		"改期 1 周五晚7点":             {"改期 1 周五晚7点", ""},
		"改期 1 周五晚7点，因为停电。":       {"改期 1 周五晚7点", "停电"},
		"改期 1 周五晚8点，因為周四停電":      {"改期 1 周五晚8点", "周四停電"},
		"改期 1 因为周四停电，改到周五晚9点":    {"改期 1 ，改到周五晚9点", "周四停电"},
		"因为停电，会议改期到周六晚7点":        {"，会议改期到周六晚7点", "停电"},
		"改期 1 周五晚7点半，原因：领导出差":    {"改期 1 周五晚7点半", "领导出差"},
		"改期 1 因为停电 周五晚9点":        {"改期 1 周五晚9点", "停电"},
		"改期 1 因为书记周三周四都出差，周五晚9点": {"改期 1 周五晚9点", "书记周三周四都出差"},
		"改期 1 因为": {"改期 1", ""},
	} {
		rest, why := apartWhy(said, now)
		assert.Equal(t, want, [2]string{rest, why}, said)
	}
}
