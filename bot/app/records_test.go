package app_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/storage/embedded"
	"yiqun/storage/migrations"
	"yiqun/storage/postgres"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// installation is a database with its key.
func installation(url string, key []byte) config.Config {
	return config.Config{
		DatabaseURL: config.Secret(url), DataKey: config.Secret(hex.EncodeToString(key)),
		BotName: "议群", Timezone: time.FixedZone("Asia/Shanghai", 8*3600),
	}
}

func newKey() []byte {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails
	return key
}

// live fills an installation with orders, and returns what opens more of them.
func live(t *testing.T, cfg config.Config, key []byte) (more func(n int)) {
	t.Helper()
	store, err := app.OpenStore(t.Context(), cfg.DatabaseURL.Reveal(), key)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	if _, kept := config.KeyFile(cfg); kept { // as serve does
		store.WatchKeys(func() ([]byte, error) { return config.DataKey(cfg, config.Disk{}, rand.Reader) })
	}
	set, err := procedure.Shipped()
	require.NoError(t, err)
	clock := bot.SystemClock{}
	svc := service.New(store, embedded.New(clock), clock, set, service.Config{BotName: cfg.BotName, Zone: cfg.Timezone, Random: rand.Reader})
	group := bot.Chat{Platform: bot.DingTalk, ID: "cid=="}
	asker := bot.Account{Platform: bot.DingTalk, User: "u1"}
	require.NoError(t, svc.Plant(t.Context(), service.Seed{
		Nodes: []string{"翠湖社区", "第三网格"}, Groups: []bot.Chat{group},
		People: []service.SeedPerson{{Name: "刘桂兰", Accounts: []bot.Account{asker}}},
	}))
	said := 0
	more = func(n int) {
		for range n {
			said++
			_, err := svc.Handle(t.Context(), bot.Event{
				ID: bot.EventID(fmt.Sprint(said)), Platform: bot.DingTalk, Chat: group, From: asker,
				Message: &bot.Message{Text: fmt.Sprintf("@议群 点单 第%d盏灯坏了", said)},
			})
			require.NoError(t, err)
		}
	}
	more(20)
	return more
}

func sqliteURL(t *testing.T) string { return "sqlite:" + filepath.Join(t.TempDir(), "yiqun.db") }

func TestBackupWhileRunningAndRestore(t *testing.T) {
	key := newKey()
	from := installation(sqliteURL(t), key)
	more := live(t, from, key)
	name := filepath.Join(t.TempDir(), "backup")
	done := make(chan struct{})
	go func() { defer close(done); more(50) }()
	saved, err := app.Backup(t.Context(), from, name)
	require.NoError(t, err)
	<-done
	require.GreaterOrEqual(t, saved.Rows["matters"], 20)
	info, err := os.Stat(name)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, err = app.Backup(t.Context(), from, name)
	require.Error(t, err, "nothing is overwritten")

	to := installation(sqliteURL(t), key)
	restored, err := app.Restore(t.Context(), to, name)
	require.NoError(t, err)
	require.Equal(t, saved.Digest, restored.Digest)
	r, err := app.Verify(t.Context(), to)
	require.NoError(t, err)
	require.Empty(t, r.Bad)
	require.Equal(t, saved.Rows["acts"], r.Acts)

	again := filepath.Join(t.TempDir(), "again")
	second, err := app.Backup(t.Context(), to, again)
	require.NoError(t, err)
	require.Equal(t, saved.Digest, second.Digest)
	one, two := unpacked(t, name), unpacked(t, again)
	require.Equal(t, withoutKeyCheck(one), withoutKeyCheck(two), "every row came back as it was")

	_, err = app.Restore(t.Context(), to, name)
	require.ErrorIs(t, err, sqlstore.ErrNotEmpty)
}

func unpacked(t *testing.T, name string) string {
	t.Helper()
	f, err := os.Open(name)
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	z, err := gzip.NewReader(f)
	require.NoError(t, err)
	all, err := io.ReadAll(z)
	require.NoError(t, err)
	return string(all)
}

// withoutKeyCheck drops the one row that each database makes for itself.
func withoutKeyCheck(dump string) (lines []string) {
	for line := range strings.Lines(dump) {
		if !strings.Contains(line, "key_check") {
			lines = append(lines, line)
		}
	}
	return lines
}

func TestRestoreRefuses(t *testing.T) {
	key := newKey()
	from := installation(sqliteURL(t), key)
	live(t, from, key)
	good := filepath.Join(t.TempDir(), "good")
	_, err := app.Backup(t.Context(), from, good)
	require.NoError(t, err)
	whole, err := os.ReadFile(good)
	require.NoError(t, err)

	refused := func(name string, key []byte, part string) {
		t.Helper()
		to := installation(sqliteURL(t), key)
		_, err := app.Restore(t.Context(), to, name)
		require.ErrorContains(t, err, part)
		if string(key) == "" {
			return
		}
		// Nothing half-written: the good one still finds it empty.
		if part != "another data key" {
			_, err = app.Restore(t.Context(), to, good)
			require.NoError(t, err)
		}
	}
	refused(good, newKey(), "another data key")
	for _, n := range []int{0, 10, len(whole) / 2, len(whole) - 1} {
		cut := filepath.Join(t.TempDir(), "cut")
		require.NoError(t, os.WriteFile(cut, whole[:n], 0o600))
		refused(cut, key, "damaged")
	}
	_, err = app.Restore(t.Context(), from, filepath.Join(t.TempDir(), "none"))
	require.ErrorIs(t, err, os.ErrNotExist)

	newer := filepath.Join(t.TempDir(), "newer")
	pack(t, newer, regexp.MustCompile(`"schema":\d+`).ReplaceAllString(unpacked(t, good), `"schema":99999`))
	refused(newer, key, "newer than this program")
}

