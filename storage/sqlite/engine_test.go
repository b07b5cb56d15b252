package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"yiqun/storage/group"
	"yiqun/storage/sqlstore"
)

var errNo = errors.New("no")

// testEngine is an engine with one table of its own.
func testEngine(t testing.TB) *engine {
	t.Helper()
	e, err := openEngine(t.Context(), "sqlite:"+t.TempDir()+"/yiqun.db", ready)
	require.NoError(t, err)
	require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error {
		_, err := q.Exec(t.Context(), "CREATE TABLE notes (name TEXT PRIMARY KEY, body BLOB)")
		return err
	}))
	return e
}

func add(ctx context.Context, q sqlstore.Querier, name string, size int) error {
	_, err := q.Exec(ctx, "INSERT INTO notes (name, body) VALUES ($1, $2)", name, make([]byte, size))
	return err
}

// notes lists what is committed.
func notes(t testing.TB, e *engine) []string {
	t.Helper()
	names := []string{}
	require.NoError(t, e.Read(t.Context(), func(q sqlstore.Querier) error {
		rows, err := q.Query(t.Context(), "SELECT name FROM notes ORDER BY name")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			names = append(names, name)
		}
		return rows.Err()
	}))
	return names
}

// crowd lets callers line up behind one that has the turn, then lets it go on. Each
// runs fn with its number, 0 for the first, and reports the batch it was in.
func crowd(t *testing.T, e *engine, n int, fn func(q sqlstore.Querier, i int) error) (batches []*group.Batch, errs []error) {
	t.Helper()
	batches, errs = make([]*group.Batch, n), make([]error, n)
	hold := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			errs[i] = e.Write(t.Context(), func(q sqlstore.Querier) error {
				if i == 0 {
					<-hold
				}
				batches[i] = e.writes.Current()
				return fn(q, i)
			})
		})
		synctest.Wait()
	}
	close(hold)
	wg.Wait()
	return batches, errs
}

func TestWhoWaitsSharesOneCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := testEngine(t)
		defer e.Close()
		batches, errs := crowd(t, e, group.Enough, func(q sqlstore.Querier, i int) error {
			require.NotContains(t, notes(t, e), "0", "nothing is committed before the last one")
			return errors.Join(add(t.Context(), q, fmt.Sprint(i), 10), map[bool]error{true: errNo}[i == 4])
		})
		for i, b := range batches {
			require.Same(t, batches[0], b)
			if i == 4 {
				require.ErrorIs(t, errs[i], errNo)
			} else {
				require.NoError(t, errs[i])
			}
		}
		require.Equal(t, []string{"0", "1", "2", "3", "5", "6", "7"}, notes(t, e))
	})
}

func TestALoneCallerDoesNotWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := testEngine(t)
		defer e.Close()
		start := time.Now()
		require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error { return add(t.Context(), q, "a", 1) }))
		require.Zero(t, time.Since(start), "no timer was waited for")
		require.Nil(t, e.writes.Current())
	})
}

func TestAnErrorIsNotToldBeforeTheCommit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := testEngine(t)
		defer e.Close()
		var told bool
		first, second := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() { // writes, and lets the second see it
			require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error {
				<-first
				return add(t.Context(), q, "a", 1)
			}))
		})
		synctest.Wait()
		wg.Go(func() { // is refused because of what the first wrote
			require.Error(t, e.Write(t.Context(), func(q sqlstore.Querier) error { return add(t.Context(), q, "a", 1) }))
			told = true
			require.Equal(t, []string{"a"}, notes(t, e))
		})
		synctest.Wait()
		wg.Go(func() { // keeps the batch open
			require.NoError(t, e.Write(t.Context(), func(sqlstore.Querier) error {
				<-second
				return nil
			}))
		})
		synctest.Wait()
		close(first)
		synctest.Wait()
		require.False(t, told)
		close(second)
		wg.Wait()
		require.True(t, told)
	})
}

func TestBatchesAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := testEngine(t)
		defer e.Close()
		batches, _ := crowd(t, e, group.Enough+2, func(sqlstore.Querier, int) error { return nil })
		require.Same(t, batches[0], batches[group.Enough-1])
		require.NotSame(t, batches[0], batches[group.Enough], "which runs while the first are committed")
		require.Same(t, batches[group.Enough], batches[group.Enough+1])

		batches, _ = crowd(t, e, 3, func(_ sqlstore.Querier, i int) error {
			if i == 0 {
				time.Sleep(group.BatchAge + 1) // virtual
			}
			return nil
		})
		require.NotSame(t, batches[0], batches[1], "who took long does not make others wait longer")
		require.Same(t, batches[1], batches[2])
	})
}

// nearlyFull lets the file grow by 20 pages more. The limit is the connection's, so
// whoever wants a full disk asks for it in the same transaction.
func nearlyFull(ctx context.Context, q sqlstore.Querier) error {
	var have int
	rows, err := q.Query(ctx, "PRAGMA page_count")
	if err != nil {
		return err
	}
	defer rows.Close()
	if rows.Next() {
		err = rows.Scan(&have)
	}
	if err := errors.Join(err, rows.Close()); err != nil {
		return err
	}
	_, err = q.Exec(ctx, fmt.Sprintf("PRAGMA max_page_count = %d", have+20))
	return err
}

func TestDiskFull(t *testing.T) {
	e := testEngine(t)
	defer e.Close()
	write := func(size int) error {
		return e.Write(t.Context(), func(q sqlstore.Querier) error {
			return errors.Join(nearlyFull(t.Context(), q), add(t.Context(), q, "small", 10), add(t.Context(), q, "large", size))
		})
	}
	err := write(1 << 20)
	full, ok := errors.AsType[*driver.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, sqlite3.SQLITE_FULL, full.Code())
	require.Empty(t, notes(t, e), "nothing is half-written")
	require.NoError(t, write(1<<10), "there is room for this one")
	require.Equal(t, []string{"large", "small"}, notes(t, e))
}

func TestOneThatFillsTheDiskDoesNotUndoItsNeighbours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := testEngine(t)
		defer e.Close()
		_, errs := crowd(t, e, 5, func(q sqlstore.Querier, i int) error {
			if i == 2 {
				return errors.Join(nearlyFull(t.Context(), q), add(t.Context(), q, "2", 1<<20))
			}
			return add(t.Context(), q, fmt.Sprint(i), 10)
		})
		for i, err := range errs {
			require.Equal(t, i == 2, err != nil, "caller %d: %v", i, err)
		}
		require.Equal(t, []string{"0", "1", "3", "4"}, notes(t, e))
	})
}

// TestALostBatchIsTakenApart loses the transaction under everybody, as SQLite does
// after an I/O error.
func TestALostBatchIsTakenApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := testEngine(t)
		defer e.Close()
		runs := make([]int, 4)
		_, errs := crowd(t, e, 4, func(q sqlstore.Querier, i int) error {
			runs[i]++
			err := add(t.Context(), q, fmt.Sprint(i), 10)
			if i == 2 {
				_, lose := q.Exec(t.Context(), "ROLLBACK")
				err = errors.Join(err, lose)
			}
			return err
		})
		for i, err := range errs {
			require.Equal(t, i == 2, err != nil, "caller %d: %v", i, err)
		}
		require.Equal(t, []int{2, 2, 2, 1}, runs, "the last came when the batch was over")
		require.Equal(t, []string{"0", "1", "3"}, notes(t, e))
	})
}

