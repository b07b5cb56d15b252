package wecomapp

import (
	"context"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ArtisanCloud/PowerWeChat/v3/src/kernel"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	wecomcards "yiqun/cards/wecom"
)

// PowerWeChat fault: its memory cache writes to the home directory and panics when
// it cannot; its logger makes ./wechat.
func TestPowerWeChatWritesNoFile(t *testing.T) {
	home, work := t.TempDir(), t.TempDir()
	t.Setenv("HOME", home)
	t.Chdir(work)
	s := newServer(t)
	_, err := s.app().api.Send(t.Context(), Message{To: "wang", Text: words})
	require.NoError(t, err)
	_, err = s.app().api.Upload(t.Context(), "台账.xlsx", []byte("0123456789"))
	require.NoError(t, err)
	for _, dir := range []string{home, work} {
		files, err := filepath.Glob(filepath.Join(dir, "*"))
		require.NoError(t, err)
		hidden, err := filepath.Glob(filepath.Join(dir, ".*"))
		require.NoError(t, err)
		assert.Empty(t, append(files, hidden...))
	}
}

func TestPowerWeChatNeedsNoHome(t *testing.T) {
	t.Setenv("HOME", "/proc/nowhere")
	require.NoError(t, os.Unsetenv("XDG_CACHE_HOME"))
	_, err := newServer(t).app().api.Send(t.Context(), Message{To: "wang", Text: words})
	require.NoError(t, err)
}

// PowerWeChat fault: its memory cache is one for the whole process, so two apps
// would share it.
func TestPowerWeChatSharesNoCache(t *testing.T) {
	one, two := newServer(t), newServer(t)
	for _, s := range []*server{one, two} {
		_, err := s.app().api.Send(t.Context(), Message{To: "wang", Text: words})
		require.NoError(t, err)
		assert.Equal(t, 1, s.tokens)
	}
}

// PowerWeChat fault: twenty cold sends fetch twenty tokens (its issue 244), and
// race on a field of the client.
func TestPowerWeChatFetchesOneTokenForMany(t *testing.T) {
	s := newServer(t)
	api := s.app().api
	many(t, func() error {
		_, err := api.Send(t.Context(), Message{To: "wang", Text: words})
		return err
	})
	assert.Equal(t, 1, s.tokens)
	assert.Len(t, s.sent, 20)
}

// many runs call twenty times at once.
func many(t *testing.T, call func() error) {
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { assert.NoError(t, call()) })
	}
	wg.Wait()
}

// PowerWeChat fault: an expired token met by twenty sends is fetched twenty times,
// and a failing refresh is a nil dereference.
func TestPowerWeChatRefreshesOnce(t *testing.T) {
	for _, code := range []int{42001, 40014, 40001} {
		s := newServer(t)
		api := s.app().api
		_, err := api.Send(t.Context(), Message{To: "wang", Text: "一"})
		require.NoError(t, err)
		s.set(func() { s.dead["token-1"] = code })
		many(t, func() error {
			_, err := api.Send(t.Context(), Message{To: "wang", Text: words})
			return err
		})
		assert.Equal(t, 2, s.tokens, code)
		assert.Len(t, s.sent, 21)
	}
}

func TestPowerWeChatRefreshesOnlyOnce(t *testing.T) {
	s := newServer(t)
	s.set(func() { s.refuse["/cgi-bin/message/send"] = 42001 })
	_, err := s.app().api.Send(t.Context(), Message{To: "wang", Text: words})
	checkError(t, err, bot.Retryable)
	assert.Equal(t, 2, s.tokens)
}

func TestPowerWeChatFailingRefreshIsNoPanic(t *testing.T) {
	s := newServer(t)
	api := s.app().api
	_, err := api.Send(t.Context(), Message{To: "wang", Text: "一"})
	require.NoError(t, err)
	s.set(func() { s.dead["token-1"] = 42001; s.refuse["/cgi-bin/gettoken"] = 40001 })
	_, err = api.Send(t.Context(), Message{To: "wang", Text: words})
	checkError(t, err, bot.Rejected)
}

// PowerWeChat fault: a token is cached for its full life, without a margin.
func TestPowerWeChatTokenIsLeftBeforeItsEnd(t *testing.T) {
	s := newServer(t)
	clock := &moved{}
	api := s.app(func(c *Config) { c.Clock = clock }).api
	send := func() {
		_, err := api.Send(t.Context(), Message{To: "wang", Text: words})
		require.NoError(t, err)
	}
	send()
	clock.pass(2*time.Hour - maxMargin - time.Minute)
	send()
	assert.Equal(t, 1, s.tokens)
	clock.pass(2 * time.Minute)
	send()
	assert.Equal(t, 2, s.tokens, "fetched anew five minutes early")
}

