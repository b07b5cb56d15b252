package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

// stopped is a clock that a test moves.
type stopped struct {
	bot.SystemClock
	now time.Time
}

func (s *stopped) Now() time.Time { return s.now }

type doorRig struct {
	*Door
	clock *stopped
	sent  Sealed
	taken []Letter
	fail  error
	logs  bytes.Buffer
}

func newDoorRig(t testing.TB, receiver string) *doorRig {
	v := loadVectors(t).Messages[0]
	r := &doorRig{clock: &stopped{now: time.Unix(1760000000, 0)}}
	var err error
	r.Door, err = NewDoor(Secret(v.Token), Secret(v.Key), receiver, r.clock)
	require.NoError(t, err)
	r.seal(t, "hello", "n1")
	return r
}

func (r *doorRig) seal(t testing.TB, msg, nonce string) {
	var err error
	r.sent, err = r.envelope.Seal([]byte(msg), r.clock.now.Unix(), nonce)
	require.NoError(t, err)
}

func (r *doorRig) body() string { return fmt.Sprintf(`{"encrypt":%q}`, r.sent.Encrypt) }

func (r *doorRig) do(method string, q url.Values, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h := r.Handler(slog.New(slog.NewTextHandler(&r.logs, nil)), func(_ context.Context, l Letter) ([]byte, error) {
		r.taken = append(r.taken, l)
		return []byte("answer"), r.fail
	})
	h.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), method, "/wecom/callback?"+q.Encode(), strings.NewReader(body)))
	return w
}

func TestDoorVerifies(t *testing.T) {
	r := newDoorRig(t, "")
	q := r.sent.Query()
	q.Set("echostr", r.sent.Encrypt)
	w := r.do(http.MethodGet, q, "")
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, "hello", w.Body.String(), "no quotes, no line break, no mark")
	assert.Equal(t, http.StatusOK, r.do(http.MethodGet, q, "").Code, "saving twice is no attack")
	assert.Empty(t, r.taken)
}

func TestDoorTakesOnce(t *testing.T) {
	r := newDoorRig(t, "")
	w := r.do(http.MethodPost, r.sent.Query(), r.body())
	assert.Equal(t, http.StatusOK, w.Code)
	assert.Equal(t, "answer", w.Body.String())
	require.Len(t, r.taken, 1)
	assert.Equal(t, "hello", string(r.taken[0].Body))

	assert.Equal(t, http.StatusForbidden, r.do(http.MethodPost, r.sent.Query(), r.body()).Code, "a replay")
	r.clock.now = r.clock.now.Add(nonceLife - time.Second)
	r.seal(t, "again", "n1")
	assert.Equal(t, http.StatusForbidden, r.do(http.MethodPost, r.sent.Query(), r.body()).Code, "the nonce is known for two hours")
	r.clock.now = r.clock.now.Add(time.Second)
	r.seal(t, "later", "n1")
	assert.Equal(t, http.StatusOK, r.do(http.MethodPost, r.sent.Query(), r.body()).Code)
	assert.Len(t, r.taken, 2)
}

func TestDoorLetsAFailedCallbackComeAgain(t *testing.T) {
	r := newDoorRig(t, "")
	r.fail = errors.New("the database is gone")
	w := r.do(http.MethodPost, r.sent.Query(), r.body())
	assert.Equal(t, http.StatusInternalServerError, w.Code)
	assert.NotContains(t, w.Body.String(), "database")
	r.fail = nil
	assert.Equal(t, http.StatusOK, r.do(http.MethodPost, r.sent.Query(), r.body()).Code)
	assert.Equal(t, http.StatusForbidden, r.do(http.MethodPost, r.sent.Query(), r.body()).Code)
}

// Every kind of bad envelope looks the same from outside and in the log.
func TestDoorRefuses(t *testing.T) {
	good := func(t *testing.T) *doorRig { return newDoorRig(t, "corp") }
	var answers []string
	for name, spoil := range map[string]func(t *testing.T, r *doorRig, q url.Values, body *string){
		"signature": func(_ *testing.T, _ *doorRig, q url.Values, _ *string) {
			q.Set("msg_signature", strings.Repeat("0", 40))
		},
		"no signature": func(_ *testing.T, _ *doorRig, q url.Values, _ *string) { q.Del("msg_signature") },
		"other nonce":  func(_ *testing.T, _ *doorRig, q url.Values, _ *string) { q.Set("nonce", "n2") },
		"stale": func(_ *testing.T, r *doorRig, _ url.Values, _ *string) {
			r.clock.now = r.clock.now.Add(maxAge + time.Second)
		},
		"from the future": func(_ *testing.T, r *doorRig, _ url.Values, _ *string) {
			r.clock.now = r.clock.now.Add(-maxAge - time.Second)
		},
		"not a time": func(_ *testing.T, r *doorRig, q url.Values, _ *string) {
			q.Set("timestamp", "soon")
			q.Set("msg_signature", r.envelope.signText("soon", q.Get("nonce"), r.sent.Encrypt))
		},
		"another corporation": func(t *testing.T, r *doorRig, q url.Values, body *string) {
			r.envelope.receiver = []byte("evil")
			r.seal(t, "hello", "n1")
			q.Set("msg_signature", r.sent.Signature)
			*body = r.body()
			r.envelope.receiver = []byte("corp")
		},
		"not encrypted": func(_ *testing.T, r *doorRig, q url.Values, body *string) {
			q.Set("msg_signature", r.envelope.signText(q.Get("timestamp"), q.Get("nonce"), "aGVsbG8="))
			*body = `{"encrypt":"aGVsbG8="}`
		},
		"no envelope": func(_ *testing.T, _ *doorRig, _ url.Values, body *string) { *body = `{"msgtype":"text"}` },
		"nothing":     func(_ *testing.T, _ *doorRig, _ url.Values, body *string) { *body = "" },
		"too long":    func(_ *testing.T, _ *doorRig, _ url.Values, body *string) { *body += strings.Repeat(" ", maxLetter) },
	} {
		t.Run(name, func(t *testing.T) {
			r := good(t)
			q, body := r.sent.Query(), r.body()
			spoil(t, r, q, &body)
			w := r.do(http.MethodPost, q, body)
			assert.Equal(t, http.StatusForbidden, w.Code)
			assert.Empty(t, r.taken)
			assert.NotContains(t, r.logs.String(), r.sent.Encrypt)
			answers = append(answers, w.Body.String())
		})
	}
	for _, a := range answers {
		assert.Equal(t, answers[0], a)
	}
}

