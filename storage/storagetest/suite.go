package storagetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

// A tier is one kind of promise; its cases are named by what they promise.
type tier struct {
	name  string
	cases []testCase
}

type testCase struct {
	name string
	test func(*testing.T, service.Store)
}

// Run checks every sentence of service.Store. open returns an empty store of its
// own for each case, and closes it at the case's end.
func Run(t *testing.T, open func(t *testing.T) service.Store) {
	t.Helper()
	tiers := []tier{
		{"matters", matterCases},
		{"find", findCases},
		{"entries", entryCases},
		{"votes", voteCases},
		{"meetings", meetingCases},
		{"places", placeCases},
		{"people", peopleCases},
		{"imports", importCases},
		{"privacy", privacyCases},
		{"outbox", outboxCases},
		{"claims", claimCases},
		{"reminders", reminderCases},
		{"events", eventCases},
		{"attachments", attachmentCases},
		{"rolls", rollCases},
		{"transactions", transactionCases},
		{"concurrency", concurrencyCases},
		{"texts", textCases},
	}
	for _, tier := range tiers {
		t.Run(tier.name, func(t *testing.T) {
			for _, c := range tier.cases {
				t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
			}
		})
	}
}

// noon is the suite's now. It has nanoseconds, since real clocks have them.
var noon = time.Date(2026, 11, 20, 4, 0, 0, 123456789, time.UTC)

// update runs fn in one transaction that must commit.
func update(t testing.TB, s service.Store, fn func(ctx context.Context, tx service.Tx)) {
	t.Helper()
	require.NoError(t, s.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
		fn(ctx, tx)
		return nil
	}))
}

// refused runs fn in one transaction that must come to nothing, for one kind of reason.
// A write that missed may be told of as late as the transaction's end.
func refused(t testing.TB, s service.Store, code bot.Code, fn func(ctx context.Context, tx service.Tx) error) {
	t.Helper()
	requireCode(t, code, s.Update(t.Context(), fn))
}

// view runs fn in one reading transaction.
func view(t testing.TB, s service.Store, fn func(ctx context.Context, tx service.Tx)) {
	t.Helper()
	require.NoError(t, s.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		fn(ctx, tx)
		return nil
	}))
}

// requireCode asserts the kind of an error.
func requireCode(t testing.TB, want bot.Code, err error) {
	t.Helper()
	require.Error(t, err)
	require.Equal(t, want, bot.CodeOf(err), "%v", err)
}

// opening is a matter's first state and the act that opened it.
func opening(id bot.MatterID, number int, change ...func(*procedure.Matter)) (procedure.Matter, procedure.Act) {
	act := openingAct(id, "3栋2单元声控灯坏了")
	m := procedure.Matter{
		ID: id, Template: "order", Source: "hash", Node: "grid", Series: "estate", Year: 2026, Number: number,
		Version: 1, Head: act.Hash, Opened: noon, Asker: "asker", Opener: "asker",
		Steps: map[string]procedure.StepState{"ask": {Status: procedure.Ended, Round: 1}},
	}
	for _, c := range change {
		c(&m)
	}
	return m, act
}

func openingAct(id bot.MatterID, what string) procedure.Act {
	return procedure.Act{
		Matter: id, Seq: 1, Op: procedure.Do, Step: "ask", By: "asker", At: noon,
		Content: map[string]string{"what": what},
	}.Seal("", []byte("salt"))
}

// following is the state and the act after m.
func following(m procedure.Matter, content map[string]string) (procedure.Matter, procedure.Act) {
	act := procedure.Act{
		Matter: m.ID, Seq: m.Version + 1, Op: procedure.Supplement, By: "asker", At: noon.Add(time.Minute), Content: content,
	}.Seal(m.Head, []byte("salt"))
	m.Version, m.Head, m.LastOp = act.Seq, act.Hash, act.Op
	return m, act
}

// open stores a new matter with its first act.
func open(t testing.TB, ctx context.Context, tx service.Tx, id bot.MatterID, number int, change ...func(*procedure.Matter)) procedure.Matter {
	t.Helper()
	m, act := opening(id, number, change...)
	require.NoError(t, tx.Append(ctx, m, act, time.Time{}))
	return m
}

var (
	groupA = bot.Chat{Platform: bot.DingTalk, ID: "cidA=="}
	groupB = bot.Chat{Platform: bot.WeCom, ID: "wrB"}
)

// message is an outbox row that may be sent at once.
func message(id string, to bot.Chat, change ...func(*deliver.Row)) deliver.Row {
	r := deliver.Row{ID: id, To: to, Body: deliver.Body{Text: "#12 已下单"}, Created: noon, State: deliver.Queued}
	for _, c := range change {
		c(&r)
	}
	return r
}

func rowIDs(rows []deliver.Row) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	return ids
}

func matterIDs(ms []procedure.Matter) []bot.MatterID {
	ids := make([]bot.MatterID, len(ms))
	for i, m := range ms {
		ids[i] = m.ID
	}
	return ids
}

// numbered is an id that sorts by n.
func numbered(prefix string, n int) string { return fmt.Sprintf("%s%06d", prefix, n) }
