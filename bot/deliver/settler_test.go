package deliver

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

// TestWhatComesTogetherIsStoredTogether: while one transaction is under way the others
// gather for the next, and each row is stored once.
func TestWhatComesTogetherIsStoredTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s settler
		var stored [][]Row
		calls := 0
		store := func(b *settling) error {
			time.Sleep(time.Second)
			stored = append(stored, b.rows)
			calls += b.calls[bot.DingTalk]
			return nil
		}
		var all sync.WaitGroup
		for i := range 9 {
			time.Sleep(time.Millisecond)
			all.Go(func() {
				assert.NoError(t, s.join([]Row{{ID: fmt.Sprint(i)}}, bot.DingTalk, 1, store))
			})
		}
		all.Wait()
		require.Len(t, stored, 2)
		assert.Len(t, stored[0], 1)
		assert.Len(t, stored[1], 8)
		assert.Equal(t, 9, calls)
		require.NoError(t, s.join([]Row{{ID: "later"}}, bot.DingTalk, 0, store))
		assert.Len(t, stored, 3)
	})
}

// TestWhoIsToComeIsWaitedFor: outcomes of one round are stored together, though they come
// one after the other; what is alone or last waits for nobody, and nobody waits long.
func TestWhoIsToComeIsWaitedFor(t *testing.T) {
	for _, c := range []struct {
		name  string
		comes []time.Duration // after the round began
		want  []int           // how many are stored together
		took  time.Duration
	}{
		{"alone", []time.Duration{0}, []int{1}, 0},
		{"soon after", []time.Duration{0, time.Millisecond, 2 * time.Millisecond}, []int{3}, 2 * time.Millisecond},
		{"much later", []time.Duration{0, time.Second}, []int{1, 1}, time.Second},
		{"some", []time.Duration{0, 4 * time.Millisecond, time.Second}, []int{2, 1}, time.Second},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := settler{clock: bot.SystemClock{}}
				var stored []int
				store := func(b *settling) error { stored = append(stored, len(b.rows)); return nil }
				began := time.Now()
				s.expect(len(c.comes))
				var all sync.WaitGroup
				for i, after := range c.comes {
					all.Go(func() {
						defer s.expect(-1)
						time.Sleep(after)
						assert.NoError(t, s.join([]Row{{ID: fmt.Sprint(i)}}, bot.DingTalk, 1, store))
					})
				}
				all.Wait()
				assert.Equal(t, c.want, stored)
				assert.Equal(t, c.took, time.Since(began))
			})
		})
	}
}

// TestANeighboursFaultStaysTheirs: of rows stored together, one that cannot be is
// refused alone.
func TestANeighboursFaultStaysTheirs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bad := errors.New("another instance has taken over")
		var s settler
		var mu sync.Mutex
		kept := map[string]int{}
		store := func(b *settling) error {
			time.Sleep(time.Second)
			mu.Lock()
			defer mu.Unlock()
			for _, r := range b.rows {
				if r.ID == "3" {
					return bad
				}
			}
			for _, r := range b.rows {
				kept[r.ID]++
			}
			return nil
		}
		errs := make([]error, 6)
		var all sync.WaitGroup
		for i := range errs {
			time.Sleep(time.Millisecond)
			all.Go(func() { errs[i] = s.join([]Row{{ID: fmt.Sprint(i)}}, bot.WeCom, 0, store) })
		}
		all.Wait()
		for i, err := range errs {
			if i == 3 {
				require.ErrorIs(t, err, bad)
				continue
			}
			require.NoError(t, err)
			require.Equal(t, 1, kept[fmt.Sprint(i)])
		}
	})
}
