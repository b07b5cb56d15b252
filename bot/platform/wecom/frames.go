package wecom

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The commands of the long connection (document 101463).
const (
	cmdSubscribe      = "aibot_subscribe"
	cmdPing           = "ping"
	cmdMessage        = "aibot_msg_callback"
	cmdEvent          = "aibot_event_callback"
	cmdRespond        = "aibot_respond_msg"
	cmdRespondWelcome = "aibot_respond_welcome_msg"
	cmdRespondUpdate  = "aibot_respond_update_msg"
	cmdPush           = "aibot_send_msg"
	cmdUploadInit     = "aibot_upload_media_init"
	cmdUploadChunk    = "aibot_upload_media_chunk"
	cmdUploadFinish   = "aibot_upload_media_finish"
)

// inFrame is a frame from WeCom: a callback when it has a Cmd, else the
// acknowledgement of our frame with the same req_id.
type inFrame struct {
	Cmd     string          `json:"cmd"`
	Headers headers         `json:"headers"`
	Code    int             `json:"errcode"`
	Message string          `json:"errmsg"`
	Body    json.RawMessage `json:"body"`
}

// outFrame is a frame to WeCom.
type outFrame struct {
	Cmd     string  `json:"cmd"`
	Headers headers `json:"headers"`
	Body    any     `json:"body,omitempty"`
}

type headers struct {
	ReqID string `json:"req_id"`
}

func newFrame(cmd, reqID string, body any) outFrame {
	return outFrame{Cmd: cmd, Headers: headers{ReqID: reqID}, Body: body}
}

var errNoReqID = errors.New("frame without req_id")

// decodeFrame reads one frame. WeCom lets raw control characters into strings,
// which JSON forbids; they are mended first.
func decodeFrame(data []byte) (inFrame, error) {
	var f inFrame
	if err := json.Unmarshal(mendControls(data), &f); err != nil {
		return f, fmt.Errorf("decoding frame: %w", withoutContent(err))
	}
	if f.Headers.ReqID == "" {
		return f, errNoReqID
	}
	return f, nil
}

// mendControls makes JSON of JSON with raw control characters: inside strings
// line breaks and tabs are escaped and the rest dropped; outside they are blank.
func mendControls(data []byte) []byte {
	if !slices.ContainsFunc(data, func(b byte) bool { return b < ' ' }) {
		return data
	}
	out := make([]byte, 0, len(data)+16)
	inString, escaped := false, false
	for _, b := range data {
		switch {
		case b < ' ' && !inString:
			out = append(out, ' ')
			continue
		case b < ' ':
			out = append(out, escapes[b]...)
			escaped = escaped && escapes[b] == ""
			continue
		case escaped:
			escaped = false
		case b == '\\':
			escaped = inString
		case b == '"':
			inString = !inString
		}
		out = append(out, b)
	}
	return out
}

// escapes holds what is kept of raw control characters inside strings.
var escapes = [' ']string{'\n': `\n`, '\t': `\t`}

// withoutContent strips a JSON error of the bytes it quotes: they may be text of
// a member.
func withoutContent(err error) error {
	if e, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("not JSON at byte %d", e.Offset)
	}
	if e, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return fmt.Errorf("unexpected type of %s", e.Field)
	}
	return errors.New("not JSON of the expected shape")
}

// cutBytes cuts s to at most n bytes at a rune boundary.
func cutBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return strings.ToValidUTF8(s[:n], "")
}
