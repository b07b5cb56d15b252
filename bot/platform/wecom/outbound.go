package wecom

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/cards"
	wecomcards "yiqun/cards/wecom"
)

// Send delivers one message: as a reply to the callback where that is still
// possible, else as a push. A card that WeCom will not show goes as words, for
// what was refused was not seen. The Receipt counts the frames WeCom counts
// against the conversation's limit; uploads have a limit of their own.
func (a *Adapter) Send(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return deliver.Receipt{}, bot.Fault(bot.Retryable, err)
	}
	if out.To.Platform != bot.WeCom || out.To.ID == "" {
		return deliver.Receipt{}, bot.Fault(bot.Rejected, errors.New("not addressed to a wecom chat"))
	}
	d := &delivery{Adapter: a, out: out, id: cmp.Or(out.ID, rand.Text())}
	var route string
	var err error
	switch {
	case out.Card != nil:
		route, err = d.card(ctx, *out.Card)
	case out.File != nil:
		route, err = d.file(ctx, *out.File)
	default:
		route, err = d.text(ctx, out.Text)
	}
	if err != nil {
		return deliver.Receipt{}, classify(err)
	}
	return deliver.Receipt{Route: route, Calls: d.calls}, nil
}

// delivery is one Send under way.
type delivery struct {
	*Adapter
	out      deliver.Outgoing
	id       string
	calls    int
	pushOnly bool // replies to this callback were found not to work
}

// text sends plain text in as many pieces as its length needs.
func (d *delivery) text(ctx context.Context, plain string) (route string, err error) {
	pieces := TextPieces(plain, d.Capabilities().MaxText)
	if len(pieces) == 0 {
		return "", bot.Fault(bot.Rejected, errors.New("nothing to send"))
	}
	err = d.progress.Each(d.id, len(pieces), func(i int) error {
		route, err = d.say(ctx, i, pieces[i])
		return err
	})
	return route, err
}

// say sends one piece of text.
func (d *delivery) say(ctx context.Context, part int, w Words) (route string, err error) {
	owner := fmt.Sprintf("%s-%d", d.id, part)
	if cmd, reqID, ok := d.route(); ok {
		// The stream's id comes from the message's, so that a repeat after an
		// unknown outcome fills the same bubble.
		doubted := d.doubted.Get(owner)
		err := d.frame(ctx, cmd, reqID, w.reply(cmd, owner), owner)
		switch code := refusalCode(err); {
		case code == codeStreamTooOld:
			err = d.frame(ctx, cmd, reqID, w.reply(cmd, rand.Text()), owner)
		case code == codeBadParameter && doubted:
			// What was not refused for its form before is refused because it is there.
			d.cfg.Logger.Warn("wecom has a reply already whose acknowledgement was lost", "message", d.id, "err", err)
			return "reply", nil
		case code == codeBadParameter:
			d.pushOnly = true // an earlier run of this program may have used the stream's id
		}
		if !d.mustPush(err) {
			return "reply", err
		}
	}
	return "push", d.push(ctx, w.push(), owner)
}

// card sends a template card, or its words where WeCom cannot or will not show it.
func (d *delivery) card(ctx context.Context, c cards.Card) (route string, err error) {
	if wecomcards.Closed(c) {
		return d.cardWords(ctx, c) // nothing to press: a button would only mislead
	}
	shown, err := wecomcards.Render(c)
	if err != nil {
		d.cfg.Logger.Warn("wecom card cannot be shown, sending words", "card", c.ID, "err", err)
		return d.cardWords(ctx, c)
	}
	err = d.message(ctx, message{Kind: "template_card", Card: &shown})
	switch code := refusalCode(err); {
	case err == nil:
		return "card", nil
	case code == codeTaskID:
		// Rendering has checked the id, so it was used: an earlier attempt got through,
		// of which the records, or this process, do not know.
		return "card", nil
	case code == codeDevice, isCardFault(code):
		d.cfg.Logger.Warn("wecom refused a card, sending words", "card", c.ID, "err", err)
		return d.cardWords(ctx, c)
	}
	return "", err
}

func (d *delivery) cardWords(ctx context.Context, c cards.Card) (route string, err error) {
	_, err = d.say(ctx, 0, CardWords(c, d.cfg.BotName))
	return "text", err
}

// file uploads a document and hands it over; a picture is shown, if it is not too large
// to be one.
func (d *delivery) file(ctx context.Context, f deliver.File) (route string, err error) {
	if f.Picture && len(f.Data) <= maxPicture {
		id, err := d.upload(ctx, kindImage, f)
		if err != nil {
			return "", err
		}
		return "file", d.message(ctx, message{Kind: kindImage, Image: &mediaID{ID: id}})
	}
	id, err := d.upload(ctx, kindFile, f)
	if err != nil {
		return "", err
	}
	return "file", d.message(ctx, message{Kind: kindFile, File: &mediaID{ID: id}})
}

// message sends a message that has the same form on every route.
func (d *delivery) message(ctx context.Context, m message) error {
	if cmd, reqID, ok := d.route(); ok && (cmd == cmdRespond || m.Card != nil) {
		err := d.frame(ctx, cmd, reqID, m, d.id)
		again := d.mustPush(err)
		if !again || m.Card != nil && refusalCode(err) == codeDevice {
			return err // such a client shows pushed words, but no card
		}
	}
	return d.push(ctx, m, d.id)
}

// route returns the reply route, if there is one to try.
func (d *delivery) route() (cmd, reqID string, ok bool) {
	if d.pushOnly || !d.out.Reply.Usable(d.cfg.Clock.Now()) {
		return "", "", false
	}
	return parseToken(d.out.Reply.Token)
}

// mustPush reports whether a reply failed in a way that leaves the push: the
// callback can no longer be answered (846605, 846608), the client shows no
// replies (600039), or the acknowledgement could be mistaken for another's.
func (d *delivery) mustPush(err error) bool {
	switch refusalCode(err) {
	case codeBadReqID, codeStreamTooOld, codeDevice:
		d.pushOnly = true
	}
	return d.pushOnly || errors.Is(err, errOverdue)
}

func (d *delivery) push(ctx context.Context, m message, owner string) error {
	return d.frame(ctx, cmdPush, newReqID(cmdPush), m.pushTo(d.out.To), owner)
}

// frame sends one message frame and counts it.
func (d *delivery) frame(ctx context.Context, cmd, reqID string, m message, owner string) error {
	d.calls++
	_, err := d.call(ctx, newFrame(cmd, reqID, m), owner)
	if unknown(err) {
		d.doubted.Put(owner, true)
	}
	return err
}
