package merge

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // whose foreign keys are looked at

	"yiqun/storage/migrations"
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

// mustAdd is a matter that is not there yet.
func mustAdd(id string) sqlstore.Write {
	return sqlstore.Write{Query: matter, Args: []any{id}, Missed: errors.New("it is there")}
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
		"a row that must be new is not put together with one that may be there": {
			[]sqlstore.Write{write(matter, "1"), mustAdd("2"), mustAdd("3"), mustAdd("4"), mustAdd("5"), write(matter, "6")},
			[]run{{matter, 1}, {matter, 4}, {matter, 1}},
		},
		"nor past what looks at other tables": {
			[]sqlstore.Write{write(matter, "1"), write(tidy), write(matter, "2")},
			[]run{{matter, 1}, {tidy, 1}, {matter, 1}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := New(256)
			var got []run
			for _, s := range m.Merge(c.writes) {
				r := run{s.Writes[0].Query, len(s.Writes)}
				require.Equal(t, m.text(s.Writes[0], r.rows, len(s.Args)/r.rows), s.Query)
				var args []any
				for _, w := range s.Writes {
					args = append(args, w.Args...)
				}
				require.Equal(t, args, s.Args)
				got = append(got, r)
			}
			require.Equal(t, c.want, got)
		})
	}
}

func TestMergedText(t *testing.T) {
	require.Equal(t,
		"INSERT INTO acts (matter, seq)\n\tVALUES ($1, $2), ($3, $4), ($5, $6), ($7, $8) ",
		New(256).text(write(act), 4, 2))
	var writes []sqlstore.Write
	for i := range 90 {
		writes = append(writes, write(act, fmt.Sprint(i), 1))
	}
	var rows []int
	for _, s := range New(256).Merge(writes) {
		rows = append(rows, len(s.Writes))
	}
	require.Equal(t, []int{64, 16, 4, 4, 1, 1}, rows, "few texts serve any number")
}

func TestOneMissIsAMiss(t *testing.T) {
	missed := errors.New("missed")
	w := sqlstore.Write{Missed: missed}
	s := Statement{Writes: []sqlstore.Write{w, w}}
	require.NoError(t, s.Outcome(2, nil))
	require.Equal(t, missed, s.Outcome(1, nil))
}

// TestParents: a row that refers to another must be known to, or it might come first.
func TestParents(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "merge.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	require.NoError(t, migrations.Up(t.Context(), migrations.SQLite, db))
	rows, err := db.QueryContext(t.Context(), `
		SELECT DISTINCT t.name, f."table" FROM sqlite_schema t JOIN pragma_foreign_key_list(t.name) f WHERE t.type = 'table'`)
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	found := map[string]string{}
	for rows.Next() {
		var child, parent string
		require.NoError(t, rows.Scan(&child, &parent))
		require.NotContains(t, found, child, "a table refers to two others")
		found[child] = parent
	}
	require.NoError(t, rows.Err())
	require.Equal(t, parents, found)
	require.NotEmpty(t, found)
}
