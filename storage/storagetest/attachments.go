package storagetest

import (
	"bytes"
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/service"
)

// attached is a picture that waits for its sentence, to be fetched at once.
func attached(id string, change ...func(*service.Attached)) service.Attached {
	a := service.Attached{
		ID: id, Person: "asker", From: bot.Account{Platform: bot.WeCom, User: "u1"}, Chat: groupB, Kind: bot.Picture,
		Name: "现场.jpg", Ref: `{"url":"…"}`, At: noon, FetchAt: noon, LookAt: noon.Add(2 * time.Minute),
	}
	for _, c := range change {
		c(&a)
	}
	return a
}

func attachedIDs(list []service.Attached) []string {
	ids := make([]string, len(list))
	for i, a := range list {
		ids[i] = a.ID
	}
	return ids
}

var attachmentCases = []testCase{
	{"an attachment comes back as it was stored, and changed", func(t *testing.T, s service.Store) {
		first := attached("a1")
		second := attached("a1", func(a *service.Attached) {
			a.Matter, a.Seq, a.Ref, a.FetchAt, a.LookAt = "m1", 3, "", time.Time{}, time.Time{}
			a.Hash, a.Size, a.Tries, a.Asked, a.Lost = "ab12", 12, 2, true, true
		})
		for _, want := range []service.Attached{first, second} {
			update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.PutAttached(ctx, want)) })
			view(t, s, func(ctx context.Context, tx service.Tx) {
				got, err := tx.Attachment(ctx, "a1")
				require.NoError(t, err)
				for _, at := range []*time.Time{&want.At, &want.FetchAt, &want.LookAt} {
					if !at.IsZero() {
						*at = at.UTC()
					}
				}
				require.Equal(t, want, got)
			})
		}
		view(t, s, func(ctx context.Context, tx service.Tx) {
			_, err := tx.Attachment(ctx, "none")
			requireCode(t, bot.NotFound, err)
		})
	}},
	{"attachments are found by matter and by person, oldest first", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			for _, a := range []service.Attached{
				attached("a2", func(a *service.Attached) { a.Matter = "m1" }), attached("a1", func(a *service.Attached) { a.Matter = "m1" }),
				attached("a3"), attached("a4", func(a *service.Attached) { a.Person, a.Matter = "other", "m2" }),
			} {
				require.NoError(t, tx.PutAttached(ctx, a))
			}
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			of, err := tx.AttachedTo(ctx, "m1")
			require.NoError(t, err)
			require.Equal(t, []string{"a1", "a2"}, attachedIDs(of))
			by, err := tx.AttachedBy(ctx, "asker")
			require.NoError(t, err)
			require.Equal(t, []string{"a1", "a2", "a3"}, attachedIDs(by))
			loose, err := tx.LooseBy(ctx, "asker")
			require.NoError(t, err)
			require.Equal(t, []string{"a3"}, attachedIDs(loose))
		})
	}},
	{"what is due is to be fetched or to be looked at", func(t *testing.T, s service.Store) {
		never := func(a *service.Attached) { a.FetchAt, a.LookAt = time.Time{}, time.Time{} }
		update(t, s, func(ctx context.Context, tx service.Tx) {
			next, err := tx.NextAttached(ctx)
			require.NoError(t, err)
			require.Zero(t, next)
			for _, a := range []service.Attached{
				attached("a1", never), attached("a2", func(a *service.Attached) { a.FetchAt = noon.Add(time.Second) }),
				attached("a3", never, func(a *service.Attached) { a.LookAt = noon.Add(3 * time.Second) }),
			} {
				require.NoError(t, tx.PutAttached(ctx, a))
			}
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			next, err := tx.NextAttached(ctx)
			require.NoError(t, err)
			require.True(t, noon.Add(time.Second).Equal(next))
			for after, want := range map[time.Duration][]string{0: {}, time.Second: {"a2"}, 3 * time.Second: {"a2", "a3"}} {
				due, err := tx.AttachedDue(ctx, noon.Add(after), 10)
				require.NoError(t, err)
				require.Equal(t, want, attachedIDs(due), after)
			}
			due, err := tx.AttachedDue(ctx, noon.Add(time.Hour), 1)
			require.NoError(t, err)
			require.Equal(t, []string{"a2"}, attachedIDs(due))
		})
	}},
	{"bytes are kept once and go with the last who sent them", func(t *testing.T, s service.Store) {
		data := bytes.Repeat([]byte{0, 0xff, 'x'}, 100_000)
		has := func(want bool) {
			view(t, s, func(ctx context.Context, tx service.Tx) {
				got, err := tx.Blob(ctx, "ab12")
				if !want {
					requireCode(t, bot.NotFound, err)
					return
				}
				require.NoError(t, err)
				require.True(t, bytes.Equal(data, got))
			})
		}
		has(false)
		update(t, s, func(ctx context.Context, tx service.Tx) {
			for _, id := range []string{"a1", "a2"} {
				require.NoError(t, tx.PutBlob(ctx, "ab12", data))
				require.NoError(t, tx.PutAttached(ctx, attached(id, func(a *service.Attached) { a.Hash = "ab12" })))
			}
			require.NoError(t, tx.DropAttached(ctx, "a1"))
			require.NoError(t, tx.DropAttached(ctx, "none"))
		})
		has(true)
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.DropAttached(ctx, "a2")) })
		has(false)
	}},
}
