package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/storage/sqlstore"
)

// amount reads one number.
func amount(ctx context.Context, q sqlstore.Querier, query string, args ...any) (n int, err error) {
	rows, err := q.Query(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	if rows.Next() {
		err = rows.Scan(&n)
	}
	return n, errors.Join(err, rows.Err(), rows.Close())
}

// TestManyAtOnceSeeEachOther has many move money between three purses, whoever reads
// aside too: nobody may move what another has moved already, so nothing is ever made
// or lost, and every move that was told of is there.
func TestManyAtOnceSeeEachOther(t *testing.T) {
	e := testEngine(t)
	defer e.Close()
	require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error {
		_, err := q.Exec(t.Context(), "CREATE TABLE purses (name TEXT PRIMARY KEY, has INTEGER CHECK (has >= 0))")
		if err != nil {
			return err
		}
		_, err = q.Exec(t.Context(), "CREATE TABLE moves (name TEXT PRIMARY KEY)")
		return errors.Join(err, sqlstore.Run(t.Context(), q, sqlstore.Write{Query: "INSERT INTO purses (name, has) VALUES ('0', 40), ('1', 40), ('2', 40)"}))
	}))
	var mu sync.Mutex
	told := 0
	var wg sync.WaitGroup
	for i := range 24 {
		wg.Go(func() {
			rnd := rand.New(rand.NewPCG(7, uint64(i)))
			for k := range 25 {
				from, to, name := rnd.IntN(3), rnd.IntN(3), fmt.Sprintf("%d-%d", i, k)
				asks, refuses := rnd.IntN(3), rnd.IntN(8) == 0
				err := e.Write(t.Context(), func(q sqlstore.Querier) error {
					for range asks { // others read what nobody changes
						if _, err := amount(t.Context(), q, "SELECT COUNT(*) FROM notes"); err != nil {
							return err
						}
					}
					if asks == 0 {
						return q.Later(t.Context(), sqlstore.Write{Query: "INSERT INTO moves (name) VALUES ($1)", Args: []any{name}})
					}
					has, err := amount(t.Context(), q, "SELECT has FROM purses WHERE name = $1", fmt.Sprint(from))
					if err != nil {
						return err
					}
					other, err := amount(t.Context(), q, "SELECT has FROM purses WHERE name = $1", fmt.Sprint(to))
					if err != nil || from == to || has == 0 {
						return errors.Join(err, errNo)
					}
					if refuses {
						return errNo
					}
					return errors.Join(
						q.Later(t.Context(), sqlstore.Write{Query: "UPDATE purses SET has = $1 WHERE name = $2", Args: []any{has - 1, fmt.Sprint(from)}}),
						q.Later(t.Context(), sqlstore.Write{Query: "UPDATE purses SET has = $1 WHERE name = $2", Args: []any{other + 1, fmt.Sprint(to)}}),
						q.Later(t.Context(), sqlstore.Write{Query: "INSERT INTO moves (name) VALUES ($1)", Args: []any{name}}),
					)
				})
				if err == nil {
					mu.Lock()
					told++
					mu.Unlock()
				}
			}
		})
	}
	wg.Wait()
	require.NoError(t, e.Read(t.Context(), func(q sqlstore.Querier) error {
		sum, err := amount(t.Context(), q, "SELECT SUM(has) FROM purses")
		require.NoError(t, err)
		require.Equal(t, 120, sum)
		moves, err := amount(t.Context(), q, "SELECT COUNT(*) FROM moves")
		require.Equal(t, told, moves)
		return err
	}))
}

// TestVersion: another program that writes is noticed, as an import beside a running
// bot is.
func TestVersion(t *testing.T) {
	e := testEngine(t)
	defer e.Close()
	other := newSession(e.reader)
	defer func() { require.NoError(t, other.Reset()) }()
	_, err := other.Exec(t.Context(), "PRAGMA query_only = 0")
	require.NoError(t, err)
	version := func() int64 {
		v, err := e.beside.Version(t.Context(), e.writing)
		require.NoError(t, err)
		return v
	}
	had := version()
	require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error { return add(t.Context(), q, "ours", 1) }))
	require.Equal(t, had, version(), "what we write ourselves is no news")
	_, err = other.Exec(t.Context(), "INSERT INTO notes (name) VALUES ('theirs')")
	require.NoError(t, err)
	require.NotEqual(t, had, version())
}

// TestRest: after enough was written the log is moved into the database, and starts
// again from its beginning.
func TestRest(t *testing.T) {
	e := testEngine(t)
	defer e.Close()
	had := e.beside.rested
	for i := 0; e.beside.rested == had; i++ {
		require.Less(t, i, 3)
		e.writing.written.Add(restAfter / 2)
		require.NoError(t, e.Write(t.Context(), func(q sqlstore.Querier) error {
			return add(t.Context(), q, fmt.Sprint(i), 100)
		}))
	}
	require.False(t, e.beside.Due(e.writing))
	rows, err := e.writing.Query(t.Context(), "PRAGMA wal_checkpoint(PASSIVE)")
	require.NoError(t, err)
	defer rows.Close()
	var busy, log, moved int
	require.True(t, rows.Next())
	require.NoError(t, rows.Scan(&busy, &log, &moved))
	require.Equal(t, log, moved)
}
