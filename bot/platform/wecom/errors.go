package wecom

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
)

// Error codes this package branches on. Source: wecom's error-code document
// 90313 and what production clients of the long connection measured.
const (
	codeBusy             = -1
	codeBadSecret        = 40001
	codeBadMessageType   = 40008
	codeBadCorpID        = 40013
	codeBadParameter     = 40058
	codeTaskID           = 42014 // also: a task_id used before
	codeCardLast         = 42051
	codeTooFast          = 45009
	codeTooManyAtOnce    = 45033
	codeNoCallback       = 43012 // the app has no callback URL, so no cards to press
	codeTokenInvalid     = 40014
	codeTokenMissing     = 41001
	codeTokenExpired     = 42001
	codeNotVisible       = 60011 // outside the app's visible range
	codeResponseCode     = 60140 // response_code used or older than 72 hours
	codeUserUnknown      = 60111
	codeAllInvalid       = 81013
	codeChatFirst        = 93000 // robot removed, not in room, wrong chat, …
	codeChatLast         = 93019
	codeDevice           = 600039
	codeTransient1       = 846601
	codeTransient2       = 846602
	codeBadReqID         = 846605
	codeStreamTooOld     = 846608
	codeNotSubscribed    = 846609
	codeWrongCredentials = 853000
)

// How long to wait when throttled. A breach of the minute's limit blocks for a
// minute (document 90454); for concurrency a moment is enough.
const (
	waitTooFast       = time.Minute
	waitTooManyAtOnce = 5 * time.Second
)

// Errors that end a connection, or keep a frame from its acknowledgement.
var (
	errKicked        = errors.New("another connection subscribed with this bot")
	errCredentials   = errors.New("bot id or secret refused")
	errNotSubscribed = errors.New("subscription is gone")
	errNoPong        = errors.New("two pings went unanswered")
	errClosing       = errors.New("connection is closing")
	errDown          = errors.New("not connected")
	errNoAck         = errors.New("no acknowledgement in time")
	errOverdue       = errors.New("an earlier reply to the same callback is still unacknowledged")
)

// refusal is an acknowledgement with an error code.
type refusal struct {
	code int
	msg  string
}

func (r *refusal) Error() string {
	if r.msg == "" {
		return fmt.Sprintf("wecom refused with %d", r.code)
	}
	return fmt.Sprintf("wecom refused with %d: %s", r.code, r.msg)
}

// maxErrMsg bounds what is kept of WeCom's errmsg: enough to name the field.
const maxErrMsg = 160

// refused returns the refusal in an acknowledgement, nil if it is none. The
// errmsg is kept because for a card it names the faulty field; what it may echo
// of ours is struck out.
func refused(f inFrame, secrets ...string) error {
	if f.Code == 0 {
		return nil
	}
	msg := strings.Map(func(r rune) rune {
		if r < ' ' {
			return ' '
		}
		return r
	}, f.Message)
	for _, s := range secrets {
		if s != "" {
			msg = strings.ReplaceAll(msg, s, hidden)
		}
	}
	return &refusal{code: f.Code, msg: cutBytes(msg, maxErrMsg)}
}

// refusalCode returns the code of the refusal in err, 0 if there is none.
func refusalCode(err error) int {
	if r, ok := errors.AsType[*refusal](err); ok {
		return r.code
	}
	return 0
}

// unknown reports whether a frame that met with err may have been taken all the same.
func unknown(err error) bool {
	return err != nil && refusalCode(err) == 0 && !errors.Is(err, errDown) && !errors.Is(err, errOverdue)
}

// classify turns what a send met into the error deliver understands.
func classify(err error) error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*bot.Error](err); ok {
		return e
	}
	code := refusalCode(err)
	switch {
	case errors.Is(err, errDown):
		return bot.Fault(bot.Offline, err)
	case code == 0:
		return bot.Fault(bot.Retryable, err)
	case code == codeTooFast:
		return &bot.Error{Code: bot.Throttled, After: waitTooFast, Err: err}
	case code == codeTooManyAtOnce:
		return &bot.Error{Code: bot.Throttled, After: waitTooManyAtOnce, Err: err}
	case code == codeTokenInvalid, code == codeTokenMissing, code == codeTokenExpired:
		return bot.Fault(bot.Retryable, err) // there is a new one at the next try
	case code == codeBusy, code == codeTransient1, code == codeTransient2, code == codeNotSubscribed:
		return bot.Fault(bot.Retryable, err)
	case code >= codeChatFirst && code <= codeChatLast, code == codeUserUnknown, code == codeAllInvalid, code == codeNotVisible:
		return bot.Fault(bot.Unreachable, err)
	case code == codeBadReqID, code == codeStreamTooOld, code == codeResponseCode:
		return bot.Fault(bot.Expired, err)
	case code == codeDevice, code == codeNoCallback:
		return bot.Fault(bot.Unsupported, err)
	}
	return bot.Fault(bot.Rejected, err)
}

// isCardFault reports whether a refusal concerns a card's content, so that the
// same matter in words may still pass.
func isCardFault(code int) bool {
	return code >= codeTaskID && code <= codeCardLast || code == codeBadParameter || code == codeBadMessageType
}

// isCredentialFault reports whether a refused subscription is for good.
func isCredentialFault(code int) bool {
	return code == codeWrongCredentials || code == codeBadSecret || code == codeBadCorpID
}

// Refused turns an errcode of any of WeCom's interfaces into the *bot.Error that
// deliver understands; nil for code 0. What errmsg may echo of secrets is struck
// out.
func Refused(code int, errmsg string, secrets ...string) error {
	return classify(refused(inFrame{Code: code, Message: errmsg}, secrets...))
}

// RefusalCode returns the errcode behind err, 0 if there is none.
func RefusalCode(err error) int { return refusalCode(err) }

// IsCardFault reports whether WeCom refused a card's content, so that the same in
// words may still pass.
func IsCardFault(err error) bool {
	code := refusalCode(err)
	return code == codeNoCallback || isCardFault(code)
}
