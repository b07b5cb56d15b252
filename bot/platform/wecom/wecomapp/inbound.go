package wecomapp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/platform/wecom"
)

// callback is a callback's XML (documents 90239 and 90240).
type callback struct {
	XMLName      xml.Name   `xml:"xml"`
	From         string     `xml:"FromUserName"`
	Created      int64      `xml:"CreateTime"`
	Kind         string     `xml:"MsgType"`
	ID           string     `xml:"MsgId"`
	Agent        int        `xml:"AgentID"`
	Content      string     `xml:"Content"`
	Event        string     `xml:"Event"`
	Key          string     `xml:"EventKey"`
	Task         string     `xml:"TaskId"`
	ResponseCode string     `xml:"ResponseCode"`
	Selected     []selected `xml:"SelectedItems>SelectedItem"`
}

type selected struct {
	Question string   `xml:"QuestionKey"`
	Options  []string `xml:"OptionIds>OptionId"`
}

const (
	kindText  = "text"
	kindEvent = "event"

	eventCard = "template_card_event"
	eventMenu = "template_card_menu_event"
)

// replyToken marks a Reply that goes by the app; the rest is the chat's address.
const replyToken = "wecom-app"

// replyLife is how long what is said to the app is answered there rather than by
// the robot.
const replyLife = 24 * time.Hour

var errNotXML = errors.New("callback is not XML of the expected shape")

// toEvent turns a callback into what happened. It returns wecom.ErrIgnored for
// what is of no concern; no error holds any of the callback.
func (a *App) toEvent(ctx context.Context, body []byte, at time.Time) (e bot.Event, responseCode string, err error) {
	var c callback
	if err := xml.Unmarshal(body, &c); err != nil {
		return e, "", errNotXML
	}
	e = bot.Event{Platform: bot.WeCom}
	if c.Created > 0 {
		e.At = time.Unix(c.Created, 0).UTC()
	}
	switch {
	case c.From == "":
		return e, "", errors.New("callback without a sender")
	case c.Agent != 0 && c.Agent != a.agent:
		return e, "", errors.New("callback for another app")
	case c.Kind == kindText:
		if c.ID == "" {
			return e, "", errors.New("message without an id")
		}
		e.ID = bot.EventID("app-" + c.ID)
		e.From = a.ids.account(c.From)
		e.Message = &bot.Message{Text: strings.TrimSpace(c.Content)}
		e.Reply = bot.Reply{Token: replyToken, Expires: at.Add(replyLife)}
	case c.Kind == kindEvent && (c.Event == eventCard || c.Event == eventMenu):
		if c.Task == "" {
			return e, "", errors.New("card event without a task id")
		}
		who, key, err := a.ids.presser(ctx, c.From, c.Key)
		if err != nil {
			return e, "", fmt.Errorf("telling who pressed: %w", err)
		}
		e.ID, e.From = c.eventID(), who
		e.Press = &bot.Press{Card: c.Task, Key: key, Picked: c.picked()}
	default:
		return e, "", wecom.ErrIgnored
	}
	e.Chat = bot.PrivateChat(e.From)
	return e, c.ResponseCode, nil
}

func (c callback) picked() []string {
	var ids []string
	for _, s := range c.Selected {
		ids = append(ids, s.Options...)
	}
	return ids
}

// eventID is made of what an event is told apart by, for it has no id: the sender
// and the second (document 90238), and what was pressed.
func (c callback) eventID() bot.EventID {
	parts := slices.Concat([]string{c.From, fmt.Sprint(c.Created), c.Task, c.Key}, c.picked())
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return bot.EventID("app-" + hex.EncodeToString(sum[:16]))
}
