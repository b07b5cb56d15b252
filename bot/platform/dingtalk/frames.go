package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"

	"yiqun/bot"
	"yiqun/bot/platform"
)

const (
	// messageTimeout bounds the handling of a message. DingTalk sends it again
	// from about 16 s on; the repetition waits behind it in the chat's queue.
	messageTimeout = 30 * time.Second
	// pressTimeout bounds the handling of a press and leaves some of the two
	// seconds for the way back.
	pressTimeout = 1700 * time.Millisecond
	// atLeast is what the handling of an event may take in any case, however long it
	// waited for its turn: of five hundred presses at once the last come too late to be
	// answered, and still count.
	atLeast = pressTimeout
)

// Data of acknowledgements.
const (
	ackMessage = `{"response":null}`
	ackEvent   = `{"status":"SUCCESS"}`
)

// frame takes one text frame on the reader's goroutine.
func (s *session) frame(l *link, raw []byte) {
	var f payload.DataFrame
	if lenient(json.Unmarshal(raw, &f)) != nil || f.GetMessageId() == "" {
		s.refuse(errNotJSON) // without an id there is nothing to acknowledge
		return
	}
	switch f.Type {
	case frameSystem:
		s.system(l, &f)
	case frameEvent:
		l.reply(&f, payload.DataFrameResponseStatusCodeKOK, ackEvent)
	case frameCallback:
		s.callback(l, &f)
	default:
		s.log.Warn("frame of an unknown type", "type", clip(f.Type))
		l.reply(&f, payload.DataFrameResponseStatusCodeKHandlerNotFound, "")
	}
}

func (s *session) system(l *link, f *payload.DataFrame) {
	switch f.GetTopic() {
	case "ping":
		l.chatters.Store(true)
		l.reply(f, payload.DataFrameResponseStatusCodeKOK, f.Data)
	case "disconnect":
		s.log.Info("the server asks for another connection")
		l.leave(l.age())
	default: // CONNECTED, REGISTERED, KEEPALIVE are known to DingTalk's Node client
		s.log.Debug("system frame ignored", "topic", clip(f.GetTopic()))
	}
}

func (s *session) callback(l *link, f *payload.DataFrame) {
	switch f.GetTopic() {
	case payload.BotMessageCallbackTopic:
		s.takeMessage(l, f)
	case payload.CardInstanceCallbackTopic:
		s.takePress(l, f)
	default:
		s.log.Warn("callback of an unknown topic", "topic", clip(f.GetTopic()))
		l.reply(f, payload.DataFrameResponseStatusCodeKHandlerNotFound, "")
	}
}

// takeMessage acknowledges a message once it is handled. One that cannot be read
// is acknowledged at once, and with 200: it would not read better the next time.
func (s *session) takeMessage(l *link, f *payload.DataFrame) {
	e, err := s.message(f.Data)
	if err != nil {
		s.refuse(err)
		l.reply(f, payload.DataFrameResponseStatusCodeKOK, ackMessage)
		return
	}
	s.submit(e, messageTimeout, func(_ platform.Answer, err error) {
		if err == nil {
			l.reply(f, payload.DataFrameResponseStatusCodeKOK, ackMessage)
		}
	})
}

// takePress answers a press. A press comes only once, so a failure is answered
// too: with the code for it, that the presser's client may say so.
func (s *session) takePress(l *link, f *payload.DataFrame) {
	e, err := s.press(f)
	if err != nil {
		s.refuse(err)
		l.reply(f, payload.DataFrameResponseStatusCodeKOK, ackMessage)
		return
	}
	s.submit(e, pressTimeout, func(ans platform.Answer, err error) {
		if err != nil {
			l.reply(f, payload.DataFrameResponseStatusCodeKInternalError, ackMessage)
			return
		}
		data, err := answer(ans)
		if err != nil {
			s.log.Error("card for an answer not rendered", "error", err)
			data = ackMessage
		}
		l.reply(f, payload.DataFrameResponseStatusCodeKOK, data)
	})
}

// refuse notes a frame that means nothing to us.
func (s *session) refuse(err error) {
	s.received.Add(1)
	s.handled.Add(1)
	s.log.Warn("malformed frame", "error", err)
}

var errBusy = errors.New("too many events wait")

// deadline is until when an event may be handled whose turn comes now.
func deadline(arrived, now time.Time, timeout time.Duration) time.Time {
	end := arrived.Add(timeout)
	if least := now.Add(atLeast); least.After(end) {
		return least
	}
	return end
}

// submit queues e behind the others of its chat; done gets the outcome. The time
// it waits counts towards timeout.
func (s *session) submit(e bot.Event, timeout time.Duration, done func(platform.Answer, error)) {
	arrived := time.Now() // a context's deadline is by the machine's clock
	s.received.Add(1)
	s.lastEvent.Store(s.cfg.Clock.Now().UnixNano())
	queued := s.jobs.Submit(e.Chat.Key(), func() {
		defer s.handled.Add(1)
		ctx, cancel := context.WithDeadline(s.work, deadline(arrived, time.Now(), timeout))
		defer cancel()
		ans, err := s.handler.Handle(ctx, e)
		if err != nil {
			s.log.Error("event not handled", "event", e.ID, "code", bot.CodeOf(err), "error", err)
		}
		done(ans, err)
	})
	if !queued {
		s.handled.Add(1)
		s.log.Error("event not handled", "event", e.ID, "error", errBusy)
		done(platform.Answer{}, errBusy)
	}
}

// reply acknowledges f.
func (l *link) reply(f *payload.DataFrame, code int, data string) {
	r := payload.NewDataFrameResponse(code)
	r.SetHeader(payload.DataFrameHeaderKMessageId, f.GetMessageId())
	r.SetHeader(payload.DataFrameHeaderKContentType, payload.DataFrameContentTypeKJson)
	r.Message = http.StatusText(code)
	r.SetData(data)
	l.ack(encode(r))
}

// clip shortens what a frame says for the log.
func clip(s string) string { return s[:min(len(s), 64)] }
