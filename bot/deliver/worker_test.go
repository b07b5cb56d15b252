package deliver_test

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/cards"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a worker over an outbox in memory, with one platform.
type bench struct {
	*outbox
	*sender
	*told
	*deliver.Worker
}

func setup(t *testing.T) *bench {
	b := &bench{outbox: &outbox{}, sender: &sender{platform: bot.DingTalk}, told: &told{}}
	b.Worker = deliver.NewWorker(b.records, map[bot.Platform]deliver.Sender{bot.DingTalk: b.sender}, deliver.Options{
		Clock: bot.SystemClock{}, Zone: time.UTC, BotName: "议群", Observe: b.told,
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	return b
}

var (
	group   = bot.Chat{Platform: bot.DingTalk, ID: "group"}
	another = bot.Chat{Platform: bot.DingTalk, ID: "another"}
)

func line(id string, to bot.Chat, text string) deliver.Row {
	return deliver.Row{ID: id, To: to, Body: deliver.Body{Text: text}}
}

func reply(id string, to bot.Chat, text string) deliver.Row {
	r := line(id, to, text)
	r.Body.Reply = bot.Reply{Token: "token-" + id}
	return r
}

func card(id, title string) deliver.Row {
	c := cards.Card{ID: "card-" + id, Ref: "#1", Title: title}
	return deliver.Row{ID: id, To: group, Body: deliver.Body{Card: &c}}
}

func refresh(id, status string) deliver.Row {
	c := cards.Card{ID: "c1", Title: "灯", Status: status}
	return deliver.Row{ID: id, To: group, Refresh: "c1", Body: deliver.Body{Card: &c}}
}

func (b *bench) put(t *testing.T, rows ...deliver.Row) {
	t.Helper()
	require.NoError(t, b.records(t.Context(), func(ctx context.Context, s deliver.Store) error { return s.Enqueue(ctx, rows...) }))
}

func (b *bench) drain(t *testing.T) time.Time {
	t.Helper()
	next, err := b.Drain(t.Context())
	require.NoError(t, err)
	return next
}

// run starts the worker and returns what ends it.
func (b *bench) run(t *testing.T) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	return func() {
		cancel()
		require.NoError(t, <-ended)
	}
}

func fault(code bot.Code) error { return bot.Fault(code, errors.New("told to")) }

// first lets the first n attempts fail with err.
func first(n int, err error) func(string, deliver.Outgoing) error {
	return func(string, deliver.Outgoing) error {
		if n--; n >= 0 {
			return err
		}
		return nil
	}
}

func TestLinesTravelTogetherInOrder(t *testing.T) {
	b := setup(t)
	b.put(t, line("a", group, "一"), line("b", group, "二"), reply("c", group, "三"), line("d", group, "四"), card("e", "五"), line("f", group, "六"))
	assert.Zero(t, b.drain(t))
	assert.Equal(t, []string{"text 一\n二", "reply 三", "text 四", "card 五", "text 六"}, b.heard(),
		"lines merge with their neighbours; an answer and a card travel alone")
	assert.Equal(t, "a sent, b sent, c sent, d sent, e sent, f sent", b.states())
}

func TestChatsDoNotWaitForEachOther(t *testing.T) {
	b := setup(t)
	b.on = func(_ string, out deliver.Outgoing) error {
		if out.To == group {
			return fault(bot.Retryable)
		}
		return nil
	}
	b.put(t, card("a", "甲"), line("b", group, "乙"), line("c", another, "丙"))
	next := b.drain(t)
	assert.False(t, next.IsZero(), "the held chat is tried again")
	assert.Equal(t, "a queued, b queued, c sent", b.states())
	assert.NotContains(t, b.heard(), "text 乙", "what comes later in the chat waits")
}

func TestRetriesWithBackOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		b.on = first(4, fault(bot.Retryable))
		stop := b.run(t)
		defer stop()
		b.put(t, line("a", group, "你好"))
		b.Wake()
		time.Sleep(time.Minute)
		assert.Equal(t, []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second}, b.waits())
		assert.Equal(t, "a sent", b.states())
	})
}

