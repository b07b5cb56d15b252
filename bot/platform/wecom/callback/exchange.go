package callback

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform/wecom"
)

// lateLife is how long a response_url may be used. The hour is what the official
// plug-in holds.
const lateLife = time.Hour

// exchange is one call of WeCom: open while the call waits for its answer, and
// after that a token in an event's Reply, by which one late answer may go.
type exchange struct {
	id   string
	at   time.Time
	kind kind
	late string // response_url; a secret

	offers  chan offer    // what Send has for the answer
	handled chan struct{} // closed when the handler has returned
	closed  chan struct{} // closed when the call has ended
	answer  []byte        // of a press; read after handled
	err     error         // of the handler; read after handled

	mu      sync.Mutex
	taken   *offer // what became the answer
	settled bool
}

// kind is what may be the answer.
type kind string

const (
	forMessage kind = "m" // a finished stream, or a card
	forWelcome kind = "w" // plain text, or a card
	forPress   kind = "p" // the card alone
)

// offer is a message for the answer; done takes one error, nil once it is in.
type offer struct {
	body []byte
	done chan error
}

// begin opens the exchange of a call.
func (a *Adapter) begin(c wecom.Callback, at time.Time) *exchange {
	x := &exchange{
		id: rand.Text(), at: at, kind: forMessage, late: c.ResponseURL,
		offers: make(chan offer), handled: make(chan struct{}), closed: make(chan struct{}),
	}
	switch {
	case c.Event.Press != nil:
		x.kind = forPress
	case c.Event.Enter != nil:
		x.kind, x.late = forWelcome, ""
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.open[x.id] = x
	return x
}

// end closes the exchange; an offer that was taken and never sealed has failed.
func (a *Adapter) end(x *exchange) {
	a.mu.Lock()
	delete(a.open, x.id)
	a.mu.Unlock()
	close(x.closed)
	x.answered(errClosed)
}

func (a *Adapter) waiting(id string) *exchange {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.open[id]
}

// await returns the call's answer: a press's from the handler, any other from the
// first Send for it. Nil means that there is none in time. The error is the
// handler's, for a call that is to come again.
func (a *Adapter) await(ctx context.Context, x *exchange) ([]byte, error) {
	late, stop := a.cfg.Clock.Timer(window - wayBack - a.cfg.Clock.Now().Sub(x.at))
	defer stop()
	handled := x.handled
	for {
		select {
		case o := <-x.offers:
			x.mu.Lock()
			x.taken = &o
			x.mu.Unlock()
			return o.body, nil
		case <-handled:
			if x.err != nil || x.kind == forPress {
				return x.answer, x.err
			}
			handled = nil // what it left in the outbox is on its way
		case <-late:
			return nil, nil
		case <-a.stopping:
			select {
			case <-x.handled:
				return x.answer, x.err
			default:
				return nil, errNotTaken // it still waited for its turn
			}
		case <-ctx.Done():
			return nil, nil // WeCom hung up; the event is in hand all the same
		}
	}
}

// finish notes what the handler returned.
func (x *exchange) finish(answer []byte, err error) {
	x.answer, x.err = answer, err
	close(x.handled)
}

// answered tells whoever offered the answer how that ended; the first word counts.
func (x *exchange) answered(err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.taken == nil || x.settled {
		return
	}
	x.settled = true
	x.taken.done <- err
}

// reply is how this exchange's event can be answered.
func (x *exchange) reply(at time.Time) bot.Reply {
	life := lateLife
	if x.late == "" {
		life = window
	}
	return bot.Reply{Token: strings.Join([]string{string(x.kind), x.id, x.late}, " "), Expires: at.Add(life)}
}

// parseToken splits a reply token; ok is false for one that is not ours.
func parseToken(token string) (k kind, id, late string, ok bool) {
	parts := strings.SplitN(token, " ", 3)
	if len(parts) != 3 || parts[1] == "" {
		return "", "", "", false
	}
	k = kind(parts[0])
	return k, parts[1], parts[2], k == forMessage || k == forWelcome
}
