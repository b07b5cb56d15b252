package deliver

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"yiqun/bot"
	"yiqun/cards"
	"yiqun/cards/text"
)

// mergeable is how many of the first rows can travel as one message: plain lines
// that answer nobody in particular.
func mergeable(rows []Row) int {
	n := 0
	for _, r := range rows {
		if r.Body.Text == "" || r.Body.File != nil || r.Body.Picture != "" || r.Body.Reply.Token != "" || r.Refresh != "" {
			break
		}
		n++
	}
	return max(1, n)
}

// one sends a message, made of one row or of several lines, gives up the turn and
// settles its rows. done is false when the chat has to wait.
func (w *Worker) one(ctx context.Context, t *turn, rows []Row) (done bool, err error) {
	row := rows[0]
	for _, r := range rows[1:] {
		row.Body.Text += "\n" + r.Body.Text
		row.Body.Mentions = slices.Concat(row.Body.Mentions, r.Body.Mentions)
	}
	rc, cause := w.send(ctx, &row)
	t.give()
	w.observe.Sent(row.To.Platform, rc.Route, bot.CodeOf(cause), rc.Calls)
	switch {
	case cause == nil:
		return true, w.settle(ctx, in(Sent, rows), rc.Calls)
	case len(rows) > 1 && bot.CodeOf(cause) == bot.Rejected:
		// One line that the platform refuses must not take the others with it.
		return w.apart(ctx, t, rows, rc.Calls)
	}
	return w.failed(ctx, rows, rc.Calls, cause)
}

// apart sends rows one by one that were refused as one message.
func (w *Worker) apart(ctx context.Context, t *turn, rows []Row, calls int) (done bool, err error) {
	if err := w.spend(ctx, rows[0].To.Platform, calls); err != nil {
		return false, err
	}
	for i := range rows {
		if !t.take(ctx) {
			return false, nil
		}
		if done, err := w.one(ctx, t, rows[i:i+1]); err != nil || !done {
			return done, err
		}
	}
	return true, nil
}

// send sends one message. What was begun is finished even while stopping, within
// sendWithin: an attempt given up half-way would be made again after the restart.
func (w *Worker) send(ctx context.Context, row *Row) (rc Receipt, err error) {
	s := w.senders[row.To.Platform]
	if s == nil {
		return rc, bot.Fault(bot.Rejected, fmt.Errorf("platform %s is not configured", row.To.Platform))
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendWithin)
	defer cancel()
	ctx, leave := w.while(ctx)
	defer leave()
	return w.attempt(ctx, s, row)
}

// errOnlyAnswers is the end of a message that answers nobody, on a platform where
// nothing else can be sent.
var errOnlyAnswers = errors.New("the platform takes nothing but answers")

// attempt sends by the best route that is left: the card, else its words; the
// reply, else a push.
func (w *Worker) attempt(ctx context.Context, s Sender, row *Row) (Receipt, error) {
	if row.Refresh != "" {
		r, ok := s.(Refresher)
		if !ok {
			return Receipt{Route: "none"}, nil
		}
		return guarded(func() (Receipt, error) { return r.Refresh(ctx, row.To, *row.Body.Card) })
	}
	out := Outgoing{
		ID: row.ID, To: row.To, Reply: row.Body.Reply, Card: row.Body.Card,
		Text: row.Body.Text, Picture: row.Body.Picture, Mentions: row.Body.Mentions, File: row.Body.File,
	}
	if out.File != nil {
		out.Text = "" // said only where the file cannot go
	}
	if out.Card != nil && w.used(row.To.Platform) >= frugal {
		out.Text, out.Card = w.words(out.To, *out.Card), nil
	}
	can := s.Capabilities()
	var calls int
	for range 3 {
		if !can.CanPush(out.To) && !out.Reply.Usable(w.clock.Now()) {
			return Receipt{Route: "none", Calls: calls}, bot.Fault(bot.Unreachable, errOnlyAnswers)
		}
		rc, err := guarded(func() (Receipt, error) { return s.Send(ctx, out) })
		calls += rc.Calls
		rc.Calls = calls
		switch code := bot.CodeOf(err); {
		case code == bot.Expired && out.Reply.Token != "":
			out.Reply = bot.Reply{}
		case out.File != nil && row.Body.Text != "" && (code == bot.Unsupported || code == bot.Rejected):
			out.Text, out.File = row.Body.Text, nil
		case code == bot.Unsupported && out.Card != nil:
			out.Text, out.Card = w.words(out.To, *out.Card), nil
		default:
			return rc, err
		}
	}
	return Receipt{Calls: calls}, bot.Fault(bot.Rejected, errors.New("no route is left"))
}

// guarded turns a panic of a sender into an error of code Unsupported: what it
// cannot render may still go by the next route, and no other chat suffers.
func guarded(send func() (Receipt, error)) (rc Receipt, err error) {
	defer func() {
		if v := recover(); v != nil {
			rc, err = Receipt{}, bot.Fault(bot.Unsupported, bot.Panicked(v))
		}
	}()
	return send()
}

// words is the text twin of a card.
func (w *Worker) words(to bot.Chat, c cards.Card) string {
	return text.Render(c, text.Options{Private: to.Private, BotName: w.botName})
}