func TestDoorKnowsTwoMethods(t *testing.T) {
	r := newDoorRig(t, "")
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodHead, http.MethodOptions} {
		assert.Equal(t, http.StatusMethodNotAllowed, r.do(method, r.sent.Query(), r.body()).Code, method)
	}
	assert.Empty(t, r.taken)
}

func TestDoorNeedsItsKeys(t *testing.T) {
	_, err := NewDoor("", Secret(loadVectors(t).Messages[0].Key), "", bot.SystemClock{})
	require.Error(t, err)
	_, err = NewDoor("token", "short", "", bot.SystemClock{})
	require.Error(t, err)
}

func TestNoncesAreBounded(t *testing.T) {
	var n nonces
	now := time.Unix(0, 0)
	for i := range maxNonces + 10 {
		require.True(t, n.first(strconv.Itoa(i), now))
	}
	assert.LessOrEqual(t, len(n.seen), maxNonces)
	assert.LessOrEqual(t, len(n.order), maxNonces)
	assert.False(t, n.first(strconv.Itoa(maxNonces+9), now))
	assert.True(t, n.first("later", now.Add(nonceLife)))
	assert.Len(t, n.seen, 1)
}

func TestEncryptedIsFoundHoweverWritten(t *testing.T) {
	for _, body := range []string{
		`{"encrypt":"ab/c+d=="}`, "{ \"encrypt\" : \"ab\\/c+d==\" }", `{"other":1,"encrypt":"ab/c+d=="}`,
		"<xml><ToUserName><![CDATA[corp]]></ToUserName><Encrypt><![CDATA[ab/c+d==]]></Encrypt></xml>",
		"\n<xml><Encrypt>ab/c+d==</Encrypt><AgentID>1</AgentID></xml>",
	} {
		got, ok := encrypted([]byte(body))
		assert.True(t, ok, body)
		assert.Equal(t, "ab/c+d==", string(got), body)
	}
	for _, body := range []string{"", "x", "{}", "[]", `{"encrypt":7}`, "<xml>", "<html></html>", "<xml><Encrypt></Encrypt></xml>", `{"encrypt":""}`} {
		_, ok := encrypted([]byte(body))
		assert.False(t, ok, body)
	}
}

func TestSealedJSON(t *testing.T) {
	s := Sealed{Encrypt: "ab/c+d==", Signature: "0f", Timestamp: 1641002400, Nonce: "a\"<\u2028灯"}
	var back Sealed
	require.NoError(t, json.Unmarshal(s.JSON(), &back))
	assert.Equal(t, s, back)
	assert.Contains(t, string(s.JSON()), `"msgsignature":"0f","timestamp":1641002400`)
}

// FuzzDoor gives the door anything at all, with and without a good signature.
func FuzzDoor(f *testing.F) {
	r := newDoorRig(f, "corp")
	f.Add(r.body(), r.sent.Signature, "1760000000", "n1")
	f.Add("<xml><Encrypt>AAAA</Encrypt></xml>", "", "1760000000", "n2")
	f.Add(`{"encrypt":"\u0041"}`, "", "", "")
	f.Fuzz(func(t *testing.T, body, signature, timestamp, nonce string) {
		q := url.Values{"msg_signature": {signature}, "timestamp": {timestamp}, "nonce": {nonce}}
		if text, ok := encrypted([]byte(body)); ok && signature == "" {
			q.Set("msg_signature", r.envelope.signText(timestamp, nonce, string(text)))
		}
		if _, err := r.Open(q, []byte(body)); err != nil {
			assert.Equal(t, ErrEnvelope, err)
		}
	})
}

// FuzzDecodeCallback decodes whatever a callback may hold.
func FuzzDecodeCallback(f *testing.F) {
	f.Add([]byte(`{"msgid":"m","chattype":"single","from":{"userid":"u"},"response_url":"https://x","msgtype":"text","text":{"content":"灯"}}`))
	f.Add([]byte(`{"msgid":"m","chattype":"group","chatid":"c","from":{"userid":"u"},"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"event_key":"k","task_id":"t"}}}`))
	f.Add([]byte(`{"msgid":"m","chattype":"single","from":{"userid":"u"},"msgtype":"stream","stream":{"id":"s"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		c, err := DecodeCallback(body, "corp", time.Unix(1760000000, 0))
		if err != nil {
			return
		}
		assert.NotEmpty(t, c.Event.ID)
		assert.NotEmpty(t, c.Event.From.User)
		assert.Empty(t, c.Event.Reply.Token)
	})
}
