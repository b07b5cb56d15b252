package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"yiqun/bot"
	"yiqun/bot/service"
)

// Engine is a database and its way with transactions.
type Engine interface {
	// Write runs fn in one transaction and returns once it is durable; an error of
	// fn rolls it back and is returned. fn may run more than once.
	Write(ctx context.Context, fn func(Querier) error) error
	// Read runs fn in one transaction in which writing is refused.
	Read(ctx context.Context, fn func(Querier) error) error
	// Scrub is called after a commit that destroyed a key: the engine lets go of older
	// copies of its pages as far as it can at once (SQLite: its write-ahead log). The
	// commit stands whatever comes of it.
	Scrub(ctx context.Context)
	// Schema is the schema version that this program needs.
	Schema() int64
	// Clock is the SQL expression for the database's own time, in nanoseconds since
	// 1970: what instances on several machines agree on.
	Clock() string
	// Close waits for running transactions and closes the database.
	Close() error
}

// Store is the records on an Engine. It is safe for concurrent use.
type Store struct {
	engine Engine
	seal   atomic.Pointer[Sealer]
	keys   keyWatch
	roster remembered
	lately lately
	// templates are the hashes of those that are certainly kept: a transaction that
	// kept them was durable.
	templates sync.Map
}

var _ service.Store = (*Store)(nil)

// New opens the records that an engine holds. It fails if they were sealed under
// another key, before anything is written under the wrong one.
func New(ctx context.Context, engine Engine, seal *Sealer) (*Store, error) {
	s := &Store{engine: engine}
	s.seal.Store(seal)
	if err := s.checkKey(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// inUpdate marks the context given to the function of an Update.
type inUpdate struct{}

var errNested = errors.New("a transaction inside a transaction")

// Update implements service.Store. A statement that failed rolls everything back,
// even when fn hides its error. Update inside Update is refused: it would wait for
// itself.
func (s *Store) Update(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	if ctx.Value(inUpdate{}) != nil {
		return bot.Fault(bot.Internal, errNested)
	}
	ctx = context.WithValue(ctx, inUpdate{}, true)
	var done aftermath
	err := s.engine.Write(ctx, func(q Querier) (err error) {
		done, err = s.run(ctx, q, fn)
		return err
	})
	if err != nil {
		return s.fault(err)
	}
	for _, hash := range done.templates {
		s.templates.Store(hash, true)
	}
	if done.scrub {
		s.engine.Scrub(context.WithoutCancel(ctx))
	}
	return nil
}

// aftermath is what waits until a transaction is durable.
type aftermath struct {
	scrub     bool     // a key was destroyed, and what the engine still holds of it should go
	templates []string // the hashes of those that were kept
}

// View implements service.Store.
func (s *Store) View(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	return s.fault(s.engine.Read(ctx, func(q Querier) error {
		_, err := s.run(ctx, q, fn)
		return err
	}))
}

// run gives fn a transaction.
func (s *Store) run(ctx context.Context, q Querier, fn func(context.Context, service.Tx) error) (aftermath, error) {
	t := &Tx{q: q, seal: s.sealer(), clock: s.engine.Clock(), memory: &s.roster, lately: &s.lately, keptTemplate: s.keptTemplate}
	defer func() { t.q = nil }()
	err := fn(ctx, t)
	if t.failed != nil && !errors.Is(err, t.failed) {
		return aftermath{}, t.failed
	}
	return t.done, err
}

func (s *Store) keptTemplate(hash string) bool {
	_, kept := s.templates.Load(hash)
	return kept
}

// fault gives the engine's own errors a code; those of fn keep theirs.
func (s *Store) fault(err error) error {
	if err == nil {
		return nil
	}
	if _, ok := errors.AsType[*bot.Error](err); ok {
		return err
	}
	return bot.Fault(bot.Internal, err)
}

// Ping implements service.Store.
func (s *Store) Ping(ctx context.Context) error {
	return s.View(ctx, func(ctx context.Context, tx service.Tx) error {
		const q = `SELECT COALESCE(MAX(version_id), 0) FROM goose_db_version WHERE is_applied`
		have, err := one(ctx, tx.(*Tx), "the schema's version", q, scanValue[int64])
		if err != nil {
			return err
		}
		if want := s.engine.Schema(); have != want {
			return fmt.Errorf("the schema is at version %d, this program needs %d", have, want)
		}
		return nil
	})
}

// Close waits for running transactions and closes the database. Later calls of
// Update and View fail.
func (s *Store) Close() error { return s.engine.Close() }

const keyCheck = "settings/key_check"

// ErrOtherKey is the refusal of a data key that does not open the records.
var ErrOtherKey = errors.New("this data key is not the one the records were made with")

// checkKey compares the key with the one the records were first sealed under.
func (s *Store) checkKey(ctx context.Context) error {
	var sealed []byte
	err := s.engine.Read(ctx, func(q Querier) (err error) {
		sealed, err = one(ctx, &Tx{q: q}, "the data key's check",
			`SELECT value FROM settings WHERE name = $1`, scanValue[[]byte], keyCheck)
		return err
	})
	switch bot.CodeOf(err) {
	case "":
		if _, err := s.sealer().Open(keyCheck, sealed); err != nil {
			return fmt.Errorf("%w: %w", ErrOtherKey, err)
		}
		return nil
	case bot.NotFound:
		return s.engine.Write(ctx, func(q Querier) error {
			return (&Tx{q: q}).exec(ctx, "storing the data key's check",
				`INSERT INTO settings (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`,
				keyCheck, s.sealer().Seal(keyCheck, []byte("yiqun")))
		})
	}
	return err
}
