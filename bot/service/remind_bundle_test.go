package service

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestBundleWaits(t *testing.T) {
	noon := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var b bundle
	until := func(first time.Time, now time.Time) time.Time {
		at, again := b.until(first, now)
		if again {
			return time.Time{}
		}
		return at
	}
	late := noon.Add(time.Second)
	assert.Equal(t, late, until(time.Time{}, late), "nothing is to come")
	assert.Equal(t, late, until(late.Add(1), late), "nothing is due")
	assert.False(t, b.waits())
	assert.Equal(t, noon.Add(-1), until(noon, late))
	assert.True(t, b.waits())
	// The next one is waited for from when it was the first.
	assert.Equal(t, noon, until(noon.Add(1), late.Add(bundlePatience)))
	// What comes due here shows that things go on.
	assert.Equal(t, noon, until(noon.Add(1), late.Add(2*bundlePatience-1)))
	b.moved()
	assert.Equal(t, noon, until(noon.Add(1), late.Add(2*bundlePatience)))
	// A clock that was put back begins the wait anew.
	assert.Equal(t, noon, until(noon.Add(1), late))
	assert.Equal(t, noon, until(noon.Add(1), late.Add(bundlePatience-1)))
	// And then it is waited for no more.
	assert.True(t, until(noon.Add(1), late.Add(bundlePatience)).IsZero())
	assert.Equal(t, noon.Add(1), b.after())
	assert.False(t, b.waits())
}
