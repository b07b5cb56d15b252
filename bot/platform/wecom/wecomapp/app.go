package wecomapp

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/platform/wecom"
	"yiqun/cards"
	"yiqun/cards/markdown"
	"yiqun/cards/text"
	wecomcards "yiqun/cards/wecom"
)

// Limits of message/send and media/upload (documents 90236 and 90253).
const (
	maxText = 2048
	minFile = 6
	maxFile = 20 << 20
)

// codeTaskID refuses a task_id: also one used before.
const codeTaskID = 42014

// App is a self-built app. It writes to people privately; groups are not for it.
type App struct {
	cfg     Config
	agent   int
	api     API
	door    *wecom.Door // nil: no presses are heard, so no cards are sent
	ids     ids
	problem atomic.Pointer[string]

	unsure   platform.Memory[bool] // messages whose sending had an unknown outcome
	progress platform.Progress     // of texts in pieces
}

// New makes an app; it calls nobody before it is used.
func New(cfg Config) (*App, error) {
	agent, err := cfg.agent()
	if err != nil {
		return nil, err
	}
	api, err := newPower(cfg, agent)
	if err != nil {
		return nil, err
	}
	a := &App{cfg: cfg, agent: agent, api: api, ids: ids{api: api}}
	if cfg.Token != "" {
		if a.door, err = wecom.NewDoor(cfg.Token, cfg.AESKey, cfg.CorpID, cfg.Clock); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// Send delivers one message to one person. A card that the app cannot show goes as
// words.
func (a *App) Send(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return deliver.Receipt{}, bot.Fault(bot.Retryable, err)
	}
	if out.To.Platform != bot.WeCom || !out.To.Private {
		return deliver.Receipt{}, bot.Fault(bot.Unsupported, errors.New("a wecom app writes to single members only"))
	}
	d := &delivery{App: a, out: out, id: cmp.Or(out.ID, rand.Text())}
	route, err := d.run(ctx)
	a.note(err)
	if err != nil {
		return deliver.Receipt{}, err
	}
	return deliver.Receipt{Route: route, Calls: d.calls}, nil
}

// delivery is one Send under way.
type delivery struct {
	*App
	out   deliver.Outgoing
	id    string
	to    string // plain user id
	calls int
}

func (d *delivery) run(ctx context.Context) (route string, err error) {
	if d.to, err = d.ids.plain(ctx, bot.UserID(d.out.To.ID)); err != nil {
		return "", err
	}
	switch {
	case d.out.Card != nil:
		return d.card(ctx, *d.out.Card)
	case d.out.File != nil:
		return d.file(ctx, *d.out.File)
	}
	return "push", d.text(ctx, d.out.Text)
}

// text sends plain text in pieces.
func (d *delivery) text(ctx context.Context, plain string) error {
	pieces := platform.Split(literal(plain), maxText)
	if len(pieces) == 0 {
		return bot.Fault(bot.Rejected, errors.New("nothing to send"))
	}
	return d.progress.Each(d.id, len(pieces), func(i int) error { return d.send(ctx, Message{Text: pieces[i]}, i) })
}

// literal makes untrusted text say only what it says: the app's text messages turn
// <a href> into links.
func literal(plain string) string {
	plain = markdown.New().Paragraphs(plain).Render(markdown.PlainText)
	return strings.TrimSpace(strings.ReplaceAll(plain, "<", "＜"))
}

func (d *delivery) card(ctx context.Context, c cards.Card) (route string, err error) {
	if d.door == nil || wecomcards.Closed(c) {
		return d.words(ctx, c) // nothing to press: a button would only mislead
	}
	shown, err := wecomcards.Render(c)
	if err != nil {
		d.cfg.Logger.Warn("wecom card cannot be shown, sending words", "card", c.ID, "err", err)
		return d.words(ctx, c)
	}
	sign(&shown, bot.UserID(d.out.To.ID))
	err = d.send(ctx, Message{Card: &shown}, 0)
	switch {
	case err == nil:
		return "card", nil
	case wecom.RefusalCode(err) == codeTaskID:
		return "card", nil // rendering has checked the id: an earlier attempt got through
	case wecom.IsCardFault(err):
		d.cfg.Logger.Warn("wecom refused a card, sending words", "card", c.ID, "err", err)
		return d.words(ctx, c)
	}
	return "", err
}

func (d *delivery) words(ctx context.Context, c cards.Card) (route string, err error) {
	return "text", d.text(ctx, text.Render(c, text.Options{Private: true}))
}

func (d *delivery) file(ctx context.Context, f deliver.File) (route string, err error) {
	if len(f.Data) < minFile || len(f.Data) > maxFile {
		return "", bot.Fault(bot.Rejected, fmt.Errorf("file of %d bytes: a wecom app takes %d to %d", len(f.Data), minFile, maxFile))
	}
	d.calls++
	id, err := d.api.Upload(ctx, platform.FileName(f.Name), f.Data)
	if err != nil {
		return "", err
	}
	return "file", d.send(ctx, Message{MediaID: id}, 0)
}

// send sends one part. Whether it is a repeat after an unknown outcome is noted by
// its place, so that WeCom can drop it if it had arrived.
func (d *delivery) send(ctx context.Context, m Message, part int) error {
	d.calls++
	place := unsureID(d.id, part)
	m.To, m.Again = d.to, d.unsure.Get(place)
	_, err := d.api.Send(ctx, m)
	if bot.CodeOf(err) == bot.Retryable && wecom.RefusalCode(err) == 0 {
		d.unsure.Put(place, true)
	}
	return err
}

func unsureID(id string, part int) string { return fmt.Sprintf("%s-%d", id, part) }

// Problems an operator must mend, by code (document 90313).
var problems = map[int]string{
	40001:  "企业微信自建应用的 Secret 不对，请到管理后台核对 YIQUN_WECOM_APP_SECRET。",
	40013:  "企业微信的企业 ID 不对，请核对 YIQUN_WECOM_CORP_ID。",
	40056:  "企业微信自建应用的 AgentId 不对，请核对 YIQUN_WECOM_AGENT_ID。",
	40091:  "企业微信自建应用的 Secret 不对，请到管理后台核对 YIQUN_WECOM_APP_SECRET。",
	48002:  "企业微信自建应用没有这项接口的权限，请到管理后台开通。",
	60020:  "本机的公网 IP 不在企业微信自建应用的企业可信IP里，请到管理后台添加。",
	301002: "企业微信自建应用的 AgentId 和 Secret 不是同一个应用的，请核对。",
}

// note keeps what the last call says about the app's settings.
func (a *App) note(err error) {
	if said, ok := problems[wecom.RefusalCode(err)]; ok {
		a.problem.Store(&said)
	} else if err == nil {
		a.problem.Store(nil)
	}
}

// Problem says in one Chinese sentence what an operator must mend; empty if
// nothing.
func (a *App) Problem() string {
	if p := a.problem.Load(); p != nil {
		return *p
	}
	return ""
}
