package callback

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/platformtest"
	"yiqun/bot/platform/wecom"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testToken = "QDG6eKplanted"
	testKey   = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"
	apiHost   = "qyapi.test"
	mediaHost = "media.test"
)

func TestSuite(t *testing.T) {
	platformtest.Run(t, func(t *testing.T, s platformtest.Setup) platformtest.Rig { return newRig(t, s) })
}

// rig plays WeCom for one robot by callback URL: it calls, and takes late answers.
type rig struct {
	t        *testing.T
	adapter  *Adapter
	handler  http.Handler
	envelope *wecom.Envelope

	mu      sync.Mutex
	serial  int
	sent    []platformtest.Sent
	acks    map[string]int      // callbacks answered with 200
	answers map[string][]string // of presses
	replies map[string]string   // decrypted answers, by callback
	late    map[string]bot.Chat // open addresses
	lates   []string            // bodies of late answers
	lateRaw string              // what a late answer is told, if set
	issued  []string            // addresses: secrets
	media   map[string][]byte
	noLate  bool
}

func newRig(t *testing.T, s platformtest.Setup) *rig {
	e, err := wecom.NewEnvelope(testToken, testKey, "")
	require.NoError(t, err)
	r := &rig{
		t: t, envelope: e, acks: map[string]int{}, answers: map[string][]string{}, replies: map[string]string{},
		late: map[string]bot.Chat{}, media: map[string][]byte{},
	}
	s.Net.Serve(t, apiHost, http.HandlerFunc(r.serveLate))
	s.Net.Serve(t, mediaHost, http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.mu.Lock()
		defer r.mu.Unlock()
		_, _ = w.Write(r.media[q.URL.Path])
	}))
	r.adapter, err = New(Config{
		Token: testToken, AESKey: testKey, BotName: "议群", APIURL: "http://" + apiHost,
		MediaHosts: []string{"http://" + mediaHost}, HTTP: s.Net.Client(), Logger: s.Logger,
	})
	require.NoError(t, err)
	r.handler = r.adapter.Handler()
	return r
}

// serveLate takes an answer at an address that was given out, once.
func (r *rig) serveLate(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lateRaw != "" {
		_, _ = io.WriteString(w, r.lateRaw)
		return
	}
	chat, ok := r.late[q.URL.String()]
	if !ok {
		_, _ = io.WriteString(w, `{"errcode":40058,"errmsg":"response_code invalid"}`)
		return
	}
	delete(r.late, q.URL.String())
	r.lates = append(r.lates, string(body))
	r.sent = append(r.sent, platformtest.Sent{Chat: chat, Text: shown(body)})
	_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
}

// shown is what members read of an answer.
func shown(body []byte) string {
	var m struct {
		Text     struct{ Content string } `json:"text"`
		Markdown struct{ Content string } `json:"markdown"`
		Stream   struct{ Content string } `json:"stream"`
		Card     struct {
			Title struct {
				Title string `json:"title"`
				Desc  string `json:"desc"`
			} `json:"main_title"`
			Sub string `json:"sub_title_text"`
		} `json:"template_card"`
	}
	if json.Unmarshal(body, &m) != nil {
		return ""
	}
	return strings.Join([]string{m.Text.Content, m.Markdown.Content, m.Stream.Content, m.Card.Title.Title, m.Card.Title.Desc, m.Card.Sub}, "")
}

// call posts one callback in the background, as WeCom does, and waits until the
// adapter has it.
func (r *rig) call(id string, chat bot.Chat, plain []byte, press bool) {
	r.post(id, chat, r.request(plain), press)
}

func (r *rig) post(id string, chat bot.Chat, req *http.Request, press bool) {
	w := httptest.NewRecorder()
	go func() {
		r.handler.ServeHTTP(w, req)
		r.record(id, chat, w, press)
	}()
	synctest.Wait()
}

func (r *rig) request(plain []byte) *http.Request { return r.sealed(plain, r.envelope, time.Now()) }

// sealed is plain as a callback sealed with e at a time.
func (r *rig) sealed(plain []byte, e *wecom.Envelope, at time.Time) *http.Request {
	r.mu.Lock()
	r.serial++
	nonce := fmt.Sprint(r.serial)
	r.mu.Unlock()
	sealed, err := e.Seal(plain, at.Unix(), nonce)
	require.NoError(r.t, err)
	body, err := json.Marshal(map[string]string{"encrypt": sealed.Encrypt})
	require.NoError(r.t, err)
	return httptest.NewRequestWithContext(r.t.Context(), http.MethodPost, Path+"?"+sealed.Query().Encode(), bytes.NewReader(body))
}

