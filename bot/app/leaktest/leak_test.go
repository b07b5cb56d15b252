package leaktest

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
)

// planted are the words of testdata/leaks/session.txt that belong to somebody.
var planted = []string{
	"1398765", "139 8765", "尿毒症", "透析", "深海独角兽", "李阿姨", "钱暗号", "郑重", "暗号",
}

// secrets open something; no place at all may show them.
var secrets = []string{"ding-secret", "wecom-secret"}

// spoken are what members say and must not stand in a log, where everything else may
// be read by whoever looks after the machine.
var spoken = []string{"漏水", "灯坏了", "抚仙湖", "博物馆", "王建国", "刘桂兰", "李红梅"}

// log is a writer for several goroutines.
type log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// clean asserts that none of the words stands in a text, as it is, quoted or as base64.
func clean(t *testing.T, where, text string, lists ...[]string) {
	t.Helper()
	for _, list := range lists {
		for _, word := range list {
			quoted, err := json.Marshal(word)
			require.NoError(t, err)
			for _, form := range []string{word, strings.Trim(string(quoted), `"`), base64.StdEncoding.EncodeToString([]byte(word))} {
				if i := strings.Index(text, form); i >= 0 {
					assert.Fail(t, "a planted word leaked", "%q into %s: …%s…", word, where, text[max(0, i-80):min(len(text), i+80)])
				}
			}
		}
	}
}

// TestNothingLeaks plays the chat and looks everywhere.
func TestNothingLeaks(t *testing.T) {
	var out log
	reg := prometheus.NewRegistry()
	var records *sqlstore.Store
	url := "sqlite:" + filepath.Join(t.TempDir(), "yiqun.db")
	rig := apptest.Play(t, filepath.Join(apptest.Root(), "testdata", "leaks", "session.txt"), func(s *apptest.Setup) {
		s.Log, s.Registerer = &out, reg
		s.Store = func(t testing.TB) service.Store {
			var err error
			records, err = sqlite.Open(t.Context(), url, bytes.Repeat([]byte{7}, sqlstore.KeySize))
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, records.Close()) })
			return records
		}
	})
	require.NoError(t, rig.App.Service.Purge(t.Context()))
	require.NotEmpty(t, out.String())
	require.True(t, privately(rig, "13987650002"), "somebody was shown their own number: the planted words were at work")

	t.Run("log", func(t *testing.T) {
		clean(t, "the log", out.String(), planted, secrets, spoken)
		// What opens something for a while is as good as a password.
		for _, shape := range []string{`access_token=\w`, `session=\w`, `"?sessionWebhook"?`, `recvWindow`} {
			assert.NotRegexp(t, shape, out.String())
		}
	})
	t.Run("pages", func(t *testing.T) {
		h := rig.App.Telemetry(reg)
		for _, path := range []string{"/healthz", "/readyz", "/metrics", "/", "/nothing?x=1398765"} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
			clean(t, path, w.Body.String(), planted, secrets, spoken)
		}
	})
	t.Run("group", func(t *testing.T) { clean(t, "the group", inGroups(rig), []string{"1398765", "李阿姨"}, secrets) })
	t.Run("undelivered", func(t *testing.T) {
		require.NoError(t, records.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
			rows, err := tx.FailedRows(ctx, 1000)
			for _, r := range rows {
				clean(t, "what is kept of an error", r.LastError, planted, secrets, spoken)
			}
			return err
		}))
	})
	t.Run("records", func(t *testing.T) { clean(t, "the records", dump(t, records), planted, secrets, spoken) })
}

// inGroups is everything the bot sent to groups, in any view.
func inGroups(rig *apptest.Rig) string {
	var b strings.Builder
	for _, m := range rig.World.Bubbles(func(m *sim.Bubble) bool { return !m.Chat.Private && m.From == "" }) {
		b.WriteString(apptest.Reads(&m, "") + "\n")
		for who := range m.Views {
			b.WriteString(apptest.Reads(&m, who) + "\n")
		}
	}
	return b.String()
}

// privately reports whether the bot told somebody a word in private.
func privately(rig *apptest.Rig, word string) bool {
	for _, m := range rig.World.Bubbles(func(m *sim.Bubble) bool { return m.Chat.Private && m.From == "" }) {
		if strings.Contains(apptest.Reads(&m, ""), word) {
			return true
		}
	}
	return false
}

// dump is the records as they lie in a backup, with what is kept as bytes unfolded.
func dump(t *testing.T, s *sqlstore.Store) string {
	t.Helper()
	var packed bytes.Buffer
	_, err := s.Dump(t.Context(), &packed)
	require.NoError(t, err)
	z, err := gzip.NewReader(&packed)
	require.NoError(t, err)
	raw, err := io.ReadAll(z)
	require.NoError(t, err)
	var b strings.Builder
	for line := range strings.Lines(string(raw)) {
		if strings.HasPrefix(line, `["templates"`) || strings.HasPrefix(line, `["rules"`) {
			continue // the practices themselves; no member's words
		}
		b.WriteString(line)
		for _, m := range regexp.MustCompile(`"([A-Za-z0-9+/]{16,}={0,2})"`).FindAllStringSubmatch(line, -1) {
			if bytes, err := base64.StdEncoding.DecodeString(m[1]); err == nil {
				b.Write(bytes)
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}
