package wecom

import (
	"encoding/json"
	"fmt"
)

// frame is a command, either way.
type frame struct {
	Cmd     string          `json:"cmd"`
	Headers frameHeaders    `json:"headers"`
	Body    json.RawMessage `json:"body,omitempty"`
}

type frameHeaders struct {
	ReqID string `json:"req_id"`
}

// verdict answers a frame: it has no cmd, only the frame's req_id.
type verdict struct {
	Headers frameHeaders `json:"headers"`
	Code    int          `json:"errcode"`
	Message string       `json:"errmsg"`
	Body    any          `json:"body,omitempty"`
}

// refusal is an errcode with its errmsg.
type refusal struct {
	code    int
	message string
}

func refuse(code int, format string, args ...any) *refusal {
	return &refusal{code: code, message: fmt.Sprintf(format, args...)}
}

// The codes used outside cards.
const (
	codeBadKind      = 40008  // msgtype not possible here
	codeBadMedia     = 40007  // media_id unknown, expired or of another type
	codeBadParam     = 40058  // a field is missing or over its limit
	codeTooMany      = 45009  // rate limit
	codeForbidden    = 48002  // not permitted for this bot
	codeBadChat      = 93006  // no such conversation for this bot
	codeDevice       = 600039 // device type not supported
	codeTransient    = 846601
	codeBadReqID     = 846605 // stale, or of another kind of callback
	codeStreamTooOld = 846608
	codeUnsubscribed = 846609 // socket open, subscription gone
	codeBadSecret    = 853000
)

// encode renders what cannot fail to render: our own wire types.
func encode(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic("simulated WeCom: " + err.Error())
	}
	return data
}

// withRawControls turns the escapes of odd control characters back into the bare
// bytes, which WeCom lets through although JSON forbids them.
func withRawControls(data []byte) []byte {
	out := make([]byte, 0, len(data))
	for i := 0; i < len(data); i++ {
		var b byte
		if data[i] != '\\' {
			out = append(out, data[i])
			continue
		}
		if n, _ := fmt.Sscanf(string(data[i:min(i+6, len(data))]), `\u00%02x`, &b); n == 1 && b < ' ' {
			out = append(out, b)
			i += 5
			continue
		}
		out = append(out, data[i], data[i+1])
		i++
	}
	return out
}
