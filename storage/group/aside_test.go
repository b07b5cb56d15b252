package group

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"yiqun/storage/sqlstore"
)

// slow is a script whose commits wait to be let through, until that channel is closed.
type slow struct {
	script
	mu      sync.Mutex
	commits chan error
	version int64
}

func (s *slow) Exec(ctx context.Context, query string, args ...any) (int64, error) {
	if query == "COMMIT" {
		if err := <-s.commits; err != nil {
			return 0, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.script.Exec(ctx, query, args...)
}

func (s *slow) has() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.ran)
}

// besides reads beside a slow script.
type besides struct {
	slow *slow
	ran  []string
}

func (b *besides) Begin(context.Context) error { b.ran = append(b.ran, "begin"); return nil }
func (b *besides) End(context.Context) error   { b.ran = append(b.ran, "end"); return nil }
func (b *besides) Query(_ context.Context, query string, _ ...any) (sqlstore.Rows, error) {
	b.ran = append(b.ran, query)
	if strings.Contains(query, "bad") {
		return nil, errBad
	}
	return nil, nil
}
func (b *besides) Version(context.Context, Conn) (int64, error) { return b.slow.version, nil }
func (b *besides) Due(Conn) bool                                { return false }
func (b *besides) Rest(context.Context, Conn)                   {}

func newSlow() (*Writer, *slow, *besides) {
	s := &slow{commits: make(chan error)}
	b := &besides{slow: s}
	return NewWriter(s, "BEGIN").Beside(b), s, b
}

// command asks and then writes, and counts how often it ran.
func command(w *Writer, ask, write string, runs *int) error {
	return w.Write(context.Background(), func(q sqlstore.Querier) error {
		*runs++
		if ask != "" {
			if _, err := q.Ask(context.Background(), "", ask); err != nil {
				return err
			}
		}
		return q.Later(context.Background(), sqlstore.Write{Query: write})
	})
}

func TestAside(t *testing.T) {
	for name, c := range map[string]struct {
		ask         string
		first       error // what comes of the first commit
		foreign     bool  // another program writes meanwhile
		early       bool  // it runs while the first is being committed
		runs        int
		aside, then []string
	}{
		"what the commit does not change is read meanwhile": {
			ask: "SELECT x FROM b", early: true, runs: 1,
			aside: []string{"begin", "SELECT x FROM b", "end"},
			then:  []string{"BEGIN", "INSERT INTO c (x)", "COMMIT"},
		},
		"what it changes is read after it": {
			ask: "SELECT x FROM tea", early: true, runs: 1,
			aside: []string{"begin", "end"},
			then:  []string{"BEGIN", "SELECT x FROM tea", "INSERT INTO c (x)", "COMMIT"},
		},
		"a commit that comes to nothing takes along who came after": {
			ask: "SELECT x FROM b", first: errBad, early: true, runs: 2,
			aside: []string{"begin", "SELECT x FROM b", "end"},
			then:  []string{"reset", "BEGIN", "SELECT x FROM b", "INSERT INTO c (x)", "COMMIT"},
		},
		"so does another program that writes": {
			ask: "SELECT x FROM b", foreign: true, early: true, runs: 2,
			aside: []string{"begin", "SELECT x FROM b", "end"},
			then:  []string{"BEGIN", "reset", "BEGIN", "SELECT x FROM b", "INSERT INTO c (x)", "COMMIT"},
		},
		"what cannot be read aside is read alone": {
			ask: "SELECT bad FROM b", early: true, runs: 2,
			aside: []string{"begin", "SELECT bad FROM b", "end"},
			then:  []string{"BEGIN", "SELECT bad FROM b", "reset"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, s, b := newSlow()
				var first, second error
				var once, runs int
				var wg sync.WaitGroup
				wg.Go(func() { first = command(w, "", "INSERT INTO tea (x)", &once) })
				synctest.Wait()
				require.Equal(t, []string{"BEGIN", "INSERT INTO tea (x)"}, s.has(), "it is being committed")
				wg.Go(func() { second = command(w, c.ask, "INSERT INTO c (x)", &runs) })
				synctest.Wait()
				require.Equal(t, c.early, runs == 1)
				require.Equal(t, []string{"BEGIN", "INSERT INTO tea (x)"}, s.has(), "and nobody else uses the connection")

				before := len(s.has())
				if c.foreign {
					s.version++
				}
				s.commits <- c.first
				if c.first == nil {
					before++
				}
				close(s.commits)
				wg.Wait()
				require.ErrorIs(t, first, c.first)
				require.Equal(t, strings.Contains(c.ask, "bad"), second != nil, "%v", second)
				require.Equal(t, c.runs, runs)
				require.Equal(t, c.aside, b.ran)
				require.Equal(t, c.then, s.has()[before:])
			})
		})
	}
}

