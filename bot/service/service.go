package service

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/oklog/ulid/v2"
	"golang.org/x/sync/semaphore"

	"yiqun/bot"
	"yiqun/bot/calendar"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/talk"
	"yiqun/cards"
	"yiqun/cards/chart"
	"yiqun/intents"
)

// Config is what the service is told.
type Config struct {
	BotName string
	Zone    *time.Location
	// Admins are the administrators named by setting.
	Admins []bot.Account
	// Random is where ids, salts and codes come from: crypto/rand in production.
	Random io.Reader
	Logger *slog.Logger
	// Workday reports whether a day is worked; nil means Monday to Friday.
	Workday func(time.Time) bool
	// Cadence is how often what is held; nil means the rules that are shipped.
	Cadence []calendar.Rule
	// Wake is called after a commit that put something into the outbox. It must not block.
	Wake func()
	// Instance names this one among several on the same records; empty when alone.
	Instance string
	// Scheduled is called after a commit that changed when something is due next; zero
	// if never. key is what TickKeys takes. Queued is called after one that put a
	// message into the outbox. Neither may block; nil means nobody wants to know.
	Scheduled func(key string, next time.Time)
	Queued    func(deliver.Row)
	// Attached is called after a commit that changed when TickAttached or ClaimAttached
	// has something to do. It must not block; nil means nobody wants to know.
	Attached func()
	// Unsettled reports whether the clock was set forward so shortly ago that it may be
	// put back: nothing is ended, sealed or erased by it until then. nil means never.
	Unsettled func() bool
	// Stranger is called for a press on a card that is none of these records: another
	// program sends cards as the same robot, or they were restored from before it. nil
	// means nobody wants to know.
	Stranger func(bot.Platform)
	// Capabilities tells what a platform can do; nil means nothing special.
	Capabilities func(bot.Platform) bot.Capabilities
	// Draw makes a PNG of a chart; nil where no font was found to write with.
	Draw func(chart.Chart) ([]byte, error)
	// Links signs addresses of pages; nil where members' phones reach none.
	Links *Links
}

// Service carries out the use cases.
type Service struct {
	store  Store
	states States
	talks  talk.Book
	clock  bot.Clock
	cfg    Config
	log    *slog.Logger

	practice atomic.Pointer[practice]
	policy   remind.Policy
	rolls    rollCache
	// cadenceAt is when the cadences are looked after next, in nanoseconds since 1970.
	cadenceAt atomic.Int64

	// rounds lets one round of reminders run at a time here: the clock's and the queue's
	// hold the shards under one name, and one would give them back under the other.
	rounds *semaphore.Weighted
	bundle bundle
	idsMu  sync.Mutex
	ids    *ulid.MonotonicEntropy
}

// practice is the templates in force, and the reader and the phrases made from them.
type practice struct {
	set     procedure.Set
	reader  *intents.Reader
	phrases phrasebook
	// closing are the words that end a vote or a collection for everybody.
	closing map[string]bool
	// spoken are the words by which something is said into a meeting.
	spoken map[meeting.Kind][]string
}

