package sqlstore

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/storage/migrations"
)

// TestEveryTableIsCarried compares what a backup holds with what the migrations
// make: a table or column that is added later must not be left behind.
func TestEveryTableIsCarried(t *testing.T) {
	kinds := map[string]kind{"TEXT": text, "INTEGER": number, "BOOLEAN": truth, "BLOB": bytea}
	want := map[string]map[string]kind{}
	files := migrations.Files(migrations.SQLite)
	names, err := fs.Glob(files, "*.sql")
	require.NoError(t, err)
	for _, name := range names {
		source, err := fs.ReadFile(files, name)
		require.NoError(t, err)
		up, _, _ := strings.Cut(string(source), "-- +goose Down")
		added := regexp.MustCompile(`(?m)^ALTER TABLE (\w+) ADD COLUMN (\w+) (TEXT|INTEGER|BOOLEAN|BLOB)\b.*;$`).FindAllStringSubmatch(up, -1)
		require.Len(t, added, strings.Count(up, "ALTER TABLE"), "teach this test to read it")
		for _, made := range regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\)`).FindAllStringSubmatch(up, -1) {
			want[made[1]] = map[string]kind{}
			for _, col := range regexp.MustCompile(`(?m)^ {4}(\w+) +(TEXT|INTEGER|BOOLEAN|BLOB)\b`).FindAllStringSubmatch(made[2], -1) {
				want[made[1]][col[1]] = kinds[col[2]]
			}
		}
		for _, a := range added {
			want[a[1]][a[2]] = kinds[a[3]]
		}
	}
	require.NotEmpty(t, want)
	delete(want, "leases") // of running instances
	have := map[string]map[string]kind{}
	for _, t := range tables {
		have[t.name] = map[string]kind{}
		for _, c := range t.columns {
			have[t.name][c.name] = c.kind
		}
	}
	require.Equal(t, want, have)
}
