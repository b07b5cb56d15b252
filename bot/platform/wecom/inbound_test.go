package wecom

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
)

const (
	callbacks = "../../../testdata/callbacks/wecom"
	ruler     = "----\n"
)

// arrived is when every callback of the tests comes in.
var arrived = time.Date(2026, 11, 20, 9, 0, 0, 0, time.UTC)

func testAdapter(t testing.TB) *Adapter {
	t.Helper()
	a, err := New(Config{BotID: "aib", Secret: "s", CorpID: "ww-own"})
	require.NoError(t, err)
	return a
}

// TestCallbacks reads frames as WeCom's documents show them. A file holds what
// the frame is, the frame, and what the bot makes of it.
func TestCallbacks(t *testing.T) {
	files, err := filepath.Glob(callbacks + "/*.txt")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	a := testAdapter(t)
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			parts := readParts(t, file)
			got := describe(a, []byte(parts[1]))
			if os.Getenv("UPDATE_GOLDEN") != "" {
				require.NoError(t, os.WriteFile(file, []byte(parts[0]+ruler+parts[1]+ruler+got), 0o644))
				return
			}
			assert.Equal(t, parts[2], got)
		})
	}
}

// readParts splits a file at its rulers.
func readParts(t testing.TB, file string) []string {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	parts := strings.SplitN(string(data), ruler, 3)
	require.GreaterOrEqual(t, len(parts), 2, "a ruler is missing")
	return append(parts, "")[:3]
}

// describe says what becomes of a frame.
func describe(a *Adapter, data []byte) string {
	f, err := decodeFrame(data)
	if err != nil {
		return "malformed: " + err.Error() + "\n"
	}
	e, err := a.toEvent(f, arrived)
	switch {
	case errors.Is(err, ErrIgnored):
		return "ignored\n"
	case err != nil:
		return "malformed: " + err.Error() + "\n"
	}
	return show(e)
}

// show prints what is set of an event.
func show(e bot.Event) string {
	data, err := json.Marshal(e)
	if err != nil {
		return err.Error()
	}
	var set map[string]any
	if err := json.Unmarshal(data, &set); err != nil {
		return err.Error()
	}
	prune(set)
	if e.Enter != nil {
		set["Enter"] = true
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(set); err != nil {
		return err.Error()
	}
	return out.String()
}

// prune removes what is empty from decoded JSON, and reports whether v is empty.
func prune(v any) bool {
	switch v := v.(type) {
	case map[string]any:
		for k, inner := range v {
			if prune(inner) {
				delete(v, k)
			}
		}
		return len(v) == 0
	case []any:
		for _, inner := range v {
			prune(inner)
		}
		return len(v) == 0
	}
	return v == nil || v == "" || v == false || v == "0001-01-01T00:00:00Z"
}

func TestMendControlsLeavesJSONAlone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.String().Draw(t, "text")
		data, err := json.MarshalIndent(map[string]string{"k": want}, "", "\t")
		require.NoError(t, err)
		var got map[string]string
		require.NoError(t, json.Unmarshal(mendControls(data), &got))
		assert.Equal(t, strings.ToValidUTF8(want, "\uFFFD"), got["k"])
	})
}

func TestMendControls(t *testing.T) {
	for raw, want := range map[string]string{
		"{\"k\":\"a\nb\tc\x01d\"}\r\n": "a\nb\tcd",
		"{\x00\"k\":\"\\\"\nx\"}":      "\"\nx",
		"{\"k\":\"a\\\x02n\"}":         "a\n",
	} {
		var got map[string]string
		require.NoError(t, json.Unmarshal(mendControls([]byte(raw)), &got), "%q", raw)
		assert.Equal(t, want, got["k"])
	}
}

func addSeeds(f *testing.F, add func(data []byte)) {
	files, err := filepath.Glob(callbacks + "/*.txt")
	require.NoError(f, err)
	require.NotEmpty(f, files)
	for _, file := range files {
		add([]byte(readParts(f, file)[1]))
	}
}

// FuzzFrame: any bytes give a frame or an error that quotes none of them.
func FuzzFrame(f *testing.F) {
	addSeeds(f, func(data []byte) { f.Add(data) })
	f.Add([]byte("{\"headers\":{\"req_id\":\"x\n\"}}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if json.Valid(data) {
			assert.True(t, json.Valid(mendControls(data)))
		}
		frame, err := decodeFrame(data)
		if err == nil {
			assert.NotEmpty(t, frame.Headers.ReqID)
		}
	})
}

// FuzzCallback: any body gives one complete event or an error.
func FuzzCallback(f *testing.F) {
	addSeeds(f, func(data []byte) {
		var frame inFrame
		if json.Unmarshal(data, &frame) == nil {
			f.Add([]byte(frame.Body), frame.Cmd == cmdEvent)
		}
	})
	a := testAdapter(f)
	f.Fuzz(func(t *testing.T, body []byte, isEvent bool) {
		cmd := cmdMessage
		if isEvent {
			cmd = cmdEvent
		}
		e, err := a.toEvent(inFrame{Cmd: cmd, Headers: headers{ReqID: "R"}, Body: body}, arrived)
		if err != nil {
			return
		}
		assert.NotEmpty(t, e.ID)
		assert.NotEmpty(t, e.Chat.ID)
		assert.NotEmpty(t, e.From.User)
		set := 0
		for _, is := range []bool{e.Message != nil, e.Press != nil, e.Enter != nil} {
			if is {
				set++
			}
		}
		assert.Equal(t, 1, set)
		if e.Message != nil {
			_, _, ok := parseToken(e.Reply.Token)
			assert.True(t, ok)
			assert.Equal(t, bot.WeCom, e.Chat.Platform)
		}
	})
}
