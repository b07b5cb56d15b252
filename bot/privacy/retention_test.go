package privacy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"yiqun/bot/privacy"
)

// TestRetention: every kind of record is in the table once, with how long and from when,
// and a source; what has no term says that somebody has to check it.
func TestRetention(t *testing.T) {
	kinds := []privacy.Record{
		privacy.MatterText, privacy.Acts, privacy.Votes, privacy.Meetings, privacy.Stranger, privacy.Introduced,
		privacy.Failed, privacy.Delivered, privacy.Imported, privacy.Reminded, privacy.Handled, privacy.AccessLog,
	}
	var listed []privacy.Record
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, r := range privacy.Retention() {
		listed = append(listed, r.Record)
		assert.NotEmpty(t, r.Name, r.Record)
		assert.NotEmpty(t, r.Source, r.Record)
		assert.Equal(t, r, privacy.RuleOf(r.Record))
		before, erases := r.Until(now)
		assert.Equal(t, r.Keep > 0 && !r.Outside, erases, r.Record)
		if erases {
			assert.Equal(t, now.Add(-r.Keep), before, r.Record)
		}
		if r.Keep == 0 {
			assert.True(t, r.Check, "%s is kept without a term: that has to be checked", r.Record)
			assert.Contains(t, r.String(), "需核对")
		} else {
			assert.NotEmpty(t, r.After, r.Record)
			assert.Zero(t, r.Keep%(24*time.Hour), "%s is kept for whole days", r.Record)
		}
	}
	assert.ElementsMatch(t, kinds, listed)
	assert.Equal(t, "事项里写的话、电话、地址：办完满一年删除（年底核单要看到全年的事）", privacy.RuleOf(privacy.MatterText).String())
	assert.Contains(t, privacy.RuleOf(privacy.AccessLog).String(), "由收集日志的人保管")
	assert.Equal(t, privacy.Rule{Record: "nothing"}, privacy.RuleOf("nothing"))
}

// TestRetentionIsACopy: nobody changes the table by accident.
func TestRetentionIsACopy(t *testing.T) {
	privacy.Retention()[0].Keep = 0
	assert.NotZero(t, privacy.Retention()[0].Keep)
}
