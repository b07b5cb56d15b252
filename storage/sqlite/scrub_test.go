package sqlite

import (
	"bytes"
	"context"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot/ballot"
	"yiqun/bot/service"
)

// TestADestroyedKeyIsNowhereInTheFiles: once a secret vote has closed, neither the
// database nor its write-ahead log holds the key that the vote was sealed under, not
// even encrypted: a copy of the files made later opens no ballot.
func TestADestroyedKeyIsNowhereInTheFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "yiqun.db")
	s := openStore(t, "sqlite:"+path)
	files := func() []byte {
		var all []byte
		for _, name := range []string{path, path + "-wal"} {
			raw, err := os.ReadFile(name)
			require.NoError(t, err)
			all = append(all, raw...)
		}
		return all
	}
	rules, err := ballot.ShippedRules()
	require.NoError(t, err)
	vote, err := ballot.NewKey(rand.Reader)
	require.NoError(t, err)
	now := time.Now()
	p := ballot.Poll{ID: ballot.PollID{Matter: "m1", Step: "vote", Round: 1}, Secret: true, Opens: now, Closes: now.Add(time.Hour)}
	box, err := ballot.Open(p, rules.ByID("consult"), nil, ballot.Sealing{Key: vote, Random: rand.Reader})
	require.NoError(t, err)
	update := func(fn func(ctx context.Context, tx service.Tx) error) {
		require.NoError(t, s.Update(t.Context(), fn))
	}
	update(func(ctx context.Context, tx service.Tx) error { return tx.OpenPoll(ctx, box.Poll, nil, vote.Bytes()) })
	update(func(ctx context.Context, tx service.Tx) error {
		e, err := box.Cast("p1", ballot.Choice{Say: ballot.Yes}, now)
		require.NoError(t, err)
		return tx.PutEntry(ctx, e)
	})
	var sealed []byte
	require.NoError(t, s.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		_, err := tx.Key(ctx, p.ID)
		return err
	}))
	db, err := Bare("sqlite:" + path)
	require.NoError(t, err)
	require.NoError(t, db.QueryRowContext(t.Context(), `SELECT sealed FROM poll_keys`).Scan(&sealed))
	require.NoError(t, db.Close())
	require.True(t, bytes.Contains(files(), sealed), "while the vote runs, the encrypted key is there")

	c, err := box.Close(now.Add(time.Hour))
	require.NoError(t, err)
	update(func(ctx context.Context, tx service.Tx) error { return tx.Seal(ctx, c) })
	log, err := os.Stat(path + "-wal")
	require.NoError(t, err)
	require.Zero(t, log.Size(), "the write-ahead log is empty")
	require.False(t, bytes.Contains(files(), sealed))
}