func TestAnOutageIsNoTry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		began := time.Now()
		away := 3 * time.Hour
		b.on = func(string, deliver.Outgoing) error {
			if time.Since(began) < away {
				return fault(bot.Offline)
			}
			return nil
		}
		stop := b.run(t)
		defer stop()
		row := line("a", group, "接单了")
		row.Created = began
		b.put(t, row)
		b.Wake()
		time.Sleep(away + time.Minute)
		assert.Equal(t, "a sent", b.states())

		away = time.Since(began) + 48*time.Hour
		row = line("b", group, "办结了")
		row.Created = time.Now()
		b.put(t, row)
		b.Wake()
		time.Sleep(23 * time.Hour)
		assert.Equal(t, "a sent, b queued", b.states())
		time.Sleep(2 * time.Hour)
		assert.Equal(t, "a sent, b failed", b.states())
	})
}

func TestGivesUpWhereSomebodySees(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		b.on = func(what string, _ deliver.Outgoing) error {
			if what == "text 坏" {
				return errors.New("nobody foresaw this")
			}
			return nil
		}
		stop := b.run(t)
		defer stop()
		b.put(t, line("a", group, "坏"), reply("b", group, "好"))
		b.Wake()
		time.Sleep(20 * time.Minute)
		assert.Equal(t, "a queued, b queued", b.states(), "order is kept while it is tried")
		time.Sleep(20 * time.Minute)
		assert.Equal(t, "a failed, b sent", b.states())
		failed, err := b.FailedRows(t.Context(), 10)
		require.NoError(t, err)
		require.Len(t, failed, 1)
		assert.Equal(t, 12, failed[0].Tries)
		assert.Contains(t, failed[0].LastError, "nobody foresaw")
	})
}

func TestWaitsAsLongAsThePlatformSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		b.on = first(1, &bot.Error{Code: bot.Throttled, After: 47 * time.Second})
		stop := b.run(t)
		defer stop()
		b.put(t, line("a", group, "你好"))
		b.Wake()
		time.Sleep(46 * time.Second)
		assert.Equal(t, "a queued", b.states())
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, "a sent", b.states())
	})
}

func TestTakesTheNextRoute(t *testing.T) {
	for name, c := range map[string]struct {
		row    deliver.Row
		refuse func(string, deliver.Outgoing) error
		want   []string
		state  string
	}{
		"an expired reply is pushed": {
			row:    reply("a", group, "你好"),
			refuse: first(1, fault(bot.Expired)),
			want:   []string{"reply 你好", "text 你好"}, state: "a sent",
		},
		"a card that cannot be shown is said in words": {
			row:    card("a", "灯坏了"),
			refuse: first(1, fault(bot.Unsupported)),
			want:   []string{"card 灯坏了", "text #1\n灯坏了"}, state: "a sent",
		},
		"words nobody takes are left to be seen": {
			row:    line("a", group, "你好"),
			refuse: first(9, fault(bot.Unsupported)),
			want:   []string{"text 你好"}, state: "a failed",
		},
		"nobody there": {
			row:    line("a", group, "你好"),
			refuse: first(9, fault(bot.Unreachable)),
			want:   []string{"text 你好"}, state: "a failed",
		},
		"a sender that panics on a card gets its words": {
			row: card("a", "灯坏了"),
			refuse: func(what string, _ deliver.Outgoing) error {
				if what == "card 灯坏了" {
					panic("秘密")
				}
				return nil
			},
			want: []string{"card 灯坏了", "text #1\n灯坏了"}, state: "a sent",
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.on = c.refuse
			b.put(t, c.row)
			b.drain(t)
			assert.Equal(t, c.want, b.heard())
			assert.Equal(t, c.state, b.states())
		})
	}
}

func TestAPanicHarmsOneMessageOnly(t *testing.T) {
	b := setup(t)
	b.on = func(what string, _ deliver.Outgoing) error {
		if what == "reply 坏" {
			panic("王建国的电话是13800000000")
		}
		return nil
	}
	b.put(t, reply("a", group, "坏"), reply("b", group, "好"), line("c", another, "也好"))
	b.drain(t)
	assert.Equal(t, "a failed, b sent, c sent", b.states())
	assert.NotContains(t, b.row("a").LastError, "13800000000", "a panic may quote a member")
}

func TestOneRefusedLineDoesNotTakeItsNeighbours(t *testing.T) {
	b := setup(t)
	b.on = func(_ string, out deliver.Outgoing) error {
		if out.ID == "b" || out.Text == "一\n二\n三" {
			return fault(bot.Rejected)
		}
		return nil
	}
	b.put(t, line("a", group, "一"), line("b", group, "二"), line("c", group, "三"))
	b.drain(t)
	assert.Equal(t, "a sent, b failed, c sent", b.states())
}

func TestNothingStaleIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		late := line("a", group, "刚才断线")
		late.StaleAfter = time.Now().Add(-time.Second)
		b.put(t, late, line("b", group, "新的"))
		b.drain(t)
		assert.Equal(t, []string{"text 新的"}, b.heard())
		assert.Equal(t, "a stale, b sent", b.states())
	})
}

func TestOnlyTheNewestRefreshGoesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		held := refresh("a", "等接单")
		held.NotBefore = time.Now().Add(10 * time.Minute)
		b.put(t, held, line("b", group, "你好"))
		b.drain(t)
		assert.Equal(t, "a queued, b sent", b.states(), "nobody waits for a refresh")
		again := refresh("c", "办理中")
		again.NotBefore = held.NotBefore
		b.put(t, again)
		stop := b.run(t)
		defer stop()
		time.Sleep(10 * time.Minute)
		synctest.Wait()
		assert.Equal(t, []string{"text 你好", "refresh c1 办理中"}, b.heard())
	})
}

func TestARefreshThatFailsForGoodIsLetGo(t *testing.T) {
	b := setup(t)
	b.on = first(1, fault(bot.Rejected))
	b.put(t, refresh("a", "等接单"))
	b.drain(t)
	assert.Equal(t, "a stale", b.states(), "nobody need look at it: the card can be asked for")
}

func TestSavesCallsAsTheMonthRunsOut(t *testing.T) {
	b := setup(t)
	b.can.PerMonth = 100
	month := time.Now().UTC().Format("2006-01")
	use := func(n int) { b.spent = map[string]int{string(bot.DingTalk) + month: n} }

	use(69)
	b.put(t, refresh("a", "等接单"))
	b.drain(t)
	assert.Equal(t, []string{"refresh c1 等接单"}, b.heard())
	assert.Empty(t, b.tight)

	b.put(t, refresh("b", "办理中"), card("c", "灯"))
	b.drain(t)
	assert.Equal(t, []string{"refresh c1 等接单", "card 灯"}, b.heard(), "at 70 % no more refreshes")
	assert.Equal(t, "a sent, b stale, c sent", b.states())

	use(95)
	b.put(t, card("d", "门"))
	b.drain(t)
	assert.Equal(t, "text #1\n门", b.heard()[2], "at 95 % words only")

	b.on = first(9, fault(bot.QuotaGone))
	b.put(t, line("e", group, "还有吗"))
	b.drain(t)
	assert.Equal(t, "failed", string(b.row("e").State))
	assert.Equal(t, []string{"dingtalk 70", "dingtalk 95", "dingtalk 100"}, b.tight, "each said once")
}

func TestFailedAttemptsCountToo(t *testing.T) {
	b := setup(t)
	b.on = first(1, fault(bot.Retryable))
	b.put(t, line("a", group, "你好"))
	b.drain(t)
	assert.Equal(t, map[string]int{"dingtalk" + time.Now().UTC().Format("2006-01"): 1}, b.spent)
}

func TestAStopFinishesWhatWasBegunAndLeavesTheRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		begun, finish := make(chan struct{}), make(chan struct{})
		b.on = func(what string, _ deliver.Outgoing) error {
			if what == "reply 一" {
				close(begun)
				<-finish
			}
			return nil
		}
		stop := b.run(t)
		b.put(t, reply("a", group, "一"), reply("b", group, "二"))
		b.Wake()
		<-begun
		stopped := make(chan struct{})
		go func() { stop(); close(stopped) }()
		synctest.Wait()
		close(finish)
		<-stopped
		assert.Equal(t, "a sent, b queued", b.states())

		b.drain(t)
		assert.Equal(t, []string{"reply 一", "reply 二"}, b.heard(), "nothing twice")
	})
}

func TestAHungSendIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &outbox{}
		w := deliver.NewWorker(o.records, map[bot.Platform]deliver.Sender{bot.DingTalk: hung{}}, deliver.Options{
			Clock: bot.SystemClock{}, Zone: time.UTC, Observe: &told{}, Logger: slog.New(slog.DiscardHandler),
		})
		require.NoError(t, o.Enqueue(t.Context(), line("a", group, "你好")))
		began := time.Now()
		_, err := w.Drain(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 20*time.Second, time.Since(began))
		assert.Equal(t, 1, o.row("a").Tries)
	})
}

