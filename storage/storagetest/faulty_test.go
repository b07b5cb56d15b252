package storagetest_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/roster"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
	"yiqun/storage/sqlite"
	"yiqun/storage/storagetest"
)

var errDemanded = errors.New("on demand")

func newStore(t *testing.T) service.Store {
	s, err := sqlite.Open(t.Context(), "sqlite::memory:", make([]byte, 32))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// The suite of the records runs through a Faulty in package sqlite.
func TestFaultyStatesAtRestChangeNothing(t *testing.T) {
	storagetest.RunStates(t, func(*testing.T) (service.States, func(time.Duration)) {
		clock := &skewed{}
		return storagetest.NewFaultyStates(embedded.New(clock)), func(d time.Duration) { clock.by += d }
	})
}

// skewed is the system's clock moved by the test.
type skewed struct {
	bot.SystemClock
	by time.Duration
}

func (c *skewed) Now() time.Time { return c.SystemClock.Now().Add(c.by) }

func TestEveryCallIsAsked(t *testing.T) {
	f := storagetest.NewFaulty(newStore(t))
	methods := reflect.TypeFor[service.Tx]()
	require.NoError(t, f.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		for m := range methods.Methods() {
			f.On(storagetest.FailEach(m.Name, errDemanded))
			args := []reflect.Value{reflect.ValueOf(ctx)}
			for a := 1; a < m.Type.NumIn(); a++ {
				if m.Type.IsVariadic() && a == m.Type.NumIn()-1 {
					break
				}
				args = append(args, reflect.Zero(m.Type.In(a)))
			}
			out := reflect.ValueOf(tx).MethodByName(m.Name).Call(args)
			require.Equal(t, errDemanded, out[len(out)-1].Interface(), m.Name)
			require.Equal(t, []string{m.Name}, f.Calls())
		}
		return nil
	}))
}

// TestFailingAnyCallLeavesAllOrNothing is how the decorator is meant to be used.
func TestFailingAnyCallLeavesAllOrNothing(t *testing.T) {
	f := storagetest.NewFaulty(newStore(t))
	chat := bot.Chat{Platform: bot.WeCom, ID: "g"}
	done := 0
	for n := 1; ; n++ {
		id := fmt.Sprintf("%03d", n)
		f.On(storagetest.FailNth(n, errDemanded))
		err := f.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			if _, _, err := tx.Handled(ctx, bot.WeCom, bot.EventID(id)); err != nil {
				return err
			}
			if err := tx.PutPerson(ctx, roster.Person{ID: bot.PersonID(id), Name: "王建国"}); err != nil {
				return err
			}
			if err := tx.Enqueue(ctx, deliver.Row{ID: id, To: chat}); err != nil {
				return err
			}
			return tx.MarkHandled(ctx, bot.WeCom, bot.EventID(id), time.Now(), nil)
		})
		calls := f.Calls()
		f.On(nil)
		if err == nil || calls[len(calls)-1] == "committed" {
			done++
		}
		require.NoError(t, f.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
			people, err := tx.PeopleNamed(ctx, "王建国")
			require.NoError(t, err)
			require.Len(t, people, done)
			rows, err := tx.Ready(ctx, time.Now(), 100)
			require.NoError(t, err)
			require.Len(t, rows, done)
			return nil
		}))
		if err == nil {
			require.Equal(t, []string{"Update", "Handled", "PutPerson", "Enqueue", "MarkHandled", "commit", "committed"}, calls)
			require.Equal(t, len(calls)+1, n)
			return
		}
		require.ErrorIs(t, err, errDemanded)
	}
}

func TestStallsAndSleeps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := storagetest.NewFaultyStates(embedded.New(bot.SystemClock{}))
		f.On(storagetest.StallNth(2))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.NoError(t, f.Set(ctx, "k", []byte("x"), time.Hour))
		_, _, err := f.Get(ctx, "k")
		require.ErrorIs(t, err, context.DeadlineExceeded)

		f.On(storagetest.SleepEach(bot.SystemClock{}, time.Minute))
		before := time.Now()
		_, ok, err := f.Take(t.Context(), "k")
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, time.Minute, time.Since(before))
	})
}
