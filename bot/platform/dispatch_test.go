package platform_test

import (
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"go.uber.org/goleak"
	"pgregory.net/rapid"

	"yiqun/bot/platform"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Whatever is submitted in whatever mix of keys: each key's jobs run in order,
// never two at once, and no more keys at once than there are workers.
func TestDispatcherKeepsOrderPerKey(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		workers := rapid.IntRange(1, 4).Draw(t, "workers")
		keys := rapid.SliceOfN(rapid.IntRange(0, 5), 1, 60).Draw(t, "keys")

		var mu sync.Mutex
		got, running, most := map[int][]int{}, map[int]bool{}, 0
		want := map[int][]int{}
		var all sync.WaitGroup
		d := platform.NewDispatcher(workers, 4*len(keys)) // room for all of one key
		for i, key := range keys {
			want[key] = append(want[key], i)
			all.Add(1)
			assert.True(t, d.Submit(fmt.Sprint(key), func() {
				defer all.Done()
				mu.Lock()
				assert.False(t, running[key], "two jobs of one key at once")
				running[key] = true
				most = max(most, len(running))
				mu.Unlock()

				mu.Lock()
				delete(running, key)
				got[key] = append(got[key], i)
				mu.Unlock()
			}))
		}
		all.Wait()
		d.Close()
		assert.Equal(t, want, got)
		assert.LessOrEqual(t, most, workers)
	})
}

func TestDispatcherRunsOtherKeysWhileOneIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := platform.NewDispatcher(2, 16)
		defer d.Close()
		stuck, done := make(chan struct{}), 0
		d.Submit("a", func() { <-stuck })
		d.Submit("a", func() { done += 100 })
		for range 3 {
			d.Submit("b", func() { done++ })
		}
		synctest.Wait()
		assert.Equal(t, 3, done, "b is finished, a's second waits for its first")
		close(stuck)
		synctest.Wait()
		assert.Equal(t, 103, done)
	})
}

func TestDispatcherRefusesWhenFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := platform.NewDispatcher(1, 1)
		defer d.Close()
		stuck := make(chan struct{})
		assert.True(t, d.Submit("a", func() { <-stuck }))
		synctest.Wait()
		assert.True(t, d.Submit("a", func() {}))
		assert.False(t, d.Submit("b", func() {}))
		close(stuck)
		synctest.Wait()
		assert.True(t, d.Submit("b", func() {}))
	})
}

// TestDispatcherFloodLeavesRoom: whoever floods one chat is refused there, and
// nowhere else.
func TestDispatcherFloodLeavesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := platform.NewDispatcher(1, 40)
		defer d.Close()
		stuck := make(chan struct{})
		var order []string
		assert.True(t, d.Submit("flooded", func() { <-stuck }))
		synctest.Wait()
		taken := 0
		for range 1000 {
			if d.Submit("flooded", func() { order = append(order, "flood") }) {
				taken++
			}
		}
		assert.Equal(t, 10, taken)
		for range 2 {
			assert.True(t, d.Submit("quiet", func() { order = append(order, "quiet") }))
		}
		close(stuck)
		synctest.Wait()
		assert.Equal(t, []string{"quiet", "flood", "quiet"}, order[:3], "they take turns")
		assert.Len(t, order, 12)
	})
}

func TestDispatcherCloseFinishesWhatWasBegun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := platform.NewDispatcher(1, 10)
		defer d.Close()
		stuck, first, second := make(chan struct{}), false, false
		d.Submit("a", func() { <-stuck; first = true })
		synctest.Wait()
		d.Submit("a", func() { second = true })
		closed := make(chan struct{})
		go func() { d.Close(); close(closed) }()
		synctest.Wait()
		select {
		case <-closed:
			t.Fatal("closed while a job was running")
		default:
		}
		close(stuck)
		<-closed
		assert.True(t, first)
		assert.False(t, second)
		assert.False(t, d.Submit("a", func() {}))
	})
}
