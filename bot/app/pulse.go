package app

import (
	"context"
	"log/slog"
	"time"

	"yiqun/bot/deliver"
)

// Beats are how instances tell each other, through the records, that they live.
type Beats interface {
	// Beat says that owner lives, and returns what every instance, owner too, said last:
	// how far two of them lie apart is how long, in nanoseconds by the database's clock,
	// lay between. life stays the same until somebody has buried owner.
	Beat(ctx context.Context, owner string) (life int64, last map[string]int64, err error)
	// Bury ends what an instance holds, unless it has said something other than last
	// meanwhile, and reports whether it did.
	Bury(ctx context.Context, instance string, last int64) (gone bool, err error)
	// Leave says that owner is going, and holds nothing any more.
	Leave(ctx context.Context, owner string) error
}

const (
	// beatEvery is how often an instance says that it lives, and looks who else does.
	beatEvery = time.Second
	// certainFor is how long after having said so it may send, buryAfter how long the
	// others hear nothing before they take over what it holds. The first counts from
	// before it was said, the second from when it was seen: what lies between is room
	// for machines that count seconds differently.
	certainFor = 5 * time.Second
	buryAfter  = 7 * time.Second
	// blindAfter is when somebody who could not look has to begin to count anew: while
	// the database was away nobody could say anything.
	blindAfter = 2 * beatEvery
	// glanceFor is how long one who has only just started hears nothing at least. The rest
	// of buryAfter it takes from the records, or an installation that is killed every few
	// seconds would never bury anybody; but the database's clock may have been set ahead,
	// and then those that live are heard of meanwhile.
	glanceFor = 3 * beatEvery
)

// pulse lets the others take over within seconds what an instance leaves that is
// killed: messages it had claimed, reminders it was working on. Without it they would
// wait for its claims to lapse.
type pulse struct {
	beats Beats
	owner string
	held  *deliver.Shared
	wake  func()
	// takeOver is told of those that are buried.
	takeOver func(instance string)
	log      *slog.Logger

	looked time.Time
	seen   map[string]sighting
	// blind says that there was a time in which nobody could say anything.
	blind  bool
	failed bool
}

// sighting is what an instance said last, and since when.
type sighting struct {
	last  int64
	since time.Time
}

func newPulse(a *App) *pulse {
	a.shared.Watched()
	return &pulse{beats: a.opts.Beats, owner: a.opts.Instance, held: a.shared, wake: a.worker.Wake, takeOver: a.takeOver, log: a.opts.Logger, seen: map[string]sighting{}}
}

// run beats until ctx is done.
func (p *pulse) run(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		p.beat(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// beat says that this instance lives, and buries those that do not.
func (p *pulse) beat(ctx context.Context) {
	began := time.Now()
	within, cancel := context.WithTimeout(ctx, certainFor)
	defer cancel()
	life, last, err := p.beats.Beat(within, p.owner)
	if ctx.Err() != nil {
		return
	}
	p.report(ctx, err)
	if err != nil {
		return
	}
	was := p.held.Certain()
	p.held.Alive(life, began.Add(certainFor))
	if !was {
		p.wake()
	}
	for _, name := range p.silent(last) {
		p.bury(ctx, name, last[name])
	}
}

// report tells of a ward that was lost or found.
func (p *pulse) report(ctx context.Context, err error) {
	failed := err != nil
	switch {
	case failed == p.failed:
	case failed:
		p.log.WarnContext(ctx, "not told the other instances that this one lives", "error", err)
	default:
		p.log.InfoContext(ctx, "the other instances know again that this one lives")
	}
	p.failed = failed
}

// silent notes what was seen and returns who has said nothing for too long.
func (p *pulse) silent(last map[string]int64) (names []string) {
	now := time.Now()
	before := p.seen
	if now.Sub(p.looked) > blindAfter {
		before, p.blind = nil, !p.looked.IsZero()
	}
	p.looked, p.seen = now, map[string]sighting{}
	for name, at := range last {
		if name == p.owner {
			continue
		}
		s, ok := before[name]
		if !ok || s.last != at {
			s = sighting{at, now}
		}
		p.seen[name] = s
		heard := now.Sub(s.since)
		if heard >= glanceFor && !p.blind {
			heard = max(heard, time.Duration(last[p.owner]-at))
		}
		if heard >= buryAfter {
			names = append(names, name)
		}
	}
	return names
}

func (p *pulse) bury(ctx context.Context, name string, last int64) {
	gone, err := p.beats.Bury(ctx, name, last)
	switch {
	case err != nil:
		p.log.WarnContext(ctx, "what a dead instance holds not taken over", "of", name, "error", err)
	case gone:
		p.log.WarnContext(ctx, "an instance is gone, what it held is taken over", "of", name)
		p.takeOver(name)
	}
}

// leave says that there is nothing to take over.
func (p *pulse) leave(ctx context.Context) error { return p.beats.Leave(ctx, p.owner) }
