package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/bot/service"
	"yiqun/storage/group"
	"yiqun/storage/sqlstore"
)

func mark(ctx context.Context, s service.Store, id bot.EventID) error {
	return s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		return tx.MarkHandled(ctx, bot.WeCom, id, time.Now(), nil)
	})
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "text.db"), []byte("not a database, but a longer text"), 0o600))
	for name, c := range map[string]struct {
		url  string
		key  []byte
		want string
	}{
		"another scheme":  {"postgres://h/db", key, "sqlite:yiqun.db"},
		"no file":         {"sqlite:", key, "sqlite:yiqun.db"},
		"no folder":       {"sqlite:" + dir + "/none/yiqun.db", key, "no such file"},
		"a short key":     {"sqlite:" + dir + "/yiqun.db", key[1:], "32 bytes"},
		"not a database":  {"sqlite:" + dir + "/text.db", key, "not a database"},
		"a folder itself": {"sqlite:" + dir, key, "unable to open"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), c.url, c.key)
			require.ErrorContains(t, err, c.want)
			require.Equal(t, bot.Internal, bot.CodeOf(err))
		})
	}
}

func TestOpenRefusesAnotherKey(t *testing.T) {
	url := "sqlite:" + t.TempDir() + "/yiqun.db"
	s, err := Open(t.Context(), url, key)
	require.NoError(t, err)
	require.NoError(t, s.Close())
	_, err = Open(t.Context(), url, bytes.Repeat([]byte{8}, sqlstore.KeySize))
	require.ErrorContains(t, err, "data key")
	openStore(t, url)
}

func TestOddPaths(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "议群 a?b#c%20d.db")
	s := openStore(t, "sqlite:"+path)
	require.NoError(t, mark(t.Context(), s, "e"))
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "the records are nobody else's to read")
	info, err = os.Stat(path + "-wal")
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())

	t.Chdir(dir)
	require.NoError(t, openStore(t, "sqlite:plain.db").Ping(t.Context()))
	require.FileExists(t, filepath.Join(dir, "plain.db"))
}

func TestMemoryLeavesNothing(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	s, err := Open(t.Context(), "sqlite::memory:", key)
	require.NoError(t, err)
	other := openStore(t, "sqlite::memory:")
	require.NoError(t, mark(t.Context(), s, "e"))
	require.NoError(t, mark(t.Context(), other, "e"), "each is its own")
	require.NoError(t, s.Close())
	left, err := os.ReadDir(tmp)
	require.NoError(t, err)
	require.Len(t, left, 1, "the other is still open")
}

// cramped is an engine on a disk that is nearly full.
type cramped struct{ *engine }

func (c cramped) Write(ctx context.Context, fn func(sqlstore.Querier) error) error {
	return c.engine.Write(ctx, func(q sqlstore.Querier) error { return errors.Join(nearlyFull(ctx, q), fn(q)) })
}

func TestErrorsOfTheDatabaseHaveCodeAndChain(t *testing.T) {
	e, err := openEngine(t.Context(), "sqlite:"+t.TempDir()+"/yiqun.db", ready)
	require.NoError(t, err)
	seal, err := sqlstore.NewSealer(key)
	require.NoError(t, err)
	s, err := sqlstore.New(t.Context(), cramped{e}, seal)
	require.NoError(t, err)

	err = s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		return tx.MarkHandled(ctx, bot.WeCom, "e", time.Now(), make([]byte, 1<<20))
	})
	require.Equal(t, bot.Internal, bot.CodeOf(err))
	full, ok := errors.AsType[*driver.Error](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, sqlite3.SQLITE_FULL, full.Code())
	require.True(t, Full(err))
	require.False(t, Full(errors.Join(group.ErrClosed)))

	require.NoError(t, s.Close())
	err = mark(t.Context(), s, "e")
	require.Equal(t, bot.Internal, bot.CodeOf(err))
	require.ErrorIs(t, err, group.ErrClosed)
	require.ErrorIs(t, s.Ping(t.Context()), group.ErrClosed)
}

// TestWhatWasAnsweredIsOnDisk copies the files of a running store at once after an
// update, as a power cut would leave them.
func TestWhatWasAnsweredIsOnDisk(t *testing.T) {
	dir, cut := t.TempDir(), t.TempDir()
	s := openStore(t, "sqlite:"+dir+"/yiqun.db")
	require.NoError(t, mark(t.Context(), s, "answered"))
	for _, name := range []string{"yiqun.db", "yiqun.db-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(cut, name), b, 0o600))
	}
	after := openStore(t, "sqlite:"+cut+"/yiqun.db")
	require.Equal(t, bot.Duplicate, bot.CodeOf(mark(t.Context(), after, "answered")))
}

