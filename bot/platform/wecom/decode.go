package wecom

import (
	"time"

	"yiqun/bot"
)

// Callback is one callback of the 智能机器人, decoded.
type Callback struct {
	// Event is what happened. Its Reply is for whoever received the callback to
	// fill: how it can be answered depends on how it came.
	Event bot.Event
	// ResponseURL takes one late answer to a message that came by callback URL; a
	// bearer secret, empty if there is none.
	ResponseURL string
}

// DecodeCallback turns the body of a callback, which is the same JSON by long
// connection and by callback URL, into what happened. corpID is our own
// organisation, at the instant the callback arrived. The error is ErrIgnored for
// what is of no concern; no error holds any of the body.
func DecodeCallback(body []byte, corpID string, at time.Time) (Callback, error) {
	c, err := decodeBody(mendControls(body))
	if err != nil {
		return Callback{}, err
	}
	e, err := head(c, corpID)
	if err != nil {
		return Callback{}, err
	}
	if c.Kind == kindEvent {
		err = fillEvent(&e, c, "", at)
		e.Reply = bot.Reply{}
	} else {
		e.Message, err = toMessage(c, at)
	}
	return Callback{Event: e, ResponseURL: c.ResponseURL}, err
}
