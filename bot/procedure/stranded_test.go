package procedure_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
)

// nudges are the reminders that a matter's claim waits with, first to last.
func nudges(p *play, step string) []procedure.Timer {
	due := slices.DeleteFunc(procedure.Due(p.env(clock), p.matter), func(t procedure.Timer) bool {
		return t.Step != step || t.Op != procedure.Nudge
	})
	slices.SortFunc(due, func(a, b procedure.Timer) int { return a.At.Compare(b.At) })
	return due
}

// TestAClaimThatNobodyMakesIsTold: to the managers, then to those above them; not once
// somebody has it, and anew when it was given back.
func TestAClaimThatNobodyMakesIsTold(t *testing.T) {
	p := begin(t, "order.three-slips")
	p.open(resident)
	p.do(secretary, p.say("下单", ""))
	freed := p.now
	due := nudges(p, "take")
	require.Len(t, due, 2)
	assert.Equal(t, freed.Add(48*time.Hour).UTC(), due[0].At.UTC())
	p.now = due[0].At
	p.do(clock, procedure.Act{Step: "take", Op: procedure.Nudge, Key: due[0].Key})
	tell := p.effects[slices.IndexFunc(p.effects, func(e procedure.Effect) bool { return e.Kind == procedure.Tell })]
	assert.Equal(t, []string{"书记", "网格长"}, tell.Posts)
	assert.True(t, p.env(clock).StillHolds(p.matter, "take", due[0].Key, p.now))
	assert.False(t, p.env(clock).Overdue(p.matter, p.now), "it is no deadline")

	p.do(wang, p.say("接单", ""))
	assert.False(t, p.env(clock).StillHolds(p.matter, "take", due[0].Key, p.now))
	for _, timer := range nudges(p, "take") {
		assert.NotEqual(t, due[1].Key, timer.Key)
	}
	p.do(wang, p.say("退单", ""))
	again := nudges(p, "take")
	require.Len(t, again, 2)
	assert.NotEqual(t, due[0].Key, again[0].Key)
}

// TestAClaimIsWantedInGoodTime: what is to happen soon is told of before, and what is given
// days waits for a working day.
func TestAClaimIsWantedInGoodTime(t *testing.T) {
	friday := time.Date(2026, 11, 27, 9, 0, 0, 0, beijing)
	for name, c := range map[string]struct {
		at, when, want time.Time
	}{
		"on a weekend":    {friday, time.Time{}, time.Date(2026, 11, 30, 9, 0, 0, 0, beijing)},
		"wanted tomorrow": {friday, friday.Add(24 * time.Hour), friday.Add(22 * time.Hour)},
		"wanted later":    {friday, friday.AddDate(0, 0, 20), friday.Add(48 * time.Hour)},
	} {
		p := begin(t, "task.open")
		p.now = c.at
		post := p.say("任务", "桶边值守")
		post.Until = c.when
		p.do(secretary, post)
		due := nudges(p, "take")
		require.Len(t, due, 2, name)
		assert.Equal(t, c.want.UTC(), due[0].At.UTC(), name)
	}
}
