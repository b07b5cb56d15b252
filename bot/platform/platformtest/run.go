package platformtest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform"
)

// Run runs the whole suite against the adapters that h makes.
func Run(t *testing.T, h Harness) {
	for _, c := range []struct {
		name string
		run  func(t *testing.T, b *bench)
	}{
		{"a group message arrives", groupMessage},
		{"a private message arrives", privateMessage},
		{"a message of 100 kB arrives whole", longMessage},
		{"one chat keeps its order", orderPerChat},
		{"another chat does not wait", parallelChats},
		{"a redelivery has the same event id", duplicates},
		{"a failed event is not acknowledged", failedEvent},
		{"a panicking handler ends nothing", panickingHandler},
		{"malformed frames end nothing", malformedFrames},
		{"a message of 8 MB is refused", hugeMessage},
		{"what the platform did not sign is not heard", forged},
		{"a press is answered with the card", pressAnswered},
		{"a press in private is answered there", pressInPrivate},
		{"a slow press is cut off in its window", pressTooSlow},
		{"a failed press gets no card", pressFailed},
		{"the first connection is retried", firstConnectionRetried},
		{"a cut connection comes back", cutConnection},
		{"a redelivery on the next connection waits its turn", redeliveredElsewhere},
		{"an outage is told once", outageTold},
		{"rejected credentials end Run", rejectedCredentials},
		{"stopping is prompt", stopIdle},
		{"stopping finishes what was begun", stopBusy},
		{"stopping leaves what had not begun", stopQueued},
		{"stopping does not wait for ever", stopHung},
		{"text reaches groups and people", sendText},
		{"text answers a message", sendReply},
		{"a reply long dead is not a message lost", sendLateReply},
		{"a forged reply goes nowhere", sendForgedReply},
		{"nothing in a text or a card acts", sendHostile},
		{"a long text arrives in pieces", sendLongText},
		{"a long text goes on where it failed", sendRestOfText},
		{"a card reaches groups and people", sendCard},
		{"a card says all that is on it", sendWholeCard},
		{"a card that was sent can be changed", refresh},
		{"a file reaches who may have it", sendFile},
		{"many send at once", sendAtOnce},
		{"an expired token is renewed", sendExpired},
		{"without a connection nothing is lost", sendOffline},
		{"failures carry their code", sendFailures},
		{"a cancelled send returns at once", sendCancelled},
		{"a send is given up with its context", sendGivenUp},
		{"a card whose answer was lost is shown once", lostAnswer},
		{"a text whose answer was lost is said once", lostAnswerToText},
		{"an attachment is fetched within its limit", fetch},
	} {
		t.Run(c.name, func(t *testing.T) {
			excuse := ""
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t, h)
				if e, ok := b.Rig.(Excused); ok {
					excuse = e.Excuse(c.name)
				}
				if excuse == "" {
					c.run(t, b)
				}
			})
			if excuse != "" {
				t.Skip(excuse) // in the bubble it would pass for passing
			}
		})
	}
}

// The cast of every case. The words are what must never be logged.
const (
	alice bot.UserID = "alice01"
	bob   bot.UserID = "Bob_02"
	words            = "3栋2单元声控灯坏了，电话13800001234"
)

// bench is one case's rig, with its adapter running from start to the end.
type bench struct {
	Rig
	t      *testing.T
	logs   *logs
	cancel context.CancelFunc
	ended  chan struct{}
	err    error // of Run, once ended is closed
}

func newBench(t *testing.T, h Harness) *bench {
	b := &bench{t: t, logs: &logs{}, ended: make(chan struct{})}
	t.Cleanup(b.checkLogs)
	b.Rig = h(t, Setup{
		Net:    NewNetwork(),
		Logger: slog.New(slog.NewTextHandler(b.logs, &slog.HandlerOptions{Level: slog.LevelDebug})),
	})
	return b
}

// run starts the adapter and settles, without minding whether it connects.
func (b *bench) run(h platform.Handler) {
	ctx, cancel := context.WithCancel(context.Background())
	b.cancel = cancel
	go func() {
		defer close(b.ended)
		b.err = b.Adapter().Run(ctx, h)
	}()
	b.t.Cleanup(b.stop)
	b.settle()
}

// start is run, and the adapter must be connected then.
func (b *bench) start(h platform.Handler) {
	b.run(h)
	status := b.Adapter().Status()
	require.True(b.t, status.Connected, "Status().Connected must hold once Run has subscribed; its Problem: %q", status.Problem)
}

// startRecording is start with a handler that only takes notes.
func (b *bench) startRecording() *recorder {
	r := &recorder{}
	b.start(r)
	return r
}

// stop cancels Run and waits for its end. It may be called twice.
func (b *bench) stop() {
	b.cancel()
	<-b.ended
	if b.err != nil && bot.CodeOf(b.err) != bot.Rejected {
		assert.ErrorIs(b.t, b.err, context.Canceled, "Run ends with what ended its context")
	}
}

// running reports whether Run has not returned.
func (b *bench) running() bool {
	select {
	case <-b.ended:
		return false
	default:
		return true
	}
}

// settle lets everything happen that happens without time passing.
func (b *bench) settle() { synctest.Wait() }

// pass lets time pass.
func (b *bench) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (b *bench) group(id bot.ChatID) bot.Chat {
	return bot.Chat{Platform: b.Adapter().Platform(), ID: id}
}

func (b *bench) private(u bot.UserID) bot.Chat {
	return bot.PrivateChat(bot.Account{Platform: b.Adapter().Platform(), User: u})
}

// hear pushes one message from each chat, so that the bot may write to them, and
// returns the events.
func (b *bench) hear(r *recorder, chats ...bot.Chat) []bot.Event {
	for i, c := range chats {
		from := alice
		if c.Private {
			from = bot.UserID(c.ID)
		}
		b.Push(Message{ID: fmt.Sprintf("hello-%d", i), Chat: c, From: from, Text: "在"})
		b.settle()
	}
	events := r.all()
	require.Len(b.t, events, len(chats), "each message pushed is one event for the handler")
	return events
}

// acked asserts how often a message was acknowledged, where the platform has that. An
// acknowledgement that carries the answer may wait for it as long as the window is.
func (b *bench) acked(id string, want int, why string) {
	b.t.Helper()
	b.pass(b.Adapter().Capabilities().AnswerWindow)
	if n, known := b.Acked(id); known {
		assert.Equal(b.t, want, n, "acknowledgements of %s: %s", id, why)
	}
}

// checkError asserts the code of a failed call and that it leaks nothing.
func (b *bench) checkError(err error, want bot.Code) {
	b.t.Helper()
	require.Error(b.t, err, "wanted a *bot.Error with code %q", want)
	assert.Equal(b.t, want, bot.CodeOf(err), "%v", err)
	b.checkText("error", fmt.Sprintf("%v %+v", err, err))
}

func (b *bench) checkLogs() { b.checkText("log", b.logs.String()) }

// checkText asserts that neither a secret nor a member's words are in text.
func (b *bench) checkText(where, text string) {
	b.t.Helper()
	for _, secret := range append(b.Secrets(), words) {
		assert.NotContains(b.t, text, secret, "leaked in the %s", where)
	}
}

// recorder is a handler that notes every event and answers nothing.
type recorder struct {
	mu     sync.Mutex
	events []bot.Event
}

func (r *recorder) Handle(_ context.Context, e bot.Event) (platform.Answer, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, e)
	return platform.Answer{}, nil
}

func (r *recorder) all() []bot.Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]bot.Event(nil), r.events...)
}

// logs collects what an adapter logs.
type logs struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *logs) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