// New returns a service over its records and conversation states.
func New(store Store, states States, clock bot.Clock, set procedure.Set, cfg Config) *Service {
	s := &Service{
		store: store, states: states, talks: talk.NewBook(states), clock: clock, cfg: cfg,
		log: cfg.Logger, ids: ulid.Monotonic(cfg.Random, 0), policy: remind.DefaultPolicy(), rounds: semaphore.NewWeighted(1),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.cfg.Wake == nil {
		s.cfg.Wake = func() {}
	}
	if s.cfg.Unsettled == nil {
		s.cfg.Unsettled = func() bool { return false }
	}
	if s.cfg.Stranger == nil {
		s.cfg.Stranger = func(bot.Platform) {}
	}
	if s.cfg.Attached == nil {
		s.cfg.Attached = func() {}
	}
	if s.cfg.Scheduled == nil {
		s.cfg.Scheduled = func(string, time.Time) {}
	}
	if s.cfg.Queued == nil {
		s.cfg.Queued = func(deliver.Row) {}
	}
	if s.cfg.Capabilities == nil {
		s.cfg.Capabilities = func(bot.Platform) bot.Capabilities { return bot.Capabilities{} }
	}
	if s.cfg.Cadence == nil {
		s.cfg.Cadence = shippedCadence()
	}
	s.SetTemplates(set)
	return s
}

// SetTemplates changes the templates in force, while running. Matters that began
// under others finish under those.
func (s *Service) SetTemplates(set procedure.Set) {
	s.practice.Store(&practice{set: set, reader: intents.NewReader(Lexicon(set)), phrases: newPhrasebook(set), spoken: spokenWords(set), closing: closingWords(set)})
}

// Templates returns the templates in force.
func (s *Service) Templates() procedure.Set { return s.practice.Load().set }

// Answer is what goes back to a press.
type Answer struct {
	Card     *cards.Card `json:"card,omitempty"`
	Everyone bool        `json:"everyone,omitempty"`
}

// retries bounds how often a transaction is tried again after somebody else was
// first.
const retries = 5

// Handle takes one event: it is committed, with the act and every message that
// follows from it, before Handle returns nil. The same event again changes
// nothing and gets the same answer. What a member did wrong is answered, not
// returned; an error means that nothing was kept and the event may come again.
func (s *Service) Handle(ctx context.Context, e bot.Event) (Answer, error) {
	began := s.clock.Now()
	if !complete(e) {
		s.log.WarnContext(ctx, "event without a sender or a chat", "platform", e.Platform, "event", e.ID)
		return Answer{}, nil
	}
	e, hid := withoutIdentity(e)
	se := &session{Service: s, e: e, hid: hid}
	err := s.transact(ctx, se, func(ctx context.Context, tx Tx) error { return se.handle(ctx, tx) })
	if why := refused(err); why != nil {
		if errors.Is(why, errStranger) {
			s.cfg.Stranger(e.Platform)
		}
		se = &session{Service: s, e: e, hid: hid, wrong: why, tried: se.verb}
		err = s.transact(ctx, se, func(ctx context.Context, tx Tx) error { return se.refuse(ctx, tx, why) })
	}
	s.log.LogAttrs(ctx, slog.LevelInfo, "event",
		slog.String("platform", string(e.Platform)), slog.String("chat", e.Chat.Key()),
		slog.String("actor", e.From.String()), slog.String("intent", cmp.Or(se.verb, se.tried)),
		slog.String("code", string(se.code(err))), slog.Duration("took", s.clock.Now().Sub(began)))
	if err != nil {
		return Answer{}, fmt.Errorf("handle event: %w", err)
	}
	return se.answer, nil
}

// complete reports whether an event says who did it and where they can be answered.
func complete(e bot.Event) bool {
	switch {
	case e.Message != nil:
		return !e.From.Zero() && e.Chat != (bot.Chat{})
	case e.Press != nil:
		return !e.From.Zero()
	}
	return true
}

// transact runs fn in one transaction, again when somebody else was first, and
// then what had to wait for the commit.
func (s *Service) transact(ctx context.Context, se *session, fn func(context.Context, Tx) error) error {
	var err error
	for range retries {
		err = s.store.Update(ctx, func(ctx context.Context, tx Tx) error {
			return guarded(func() error {
				se.reset()
				if err := fn(ctx, tx); err != nil {
					return err
				}
				return se.flush(ctx, tx)
			})
		})
		if bot.CodeOf(err) != bot.Stale || isRefusal(err) {
			break
		}
	}
	if err == nil {
		s.committed(ctx, se)
	}
	return err
}

// committed does what had to wait for a session's commit.
func (s *Service) committed(ctx context.Context, se *session) {
	for _, do := range se.after {
		if err := do(ctx); err != nil {
			// Conversation state can be lost without loss; the record stands.
			s.log.WarnContext(ctx, "conversation state not kept", "error", err)
		}
	}
	for id, next := range se.timers {
		s.cfg.Scheduled(string(id), next)
	}
	for shard, next := range se.shards {
		s.cfg.Scheduled(shardKey(shard), next)
	}
	for _, r := range se.rows {
		s.cfg.Queued(r)
	}
	if se.files {
		s.cfg.Attached()
	}
	if len(se.rows) > 0 {
		s.cfg.Wake()
	}
}

// refusal is a domain error: the member is told, nothing else is kept.
type refusal struct{ err error }

func (r refusal) Error() string { return r.err.Error() }
func (r refusal) Unwrap() error { return r.err }

// refused is what the member is told; nil for an error that is none of theirs.
func refused(err error) error {
	if r, ok := errors.AsType[refusal](err); ok {
		return r.err
	}
	return nil
}

func isRefusal(err error) bool { return refused(err) != nil }

// wrong marks a member's mistake, so that it is answered and the rest rolled back.
func wrong(err error) error {
	if err == nil || isRefusal(err) {
		return err
	}
	if e, ok := errors.AsType[*bot.Error](err); ok && e.Message != "" {
		return refusal{err}
	}
	return err
}

func (s *Service) newID() string {
	s.idsMu.Lock()
	defer s.idsMu.Unlock()
	return ulid.MustNew(ulid.Timestamp(s.clock.Now()), s.ids).String()
}

func (s *Service) salt() ([]byte, error) {
	b := make([]byte, 16)
	s.idsMu.Lock()
	defer s.idsMu.Unlock()
	if _, err := io.ReadFull(s.cfg.Random, b); err != nil {
		return nil, fmt.Errorf("read random bytes: %w", err)
	}
	return b, nil
}

func marshalAnswer(a Answer) ([]byte, error) {
	if a.Card == nil {
		return nil, nil
	}
	return json.Marshal(a)
}
