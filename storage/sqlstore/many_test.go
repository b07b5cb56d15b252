package sqlstore

import (
	"database/sql"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // whose plans are looked at

	"yiqun/storage/migrations"
)

// TestManyAreLookedUp: one statement that changes many rows looks each of them up. With
// more rows than any engine asks for SQLite reads the whole table instead.
func TestManyAreLookedUp(t *testing.T) {
	db, err := sql.Open("sqlite", filepath.Join(t.TempDir(), "plans.db"))
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	require.NoError(t, migrations.Up(t.Context(), migrations.SQLite, db))
	for table, many := range map[string]func(int) string{"reminders": movedMany, "notices": settledMany, "outbox": sentMany} {
		for _, n := range []int{4, 16, 64} {
			steps := planOf(t, db, many(n))
			require.Contains(t, steps, "SEARCH "+table+" USING INDEX", "%d rows", n)
			require.NotContains(t, steps, "SCAN "+table)
		}
	}
}

var mark = regexp.MustCompile(`\$\d+`)

// planOf is how SQLite would carry out a statement, a line for each step.
func planOf(t *testing.T, db *sql.DB, query string) string {
	rows, err := db.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+mark.ReplaceAllString(query, "NULL"))
	require.NoError(t, err)
	defer func() { require.NoError(t, rows.Close()) }()
	var steps []string
	for rows.Next() {
		var id, parent, unused int
		var step string
		require.NoError(t, rows.Scan(&id, &parent, &unused, &step))
		steps = append(steps, step)
	}
	require.NoError(t, rows.Err())
	return strings.Join(steps, "\n")
}
