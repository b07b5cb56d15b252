package migrations_test

import (
	"database/sql"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite"

	"yiqun/storage/migrations"
)

func files(t *testing.T, d migrations.Dialect) map[string]string {
	t.Helper()
	names, err := fs.Glob(migrations.Files(d), "*.sql")
	require.NoError(t, err)
	out := map[string]string{}
	for _, name := range names {
		b, err := fs.ReadFile(migrations.Files(d), name)
		require.NoError(t, err)
		out[name] = string(b)
	}
	return out
}

// TestTwins translates each SQLite file by the few words in which the dialects
// differ, and wants the PostgreSQL file.
func TestTwins(t *testing.T) {
	postgres := files(t, migrations.Postgres)
	sqlite := files(t, migrations.SQLite)
	require.Len(t, postgres, len(sqlite))
	for name, text := range sqlite {
		for _, word := range []struct{ from, to string }{
			{`\bBLOB\b`, "BYTEA"},
			{`\bINTEGER\b`, "BIGINT"},
			{`\bTEXT\b`, `TEXT COLLATE "C"`}, // SQLite compares bytes; so must the other
			{`\) WITHOUT ROWID;`, ");"},
		} {
			text = regexp.MustCompile(word.from).ReplaceAllString(text, word.to)
		}
		require.Equal(t, squeeze(text), squeeze(postgres[name]), name)
	}
}

// squeeze makes runs of spaces one, since columns are aligned by hand.
func squeeze(s string) string { return regexp.MustCompile(` +`).ReplaceAllString(s, " ") }

func TestEachFileSaysWhatItIsCompatibleWith(t *testing.T) {
	for name, text := range files(t, migrations.SQLite) {
		require.Regexp(t, `^-- v\d+.*: `, strings.SplitN(text, "\n", 2)[0], name)
	}
}

func TestUpAndDown(t *testing.T) {
	db, err := sql.Open("sqlite", "file:"+t.TempDir()+"/m.db")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	db.SetMaxOpenConns(1)
	tables := func() (n int) {
		require.NoError(t, db.QueryRowContext(t.Context(),
			`SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'goose_db_version'`,
		).Scan(&n))
		return n
	}
	require.NoError(t, migrations.Up(t.Context(), migrations.SQLite, db))
	have := tables()
	require.NotZero(t, have)
	require.NoError(t, migrations.Up(t.Context(), migrations.SQLite, db), "twice is once")

	p, err := migrations.Provider(migrations.SQLite, db)
	require.NoError(t, err)
	version, err := p.GetDBVersion(t.Context())
	require.NoError(t, err)
	require.Equal(t, migrations.Newest(migrations.SQLite), version)
	_, err = p.DownTo(t.Context(), 0)
	require.NoError(t, err)
	require.Zero(t, tables())
	require.NoError(t, migrations.Up(t.Context(), migrations.SQLite, db))
	require.Equal(t, have, tables())
}
