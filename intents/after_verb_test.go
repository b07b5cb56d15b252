package intents

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestNextWeekBehindAVerb: 下 softens a verb (查下1号单), but where a time begins with it,
// it belongs to the time: a meeting moved to 下周一 is not held today.
func TestNextWeekBehindAVerb(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	at := func(month time.Month, day, hour int) time.Time {
		return time.Date(2026, month, day, hour, 0, 0, 0, s.ctx.Now.Location())
	}
	for said, want := range map[string]time.Time{
		"任务下周六8点 桶边值守":  at(12, 5, 8),
		"任务下下周六8点 桶边值守": at(12, 12, 8),
		"任务下个月5号8点 巡逻":  at(12, 5, 8),
		"任务一下周六8点 桶边值守": at(11, 28, 8),
		"任务周六8点 桶边值守":   at(11, 28, 8),
	} {
		when := r.Read(said, s.ctx).When
		require.NotNil(t, when, said)
		assert.Equal(t, want, when.Start, said)
	}
	assert.Equal(t, []int{1}, r.Read("接下1号单", s.ctx).Matters)
}