// TestACommitThatFails has one member whose writes only the COMMIT finds wrong; the
// transaction stays open after that.
func TestACommitThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := testEngine(t)
		defer e.Close()
		require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error {
			_, err := q.Exec(t.Context(),
				"CREATE TABLE replies (note TEXT REFERENCES notes (name) DEFERRABLE INITIALLY DEFERRED)")
			return err
		}))
		_, errs := crowd(t, e, 4, func(q sqlstore.Querier, i int) error {
			err := add(t.Context(), q, fmt.Sprint(i), 10)
			if i == 2 {
				_, orphan := q.Exec(t.Context(), "INSERT INTO replies (note) VALUES ('none')")
				err = errors.Join(err, orphan)
			}
			return err
		})
		for i, err := range errs {
			require.Equal(t, i == 2, err != nil, "caller %d: %v", i, err)
		}
		require.ErrorContains(t, errs[2], "FOREIGN KEY")
		require.Equal(t, []string{"0", "1", "3"}, notes(t, e))
		require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error { return add(t.Context(), q, "on", 1) }))
	})
}

func TestAPanicDoesNotUndoItsNeighbours(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := testEngine(t)
		defer e.Close()
		hold := make(chan struct{})
		var wg sync.WaitGroup
		for i := range 3 {
			wg.Go(func() {
				defer func() { require.Equal(t, i == 1, recover() != nil) }()
				require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error {
					if i == 0 {
						<-hold
					}
					require.NoError(t, add(t.Context(), q, fmt.Sprint(i), 10))
					if i == 1 {
						panic("boom")
					}
					return nil
				}))
			})
			synctest.Wait()
		}
		close(hold)
		wg.Wait()
		require.Equal(t, []string{"0", "2"}, notes(t, e))
	})
}

// TestCallersThatGiveUp lets callers be cancelled at any moment. Whoever was told
// of success is kept, nobody else is, and the line never stops.
func TestCallersThatGiveUp(t *testing.T) {
	e := testEngine(t)
	defer e.Close()
	var mu sync.Mutex
	want := map[string]bool{}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(1, uint64(i)))
			for k := range 40 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rnd.IntN(3000))*time.Microsecond)
				name := fmt.Sprintf("%d-%d", i, k)
				err := e.Write(ctx, func(q sqlstore.Querier) error {
					return errors.Join(add(ctx, q, name, 10), add(ctx, q, name+"'", 10))
				})
				cancel()
				if err == nil {
					mu.Lock()
					want[name], want[name+"'"] = true, true
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	require.Nil(t, e.writes.Current())
	require.True(t, e.writes.Idle())
	got := map[string]bool{}
	for _, name := range notes(t, e) {
		got[name] = true
	}
	require.Equal(t, want, got)
}

func TestClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := testEngine(t)
		hold := make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error {
				<-hold
				return add(t.Context(), q, "begun", 1)
			}))
		})
		synctest.Wait()
		wg.Go(func() { require.NoError(t, e.Close()) })
		synctest.Wait()
		wg.Go(func() {
			require.ErrorIs(t, e.Write(t.Context(), func(sqlstore.Querier) error { return nil }), group.ErrClosed)
		})
		synctest.Wait()
		close(hold)
		wg.Wait()
		require.NoError(t, e.Close(), "closing twice is no error")
		require.ErrorIs(t, e.Read(t.Context(), func(sqlstore.Querier) error { return nil }), group.ErrClosed)
	})
}

func TestSettings(t *testing.T) {
	e := testEngine(t)
	defer e.Close()
	ask := func(q sqlstore.Querier, pragma string) string {
		rows, err := q.Query(t.Context(), "PRAGMA "+pragma)
		require.NoError(t, err)
		defer rows.Close()
		require.True(t, rows.Next())
		var v string
		require.NoError(t, rows.Scan(&v))
		return strings.ToLower(v)
	}
	require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error {
		require.Equal(t, "wal", ask(q, "journal_mode"))
		require.Equal(t, "2", ask(q, "synchronous"), "FULL")
		require.Equal(t, "1", ask(q, "foreign_keys"))
		require.Equal(t, "1", ask(q, "secure_delete"))
		return nil
	}))
	require.NoError(t, e.Read(t.Context(), func(q sqlstore.Querier) error {
		require.Equal(t, "1", ask(q, "query_only"))
		return nil
	}))
}