// pack is the opposite of unpacked.
func pack(t *testing.T, name, text string) {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, err := z.Write([]byte(text))
	require.NoError(t, errors.Join(err, z.Close()))
	require.NoError(t, os.WriteFile(name, packed.Bytes(), 0o600))
}

// TestANewerDatabaseIsLeftAlone by every command: a backup of it would leave out what
// this program does not know.
func TestANewerDatabaseIsLeftAlone(t *testing.T) {
	key := newKey()
	cfg := installation(sqliteURL(t), key)
	store, err := app.OpenStore(t.Context(), cfg.DatabaseURL.Reveal(), key)
	require.NoError(t, err)
	require.NoError(t, store.Close())
	db, err := sqlite.Bare(cfg.DatabaseURL.Reveal())
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, TRUE)`)
	require.NoError(t, errors.Join(err, db.Close()))
	for name, do := range map[string]func() error{
		"serve":  func() error { _, err := app.OpenStore(t.Context(), cfg.DatabaseURL.Reveal(), key); return err },
		"verify": func() error { _, err := app.Verify(t.Context(), cfg); return err },
		"backup": func() error { _, err := app.Backup(t.Context(), cfg, filepath.Join(t.TempDir(), "b")); return err },
		"up":     func() error { _, err := app.Migrations(t.Context(), cfg, true); return err },
	} {
		err := do()
		require.ErrorIs(t, err, migrations.ErrNew, name)
		require.Contains(t, app.Plain(err), "请换上新版的程序", name)
	}
}

func TestBackupOfNothingMakesNothing(t *testing.T) {
	dir := t.TempDir()
	cfg := installation("sqlite:"+filepath.Join(dir, "slip.db"), newKey())
	cfg.DataKey = ""
	_, err := app.Backup(t.Context(), cfg, filepath.Join(dir, "b"))
	require.ErrorIs(t, err, os.ErrNotExist)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

// A command run in the wrong folder says so, and leaves nothing behind.
func TestVerifyOfNothingMakesNothing(t *testing.T) {
	url := sqliteURL(t)
	_, err := app.Verify(t.Context(), installation(url, newKey()))
	require.ErrorContains(t, err, "没有找到数据库")
	require.NoFileExists(t, strings.TrimPrefix(url, "sqlite:"))
}

func TestMigrations(t *testing.T) {
	key := newKey()
	cfg := installation(sqliteURL(t), key)
	_, err := app.Migrations(t.Context(), cfg, false)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "没有找到数据库")
	live(t, cfg, key)
	steps, err := app.Migrations(t.Context(), cfg, false)
	require.NoError(t, err)
	require.NotEmpty(t, steps)
	for _, s := range steps {
		require.True(t, s.Applied, s.Name)
		require.Regexp(t, "CREATE |ALTER TABLE |DROP INDEX ", s.SQL, s.Name)
		require.NotContains(t, s.SQL, "DROP TABLE")
	}
}

func TestMoveToPostgres(t *testing.T) {
	key := newKey()
	from := installation(sqliteURL(t), key)
	live(t, from, key)
	to := storagetest.Schema(t)
	target := installation(to, key)
	steps, err := app.Migrations(t.Context(), target, false)
	require.NoError(t, err)
	require.False(t, steps[0].Applied, "looking changes nothing")
	moved, err := app.Move(t.Context(), from, from.DatabaseURL.Reveal(), to)
	require.NoError(t, err)
	require.Equal(t, moved.From.Digest, moved.To.Digest)
	require.Equal(t, 20, moved.To.Rows["matters"])
	require.Empty(t, moved.Report.Bad)
	require.Equal(t, 20, moved.Report.Matters)

	// And back, through a file: one format for both.
	name := filepath.Join(t.TempDir(), "backup")
	_, err = app.Backup(t.Context(), target, name)
	require.NoError(t, err)
	back := installation(sqliteURL(t), key)
	sum, err := app.Restore(t.Context(), back, name)
	require.NoError(t, err)
	require.Equal(t, moved.From, sum)
	_, err = app.Restore(t.Context(), target, name)
	require.ErrorIs(t, err, sqlstore.ErrNotEmpty)
	require.Contains(t, app.Plain(err), "已经有记录")

	db, err := postgres.Bare(to)
	require.NoError(t, err)
	_, err = db.ExecContext(t.Context(), `DELETE FROM goose_db_version WHERE version_id = (SELECT MAX(version_id) FROM goose_db_version)`)
	require.NoError(t, errors.Join(err, db.Close()))
	_, err = app.Move(t.Context(), from, from.DatabaseURL.Reveal(), to)
	require.ErrorIs(t, err, migrations.ErrOld, "records of an older program are their owner's to migrate")
	require.Contains(t, app.Plain(err), "yiqun migrate up")
}
