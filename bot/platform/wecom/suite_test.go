package wecom_test

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/platform"
	"yiqun/bot/platform/platformtest"
	"yiqun/bot/platform/wecom"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestSuite(t *testing.T) { platformtest.Run(t, newRig) }

// rig is the suite's view of the scripted server.
type rig struct {
	*server
	client  *http.Client
	adapter *wecom.Adapter
}

func newRig(t *testing.T, setup platformtest.Setup) platformtest.Rig {
	return newTestRig(t, setup, wecom.Config{})
}

func newTestRig(t *testing.T, setup platformtest.Setup, cfg wecom.Config) *rig {
	cfg.BotID, cfg.Secret, cfg.BotName = testBot, testSecret, "议群"
	cfg.WSURL = "ws://" + serverHost
	if cfg.MediaHosts == nil {
		cfg.MediaHosts = []string{"http://" + mediaHost}
	}
	cfg.HTTP, cfg.Logger = setup.Net.Client(), setup.Logger
	a, err := wecom.New(cfg)
	require.NoError(t, err)
	return &rig{server: newServer(t, setup.Net), client: cfg.HTTP, adapter: a}
}

func (r *rig) Adapter() platform.Adapter { return r.adapter }

func (r *rig) Secrets() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string{testSecret}, r.issued...)
}

func (r *rig) Push(m platformtest.Message) {
	r.message(m.ID, m.Chat, m.From, "text", map[string]any{"content": "@议群 " + m.Text})
}

func (r *rig) Press(p platformtest.Press) { r.press(p.ID, p.Chat, p.From, p.Card, p.Key, nil) }

func (r *rig) PushRaw(frame string) { r.newest().sendRaw(frame) }

func (r *rig) Malformed() []string {
	frames := []string{
		"", "灯", "null", "[]", `"x"`, "{", `{"cmd":7}`,
		`{"cmd":"aibot_msg_callback"}`,
		`{"cmd":"aibot_msg_callback","headers":{"req_id":7},"body":{}}`,
		`{"cmd":"aibot_whatever","headers":{"req_id":"x"},"body":{}}`,
		`{"headers":{"req_id":"never-sent"},"errcode":0,"errmsg":"ok"}`,
	}
	for _, body := range []string{
		"null", "[]", "7", "{}",
		`{"msgid":"x"}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"group","msgtype":"text","text":{"content":"无群号"}}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"crowd","msgtype":"text","text":{"content":"灯"}}`,
		`{"msgid":"x","from":{},"chattype":"single","msgtype":"text","text":{"content":"灯"}}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"text","text":"灯"}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"hologram"}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"event"}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"event","event":{"eventtype":"template_card_event"}}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"event","event":{"eventtype":"feedback_event","feedback_event":{"id":"f"}}}`,
		`{"msgid":"x","from":{"userid":"u"},"chattype":"single","msgtype":"event","event":{"eventtype":"auth_change_event"}}`,
	} {
		for _, cmd := range []string{"aibot_msg_callback", "aibot_event_callback"} {
			frames = append(frames, fmt.Sprintf(`{"cmd":%q,"headers":{"req_id":"x"},"body":%s}`, cmd, body))
		}
	}
	return frames
}

func (r *rig) Answers(id string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.answers[id])
}

func (r *rig) Acked(string) (n int, known bool) { return 0, false }

func (r *rig) Drop() { _ = r.newest().conn.CloseNow() }

func (r *rig) Outage(on bool) { r.set(func(s *server) { s.outage = on }) }

func (r *rig) RejectCredentials() { r.set(func(s *server) { s.badCredentials = true }) }

func (r *rig) Connections() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.links)
}

// Excuse names what a long connection has nothing of.
func (r *rig) Excuse(name string) string {
	switch name {
	case "what the platform did not sign is not heard":
		return "WeCom is called, and does not call"
	case "an expired token is renewed":
		return "a connection is let in by its secret, and has no token"
	}
	return ""
}

func (r *rig) Forge(platformtest.Message) { panic("nobody calls the adapter") }
func (r *rig) ExpireTokens()              { panic("there are no tokens") }

func (r *rig) LoseAnswers(on bool) {
	r.set(func(s *server) {
		s.hold = nil
		if on {
			s.hold = func(f wireFrame) bool { return strings.HasSuffix(f.Cmd, "_msg") }
		}
	})
}

func (r *rig) FailSends(code bot.Code, spare int) bool {
	codes := map[bot.Code]int{"": 0, bot.Retryable: 846601, bot.Throttled: 45009, bot.Unreachable: 93004, bot.Rejected: 48002}
	n, ok := codes[code]
	if ok {
		r.set(func(s *server) { s.fail, s.spare = n, spare })
	}
	return ok
}

func (r *rig) Sent() []platformtest.Sent {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sent)
}

// mediaKey encrypts every attachment in these tests; a real one has its own.
var mediaKey = bytes.Repeat([]byte{7}, 32)

func (r *rig) Attach(data []byte) bot.Attachment {
	link := r.host(data)
	ref, _ := json.Marshal(map[string]any{
		"url": link, "key": base64.RawStdEncoding.EncodeToString(mediaKey), "expires": time.Now().Add(time.Minute),
	})
	return bot.Attachment{Kind: bot.Picture, Ref: string(ref)}
}

// host encrypts data and puts it on the media host.
func (r *rig) host(data []byte) (link string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.serial++
	path := fmt.Sprintf("/m%d", r.serial)
	r.media[path] = encryptMedia(data)
	return "http://" + mediaHost + path
}

func encryptMedia(data []byte) []byte {
	pad := 32 - len(data)%32
	data = append(slices.Clone(data), bytes.Repeat([]byte{byte(pad)}, pad)...)
	block, err := aes.NewCipher(mediaKey)
	if err != nil {
		panic(err)
	}
	cipher.NewCBCEncrypter(block, mediaKey[:16]).CryptBlocks(data, data)
	return data
}
