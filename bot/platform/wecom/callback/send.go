package callback

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform/wecom"
	"yiqun/cards"
	wecomcards "yiqun/cards/wecom"
)

var (
	errNoPush = errors.New("nothing can be sent by callback URL but answers")
	errClosed = errors.New("the call has ended")
	errSpent  = errors.New("this callback has had its answers")
)

// Send answers a callback: inside the call while it waits, else by the address that
// came with it, once. Without a reply the error is Unreachable, with one that is
// spent Expired.
func (a *Adapter) Send(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return deliver.Receipt{}, bot.Fault(bot.Retryable, err)
	}
	if out.File != nil {
		return deliver.Receipt{}, bot.Fault(bot.Unsupported, errors.New("no files can be sent by callback URL"))
	}
	if out.Reply.Token == "" {
		return deliver.Receipt{}, bot.Fault(bot.Unreachable, errNoPush)
	}
	k, id, late, ok := parseToken(out.Reply.Token)
	if !ok || !out.Reply.Usable(a.cfg.Clock.Now()) {
		return deliver.Receipt{}, bot.Fault(bot.Expired, errSpent)
	}
	d := &delivery{Adapter: a, out: out, id: cmp.Or(out.ID, rand.Text()), kind: k, exchange: id, late: late}
	route, err := d.run(ctx)
	if err != nil {
		return deliver.Receipt{Calls: d.calls}, err
	}
	return deliver.Receipt{Route: route, Calls: d.calls}, nil
}

// delivery is one Send under way.
type delivery struct {
	*Adapter
	out      deliver.Outgoing
	id       string
	kind     kind
	exchange string
	late     string
	calls    int
}

func (d *delivery) run(ctx context.Context) (route string, err error) {
	if d.out.Card != nil {
		return d.card(ctx, *d.out.Card)
	}
	pieces := wecom.TextPieces(d.out.Text, maxText)
	if len(pieces) == 0 {
		return "", bot.Fault(bot.Rejected, errors.New("nothing to send"))
	}
	return "reply", d.progress.Each(d.id, len(pieces), func(i int) error { return d.say(ctx, pieces[i]) })
}

// card sends a template card, or its words where there is nothing to press or it
// cannot be shown.
func (d *delivery) card(ctx context.Context, c cards.Card) (route string, err error) {
	shown, err := wecomcards.Render(c)
	if err != nil || wecomcards.Closed(c) {
		return "text", d.say(ctx, wecom.CardWords(c, d.cfg.BotName))
	}
	body, err := json.Marshal(message{Kind: "template_card", Card: &shown})
	if err != nil {
		return "", bot.Fault(bot.Rejected, fmt.Errorf("encoding card: %w", err))
	}
	if sent, err := d.offer(ctx, body); sent || err != nil {
		return "card", err
	}
	if !d.out.To.Private {
		// Whether cards reach groups by this address is not documented; the official
		// plug-in sends them to single people only.
		return "text", d.post(ctx, lateWords(wecom.CardWords(c, d.cfg.BotName)))
	}
	return "card", d.post(ctx, message{Kind: "template_card", Card: &shown})
}

// say sends words inside the call, else late.
func (d *delivery) say(ctx context.Context, w wecom.Words) error {
	body, err := json.Marshal(d.passive(w))
	if err != nil {
		return bot.Fault(bot.Rejected, fmt.Errorf("encoding answer: %w", err))
	}
	if sent, err := d.offer(ctx, body); sent || err != nil {
		return err
	}
	return d.post(ctx, lateWords(w))
}

// offer puts body into the answer of the call, if that still waits for one.
func (d *delivery) offer(ctx context.Context, body []byte) (sent bool, err error) {
	x := d.waiting(d.exchange)
	if x == nil {
		return false, nil
	}
	o := offer{body: body, done: make(chan error, 1)}
	select {
	case x.offers <- o:
	case <-x.closed:
		return false, nil
	case <-ctx.Done():
		return false, bot.Fault(bot.Retryable, ctx.Err())
	}
	d.calls++
	if err := <-o.done; err != nil {
		return false, bot.Fault(bot.Retryable, err)
	}
	return true, nil
}