// record opens the answer as WeCom would, and refuses what it would refuse.
func (r *rig) record(id string, chat bot.Chat, w *httptest.ResponseRecorder, press bool) {
	if w.Code != http.StatusOK {
		return
	}
	r.mu.Lock()
	r.acks[id]++
	r.mu.Unlock()
	if w.Body.Len() == 0 {
		return
	}
	var sealed wecom.Sealed
	assert.NoError(r.t, json.Unmarshal(w.Body.Bytes(), &sealed))
	plain, err := r.envelope.Open(sealed.Signature, fmt.Sprint(sealed.Timestamp), sealed.Nonce, sealed.Encrypt)
	assert.NoError(r.t, err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.replies[id] = string(plain)
	if press {
		assert.Contains(r.t, string(plain), `"response_type":"update_template_card"`)
		r.answers[id] = append(r.answers[id], shown(plain))
		return
	}
	r.sent = append(r.sent, platformtest.Sent{Chat: chat, Text: shown(plain)})
}

// head is what every callback has.
func (r *rig) head(id string, chat bot.Chat, from bot.UserID) map[string]any {
	body := map[string]any{"msgid": id, "aibotid": "aib1", "chattype": "single", "from": map[string]any{"userid": from}}
	if !chat.Private {
		body["chattype"], body["chatid"] = "group", chat.ID
	}
	return body
}

func (r *rig) message(id string, chat bot.Chat, from bot.UserID, text string) []byte {
	body := r.head(id, chat, from)
	body["msgtype"], body["text"] = "text", map[string]any{"content": "@议群 " + text}
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.noLate {
		path := fmt.Sprintf("/cgi-bin/aibot/response?response_code=planted-code-%d", r.serial)
		r.late[path] = chat
		r.issued = append(r.issued, "http://"+apiHost+path, fmt.Sprintf("planted-code-%d", r.serial))
		body["response_url"] = "http://" + apiHost + path
	}
	data, err := json.Marshal(body)
	require.NoError(r.t, err)
	return data
}

func (r *rig) Push(m platformtest.Message) {
	r.call(m.ID, m.Chat, r.message(m.ID, m.Chat, m.From, m.Text), false)
}

// Forge posts m without a signature, under the signature of another text, sealed with
// another token, and a day old.
func (r *rig) Forge(m platformtest.Message) {
	plain := r.message(m.ID, m.Chat, m.From, m.Text)
	stranger, err := wecom.NewEnvelope("of-somebody-else", testKey, "")
	require.NoError(r.t, err)
	unsigned, foreign := r.request(plain), r.request(plain)
	unsigned.URL.RawQuery = ""
	foreign.URL.RawQuery = r.request([]byte("{}")).URL.RawQuery
	for _, req := range []*http.Request{
		unsigned, foreign, r.sealed(plain, stranger, time.Now()), r.sealed(plain, r.envelope, time.Now().AddDate(0, 0, -1)),
	} {
		r.post(m.ID, m.Chat, req, false)
	}
}

func (r *rig) Press(p platformtest.Press) {
	body := r.head(p.ID, p.Chat, p.From)
	body["msgtype"] = "event"
	body["event"] = map[string]any{"eventtype": "template_card_event", "template_card_event": map[string]any{
		"card_type": "button_interaction", "event_key": p.Key, "task_id": p.Card,
	}}
	data, err := json.Marshal(body)
	require.NoError(r.t, err)
	r.call(p.ID, p.Chat, data, true)
}

func (r *rig) PushRaw(frame string) { r.call("raw", bot.Chat{}, []byte(frame), false) }

func (r *rig) Malformed() []string {
	return []string{
		"", "灯", "null", "[]", `"x"`, "{", "7", "{}",
		`{"msgid":"x"}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"group","msgtype":"text","text":{"content":"无群号"}}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"crowd","msgtype":"text","text":{"content":"灯"}}`,
		`{"msgid":"x","from":{},"chattype":"single","msgtype":"text","text":{"content":"灯"}}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"text","text":"灯"}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"hologram"}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"stream","stream":{"id":"s"}}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"event"}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"event","event":{"eventtype":"template_card_event"}}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"event","event":{"eventtype":"disconnected_event"}}`,
	}
}

func (r *rig) Adapter() platform.Adapter { return r.adapter }

func (r *rig) Secrets() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{testToken, testKey}, r.issued...)
}

func (r *rig) Answers(id string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.answers[id])
}

func (r *rig) Sent() []platformtest.Sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sent)
}

func (r *rig) reply(id string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.replies[id]
}

func (r *rig) Acked(id string) (n int, known bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.acks[id], true
}

func (r *rig) Connections() int             { return 1 }
func (r *rig) ExpireTokens()                { require.Fail(r.t, "there are no tokens") }
func (r *rig) FailSends(bot.Code, int) bool { return false }
func (r *rig) LoseAnswers(bool)             { require.Fail(r.t, "an answer has no answer") }
func (r *rig) Drop()                        { require.Fail(r.t, "no connection to cut") }
func (r *rig) Outage(bool)                  { require.Fail(r.t, "no connection to break") }
func (r *rig) RejectCredentials()           { require.Fail(r.t, "nobody to reject them") }

// Excuse names what this mode has nothing of.
func (r *rig) Excuse(name string) string {
	switch name {
	case "the first connection is retried", "a cut connection comes back", "a redelivery on the next connection waits its turn",
		"an outage is told once", "rejected credentials end Run":
		return "WeCom calls; there is no connection of ours"
	case "text reaches groups and people", "a long text arrives in pieces",
		"a long text goes on where it failed", "nothing in a text or a card acts", "a card says all that is on it", "many send at once", "an expired token is renewed", "a card reaches groups and people",
		"a reply long dead is not a message lost", "a forged reply goes nowhere", "failures carry their code", "without a connection nothing is lost",
		"a send is given up with its context", "a card whose answer was lost is shown once", "a text whose answer was lost is said once":
		return "only answers exist; they are tested beside this adapter"
	}
	return ""
}

// Attach hosts data encrypted with the robot's own key, for here no other comes.
func (r *rig) Attach(data []byte) bot.Attachment {
	key, err := base64.StdEncoding.DecodeString(testKey + "=")
	require.NoError(r.t, err)
	pad := 32 - len(data)%32
	data = append(slices.Clone(data), bytes.Repeat([]byte{byte(pad)}, pad)...)
	block, err := aes.NewCipher(key)
	require.NoError(r.t, err)
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(data, data)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serial++
	path := fmt.Sprintf("/m%d", r.serial)
	r.media[path] = data
	ref, err := json.Marshal(map[string]any{"url": "http://" + mediaHost + path, "key": "", "expires": time.Now().Add(time.Minute)})
	require.NoError(r.t, err)
	return bot.Attachment{Kind: bot.Picture, Ref: string(ref)}
}