// PowerWeChat fault: the client that fetches tokens has no timeout, and one
// caller's giving up must not spoil the fetch for the others.
func TestPowerWeChatTokenFetchHonoursContext(t *testing.T) {
	s := newServer(t)
	asked, release := make(chan struct{}, 2), make(chan struct{})
	s.onToken = func() { asked <- struct{}{}; <-release }
	api := s.app().api
	ctx, cancel := context.WithCancel(t.Context())
	gaveUp, waited := make(chan error), make(chan error)
	go func() {
		_, err := api.Send(ctx, Message{To: "wang", Text: words})
		gaveUp <- err
	}()
	<-asked
	go func() {
		_, err := api.Send(t.Context(), Message{To: "wang", Text: words})
		waited <- err
	}()
	cancel()
	err := <-gaveUp
	checkError(t, err, bot.Retryable)
	require.ErrorIs(t, err, context.Canceled)
	close(release)
	require.NoError(t, <-waited)
	assert.Equal(t, 1, s.tokens)
}

// PowerWeChat fault: its card types send null for what is unset; its update panics
// unless the agent is an int.
func TestPowerWeChatSendsNoNull(t *testing.T) {
	s := newServer(t)
	api := s.app().api
	card := wecomcards.TemplateCard{Type: wecomcards.ButtonInteraction, TaskID: "c1", Buttons: []wecomcards.Button{{Text: "接单", Style: 1, Key: "take:1"}}}
	sent, err := api.Send(t.Context(), Message{To: "wang", Card: &card})
	require.NoError(t, err)
	assert.Equal(t, Sent{MessageID: "m1", ResponseCode: "rc1"}, sent)
	require.NoError(t, api.UpdateCard(t.Context(), Update{ResponseCode: sent.ResponseCode, To: []string{"wang"}, Card: card}))

	assert.EqualValues(t, testAgent, s.sent[0]["agentid"])
	assert.EqualValues(t, testAgent, s.updates[0]["agentid"])
	assert.Equal(t, []any{"wang"}, s.updates[0]["userids"])
	for _, body := range []map[string]any{s.sent[0], s.updates[0]} {
		assertNoNull(t, body)
		assert.Equal(t, "c1", body["template_card"].(map[string]any)["task_id"])
	}
	checkError(t, api.UpdateCard(t.Context(), Update{ResponseCode: "rc1", To: []string{"wang"}, Card: card}), bot.Expired)
}

func assertNoNull(t *testing.T, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			assert.NotNil(t, inner, k)
			assertNoNull(t, inner)
		}
	case []any:
		for _, inner := range v {
			assertNoNull(t, inner)
		}
	}
}

// PowerWeChat fault: its upload from memory leaves the form field without a name.
func TestPowerWeChatUploadNamesTheField(t *testing.T) {
	s := newServer(t)
	id, err := s.app().api.Upload(t.Context(), "台账 11月.xlsx", []byte("0123456789"))
	require.NoError(t, err)
	assert.Equal(t, "media-1", id)
	assert.Equal(t, []string{"file 台账 11月.xlsx 10"}, s.uploads)
}

// PowerWeChat fault: a proxy switches the checking of certificates off, and so does
// the client it makes by default.
func TestPowerWeChatChecksCertificates(t *testing.T) {
	s := newServer(t)
	tls := httptest.NewUnstartedServer(s)
	tls.Config.ErrorLog = log.New(io.Discard, "", 0)
	tls.StartTLS()
	defer tls.Close()
	api := s.app(func(c *Config) { c.APIURL, c.HTTP = tls.URL, &http.Client{} }).api
	_, err := api.Send(t.Context(), Message{To: "wang", Text: words})
	checkError(t, err, bot.Retryable)
	assert.Zero(t, s.tokens)

	api = s.app(func(c *Config) { c.APIURL, c.HTTP = tls.URL+"/", tls.Client() }).api
	_, err = api.Send(t.Context(), Message{To: "wang", Text: words})
	require.NoError(t, err)
	tls.Client().CloseIdleConnections()
}

// PowerWeChat fault: its parts panic on some answers.
func TestPowerWeChatPanicsAreErrors(t *testing.T) {
	_, err := guarded(func() (int, error) {
		var none *kernel.AccessToken
		return len(none.TokenKey), nil
	})
	checkError(t, err, bot.Retryable)
	_, err = guarded(func() (int, error) { panic(words) })
	checkError(t, err, bot.Retryable)
}

