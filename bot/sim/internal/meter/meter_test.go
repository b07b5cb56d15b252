package meter_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/bot/sim/internal/meter"
)

var nine = time.Date(2026, 11, 30, 15, 59, 59, 0, time.UTC)

func TestWindowNeverLetsMoreThrough(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		limits := []meter.Limit{{Most: 3, Span: 10 * time.Second}, {Most: 5, Span: time.Minute}}
		var w meter.Window
		var passed []time.Time
		now := nine
		for range rapid.IntRange(1, 60).Draw(t, "calls") {
			now = now.Add(time.Duration(rapid.IntRange(0, 8).Draw(t, "wait")) * time.Second)
			room := true
			for _, l := range limits {
				room = room && count(passed, now, l.Span) < l.Most
			}
			if w.Allow("k", now, limits...) != room {
				t.Fatalf("at %v after %v", now, passed)
			}
			if room {
				passed = append(passed, now)
			}
		}
	})
}

func count(uses []time.Time, now time.Time, span time.Duration) (n int) {
	for _, at := range uses {
		if now.Sub(at) < span {
			n++
		}
	}
	return n
}

func TestWindowForgetsTheFutureWhenTheClockIsSetBack(t *testing.T) {
	var w meter.Window
	once := meter.Limit{Most: 1, Span: time.Minute}
	assert.True(t, w.Allow("k", nine, once))
	assert.False(t, w.Allow("k", nine, once))
	assert.True(t, w.Allow("other", nine, once))
	assert.True(t, w.Allow("k", nine.Add(-time.Hour), once))
}

func TestMonthEndsAtMidnightInChina(t *testing.T) {
	var m meter.Month
	assert.True(t, m.Allow("k", nine, 1))
	assert.False(t, m.Allow("k", nine, 1))
	assert.True(t, m.Allow("k", nine.Add(time.Second), 1))
}
