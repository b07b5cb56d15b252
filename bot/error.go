package bot

import (
	"errors"
	"fmt"
	"time"
)

// Code says what kind of failure an error is. It is at once the metric label,
// the log attribute and what callers branch on.
type Code string

// Codes for what a member did that cannot be done. Their Message is shown as is.
const (
	NotFound  Code = "not_found" // no such matter, person, step
	Forbidden Code = "forbidden" // the wrong person
	Wrong     Code = "wrong"     // the wrong step or state
	Missing   Code = "missing"   // something needed was not said
	Ambiguous Code = "ambiguous" // more than one reading
	Invalid   Code = "invalid"   // said, but cannot be
	Stale     Code = "stale"     // somebody else was first; try again
	Duplicate Code = "duplicate" // this event was handled before
	Internal  Code = "internal"
)

// Codes for what a platform did to a send.
const (
	Retryable   Code = "retryable"   // outcome unknown or a passing fault: same send again
	Offline     Code = "offline"     // there was no way to the platform at all: nothing was sent, wait for one
	Throttled   Code = "throttled"   // wait After, then again
	QuotaGone   Code = "quota_gone"  // nothing more this month
	Expired     Code = "expired"     // this reply token or window is over; take the next route
	Unsupported Code = "unsupported" // the platform cannot do this; take the next route
	Unreachable Code = "unreachable" // nobody there: never spoke to the bot, left, group gone
	Rejected    Code = "rejected"    // refused for good: content, credentials, permission
)

// Error is an error with a kind and, where a member caused it, one kind sentence
// in plain Chinese that says what can be done now.
type Error struct {
	Code    Code
	Message string        // for the member; empty when only the operator is concerned
	After   time.Duration // for Throttled: how long to wait
	Err     error         // the chain, for the operator
}

// Errorf makes an Error whose Message is shown to the member.
func Errorf(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Fault makes an Error for the operator only, wrapping err.
func Fault(code Code, err error) *Error { return &Error{Code: code, Err: err} }

func (e *Error) Error() string {
	switch {
	case e.Err != nil:
		return string(e.Code) + ": " + e.Err.Error()
	case e.Message != "":
		return string(e.Code) + ": " + e.Message
	}
	return string(e.Code)
}

func (e *Error) Unwrap() error { return e.Err }

// CodeOf returns the code of the first *Error in err's chain; Internal for any
// other error, and "" for nil.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return Internal
}

// MessageOf returns what a member may be told about err. An error that carries
// no message for members gives the one sentence that never lies.
func MessageOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok && e.Message != "" {
		return e.Message
	}
	return "系统出了点问题，这一句没有记下，请过一会儿再发一次。"
}
