package wecomapp

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ArtisanCloud/PowerLibs/v3/http/helper"
	"github.com/ArtisanCloud/PowerLibs/v3/object"
	"github.com/ArtisanCloud/PowerWeChat/v3/src/kernel"
	powerpower "github.com/ArtisanCloud/PowerWeChat/v3/src/kernel/power"
	"github.com/ArtisanCloud/PowerWeChat/v3/src/work/auth"
	"github.com/ArtisanCloud/PowerWeChat/v3/src/work/media/response"
	"github.com/ArtisanCloud/PowerWeChat/v3/src/work/message"

	"yiqun/bot"
	wecomcards "yiqun/cards/wecom"
)

// power is the API carried out by PowerWeChat.
type power struct {
	agent int
	app   kernel.ApplicationInterface
	http  *helper.RequestHelper
}

var _ API = (*power)(nil)

func newPower(cfg Config, agent int) (*power, error) {
	app := newContainer(cfg, agent, &cache{clock: cfg.Clock})
	source, err := auth.NewAccessToken(app)
	if err != nil {
		return nil, fmt.Errorf("making token source: %w", err)
	}
	app.token = source.AccessToken
	plain := &transport{http: cfg.HTTP, secrets: []string{string(cfg.Secret), string(cfg.Token), string(cfg.AESKey)}}
	if source.HttpHelper, err = newHelper(cfg.APIURL, plain); err != nil {
		return nil, err
	}
	authorised := *plain
	authorised.token = (&tokens{source: source.AccessToken}).get
	h, err := newHelper(cfg.APIURL, &authorised)
	if err != nil {
		return nil, err
	}
	return &power{agent: agent, app: app, http: h}, nil
}

// newHelper is PowerWeChat's way to build requests, over our transport and without
// its middlewares: they log, refresh and retry, each in a way of its own.
func newHelper(base string, t *transport) (*helper.RequestHelper, error) {
	h, err := helper.NewRequestHelper(&helper.Config{BaseUrl: base})
	if err != nil {
		return nil, fmt.Errorf("making request helper: %w", err)
	}
	h.SetClient(t)
	return h, nil
}

// client is made anew for each call: PowerWeChat's writes to itself while it
// calls, which is a race when shared.
func (p *power) client() *kernel.BaseClient {
	return &kernel.BaseClient{HttpHelper: p.http, App: &p.app}
}

// outgoing is the body of message/send (document 90236). PowerWeChat's own types
// for it send null for what is not set, and lack fields.
type outgoing struct {
	To        string                   `json:"touser"`
	Agent     int                      `json:"agentid"`
	Kind      string                   `json:"msgtype"`
	Text      *content                 `json:"text,omitempty"`
	Markdown  *content                 `json:"markdown,omitempty"`
	Card      *wecomcards.TemplateCard `json:"template_card,omitempty"`
	File      *mediaID                 `json:"file,omitempty"`
	Duplicate int                      `json:"enable_duplicate_check,omitempty"`
}

type content struct {
	Content string `json:"content"`
}

type mediaID struct {
	ID string `json:"media_id"`
}

func (p *power) outgoing(m Message) outgoing {
	out := outgoing{To: m.To, Agent: p.agent}
	switch {
	case m.Card != nil:
		out.Kind, out.Card = "template_card", m.Card
	case m.MediaID != "":
		out.Kind, out.File = "file", &mediaID{ID: m.MediaID}
	case m.Markdown != "":
		out.Kind, out.Markdown = "markdown", &content{Content: m.Markdown}
	default:
		out.Kind, out.Text = "text", &content{Content: m.Text}
	}
	if m.Again {
		out.Duplicate = 1
	}
	return out
}

// Send calls message/send.
func (p *power) Send(ctx context.Context, m Message) (Sent, error) {
	if m.To == "" || strings.ContainsAny(m.To, "|@") {
		// "@all" would reach everybody, and "|" joins several.
		return Sent{}, bot.Fault(bot.Rejected, errors.New("not one member's id"))
	}
	return guarded(func() (Sent, error) {
		c := message.Client{BaseClient: p.client()}
		r, err := c.Send(ctx, p.outgoing(m))
		if err != nil {
			return Sent{}, err
		}
		if r.InvalidUser != "" {
			return Sent{}, bot.Fault(bot.Unreachable, errors.New("wecom does not know the receiver, or the app is not visible to them"))
		}
		return Sent{MessageID: r.MsgID, ResponseCode: r.ResponseCode}, nil
	})
}

// UpdateCard calls message/update_template_card (document 94888).
func (p *power) UpdateCard(ctx context.Context, u Update) error {
	_, err := guarded(func() (struct{}, error) {
		c := message.Client{BaseClient: p.client()}
		_, err := c.UpdateTemplateCard(ctx, &powerpower.HashMap{
			"userids": u.To, "agentid": p.agent, "response_code": u.ResponseCode, "template_card": u.Card,
		})
		return struct{}{}, err
	})
	return err
}

// Upload calls media/upload. PowerWeChat's own method for it leaves the form
// field without a name; what it calls FileName here is that field's.
func (p *power) Upload(ctx context.Context, name string, data []byte) (string, error) {
	return guarded(func() (string, error) {
		var r response.ResponseUploadMedia
		_, err := p.client().HttpUpload(ctx, "cgi-bin/media/upload", nil,
			&kernel.UploadForm{FileName: "media", Contents: []*kernel.UploadContent{{Name: name, Value: data}}},
			&object.StringMap{"type": "file"}, nil, &r)
		if err == nil && r.MediaID == "" {
			err = bot.Fault(bot.Retryable, errors.New("upload gave no media id"))
		}
		return r.MediaID, err
	})
}

// UserIDs calls batch/openuserid_to_userid (document 101521). PowerWeChat's own
// method for it sends a source_agentid, which belongs to third-party apps.
func (p *power) UserIDs(ctx context.Context, open []string) (map[string]string, error) {
	return guarded(func() (map[string]string, error) {
		var r struct {
			List []struct {
				Open string `json:"open_userid"`
				User string `json:"userid"`
			} `json:"userid_list"`
		}
		_, err := p.client().HttpPostJson(ctx, "cgi-bin/batch/openuserid_to_userid",
			map[string]any{"open_userid_list": open}, nil, nil, &r)
		ids := make(map[string]string, len(r.List))
		for _, pair := range r.List {
			ids[pair.Open] = pair.User
		}
		return ids, err
	})
}

// guarded is the border to PowerWeChat: a panic, and any error it made itself,
// comes out as a *bot.Error. Its own texts may quote what was sent.
func guarded[T any](call func() (T, error)) (result T, err error) {
	defer func() {
		if v := recover(); v != nil {
			var zero T
			result, err = zero, bot.Fault(bot.Retryable, bot.Panicked(v))
		}
	}()
	result, err = call()
	if err == nil {
		return result, nil
	}
	var zero T
	if e, ok := errors.AsType[*bot.Error](err); ok {
		return zero, e
	}
	return zero, bot.Fault(bot.Retryable, fmt.Errorf("powerwechat failed with %T", err))
}
