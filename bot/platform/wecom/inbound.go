package wecom

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
)

// replyLife is how long a callback may be answered by its req_id (document
// 101836); after a reconnect it may be refused earlier.
const replyLife = 24 * time.Hour

// cardWindow is how long a press, or the opening of a chat, may be answered.
const cardWindow = 5 * time.Second

// ErrIgnored says that a callback is well-formed and of no concern to the bot.
var ErrIgnored = errors.New("nothing the bot acts upon")

// toEvent turns a callback into what happened. It returns ErrIgnored for what is
// well-formed and of no concern, and another error for what is malformed. The
// instant at is when the frame arrived.
func (a *Adapter) toEvent(f inFrame, at time.Time) (bot.Event, error) {
	c, err := decodeBody(f.Body)
	if err != nil {
		return bot.Event{}, err
	}
	e, err := head(c, a.cfg.CorpID)
	if err != nil {
		return e, err
	}
	if f.Cmd == cmdEvent || c.Kind == kindEvent {
		err := fillEvent(&e, c, f.Headers.ReqID, at)
		return e, err
	}
	e.Reply = bot.Reply{Token: replyToken(cmdRespond, f.Headers.ReqID), Expires: at.Add(replyLife)}
	e.Message, err = toMessage(c, at)
	return e, err
}

// head fills what all callbacks have; corpID is our own organisation.
func head(c callback, corpID string) (bot.Event, error) {
	e := bot.Event{
		ID:       bot.EventID(c.ID),
		Platform: bot.WeCom,
		From:     bot.Account{Platform: bot.WeCom, User: bot.UserID(c.From.User)},
		Outsider: c.From.Corp != "" && c.From.Corp != corpID,
		At:       c.Created.Time,
	}
	switch {
	case c.ID == "":
		return e, errors.New("callback without msgid")
	case c.From.User == "":
		return e, errors.New("callback without a sender")
	case c.ChatType == chatGroup && c.ChatID == "":
		return e, errors.New("group callback without chatid")
	case c.ChatType == chatGroup:
		e.Chat = bot.Chat{Platform: bot.WeCom, ID: bot.ChatID(c.ChatID)}
	case c.ChatType == chatSingle:
		e.Chat = bot.PrivateChat(e.From)
	default:
		return e, errors.New("callback from an unknown type of chat")
	}
	return e, nil
}

// fillEvent fills a press or an opened chat. A press has no Reply: its req_id
// takes a card update only (846605 for anything else).
func fillEvent(e *bot.Event, c callback, reqID string, at time.Time) error {
	if c.Event == nil {
		return errors.New("event callback without an event")
	}
	switch c.Event.Type {
	case eventEnter:
		e.Enter = &bot.Enter{}
		e.Reply = bot.Reply{Token: replyToken(cmdRespondWelcome, reqID), Expires: at.Add(cardWindow)}
		return nil
	case eventCard:
		click := c.Event.Card
		if click == nil || click.TaskID == "" {
			return errors.New("card event without task_id")
		}
		e.Press = &bot.Press{Card: click.TaskID, Key: click.Key, Picked: picked(click)}
		return nil
	}
	return ErrIgnored
}

func picked(click *cardClick) []string {
	var ids []string
	for _, item := range click.Selected.Items {
		ids = append(ids, item.Options.IDs...)
	}
	return ids
}

// toMessage turns what was said into a Message; at is when the links in it began
// to age.
func toMessage(c callback, at time.Time) (*bot.Message, error) {
	switch c.Kind {
	case kindText, kindVoice, kindMixed, kindImage, kindFile, kindVideo:
	default:
		return nil, fmt.Errorf("%w: message of unknown type", ErrIgnored)
	}
	m := &bot.Message{
		Text:        c.words(),
		Voice:       c.Kind == kindVoice,
		Attachments: c.attachments(at),
	}
	if c.Quote != nil {
		// In a group a picture can reach the bot only inside a mixed message or a
		// quote, so a quoted one counts as sent along.
		m.Quoted = c.Quote.words()
		m.Attachments = append(m.Attachments, c.Quote.attachments(at)...)
	}
	return m, nil
}

// attachments lists what came along, in order.
func (c content) attachments(at time.Time) []bot.Attachment {
	items := []content{c}
	if c.Kind == kindMixed {
		items = c.items()
	}
	var all []bot.Attachment
	for _, item := range items {
		if att, ok := item.attachment(at); ok {
			all = append(all, att)
		}
	}
	return all
}

func (c content) attachment(at time.Time) (bot.Attachment, bool) {
	var link *mediaLink
	var kind bot.AttachmentKind
	switch c.Kind {
	case kindImage:
		link, kind = c.Image, bot.Picture
	case kindFile:
		link, kind = c.File, bot.File
	case kindVideo:
		link, kind = c.Video, bot.Video
	}
	if link == nil || link.URL == "" {
		return bot.Attachment{}, false
	}
	ref := mediaRef{URL: link.URL, Key: link.Key, Expires: at.Add(mediaLife)}
	return bot.Attachment{Kind: kind, Name: link.Name, Ref: ref.encode()}, true
}

// A reply token is the command that may answer and the callback's req_id.
func replyToken(cmd, reqID string) string { return cmd + " " + reqID }

// parseToken splits a reply token; ok is false for one that is not ours.
func parseToken(token string) (cmd, reqID string, ok bool) {
	cmd, reqID, ok = strings.Cut(token, " ")
	return cmd, reqID, ok && reqID != "" && (cmd == cmdRespond || cmd == cmdRespondWelcome)
}
