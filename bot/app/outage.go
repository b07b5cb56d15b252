package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

// outage remembers who was told that nothing can be recorded now.
type outage struct {
	senders map[bot.Platform]deliver.Sender

	mu   sync.Mutex
	told map[string]bool // by chat; nil when all is well
}

const (
	// apologyWithin bounds an apology: its event may wait for it.
	apologyWithin = 3 * time.Second
	// answerWithin is how long an event is worked on before its chat is told that it may
	// not be recorded: a database that hangs says nothing.
	answerWithin = 10 * time.Second
)

// errHangs is why a chat is told so before it is known.
var errHangs = bot.Fault(bot.Internal, errors.New("the records take very long"))

// watch tells the chat of an event that takes too long, until stop is called. The event
// is worked on meanwhile, and answered if it is recorded after all.
func (a *App) watch(ctx context.Context, e bot.Event) (stop func() bool) {
	return time.AfterFunc(answerWithin, func() { a.apologise(context.WithoutCancel(ctx), e, errHangs) }).Stop
}

// first reports whether a chat has not been told in this outage, and counts it told.
func (o *outage) first(chat bot.Chat) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.told == nil {
		o.told = map[string]bool{}
	}
	if o.told[chat.Key()] {
		return false
	}
	o.told[chat.Key()] = true
	return true
}

// over is told that something was recorded again.
func (o *outage) over() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.told = nil
}

// apologise says once per chat and outage that a message was not recorded: past the
// outbox, which cannot be written to either. The event stays unacknowledged, and is
// taken up if the platform sends it again.
func (a *App) apologise(ctx context.Context, e bot.Event, cause error) {
	s := a.outage.senders[e.Platform]
	if e.Message == nil || s == nil || ctx.Err() != nil || bot.CodeOf(cause) != bot.Internal || !a.outage.first(e.Chat) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, apologyWithin)
	defer cancel()
	_, err := s.Send(ctx, deliver.Outgoing{
		ID: "sorry-" + string(e.ID), To: e.Chat, Reply: e.Reply,
		Text: "系统暂时记不了东西，这一句还没有记下。过一会儿没收到回复的，请再发一次。",
	})
	if err != nil {
		a.opts.Logger.WarnContext(ctx, "no apology possible", "chat", e.Chat.Key(), "error", err)
	}
}
