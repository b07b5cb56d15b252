package postgres

import (
	"bytes"
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/storage/storagetest"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
	"yiqun/storage/sqlstore"
)

// TestRotate: batches of sealed rows are found by their key's id and sealed anew; the
// new key alone then reads all of it, and finds people by their names.
func TestRotate(t *testing.T) {
	url := storagetest.Schema(t)
	require.NoError(t, Migrate(t.Context(), url))
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	const people = 450 // more than two batches
	write := func(s *sqlstore.Store) {
		require.NoError(t, s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			for i := range people {
				id := bot.PersonID(fmt.Sprintf("p%03d", i))
				if err := tx.PutPerson(ctx, roster.Person{ID: id, Name: fmt.Sprintf("王%d", i), Since: now}); err != nil {
					return err
				}
				if err := tx.PutPhone(ctx, id, fmt.Sprintf("139%08d", i)); err != nil {
					return err
				}
			}
			return tx.Journal(ctx, service.Record{At: now, What: "import", Detail: "x"})
		}))
	}
	next := bytes.Repeat([]byte{8}, sqlstore.KeySize)
	for _, step := range []struct {
		keys []byte
		do   func(*sqlstore.Store)
	}{
		{key, write},
		{append(bytes.Clone(next), key...), func(s *sqlstore.Store) {
			rows := 0
			require.NoError(t, s.Rotate(t.Context(), func(n int) { rows += n }))
			require.Equal(t, 2*people+2, rows, "people, phones, the journal and the check of the key")
		}},
		{next, func(s *sqlstore.Store) {
			require.NoError(t, s.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
				found, err := tx.PeopleNamed(ctx, "王449")
				require.NoError(t, err)
				require.Len(t, found, 1)
				phone, err := tx.Phone(ctx, found[0].ID)
				require.Equal(t, "13900000449", phone)
				return err
			}))
			require.ErrorIs(t, s.Rotate(t.Context(), func(int) {}), sqlstore.ErrOneKey)
		}},
	} {
		s, err := Open(t.Context(), url, step.keys)
		require.NoError(t, err)
		step.do(s)
		require.NoError(t, s.Close())
	}
	_, err := Open(t.Context(), url, key)
	require.Error(t, err)
}
