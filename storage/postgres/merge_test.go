package postgres

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/storage/storagetest"

	"yiqun/storage/sqlstore"
)

func write(query string, args ...any) sqlstore.Write { return sqlstore.Write{Query: query, Args: args} }

const (
	matter  = "INSERT INTO matters (id, version) VALUES ($1, 1) ON CONFLICT (id) DO NOTHING"
	act     = "\n\tINSERT INTO acts (matter, seq)\n\tVALUES ($1, $2)"
	counter = "INSERT INTO counters (series, last) VALUES ($1, $2) ON CONFLICT (series) DO UPDATE SET last = excluded.last"
	move    = "UPDATE matters SET version = $2 WHERE id = $1"
	settle  = "UPDATE outbox SET state = $2 WHERE id = $1"
	tidy    = "DELETE FROM counters WHERE series NOT IN (SELECT series FROM matters)"
)

// settled is a write for which there is a text for many.
func settled(id string) sqlstore.Write {
	return sqlstore.Write{
		Query: settle, Args: []any{id, "sent"},
		Many: func(n int) string { return fmt.Sprintf("UPDATE outbox, %d of them", n) },
	}
}

func TestMerge(t *testing.T) {
	type run struct {
		query string
		rows  int
	}
	for name, c := range map[string]struct {
		writes []sqlstore.Write
		want   []run
	}{
		"rows of one table go together, those they refer to first": {
			[]sqlstore.Write{
				write(counter, "a", 1), write(matter, "1"), write(act, "1", 1),
				write(counter, "a", 2), write(matter, "2"), write(act, "2", 1),
				write(matter, "3"), write(act, "3", 1), write(matter, "4"), write(act, "4", 1),
			},
			[]run{{counter, 1}, {matter, 4}, {act, 4}, {counter, 1}},
		},
		"no row moves past a change of its table": {
			[]sqlstore.Write{write(matter, "1"), write(move, "1", 2), write(matter, "2"), write(matter, "3"), write(matter, "4"), write(matter, "5")},
			[]run{{matter, 1}, {move, 1}, {matter, 4}},
		},
		"nor before what it refers to": {
			[]sqlstore.Write{write(act, "0", 2), write(matter, "1"), write(act, "1", 1), write(act, "1", 2), write(act, "1", 3), write(act, "1", 4)},
			[]run{{act, 1}, {matter, 1}, {act, 4}},
		},
		"changes of rows go together where it is known how, but never two of one row": {
			[]sqlstore.Write{settled("1"), write(matter, "1"), settled("2"), settled("3"), settled("4"), settled("2"), settled("5")},
			[]run{{settle, 4}, {matter, 1}, {settle, 1}, {settle, 1}},
		},
		"nor past what looks at other tables": {
			[]sqlstore.Write{write(matter, "1"), write(tidy), write(matter, "2")},
			[]run{{matter, 1}, {tidy, 1}, {matter, 1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMerger()
			var got []run
			for _, s := range m.merge(c.writes) {
				r := run{s.writes[0].Query, len(s.writes)}
				require.Equal(t, m.text(s.writes[0], r.rows, len(s.args)/r.rows), s.query)
				var args []any
				for _, w := range s.writes {
					args = append(args, w.Args...)
				}
				require.Equal(t, args, s.args)
				got = append(got, r)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestMergedText(t *testing.T) {
	require.Equal(t,
		"INSERT INTO acts (matter, seq)\n\tVALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8) ",
		newMerger().text(write(act), 4, 2))
	var writes []sqlstore.Write
	for i := range 90 {
		writes = append(writes, write(act, fmt.Sprint(i), 1))
	}
	var rows []int
	for _, s := range newMerger().merge(writes) {
		rows = append(rows, len(s.writes))
	}
	require.Equal(t, []int{64, 16, 4, 4, 1, 1}, rows, "few texts serve any number")
}

func TestOneMissIsAMiss(t *testing.T) {
	missed := errors.New("missed")
	w := sqlstore.Write{Missed: missed}
	s := statement{writes: []sqlstore.Write{w, w}}
	require.NoError(t, s.outcome(2, nil))
	require.Equal(t, missed, s.outcome(1, nil))
}

// TestParents: a row that refers to another must be known to, or it might come first.
func TestParents(t *testing.T) {
	url := storagetest.Schema(t)
	require.NoError(t, Migrate(t.Context(), url))
	e, err := openEngine(t.Context(), url)
	require.NoError(t, err)
	defer func() { require.NoError(t, e.Close()) }()
	rows, err := e.db.QueryContext(t.Context(), `
		SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
		WHERE contype = 'f' AND connamespace = current_schema::regnamespace`)
	require.NoError(t, err)
	defer rows.Close()
	found := map[string]string{}
	for rows.Next() {
		var child, parent string
		require.NoError(t, rows.Scan(&child, &parent))
		require.NotContains(t, found, child, "a table refers to two others")
		found[child] = parent
	}
	require.NoError(t, rows.Err())
	require.Equal(t, parents, found)
	require.NotEmpty(t, slices.Collect(maps.Keys(found)))
}
