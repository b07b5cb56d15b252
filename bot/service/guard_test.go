package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// trapped is a store that panics where it is asked for one thing.
type trapped struct {
	service.Store
	at string
}

func (s *trapped) Update(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	return s.Store.Update(ctx, func(ctx context.Context, tx service.Tx) error { return fn(ctx, trappedTx{tx, s}) })
}

func (s *trapped) View(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	return s.Store.View(ctx, func(ctx context.Context, tx service.Tx) error { return fn(ctx, trappedTx{tx, s}) })
}

func (s *trapped) spring(at string) {
	if s.at == at {
		panic("nobody foresaw this")
	}
}

type trappedTx struct {
	service.Tx
	of *trapped
}

func (t trappedTx) PostsAt(ctx context.Context, node bot.NodeID) ([]roster.Post, error) {
	t.of.spring("who holds a post")
	return t.Tx.PostsAt(ctx, node)
}

func (t trappedTx) GroupsOf(ctx context.Context, node bot.NodeID) ([]roster.Group, error) {
	t.of.spring("a node's groups")
	return t.Tx.GroupsOf(ctx, node)
}

// TestAPanicKeepsNobodyWaiting: a panic as one reminder comes due, or as one recipient is
// told, puts off that alone; it comes once whatever it was is mended.
func TestAPanicKeepsNobodyWaiting(t *testing.T) {
	for at, late := range map[string]string{"who holds a post": "报送台账", "a node's groups": "大扫除"} {
		t.Run(at, func(t *testing.T) {
			store := &trapped{Store: apptest.SQLite(t)}
			r := newRoomOn(t, store)
			r.say("李红梅", "提醒大家 12月1日9:00 大扫除")
			r.say("李红梅", "提醒 书记 12月1日9:00 报送台账")
			r.say("王建国", "提醒我 12月1日9:00 吃药")
			r.clock.Set(time.Date(2026, 12, 1, 9, 0, 0, 0, apptest.Zone))
			queued := func() string {
				_, err := r.svc.Tick(t.Context())
				require.NoError(t, err)
				var all []string
				require.NoError(t, store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
					rows, err := tx.Ready(ctx, r.clock.Now().Add(time.Hour), 1000)
					for _, row := range rows {
						all = append(all, words(row.Body))
					}
					return err
				}))
				return strings.Join(all, "\n")
			}
			store.at = at
			said := queued()
			for _, what := range []string{"报送台账", "大扫除", "吃药"} {
				assert.Equal(t, what != late, strings.Contains(said, what), what)
			}
			store.at = ""
			r.clock.Advance(time.Minute)
			assert.Contains(t, queued(), late)
		})
	}
}
