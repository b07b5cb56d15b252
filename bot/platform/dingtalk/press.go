package dingtalk

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	sdkcard "github.com/open-dingtalk/dingtalk-stream-sdk-go/card"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/cards/dingtalk"
)

// pressContent is what a card callback's content (or value) says. The documents
// show params inside cardPrivateData and outside of it.
type pressContent struct {
	actions
	Private actions `json:"cardPrivateData"`
}

type actions struct {
	IDs    []string       `json:"actionIds"`
	Params map[string]any `json:"params"`
}

// press reads a frame of topic /v1.0/card/instances/callback. Its id is the
// frame's: the data has none.
func (a *Adapter) press(f *payload.DataFrame) (bot.Event, error) {
	var wire struct {
		sdkcard.CardRequest
		Value string `json:"value"` // the same as content
	}
	if lenient(json.Unmarshal([]byte(f.Data), &wire)) != nil {
		return bot.Event{}, errNotJSON
	}
	if wire.Type != "" && wire.Type != "actionCallback" {
		return bot.Event{}, errNotOurKind
	}
	if err := usableIDs(f.GetMessageId(), wire.OutTrackId, wire.UserId); err != nil {
		return bot.Event{}, err
	}
	var said pressContent
	if lenient(json.Unmarshal([]byte(cmp.Or(wire.Content, wire.Value)), &said)) != nil {
		return bot.Event{}, errNotJSON
	}
	key, picked := dingtalk.ReadPress(said.id())
	if key == "" {
		return bot.Event{}, errNoAction
	}
	from := account(wire.UserId)
	if wire.UserIdType == 2 { // a union id
		from = account("", wire.UserId)
	}
	return bot.Event{
		ID:       bot.EventID(f.GetMessageId()),
		Platform: bot.DingTalk,
		Chat:     a.pressedIn(&wire.CardRequest, from),
		From:     from,
		At:       instant(f.GetTimestamp()),
		Press:    &bot.Press{Card: wire.OutTrackId, Key: key, Picked: append(picked, said.picked()...)},
	}, nil
}

// id is the identity of the pressed button: actionIds[0], or params.id where a
// template sends only params.
func (p pressContent) id() string {
	for _, from := range []actions{p.Private, p.actions} {
		if len(from.IDs) > 0 && from.IDs[0] != "" {
			return from.IDs[0]
		}
	}
	for _, from := range []actions{p.Private, p.actions} {
		if id, ok := from.Params["id"].(string); ok && id != "" {
			return id
		}
	}
	return ""
}

// picked are the values of the form that was submitted, field by field in the
// order of their names.
func (p pressContent) picked() []string {
	for _, from := range []actions{p.Private, p.actions} {
		if form, ok := from.Params["form"]; ok {
			return formValues(form)
		}
	}
	return nil
}

// formValues flattens a form: an object of fields, or a string holding one. A
// field is a string, a number, a switch, {"index":0,"value":"…"} of a SELECT, or
// a list of those.
func formValues(v any) []string {
	switch v := v.(type) {
	case string:
		var inner map[string]any
		if json.Unmarshal([]byte(v), &inner) == nil {
			return formValues(inner)
		}
		return []string{v}
	case float64:
		return []string{strconv.FormatFloat(v, 'f', -1, 64)}
	case bool:
		return []string{strconv.FormatBool(v)}
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, formValues(item)...)
		}
		return all
	case map[string]any:
		if value, ok := v["value"]; ok {
			return formValues(value)
		}
		var all []string
		for _, name := range slices.Sorted(maps.Keys(v)) {
			all = append(all, formValues(v[name])...)
		}
		return all
	}
	return nil
}

// pressedIn is the chat the card is in. DingTalk's word for a one-to-one space
// is not documented, so the chat we sent the card to is believed first; after a
// restart that is forgotten, and the service knows it by Press.Card.
func (a *Adapter) pressedIn(wire *sdkcard.CardRequest, from bot.Account) bot.Chat {
	if chat := a.cards.Get(wire.OutTrackId); chat != (bot.Chat{}) {
		return chat
	}
	switch {
	case wire.SpaceType == "IM_ROBOT", wire.SpaceType == "IM_SINGLE", wire.SpaceId == "", wire.SpaceId == wire.UserId, len(wire.SpaceId) > maxID:
		return bot.PrivateChat(from)
	}
	return bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(wire.SpaceId)}
}

// answer is the data of a press's acknowledgement. What it changes, the presser
// alone sees.
func answer(ans platform.Answer) (string, error) {
	var response sdkcard.CardResponse
	if ans.Card != nil {
		params, err := dingtalk.Params(*ans.Card)
		if err != nil {
			return "", err
		}
		response.CardData = &sdkcard.CardDataDto{CardParamMap: params}
		response.CardUpdateOptions = &sdkcard.CardUpdateOptions{UpdateCardDataByKey: true, UpdatePrivateDataByKey: true}
	}
	return string(encode(map[string]any{"response": response})), nil
}
