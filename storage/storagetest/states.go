package storagetest

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/service"
)

// RunStates checks every sentence of service.States. open returns an empty store
// of its own for each case, and a function that lets time pass for it.
func RunStates(t *testing.T, open func(t *testing.T) (states service.States, pass func(time.Duration))) {
	t.Helper()
	for _, c := range stateCases {
		t.Run(c.name, func(t *testing.T) {
			s, pass := open(t)
			c.test(t, s, pass)
		})
	}
}

// wantState asserts what is under a key; "" for nothing.
func wantState(t testing.TB, s service.States, key, want string) {
	t.Helper()
	value, ok, err := s.Get(t.Context(), key)
	require.NoError(t, err)
	require.Equal(t, want != "", ok)
	require.Equal(t, want, string(value))
}

var stateCases = []struct {
	name string
	test func(*testing.T, service.States, func(time.Duration))
}{
	{"a state is kept, replaced and forgotten", func(t *testing.T, s service.States, _ func(time.Duration)) {
		wantState(t, s, "k", "")
		require.NoError(t, s.Set(t.Context(), "k", []byte("哪一单？"), time.Minute))
		wantState(t, s, "k", "哪一单？")
		wantState(t, s, "K", "")
		require.NoError(t, s.Set(t.Context(), "k", []byte("几点？"), time.Minute))
		wantState(t, s, "k", "几点？")
		require.NoError(t, s.Delete(t.Context(), "k"))
		wantState(t, s, "k", "")
		require.NoError(t, s.Delete(t.Context(), "k"), "a missing one is no error")
	}},
	{"a state expires", func(t *testing.T, s service.States, pass func(time.Duration)) {
		require.NoError(t, s.Set(t.Context(), "k", []byte("x"), time.Hour))
		require.NoError(t, s.Set(t.Context(), "l", []byte("y"), 24*time.Hour))
		pass(59 * time.Minute)
		wantState(t, s, "k", "x")
		pass(time.Minute)
		wantState(t, s, "k", "")
		_, ok, err := s.Take(t.Context(), "k")
		require.NoError(t, err)
		require.False(t, ok)
		wantState(t, s, "l", "y")
	}},
	{"setting again starts its time anew", func(t *testing.T, s service.States, pass func(time.Duration)) {
		require.NoError(t, s.Set(t.Context(), "k", []byte("x"), time.Hour))
		pass(50 * time.Minute)
		require.NoError(t, s.Set(t.Context(), "k", []byte("y"), time.Hour))
		pass(50 * time.Minute)
		wantState(t, s, "k", "y")
	}},
	{"a time that has passed already keeps nothing", func(t *testing.T, s service.States, _ func(time.Duration)) {
		for _, ttl := range []time.Duration{0, -time.Second} {
			require.NoError(t, s.Set(t.Context(), "k", []byte("x"), time.Minute))
			require.NoError(t, s.Set(t.Context(), "k", []byte("y"), ttl))
			wantState(t, s, "k", "")
		}
	}},
	{"a state is taken by one", func(t *testing.T, s service.States, _ func(time.Duration)) {
		require.NoError(t, s.Set(t.Context(), "k", []byte("x"), time.Minute))
		var taken atomic.Int32
		together(t, func(ctx context.Context, _ int) error {
			value, ok, err := s.Take(ctx, "k")
			if ok && string(value) == "x" {
				taken.Add(1)
			}
			return err
		})
		require.EqualValues(t, 1, taken.Load())
		wantState(t, s, "k", "")
	}},
	{"any key and any bytes", func(t *testing.T, s service.States, _ func(time.Duration)) {
		value := []byte("\x00\xff{}\n")
		for _, key := range []string{"", "{", "}{", "dingtalk/g/cid==\x00\xff", "群:👍"} {
			require.NoError(t, s.Set(t.Context(), key, value, time.Minute))
			wantState(t, s, key, string(value))
		}
		require.NoError(t, s.Set(t.Context(), "empty", nil, time.Minute))
		got, ok, err := s.Get(t.Context(), "empty")
		require.NoError(t, err)
		require.True(t, ok, "an empty state is one")
		require.Empty(t, got)
	}},
	{"a state belongs to the store", func(t *testing.T, s service.States, _ func(time.Duration)) {
		value := []byte("abc")
		require.NoError(t, s.Set(t.Context(), "k", value, time.Minute))
		value[0] = 'X'
		wantState(t, s, "k", "abc")
		got, _, err := s.Get(t.Context(), "k")
		require.NoError(t, err)
		got[0] = 'Y'
		wantState(t, s, "k", "abc")
	}},
	{"a cancelled caller is told", func(t *testing.T, s service.States, _ func(time.Duration)) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, _, err := s.Get(ctx, "k")
		requireCode(t, bot.Internal, err)
		require.ErrorIs(t, err, context.Canceled)
		requireCode(t, bot.Internal, s.Set(ctx, "k", nil, time.Minute))
		requireCode(t, bot.Internal, s.Delete(ctx, "k"))
		_, _, err = s.Take(ctx, "k")
		requireCode(t, bot.Internal, err)
	}},
}
