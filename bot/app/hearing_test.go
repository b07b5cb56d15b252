package app

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
)

// ears keep hearings in memory, as the records do.
type ears struct {
	mu    sync.Mutex
	heard map[string]time.Time // by instance
	notes int
	full  error
}

func (k *ears) Hear(_ context.Context, owner string, _ ...bot.Platform) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.full != nil {
		return k.full
	}
	k.notes++
	k.heard[owner] = time.Now()
	return nil
}

func (k *ears) Unheard(_ context.Context, _ bot.Platform, owner string) (ago time.Duration, ok bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for who, at := range k.heard {
		if who != owner && (!ok || time.Since(at) < ago) {
			ago, ok = time.Since(at), true
		}
	}
	return ago, ok, nil
}

// wire is a connection to WeCom that comes and goes.
type wire struct {
	platform.Adapter
	up    atomic.Bool
	spoke time.Time
}

func (*wire) Platform() bot.Platform { return bot.WeCom }

func (w *wire) Status() platform.Status {
	return platform.Status{Connected: w.up.Load(), LastEvent: w.spoke}
}

// listener is one instance's hearing, and the gaps it told of.
type listener struct {
	*hearing
	wire *wire
	gaps []time.Duration
	stop func()
}

func listen(t *testing.T, kept Hearings, name string, turns map[bot.Platform]*Turn) *listener {
	t.Helper()
	l := &listener{wire: &wire{}}
	l.hearing = &hearing{
		kept: kept, owner: name, alone: turns == nil, adapters: []platform.Adapter{l.wire}, turns: turns,
		clock: bot.SystemClock{}, log: slog.New(slog.DiscardHandler),
		tell: func(_ context.Context, e bot.Event) error {
			l.gaps = append(l.gaps, e.Gap.Until.Sub(e.Gap.From))
			return nil
		},
		begun: map[bot.Platform]bool{}, heard: map[bot.Platform]time.Time{},
	}
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { l.run(ctx) })
	l.stop = func() { cancel(); running.Wait() }
	return l
}

func TestAGapThatNobodyHereKnewOfIsTold(t *testing.T) {
	for name, c := range map[string]struct {
		orderly, quiet bool
		least, most    time.Duration
	}{
		"stopped":         {true, false, 40 * time.Second, 42 * time.Second},
		"killed":          {false, false, 40 * time.Second, 47 * time.Second},
		"killed, unused":  {false, true, 40 * time.Second, 40*time.Second + hearSeldom + 2*time.Second},
		"stopped, unused": {true, true, 40 * time.Second, 42 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				kept := &ears{heard: map[string]time.Time{}}
				a := listen(t, kept, "a", nil)
				if !c.quiet {
					a.wire.spoke = time.Now().Add(time.Minute)
				}
				a.wire.up.Store(true)
				time.Sleep(17 * time.Minute)
				a.stop()
				require.Empty(t, a.gaps, "there was none before the first")
				if c.orderly {
					require.NoError(t, a.leave(t.Context()))
				}
				if c.quiet {
					require.Less(t, kept.notes, 10, "an unused disk may rest")
				}
				time.Sleep(30 * time.Second)
				b := listen(t, kept, "b", nil)
				time.Sleep(10 * time.Second)
				b.wire.up.Store(true)
				time.Sleep(time.Hour)
				b.stop()
				require.Len(t, b.gaps, 1)
				require.GreaterOrEqual(t, b.gaps[0], c.least)
				require.LessOrEqual(t, b.gaps[0], c.most)
			})
		})
	}
}

// TestATurnThatComesBack: whoever had the connection, another has it, and it comes back;
// a gap counts from who heard last, be it oneself.
func TestATurnThatComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &ears{heard: map[string]time.Time{}}
		turn := func() map[bot.Platform]*Turn { return map[bot.Platform]*Turn{bot.WeCom: {}} }
		a, b := listen(t, kept, "a", turn()), listen(t, kept, "b", turn())
		a.wire.up.Store(true)
		time.Sleep(time.Minute)
		a.wire.up.Store(false)
		time.Sleep(20 * time.Second)
		b.wire.up.Store(true)
		time.Sleep(time.Hour)
		b.wire.up.Store(false)
		time.Sleep(20 * time.Second)
		a.wire.up.Store(true)
		time.Sleep(time.Hour)
		a.wire.up.Store(false)
		time.Sleep(30 * time.Second)
		a.wire.up.Store(true)
		time.Sleep(time.Minute)
		a.stop()
		b.stop()
		for _, gaps := range [][]time.Duration{a.gaps, b.gaps} {
			for _, g := range gaps {
				require.InDelta(t, 25*time.Second, g, float64(10*time.Second))
			}
		}
		require.Len(t, a.gaps, 2)
		require.Len(t, b.gaps, 1)
	})
}

func TestAGapIsWhatNoInstanceHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &ears{heard: map[string]time.Time{}}
		reg := prometheus.NewRegistry()
		a := &App{opts: Options{Logger: slog.New(slog.DiscardHandler), Zone: time.UTC}, metrics: newMetrics(reg, nil)}
		a.hearing = &hearing{kept: kept, owner: "a", clock: bot.SystemClock{}}
		missed := func() time.Duration {
			now := time.Now()
			e := a.missed(t.Context(), bot.Event{Platform: bot.DingTalk, Gap: &bot.Gap{From: now.Add(-time.Minute), Until: now}})
			return e.Gap.Until.Sub(e.Gap.From)
		}
		require.NoError(t, kept.Hear(t.Context(), "b", bot.DingTalk))
		time.Sleep(time.Second)
		require.Equal(t, time.Second, missed(), "b was connected all the while")
		require.Nil(t, a.gaps.recent(time.Now(), time.UTC))
		time.Sleep(39 * time.Second)
		require.Equal(t, 40*time.Second, missed())
		time.Sleep(time.Hour)
		require.Equal(t, time.Minute, missed())

		all, err := reg.Gather()
		require.NoError(t, err)
		for _, m := range all {
			if m.GetName() == "yiqun_unheard_seconds_total" {
				require.InDelta(t, 100, m.GetMetric()[0].GetCounter().GetValue(), 0.1)
			}
		}
		require.Equal(t, map[string]string{"dingtalk": "1月1日01:09:40到01:10:40没有连着，其间发来的可能没有收到。"},
			a.gaps.recent(time.Now(), time.FixedZone("", 600)))
		require.Nil(t, a.gaps.recent(time.Now().Add(25*time.Hour), time.UTC))
	})
}