type hung struct{}

func (hung) Platform() bot.Platform         { return bot.DingTalk }
func (hung) Capabilities() bot.Capabilities { return bot.Capabilities{} }
func (hung) Send(ctx context.Context, _ deliver.Outgoing) (deliver.Receipt, error) {
	<-ctx.Done()
	return deliver.Receipt{}, bot.Fault(bot.Retryable, ctx.Err())
}

func TestAPlatformNobodyConfigured(t *testing.T) {
	b := setup(t)
	b.put(t, line("a", bot.Chat{Platform: bot.WeCom, ID: "w"}, "你好"))
	b.drain(t)
	assert.Equal(t, "a failed", b.states())
}

func TestABrokenStoreIsTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := setup(t)
		var mended atomic.Bool
		w := deliver.NewWorker(func(ctx context.Context, fn func(context.Context, deliver.Store) error) error {
			if !mended.Load() {
				return errors.New("disk full")
			}
			return b.records(ctx, fn)
		}, map[bot.Platform]deliver.Sender{bot.DingTalk: b.sender}, deliver.Options{
			Clock: bot.SystemClock{}, Zone: time.UTC, Observe: b.told, Logger: slog.New(slog.DiscardHandler),
		})
		b.put(t, line("a", group, "你好"))
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- w.Run(ctx) }()
		synctest.Wait()
		mended.Store(true)
		time.Sleep(3 * time.Second)
		synctest.Wait()
		assert.Equal(t, "a sent", b.states())
		cancel()
		require.NoError(t, <-ended)
	})
}

// TestWhatIsOutIsNotSentAgain: while the records cannot say so, the process knows.
func TestWhatIsOutIsNotSentAgain(t *testing.T) {
	b := setup(t)
	full := true
	w := deliver.NewWorker(func(ctx context.Context, fn func(context.Context, deliver.Store) error) error {
		return b.records(ctx, func(ctx context.Context, s deliver.Store) error { return fn(ctx, unsettled{s, &full}) })
	}, map[bot.Platform]deliver.Sender{bot.DingTalk: b.sender}, deliver.Options{
		Clock: bot.SystemClock{}, Zone: time.UTC, Observe: b.told, Logger: slog.New(slog.DiscardHandler),
	})
	b.put(t, line("a", group, "你好"), line("b", group, "又来了"), card("c", "灯坏了"))
	for range 5 {
		_, err := w.Drain(t.Context())
		require.ErrorContains(t, err, "disk full")
	}
	full = false
	_, err := w.Drain(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "a sent, b sent, c sent", b.states())
	assert.Len(t, b.sender.seen, 2, "one message of two lines, one card")
}

// unsettled is a store on which nothing can be settled while the disk is full.
type unsettled struct {
	deliver.Store
	full *bool
}

func (u unsettled) Settle(ctx context.Context, rows ...deliver.Row) error {
	if *u.full {
		return errors.New("disk full")
	}
	return u.Store.Settle(ctx, rows...)
}

// Where only answers exist, nothing else is tried: it would be refused each time.
func TestOnlyAnswersAreSentWhereNothingElseExists(t *testing.T) {
	person := bot.Chat{Platform: bot.DingTalk, ID: "person", Private: true}
	for name, c := range map[string]struct {
		can  bot.Capabilities
		want []string
		left string
	}{
		"answers only":           {bot.Capabilities{OnlyAnswers: true}, []string{"reply 三"}, "a failed, b failed, c sent, d failed"},
		"and an app beside it":   {bot.Capabilities{OnlyAnswers: true, PrivatePush: true}, []string{"reply 三", "text 四"}, "a failed, b failed, c sent, d sent"},
		"everything can be sent": {bot.Capabilities{}, []string{"text 一\n二", "reply 三", "text 四"}, "a sent, b sent, c sent, d sent"},
	} {
		t.Run(name, func(t *testing.T) {
			b := setup(t)
			b.can = c.can
			b.put(t, line("a", group, "一"), line("b", group, "二"), reply("c", group, "三"), line("d", person, "四"))
			assert.Zero(t, b.drain(t))
			assert.ElementsMatch(t, c.want, b.heard())
			assert.Equal(t, c.left, b.states())
		})
	}
}
