package app

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/procedure"
	"yiqun/storage/embedded"
	"yiqun/storage/sqlite"
	"yiqun/storage/storagetest"
)

// mouth is an adapter that keeps what it was to say.
type mouth struct {
	platform.Adapter
	mu   sync.Mutex
	said []string
}

func (*mouth) Platform() bot.Platform         { return bot.DingTalk }
func (*mouth) Capabilities() bot.Capabilities { return bot.Capabilities{} }
func (*mouth) Status() platform.Status        { return platform.Status{Connected: true} }

func (m *mouth) Send(_ context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.said = append(m.said, out.Text)
	return deliver.Receipt{}, nil
}

func (m *mouth) words() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.said)
}

// TestADatabaseThatHangs refuses nothing and answers nothing: each chat is told once all
// the same, and what was said is recorded if it comes round.
func TestADatabaseThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, err := sqlite.Open(t.Context(), "sqlite::memory:", make([]byte, 32))
		require.NoError(t, err)
		defer func() { require.NoError(t, store.Close()) }()
		faulty, clock, says := storagetest.NewFaulty(store), bot.SystemClock{}, &mouth{}
		templates, err := procedure.Shipped()
		require.NoError(t, err)
		a := New(Options{
			Store: faulty, States: embedded.New(clock), Adapters: []platform.Adapter{says}, Templates: templates,
			Clock: clock, Zone: time.UTC, BotName: "议群",
		})
		event := func(id bot.EventID, group bot.ChatID) bot.Event {
			return bot.Event{
				ID: id, Platform: bot.DingTalk, Chat: bot.Chat{Platform: bot.DingTalk, ID: group},
				From: bot.Account{Platform: bot.DingTalk, User: "u"}, Message: &bot.Message{Text: "@议群 你好"},
			}
		}
		round := make(chan struct{})
		faulty.On(func(context.Context, storagetest.Call) error { <-round; return nil })
		var handled sync.WaitGroup
		for _, e := range []bot.Event{event("1", "a"), event("2", "a"), event("3", "b")} {
			handled.Go(func() {
				_, err := a.handle(t.Context(), e)
				require.NoError(t, err)
			})
		}
		time.Sleep(answerWithin - time.Second)
		require.Empty(t, says.words(), "it may only be slow")
		time.Sleep(2 * time.Second)
		require.Len(t, says.words(), 2, "each chat once")
		require.Contains(t, says.words()[0], "系统暂时记不了东西")
		close(round)
		handled.Wait()

		faulty.On(nil)
		_, err = a.handle(t.Context(), event("4", "a"))
		require.NoError(t, err)
		time.Sleep(time.Hour)
		require.Len(t, says.words(), 2, "what is handled in time needs no apology")
	})
}

// TestADiskThatIsFull: records that can be read and not written are not well.
func TestADiskThatIsFull(t *testing.T) {
	store, err := sqlite.Open(t.Context(), "sqlite::memory:", make([]byte, 32))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, store.Close()) })
	kept := &ears{heard: map[string]time.Time{}}
	a := New(Options{Store: store, Hearings: kept, Clock: bot.SystemClock{}, Zone: time.UTC, Adapters: []platform.Adapter{&mouth{}}, Registerer: prometheus.NewRegistry()})
	a.hearing.note(t.Context())
	require.Equal(t, Ready, a.ready(t.Context()).Status)
	kept.full = bot.Fault(bot.Internal, errCut)
	a.hearing.noted = time.Time{}
	a.hearing.note(t.Context())
	r := a.ready(t.Context())
	require.Equal(t, Failing, r.Status)
	require.Contains(t, r.Database, "写不进")
	kept.full = nil
	a.hearing.note(t.Context())
	require.Equal(t, Fine, a.ready(t.Context()).Database)
}