func TestTwoOnOneFile(t *testing.T) {
	url := "sqlite:" + t.TempDir() + "/yiqun.db"
	a, b := openStore(t, url), openStore(t, url)
	require.NoError(t, mark(t.Context(), a, "e"))
	require.Equal(t, bot.Duplicate, bot.CodeOf(mark(t.Context(), b, "e")))
}

// TestNoTextLiesReadable looks for what members wrote in the bytes of the files.
func TestNoTextLiesReadable(t *testing.T) {
	dir := t.TempDir()
	s := openStore(t, "sqlite:"+dir+"/yiqun.db")
	const secret = "secret-marker"
	chat := bot.Chat{Platform: bot.WeCom, ID: "visible-chat"}
	require.NoError(t, s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		act := procedure.Act{Matter: "m", Seq: 1, At: time.Now(), Content: map[string]string{"what": secret}}.Seal("", []byte(secret))
		return errors.Join(
			tx.Append(ctx, procedure.Matter{ID: "m", Version: 1}, act, time.Time{}),
			tx.PutPerson(ctx, roster.Person{ID: "p", Name: secret}),
			tx.PutAccount(ctx, roster.Account{Account: bot.Account{Platform: bot.WeCom, User: "u"}, Nick: secret, Chat: chat}),
			tx.PutProposal(ctx, roster.Proposal{ID: "q", Name: secret}),
			tx.Enqueue(ctx, deliver.Row{ID: "r", To: chat, Body: deliver.Body{Text: secret, Reply: bot.Reply{Token: secret}}}),
			tx.MarkHandled(ctx, bot.WeCom, "e", time.Now(), []byte(secret)),
			tx.Journal(ctx, service.Record{What: "appoint", Detail: secret}),
		)
	}))
	var all strings.Builder
	for _, name := range []string{"yiqun.db", "yiqun.db-wal"} {
		b, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		all.Write(b)
	}
	require.Contains(t, all.String(), "visible-chat", "the look itself works")
	require.NotContains(t, all.String(), secret)
}

// direct opens the file beside the store, as an operator with sqlite3 would.
func direct(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := open(path)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db
}

func withTwoActs(t testing.TB) (*sqlstore.Store, *sql.DB) {
	path := t.TempDir() + "/yiqun.db"
	s := openStore(t, "sqlite:"+path)
	require.NoError(t, s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		content := map[string]string{"what": "灯坏了"}
		first := procedure.Act{Matter: "m", Seq: 1, At: time.Now(), Content: content}.Seal("", []byte("salt"))
		second := procedure.Act{Matter: "m", Seq: 2, At: time.Now(), Content: content}.Seal(first.Hash, []byte("salt"))
		return errors.Join(
			tx.Append(ctx, procedure.Matter{ID: "m", Version: 1}, first, time.Time{}),
			tx.Append(ctx, procedure.Matter{ID: "m", Version: 2}, second, time.Time{}))
	}))
	return s, direct(t, path)
}

func TestErasedContentLeavesTheChainWhole(t *testing.T) {
	s, db := withTwoActs(t)
	_, err := db.ExecContext(t.Context(), "DELETE FROM contents WHERE seq = 1")
	require.NoError(t, err)
	require.NoError(t, s.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		acts, err := tx.Acts(ctx, "m")
		require.NoError(t, err)
		require.Nil(t, acts[0].Content)
		require.Nil(t, acts[0].Salt)
		require.Equal(t, []string{"what"}, acts[0].Has)
		require.True(t, acts[0].Intact(""))
		require.True(t, acts[1].Intact(acts[0].Hash))
		require.NotNil(t, acts[1].Content)
		text, err := tx.Text(ctx, "m", 1)
		require.NoError(t, err)
		require.Nil(t, text)
		return nil
	}))
}

func TestContentMovedToAnotherActDoesNotOpen(t *testing.T) {
	s, db := withTwoActs(t)
	_, err := db.ExecContext(t.Context(),
		"UPDATE contents SET sealed = (SELECT sealed FROM contents WHERE seq = 1) WHERE seq = 2")
	require.NoError(t, err)
	err = s.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		_, err := tx.Text(ctx, "m", 2)
		return err
	})
	require.Equal(t, bot.Internal, bot.CodeOf(err))
	require.ErrorContains(t, err, "not what was sealed here")
}
