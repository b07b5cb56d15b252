package service_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

// opened lists the matters of a template, the oldest first.
func (r *room) opened(template string) (out []procedure.Matter) {
	r.t.Helper()
	err := r.store.View(context.Background(), func(ctx context.Context, tx service.Tx) error {
		groups, err := tx.Groups(ctx)
		if err != nil {
			return err
		}
		out, err = tx.Find(ctx, procedure.Filter{Node: groups[0].Node, Templates: []string{template}, Limit: 1000})
		return err
	})
	require.NoError(r.t, err)
	return out
}

// another starts a second service on the same records.
func (r *room) another(name string) *service.Service {
	return service.New(r.store, forgetful{}, r.clock, r.set, service.Config{
		BotName: apptest.BotName, Zone: apptest.Zone, Random: r.random, Logger: slog.New(slog.DiscardHandler), Instance: name,
	})
}

func TestTwoInstancesOpenAPeriodOnce(t *testing.T) {
	r := newRoom(t)
	require.Contains(t, r.say("陈志强", "定期 需求调查 每年12月1日")[0], "自己开始")
	one, two := r.another("one"), r.another("two")
	r.clock.Set(time.Date(2026, 12, 1, 9, 0, 0, 0, apptest.Zone))
	done := make(chan error, 2)
	for _, svc := range []*service.Service{one, two} {
		go func() {
			_, err := svc.Tick(t.Context())
			done <- err
		}()
	}
	require.NoError(t, <-done)
	require.NoError(t, <-done)
	_, err := one.Tick(t.Context())
	require.NoError(t, err)
	found := r.opened("survey.needs")
	require.Len(t, found, 1)
	assert.Empty(t, found[0].Opener, "the clock's")
	assert.Len(t, r.heard(group), 1, "the group hears of it once")
}

func TestOnlyTheLatestOfManyYearsOpens(t *testing.T) {
	r := newRoom(t)
	r.say("李红梅", "定期 需求调查")
	r.clock.Set(time.Date(2030, 3, 1, 9, 0, 0, 0, apptest.Zone))
	_, err := r.another("late").Tick(t.Context())
	require.NoError(t, err)
	require.Len(t, r.opened("survey.needs"), 1)
	assert.Contains(t, strings.Join(r.heard(group), "\n"), "2029年", "it is that of the last period")
}

// TestASurveyThatOpensItselfAsksItsOwnQuestions: where the practice writes them into what
// its opener would have written, they are asked.
func TestASurveyThatOpensItselfAsksItsOwnQuestions(t *testing.T) {
	r := newRoom(t)
	r.variant("survey.ask", func(raw []byte) []byte {
		return bytes.Replace(raw, []byte("steps:"), []byte(`opens: {every: 每年12月1日, with: {what: "{year}年停车", questions: "1.您家有几辆车：0、1、2辆以上；2.其他建议。"}}
steps:`), 1)
	})
	require.Contains(t, r.say("李红梅", "定期 问卷")[0], "问卷自己开始")
	r.clock.Set(time.Date(2026, 12, 1, 9, 0, 0, 0, apptest.Zone))
	_, err := r.svc.Tick(t.Context())
	require.NoError(t, err)
	require.Len(t, r.opened("survey.ask"), 1)
	require.Contains(t, strings.Join(r.heard(group), "\n"), "2026年停车")
	assert.Contains(t, strings.Join(r.tell("王建国", "我来答"), "\n"), "第1题（共2题）您家有几辆车")
}

// numberless is a store that gives out no numbers while fail is set.
type numberless struct {
	service.Store
	fail func() error
}

func (n *numberless) Update(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	return n.Store.Update(ctx, func(ctx context.Context, tx service.Tx) error { return fn(ctx, numberlessTx{tx, n}) })
}

type numberlessTx struct {
	service.Tx
	of *numberless
}

func (t numberlessTx) NextNumber(ctx context.Context, series bot.NodeID, year int) (int, error) {
	if t.of.fail != nil {
		return 0, t.of.fail()
	}
	return t.Tx.NextNumber(ctx, series, year)
}

// TestWhatFailsToOpenKeepsNobodyWaiting: what nobody foresaw, a panic even, puts off the one
// that it befell; it opens once that is mended.
func TestWhatFailsToOpenKeepsNobodyWaiting(t *testing.T) {
	for name, fail := range map[string]func() error{
		"an error": func() error { return errors.New("nobody foresaw this") },
		"a panic":  func() error { panic("nobody foresaw this") },
	} {
		t.Run(name, func(t *testing.T) {
			n := &numberless{Store: apptest.SQLite(t)}
			r := newRoomOn(t, n)
			r.say("李红梅", "定期 需求调查 每年12月1日")
			r.say("李红梅", "提醒大家 12月1日9:00 大扫除")
			r.clock.Set(time.Date(2026, 12, 1, 9, 0, 0, 0, apptest.Zone))
			n.fail = fail
			_, err := r.svc.Tick(t.Context())
			require.NoError(t, err)
			assert.Empty(t, r.opened("survey.needs"))
			assert.Contains(t, strings.Join(r.heard(group), "\n"), "大扫除", "it came in time")
			n.fail = nil
			r.clock.Advance(time.Minute)
			_, err = r.svc.Tick(t.Context())
			require.NoError(t, err)
			assert.Len(t, r.opened("survey.needs"), 1)
		})
	}
}

// TestAPeriodOpensOnce drives a weekly opening by a clock that jumps both ways and by
// services that come and go: as many matters as there were periods to see, never two of one.
func TestAPeriodOpensOnce(t *testing.T) {
	first := time.Date(2026, 11, 24, 9, 0, 0, 0, apptest.Zone)
	due := func(at time.Time) int { // Tuesdays at nine since the first
		if at.Before(first) {
			return 0
		}
		return int(at.Sub(first)/(7*24*time.Hour)) + 1
	}
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 7))
			r := newRoom(t)
			r.unread = true
			r.say("李红梅", "定期 需求调查 每周二9:00")
			svc, latest, want := r.another("one"), r.clock.Now(), 0
			for range 8 {
				now := r.clock.Now().Add(time.Duration(random.IntN(600)-200) * time.Hour)
				r.clock.Set(now)
				if random.IntN(2) == 0 {
					svc = r.another("two")
				}
				_, err := svc.Tick(t.Context())
				require.NoError(t, err)
				if due(now) > due(latest) {
					want++ // however many were passed over
				}
				if now.After(latest) {
					latest = now
				}
				require.Len(t, r.opened("survey.needs"), want)
			}
		})
	}
}

// TestWhatCannotOpenKeepsNobodyWaiting: a practice that has gone is told of privately,
// and the next period is waited for.
func TestWhatCannotOpenKeepsNobodyWaiting(t *testing.T) {
	r := newRoom(t)
	r.say("李红梅", "定期 需求调查 每年12月1日")
	r.say("李红梅", "提醒大家 12月1日9:00 大扫除")
	set, err := procedure.NewSet()
	require.NoError(t, err)
	svc := r.another("one")
	svc.SetTemplates(set)
	r.clock.Set(time.Date(2026, 12, 1, 9, 0, 0, 0, apptest.Zone))
	_, err = svc.Tick(t.Context())
	require.NoError(t, err)
	assert.Empty(t, r.opened("survey.needs"))
	assert.Contains(t, strings.Join(r.heard(bot.PrivateChat(account("李红梅"))), "\n"), "定期的居民需求调查这次没有开始")
}
