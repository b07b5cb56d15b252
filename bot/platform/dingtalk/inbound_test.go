package dingtalk

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

const callbacks = "../../../testdata/callbacks/dingtalk"

// frames are the recorded ones, by name.
func frames(t testing.TB) map[string][]byte {
	files, err := filepath.Glob(filepath.Join(callbacks, "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	all := map[string][]byte{}
	for _, f := range files {
		data, err := os.ReadFile(f)
		require.NoError(t, err)
		all[strings.TrimSuffix(filepath.Base(f), ".json")] = data
	}
	return all
}

// stopped is a clock that stands still.
type stopped struct{ bot.SystemClock }

func (stopped) Now() time.Time { return time.UnixMilli(1763776801000) }

func newAdapter(t testing.TB) *Adapter {
	a, err := New(Config{ClientID: "dingclient01", ClientSecret: "s", Clock: stopped{}})
	require.NoError(t, err)
	return a
}

// read takes a frame's data as the session does.
func (a *Adapter) read(f *payload.DataFrame) (bot.Event, error) {
	if f.GetTopic() == payload.CardInstanceCallbackTopic {
		return a.press(f)
	}
	return a.message(f.Data)
}

func TestCallbacks(t *testing.T) {
	for name, raw := range frames(t) {
		t.Run(name, func(t *testing.T) {
			var f payload.DataFrame
			require.NoError(t, json.Unmarshal(raw, &f))
			e, err := newAdapter(t).read(&f)
			assert.Equal(t, strings.HasPrefix(name, "bad-"), err != nil, "%v", err)
			golden(t, filepath.Join(callbacks, name+".event"), describe(t, e, err))
		})
	}
}

func describe(t *testing.T, e bot.Event, err error) string {
	if err != nil {
		return "refused: " + err.Error() + "\n"
	}
	e.At, e.Reply.Expires = e.At.UTC(), e.Reply.Expires.UTC()
	out, err := json.MarshalIndent(e, "", "  ")
	require.NoError(t, err)
	return string(out) + "\n"
}

func golden(t *testing.T, path, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), got)
}

func TestUnpublishedApplicationIsTold(t *testing.T) {
	a := newAdapter(t)
	all := frames(t)
	for _, c := range []struct {
		name string
		told bool
	}{{"outsider", false}, {"before-publication", true}, {"group-text", false}} {
		var f payload.DataFrame
		require.NoError(t, json.Unmarshal(all[c.name], &f))
		_, err := a.message(f.Data)
		require.NoError(t, err)
		assert.Equal(t, c.told, strings.Contains(a.problems.String(), "发布"), c.name)
	}
}

// The chat we sent a card to is believed before what a press says of it.
func TestPressIsInTheChatOfItsCard(t *testing.T) {
	a := newAdapter(t)
	sentTo := bot.PrivateChat(account("wangjianguo01"))
	a.cards.Put("01JD0000000000000000000012", sentTo)
	var f payload.DataFrame
	require.NoError(t, json.Unmarshal(frames(t)["press"], &f))
	e, err := a.press(&f)
	require.NoError(t, err)
	assert.Equal(t, sentTo, e.Chat)
}
