package remind_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/remind"
)

// TestAHolidayIsLeftOutWhole: whoever says 国庆除外 means all its days, and is told so in
// one piece; so does 跳过国庆 afterwards.
func TestAHolidayIsLeftOutWhole(t *testing.T) {
	september := time.Date(2026, 9, 1, 9, 0, 0, 0, zone)
	for said, want := range map[string]string{
		"提醒我 每天8点 晨练 国庆除外":          "，10月1日到7日除外",
		"提醒我 每天8点 晨练，国庆期间除外":        "，10月1日到7日除外",
		"提醒我 每天8点 晨练，10月3日和10月5日除外": "，10月3日除外，10月5日除外",
		"提醒我 每天8点 晨练，除了10月3日和10月5日": "，10月3日除外，10月5日除外",
		"提醒我 每天8点 晨练，9月30日到10月2日除外": "，9月30日到10月2日除外",
		"提醒我 每天8点 晨练，10月1日除外":       "，10月1日除外",
	} {
		r, ok := remind.Read(said, september, known)
		require.True(t, ok, said)
		rule, err := r.RuleOf(here, september)
		require.NoError(t, err, said)
		assert.Equal(t, want, rule.Bounds(here, september), said)
		assert.Equal(t, "晨练", r.Text, said)
	}
	daily := remind.Reminder{Rule: every("FREQ=DAILY;X-AT=08:00", september), Next: september.AddDate(0, 0, 1), Number: 1}
	rule, _, err := daily.Changed("跳过国庆", here, september)
	require.NoError(t, err)
	assert.Equal(t, "，10月1日到7日除外", rule.Bounds(here, september))
	daily.Rule = rule
	assert.Equal(t, []string{"2026-10-08 08:00"}, local(rule.Coming(here, time.Date(2026, 9, 30, 12, 0, 0, 0, zone), 1)))
}
