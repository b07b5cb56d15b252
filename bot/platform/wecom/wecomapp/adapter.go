package wecomapp

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
)

var (
	_ platform.Adapter = (*Adapter)(nil)
	_ platform.Called  = (*Adapter)(nil)
	_ deliver.Fetcher  = (*Adapter)(nil)
)

// Adapter is a 智能机器人 with an app beside it. Groups belong to the robot; who
// cannot be reached privately by the robot is written to by the app. Make it with
// Wrap; Run may be called once.
type Adapter struct {
	robot platform.Adapter
	app   *App

	// distant remembers private chats that the robot may not write to, so that it
	// is not tried again for each message.
	distant platform.Memory[bool]
	turns   turns

	mu       sync.Mutex
	handler  platform.Handler // nil while not running
	handling context.Context
	inside   sync.WaitGroup // callbacks of the app in hand

	received, handled, lastEvent atomic.Int64 // of the app alone
}

// Wrap puts app beside robot.
func Wrap(robot platform.Adapter, app *App) *Adapter { return &Adapter{robot: robot, app: app} }

// Platform is bot.WeCom.
func (a *Adapter) Platform() bot.Platform { return a.robot.Platform() }

// Capabilities are the robot's, and private messages and files without contact.
func (a *Adapter) Capabilities() bot.Capabilities {
	c := a.robot.Capabilities()
	c.PushNeedsContact = false
	c.PrivatePush = true
	c.PrivateFiles = true
	return c
}

// grace is how long callbacks of the app may go on after Run was told to end.
const grace = 8 * time.Second

// Run runs the robot, and takes the app's callbacks as long.
func (a *Adapter) Run(ctx context.Context, h platform.Handler) error {
	ordered := platform.Guard(platform.HandlerFunc(func(ctx context.Context, e bot.Event) (platform.Answer, error) {
		if e.Chat.ID == "" {
			return h.Handle(ctx, e)
		}
		// The robot's events and the app's share private chats.
		defer a.turns.take(e.Chat.Key())()
		return h.Handle(ctx, e)
	}))
	handling, abort := context.WithCancel(context.WithoutCancel(ctx))
	defer abort()
	a.listen(handling, ordered)
	defer func() {
		a.listen(handling, nil)
		defer time.AfterFunc(grace, abort).Stop()
		a.inside.Wait()
	}()
	return a.robot.Run(ctx, platform.HandlerFunc(func(ctx context.Context, e bot.Event) (platform.Answer, error) {
		if e.Chat.Private {
			a.distant.Put(string(e.Chat.ID), false) // they wrote: the robot may answer
		}
		return ordered.Handle(ctx, e)
	}))
}

func (a *Adapter) listen(handling context.Context, h platform.Handler) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.handler, a.handling = h, handling
}

// Status is the robot's, with the app's callbacks counted and its problem told.
func (a *Adapter) Status() platform.Status {
	s := a.robot.Status()
	s.Received += a.received.Load()
	s.Handled += a.handled.Load()
	if ns := a.lastEvent.Load(); ns > s.LastEvent.UnixNano() || s.LastEvent.IsZero() && ns != 0 {
		s.LastEvent = time.Unix(0, ns)
	}
	if s.Problem == "" {
		s.Problem = a.app.Problem()
	}
	return s
}

// Send delivers by the robot; to a private chat that the robot cannot reach, by
// the app. What was said to the app is answered there.
func (a *Adapter) Send(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	if !out.To.Private {
		return a.robot.Send(ctx, out)
	}
	if out.Reply.Token == replyToken {
		out.Reply = bot.Reply{}
		return a.app.Send(ctx, out)
	}
	spent := 0
	chat := string(out.To.ID)
	if out.Reply.Usable(a.app.cfg.Clock.Now()) || !a.distant.Get(chat) {
		rc, err := a.robot.Send(ctx, out)
		if bot.CodeOf(err) != bot.Unreachable {
			return rc, err
		}
		a.distant.Put(chat, true)
		spent = max(1, rc.Calls)
	}
	rc, err := a.app.Send(ctx, out)
	rc.Calls += spent
	return rc, err
}

// Fetch is the robot's.
func (a *Adapter) Fetch(ctx context.Context, att bot.Attachment, limit int64) ([]byte, error) {
	if f, ok := a.robot.(deliver.Fetcher); ok {
		return f.Fetch(ctx, att, limit)
	}
	return nil, bot.Fault(bot.Unsupported, errors.New("this adapter fetches nothing"))
}

// ShareNonces has replays refused among all instances that share claims, of the
// app's callbacks and of the robot's if it has any; it must be called before Run.
func (a *Adapter) ShareNonces(claims wecom.Claims) {
	if r, ok := a.robot.(interface{ ShareNonces(wecom.Claims) }); ok {
		r.ShareNonces(claims)
	}
	if a.app.door != nil {
		a.app.door.ShareNonces(claims)
	}
}

// Path is where the app's callbacks arrive.
const Path = "/wecom/app"

// Routes adds the app's callbacks, and those of the robot if it has any.
func (a *Adapter) Routes(mux *http.ServeMux) {
	if r, ok := a.robot.(interface{ Routes(*http.ServeMux) }); ok {
		r.Routes(mux)
	}
	if h := a.Handler(); h != nil {
		mux.Handle(Path, h)
	}
}