// TestNobodyIsToldBeforeTheCommitBefore: what was read aside rests on what is being
// committed, so also who only reads waits for it.
func TestNobodyIsToldBeforeTheCommitBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s, _ := newSlow()
		var wg sync.WaitGroup
		var runs int
		told := false
		wg.Go(func() { require.NoError(t, command(w, "", "INSERT INTO tea (x)", &runs)) })
		synctest.Wait()
		wg.Go(func() {
			err := w.Write(t.Context(), func(q sqlstore.Querier) error {
				_, err := q.Query(t.Context(), "SELECT x FROM b")
				return errors.Join(err, errBad)
			})
			require.ErrorIs(t, err, errBad)
			told = true
		})
		synctest.Wait()
		require.False(t, told)
		s.commits <- nil
		s.commits <- nil
		wg.Wait()
		require.True(t, told)
	})
}

// TestEnoughAreCommittedThoughOthersWait: the rest run meanwhile, and are one batch.
func TestEnoughAreCommittedThoughOthersWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, s, _ := newSlow()
		hold := make(chan struct{})
		var wg sync.WaitGroup
		var mu sync.Mutex
		ran := 0
		for i := range 2*Enough + 1 {
			wg.Go(func() {
				require.NoError(t, w.Write(t.Context(), func(q sqlstore.Querier) error {
					if i == 0 {
						<-hold
					}
					mu.Lock()
					defer mu.Unlock()
					ran++
					return q.Later(t.Context(), sqlstore.Write{Query: fmt.Sprintf("INSERT INTO tea (x%d)", i)})
				}))
			})
			synctest.Wait()
		}
		close(hold)
		synctest.Wait()
		require.Equal(t, 2*Enough+1, ran)
		require.Len(t, s.has(), 1+Enough, "some are being committed")
		close(s.commits)
		wg.Wait()
		require.Len(t, s.has(), 2*Enough+1+2*2, "in two transactions")
	})
}

// TestBatchesAreBounded where nobody reads aside.
func TestBatchesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewWriter(&script{}, "BEGIN")
		batches := make([]*Batch, BatchSize+2)
		hold := make(chan struct{})
		var wg sync.WaitGroup
		for i := range batches {
			wg.Go(func() {
				require.NoError(t, w.Write(t.Context(), func(sqlstore.Querier) error {
					if i == 0 {
						<-hold
					}
					batches[i] = w.Current()
					return nil
				}))
			})
			synctest.Wait()
		}
		close(hold)
		wg.Wait()
		require.Same(t, batches[0], batches[BatchSize-1])
		require.NotSame(t, batches[0], batches[BatchSize])
		require.Same(t, batches[BatchSize], batches[BatchSize+1])
	})
}

// TestKnown: what was kept is recalled until a write may have changed it, whether that
// is pending, committed, or another program's.
func TestKnown(t *testing.T) {
	const tea, milk = "SELECT x FROM tea", "SELECT x FROM milk"
	w, s, _ := newSlow()
	close(s.commits)
	do := func(fn func(q sqlstore.Querier)) {
		require.NoError(t, w.Write(t.Context(), func(q sqlstore.Querier) error { fn(q); return nil }))
	}
	recalls := func(q sqlstore.Querier, query string) bool {
		v, ok := q.Recall(query, "green")
		return ok && v == 7
	}
	keep := func(q sqlstore.Querier) { q.Keep(tea, "green", 7); q.Keep(milk, "green", 7) }
	write := sqlstore.Write{Query: "UPDATE tea SET x = 1"}

	do(keep)
	do(func(q sqlstore.Querier) {
		_, other := q.Recall(tea, "black")
		require.False(t, other)
		require.True(t, recalls(q, tea))
		require.NoError(t, q.Later(t.Context(), write))
		require.False(t, recalls(q, tea), "it is about to be changed")
		require.True(t, recalls(q, milk))
		q.Keep(tea, "green", 7) // and means nothing now
	})
	do(func(q sqlstore.Querier) {
		require.False(t, recalls(q, tea), "it was changed")
		require.True(t, recalls(q, milk))
		keep(q)
	})
	require.Error(t, w.Write(t.Context(), func(q sqlstore.Querier) error {
		_, err := q.Exec(t.Context(), write.Query)
		return errors.Join(err, errBad)
	}))
	do(func(q sqlstore.Querier) { require.False(t, recalls(q, tea), "perhaps it was changed"); keep(q) })
	s.version++
	do(func(q sqlstore.Querier) {
		require.False(t, recalls(q, tea), "another program wrote")
		require.False(t, recalls(q, milk))
		for i := range knownMost + 1 {
			q.Keep(milk, fmt.Sprint(i), i)
		}
	})
	require.LessOrEqual(t, w.known.size, knownMost)

	alone := NewWriter(&script{}, "BEGIN") // perhaps one of several instances
	for range 2 {
		require.NoError(t, alone.Write(t.Context(), func(q sqlstore.Querier) error {
			require.False(t, recalls(q, tea))
			keep(q)
			return nil
		}))
	}
}
