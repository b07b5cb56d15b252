package app

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform"
)

// Hearings are until when instances heard the platforms, kept in the records. What is
// said while nobody is connected does not come again on WeCom, and not for certain on
// DingTalk, and an adapter that has just been started, or has just got its turn, cannot
// know how long that was.
type Hearings interface {
	// Hear notes that owner hears some platforms now.
	Hear(ctx context.Context, owner string, on ...bot.Platform) error
	// Unheard returns how long ago anybody but owner heard a platform last; ok is false
	// if nobody did that is known of.
	Unheard(ctx context.Context, p bot.Platform, owner string) (ago time.Duration, ok bool, err error)
}

const (
	// lookEvery is how often it is looked whether a platform is connected.
	lookEvery = time.Second
	// hearEvery is how often it is noted that it is, and so how much too long a gap may
	// seem after a kill: less than what groups are told of. Alone, and when nobody has
	// said anything for liveFor, hearSeldom does: nobody will be told, and a disk that
	// nobody uses may rest.
	hearEvery  = 5 * time.Second
	hearSeldom = 5 * time.Minute
	liveFor    = 30 * time.Minute
	// stopsWithin is more than an orderly stop takes.
	stopsWithin = time.Minute
	// shortestGap is what an operator hears of.
	shortestGap = 2 * time.Second
)

// hearing notes that platforms are heard, and finds out how long they were not when
// this instance begins to hear one.
type hearing struct {
	kept     Hearings
	owner    string
	alone    bool // no other instance can hear anything
	adapters []platform.Adapter
	turns    map[bot.Platform]*Turn
	clock    bot.Clock
	log      *slog.Logger
	tell     func(context.Context, bot.Event) error

	begun map[bot.Platform]bool      // its gap has been told of
	heard map[bot.Platform]time.Time // when this instance heard it last
	noted time.Time
	// failed is why nothing could be noted just now: the records take no writes. nil when
	// they do.
	failed atomic.Pointer[error]
}

func newHearing(a *App) *hearing {
	return &hearing{
		kept: a.opts.Hearings, owner: cmp.Or(a.opts.Instance, InstanceName()), alone: a.opts.Instance == "",
		adapters: a.opts.Adapters, turns: a.opts.Turns, clock: a.opts.Clock, log: a.opts.Logger,
		tell: func(ctx context.Context, e bot.Event) error {
			_, err := a.handle(ctx, e)
			return err
		},
		begun: map[bot.Platform]bool{}, heard: map[bot.Platform]time.Time{},
	}
}

// run looks and notes until ctx is done.
func (h *hearing) run(ctx context.Context) {
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for {
		h.note(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// note looks once, and remembers whether that could be noted.
func (h *hearing) note(ctx context.Context) {
	err := h.look(ctx)
	if ctx.Err() != nil {
		return
	}
	if err == nil {
		h.failed.Store(nil)
	} else {
		h.failed.Store(&err)
		h.log.WarnContext(ctx, "not known how long platforms were not heard", "error", err)
	}
}

// look tells of the gap before a connection that has just begun, and notes those that
// are up.
func (h *hearing) look(ctx context.Context) error {
	var heard []bot.Platform
	seldom := h.alone
	for _, ad := range h.adapters {
		p, s := ad.Platform(), ad.Status()
		if !s.Connected {
			if turn := h.turns[p]; turn != nil && !turn.Held() {
				h.begun[p] = false // another may come first
			}
			continue
		}
		if !h.begun[p] {
			if err := h.begin(ctx, p); err != nil {
				return err
			}
			h.begun[p], h.noted = true, time.Time{}
		}
		h.heard[p] = time.Now()
		heard = append(heard, p)
		seldom = seldom && time.Since(s.LastEvent) > liveFor
	}
	every := hearEvery
	if seldom {
		every = hearSeldom
	}
	if len(heard) == 0 || time.Since(h.noted) < every {
		return nil
	}
	if err := h.kept.Hear(ctx, h.owner, heard...); err != nil {
		return err
	}
	h.noted = time.Now()
	return nil
}

// begin hands on the gap before this instance heard a platform, as adapters do that
// lose a connection and find it again.
func (h *hearing) begin(ctx context.Context, p bot.Platform) error {
	ago, ok, err := h.kept.Unheard(ctx, p, h.owner)
	if last := h.heard[p]; !last.IsZero() && (!ok || time.Since(last) < ago) {
		ago, ok = time.Since(last), true
	}
	if err != nil || !ok || ago < shortestGap {
		return err
	}
	now := h.clock.Now()
	from := now.Add(-ago)
	return h.tell(ctx, bot.Event{
		ID: bot.EventID(fmt.Sprintf("gap-%d-%s", from.Unix(), h.owner)), Platform: p, At: now, Gap: &bot.Gap{From: from, Until: now},
	})
}

// shorten leaves of a gap that this instance had what no other heard either.
func (h *hearing) shorten(ctx context.Context, p bot.Platform, g bot.Gap) bot.Gap {
	ago, ok, err := h.kept.Unheard(ctx, p, h.owner)
	if err != nil || !ok {
		return g
	}
	if heard := h.clock.Now().Add(-ago); heard.After(g.From) {
		g.From = heard
	}
	if g.From.After(g.Until) {
		g.From = g.Until
	}
	return g
}

// leave notes until when this instance heard what it did, so that whoever comes next
// knows to the second.
func (h *hearing) leave(ctx context.Context) error {
	var heard []bot.Platform
	for p, last := range h.heard {
		if time.Since(last) < stopsWithin {
			heard = append(heard, p)
		}
	}
	if len(heard) == 0 {
		return nil
	}
	return h.kept.Hear(ctx, h.owner, heard...)
}

// gaps remembers, for whoever asks how the bot is, when platforms were last not heard.
// It is safe for concurrent use.
type gaps struct {
	mu   sync.Mutex
	last map[bot.Platform]bot.Gap
}

// worthKnowing is how long a gap is of interest.
const worthKnowing = 24 * time.Hour

func (g *gaps) note(p bot.Platform, gap bot.Gap) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.last == nil {
		g.last = map[bot.Platform]bot.Gap{}
	}
	g.last[p] = gap
}

// recent describes the gaps that ended less than a day before now, by platform; nil if
// there were none.
func (g *gaps) recent(now time.Time, zone *time.Location) map[string]string {
	g.mu.Lock()
	defer g.mu.Unlock()
	var all map[string]string
	for p, gap := range g.last {
		if now.Sub(gap.Until) > worthKnowing {
			continue
		}
		if all == nil {
			all = map[string]string{}
		}
		all[string(p)] = fmt.Sprintf("%s到%s没有连着，其间发来的可能没有收到。",
			gap.From.In(zone).Format("1月2日15:04:05"), gap.Until.In(zone).Format("15:04:05"))
	}
	return all
}

// missed takes a gap down, for the log, the metrics and /readyz, and returns what of it
// is left when other instances heard the platform.
func (a *App) missed(ctx context.Context, e bot.Event) bot.Event {
	gap := *e.Gap
	if a.hearing != nil {
		gap = a.hearing.shorten(ctx, e.Platform, gap)
	}
	e.Gap = &gap
	length := gap.Until.Sub(gap.From)
	if length < shortestGap {
		return e
	}
	a.opts.Logger.WarnContext(ctx, "a platform was not heard, what was sent meanwhile may be lost",
		"platform", e.Platform, "from", gap.From, "until", gap.Until, "for", length.Round(time.Second))
	a.metrics.unheard.WithLabelValues(string(e.Platform)).Add(length.Seconds())
	a.gaps.note(e.Platform, gap)
	return e
}