func TestPowerWeChatOddAnswers(t *testing.T) {
	for _, raw := range []string{
		"", "null", "[]", "7", "{", `{"errcode":"0"}`, `{"errmsg":"ok"}`, "<html></html>", `"` + words + `"`,
		`{"errcode":0,"msgid":{"a":1},"x":"` + words + `"}`, `{"errcode":0,"access_token":7,"userid_list":3,"media_id":[]}`,
		`{"errcode":0}` + strings.Repeat(" ", maxAnswer),
	} {
		for _, path := range []string{"/cgi-bin/gettoken", "/cgi-bin/message/send", "/cgi-bin/media/upload", "/cgi-bin/batch/openuserid_to_userid"} {
			s := newServer(t)
			s.raw[path] = raw
			api := s.app().api
			_, err := api.Send(t.Context(), Message{To: "wang", Text: words})
			_, err2 := api.Upload(t.Context(), "a.txt", []byte("0123456789"))
			_, err3 := api.UserIDs(t.Context(), []string{openWang})
			failed := 0
			for _, err := range []error{err, err2, err3} {
				if err != nil {
					checkError(t, err, bot.Retryable)
					failed++
				}
			}
			if !strings.HasPrefix(raw, `{"errcode":0,`) { // those may lack only what was not asked for
				assert.Positive(t, failed, "%s: %.40q", path, raw)
			}
		}
	}
}

// Each of the platform's codes is what deliver must do about it.
func TestPlatformCodes(t *testing.T) {
	for code, want := range map[int]bot.Code{
		-1: bot.Retryable, 41001: bot.Retryable, 45009: bot.Throttled, 45033: bot.Throttled,
		60111: bot.Unreachable, 81013: bot.Unreachable, 60011: bot.Unreachable,
		40008: bot.Rejected, 40013: bot.Rejected, 40056: bot.Rejected, 48002: bot.Rejected, 60020: bot.Rejected, 301002: bot.Rejected, 82001: bot.Rejected,
		43012: bot.Unsupported, 60140: bot.Expired, 42039: bot.Rejected,
	} {
		s := newServer(t)
		s.refuse["/cgi-bin/message/send"] = code
		_, err := s.app().api.Send(t.Context(), Message{To: "wang", Text: words})
		checkError(t, err, want)
	}
}

func TestHTTPFailures(t *testing.T) {
	for status, want := range map[int]bot.Code{500: bot.Retryable, 502: bot.Retryable, 429: bot.Throttled, 404: bot.Rejected} {
		s := newServer(t)
		broken := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		_, err := s.app(func(c *Config) { c.APIURL, c.HTTP = broken.URL, broken.Client() }).api.Send(t.Context(), Message{To: "wang", Text: words})
		checkError(t, err, want)
		broken.Close()
		_, err = s.app(func(c *Config) { c.APIURL, c.HTTP = broken.URL, broken.Client() }).api.Send(t.Context(), Message{To: "wang", Text: words})
		checkError(t, err, bot.Retryable)
	}
}

func TestSendReachesOneMemberOnly(t *testing.T) {
	s := newServer(t)
	for _, to := range []string{"", "@all", "wang|li"} {
		_, err := s.app().api.Send(t.Context(), Message{To: to, Text: words})
		checkError(t, err, bot.Rejected)
	}
	_, err := s.app().api.Send(t.Context(), Message{To: "nobody", Text: words})
	checkError(t, err, bot.Unreachable)
	assert.Empty(t, s.sent)
}

func TestKindsOfMessage(t *testing.T) {
	s := newServer(t)
	api := s.app().api
	for _, m := range []Message{{To: "wang", Text: words}, {To: "wang", Markdown: "**灯**", Again: true}, {To: "wang", MediaID: "media-1"}} {
		_, err := api.Send(t.Context(), m)
		require.NoError(t, err)
	}
	assert.Equal(t, map[string]any{"touser": "wang", "agentid": float64(testAgent), "msgtype": "text", "text": map[string]any{"content": words}}, s.sent[0])
	assert.Equal(t, map[string]any{"content": "**灯**"}, s.sent[1]["markdown"])
	assert.EqualValues(t, 1, s.sent[1]["enable_duplicate_check"])
	assert.Equal(t, map[string]any{"media_id": "media-1"}, s.sent[2]["file"])
}

func TestCache(t *testing.T) {
	clock := &moved{}
	c := &cache{clock: clock}
	_, err := c.Get("k", 7)
	require.Error(t, err)
	require.NoError(t, c.Add("k", map[string]int{"n": 1}, time.Hour))
	require.Error(t, c.Add("k", 2, time.Hour))
	assert.False(t, c.AddNX("k", 2, time.Hour))
	got, err := c.Remember("k", time.Hour, func() (any, error) { return nil, context.Canceled })
	require.NoError(t, err)
	assert.Equal(t, map[string]any{"n": 1.0}, got)
	clock.pass(time.Hour)
	assert.False(t, c.Has("k"))
	_, err = c.Remember("k", time.Hour, func() (any, error) { return nil, context.Canceled })
	require.ErrorIs(t, err, context.Canceled)
	got, err = c.Remember("k", 0, func() (any, error) { return "v", nil })
	require.NoError(t, err)
	assert.Equal(t, "v", got)
	clock.pass(1000 * time.Hour)
	assert.True(t, c.Has("k"))
	require.Error(t, c.Set("k", make(chan int), 0))
}
