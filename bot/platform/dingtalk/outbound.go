package dingtalk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/cards/markdown"
)

// Routes of a deliver.Receipt.
const (
	routeReply = "reply"
	routePush  = "push"
	routeCard  = "card"
	routeFile  = "file"
)

// maxMentions is how many people one webhook message can @.
const maxMentions = 50

var (
	errNothing   = errors.New("nothing to send")
	errOutsider  = errors.New("outsiders cannot be written to")
	errNotThere  = errors.New("DingTalk does not know this person")
	errFlowLimit = errors.New("too many messages to this person")
	errNoWebhook = errors.New("reply no longer usable")
)

// Send delivers one message: by the session webhook where out.Reply has one,
// which needs no token and can @, else by a robot message or a card.
//
// A text longer than Capabilities.MaxText goes in pieces. If a later piece fails, the
// error is returned, and a repeated Send begins with that one. Robot messages have no
// idempotency key: a piece whose answer was lost is read twice.
func (a *Adapter) Send(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	if strings.HasPrefix(string(out.To.ID), outside) && out.To.Private {
		return deliver.Receipt{}, bot.Fault(bot.Unreachable, errOutsider)
	}
	switch {
	case out.Card != nil:
		return a.sendCard(ctx, out)
	case out.File != nil:
		return a.sendFile(ctx, out)
	case out.Text != "":
		return a.sendPieces(ctx, out, pictured(out))
	}
	return deliver.Receipt{}, bot.Fault(bot.Rejected, errNothing)
}

// piece is one message in the shape of both routes.
type piece struct {
	msgType string // of the webhook
	msgKey  string // of a robot message
	param   map[string]string
}

// textPieces are a text without markdown. Clients still make links of addresses in
// it and show what is turned around or cannot be seen: hence the cleaning.
func textPieces(s string) []piece {
	var all []piece
	for _, part := range platform.Split(markdown.Literal(markdown.Plain(s, 0)), platform.DingTalk().MaxText) {
		all = append(all, piece{"text", "sampleText", map[string]string{"content": part}})
	}
	return all
}

// longestTitle is how much of a text stands in the list of chats, in characters.
const longestTitle = 30

// pictured are a text's pieces; where a picture belongs below it they are markdown,
// which shows one by its address and costs no call of its own.
func pictured(out deliver.Outgoing) []piece {
	address, ok := markdown.Address(out.Picture)
	if !ok || strings.ContainsAny(address, "()") {
		return textPieces(out.Text)
	}
	title, _, _ := strings.Cut(out.Text, "\n")
	return markdownPieces(markdown.Escape(markdown.OneLine(title, longestTitle)), markdown.DingTalkText(out.Text)+"\n\n![结果图]("+address+")")
}

func markdownPieces(title, s string) []piece {
	var all []piece
	for _, part := range platform.Split(s, platform.DingTalk().MaxText) {
		all = append(all, piece{"markdown", "sampleMarkdown", map[string]string{"title": title, "text": part}})
	}
	return all
}

// sendPieces sends one piece after the other. The first carries the mentions.
func (a *Adapter) sendPieces(ctx context.Context, out deliver.Outgoing, pieces []piece) (deliver.Receipt, error) {
	var receipt deliver.Receipt
	err := a.progress.Each(cmp.Or(out.ID, rand.Text()), len(pieces), func(i int) error {
		var mentions []string
		if i == 0 {
			mentions = staffIDs(out.Mentions)
		}
		return a.sendPiece(ctx, out, pieces[i], mentions, &receipt)
	})
	return receipt, err
}

// sendPiece replies if it can, and pushes if a reply was refused for good: then
// nobody has seen it. After an unknown outcome it does not push as well.
func (a *Adapter) sendPiece(ctx context.Context, out deliver.Outgoing, p piece, mentions []string, r *deliver.Receipt) error {
	if out.Reply.Usable(a.cfg.Clock.Now()) && a.ownWebhook(out.Reply.Token) {
		r.Route = routeReply
		err := a.postWebhook(ctx, out.Reply.Token, p, mentions, &r.Calls)
		if bot.CodeOf(err) != bot.Expired {
			return err
		}
	}
	r.Route = routePush
	return a.push(ctx, out.To, p.msgKey, p.param, &r.Calls)
}

// staffIDs are the people a webhook can @.
func staffIDs(people []bot.Account) []string {
	var ids []string
	for _, p := range people {
		if p.Platform == bot.DingTalk && !strings.HasPrefix(string(p.User), outside) && len(ids) < maxMentions {
			ids = append(ids, string(p.User))
		}
	}
	return ids
}

// postWebhook posts to a session webhook, which answers 200 to everything: the
// errcode counts. Codes that are not known to mean something else mean that this
// webhook is over.
func (a *Adapter) postWebhook(ctx context.Context, address string, p piece, mentions []string, calls *int) error {
	body := map[string]any{"msgtype": p.msgType, p.msgType: p.param}
	if len(mentions) > 0 {
		body["at"] = map[string]any{"atUserIds": mentions, "isAtAll": false}
	}
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(encode(body)))
	if err != nil {
		return bot.Fault(bot.Expired, errNoWebhook)
	}
	req.Header.Set("Content-Type", "application/json")
	*calls++
	status, _, answer, err := a.roundTrip(req)
	if err != nil {
		return failed("session webhook", err)
	}
	return named("session webhook", a.webhookOutcome(status, answer))
}

func (a *Adapter) webhookOutcome(status int, answer []byte) error {
	r, ok := readRefusal(answer)
	switch {
	case !ok || r.Status == 1111:
		return unreadable(status)
	case status >= 500:
		return bot.Fault(bot.Retryable, errors.New("server error"))
	case r.ErrCode == nil:
		return bot.Fault(bot.Expired, errNoWebhook)
	case *r.ErrCode == 0:
		return nil
	case *r.ErrCode >= 430101 && *r.ErrCode <= 430104: // the content is refused
		return a.refusedOld(*r.ErrCode)
	}
	err := a.refusedOld(*r.ErrCode)
	if code := bot.CodeOf(err); code == bot.Throttled || code == bot.QuotaGone {
		return err
	}
	return bot.Fault(bot.Expired, errors.Join(errNoWebhook, err))
}

// push sends a robot message of any kind to a group or a person.
func (a *Adapter) push(ctx context.Context, to bot.Chat, msgKey string, param map[string]string, calls *int) error {
	message := map[string]any{"robotCode": a.cfg.ClientID, "msgKey": msgKey, "msgParam": string(encode(param))}
	if !to.Private {
		message["openConversationId"] = to.ID
		var sent struct{}
		return a.counted(a.call(ctx, calls, http.MethodPost, "/v1.0/robot/groupMessages/send", message, &sent))
	}
	message["userIds"] = []bot.ChatID{to.ID}
	var sent struct {
		Invalid []json.RawMessage `json:"invalidStaffIdList"`
		Limited []json.RawMessage `json:"flowControlledStaffIdList"`
	}
	err := a.counted(a.call(ctx, calls, http.MethodPost, "/v1.0/robot/oToMessages/batchSend", message, &sent))
	switch {
	case err != nil:
		return err
	case len(sent.Invalid) > 0:
		return bot.Fault(bot.Unreachable, errNotThere)
	case len(sent.Limited) > 0:
		return throttled(qpmWait, errFlowLimit)
	}
	return nil
}

// counted takes note of a paid call that worked: then there is quota, and the
// machine's address is allowed.
func (a *Adapter) counted(err error) error {
	if err == nil {
		a.problems.clear(quotaUsedUp, unlistedIP)
	}
	return err
}
