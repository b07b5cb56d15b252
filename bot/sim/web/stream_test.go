package web

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// told is news as a page reads it.
type told struct {
	Whole     bool
	Bot       string
	Now       string
	People    []sim.Person
	Groups    []sim.Group
	Platforms []platformState
	Meters    []meter
	Bubbles   []sim.Bubble
	Calls     []callLine
}

func TestState_IsEverything(t *testing.T) {
	w, _ := newWorld(t)
	w.Post(sim.Bubble{Chat: dingGroup, From: "赵敏", Text: "早上好", At: morning.UTC()})
	for range recentCalls + 7 {
		w.Record(sim.Call{Platform: bot.WeCom, Name: "ping", Result: "ok", Request: "long"})
	}
	raw := ask(t, New(w, Options{}), http.MethodGet, "/api/state", "").Body.String()
	var got told
	require.NoError(t, json.Unmarshal([]byte(raw), &got))
	assert.True(t, got.Whole)
	assert.Equal(t, "议群", got.Bot)
	assert.Equal(t, "2026-11-21T09:00:05", got.Now)
	assert.Len(t, got.People, 10)
	assert.Len(t, got.Groups, 2)
	assert.Len(t, got.Platforms, 2)
	assert.Len(t, got.Meters, 4)
	assert.Len(t, got.Calls, recentCalls, "the latest ones")
	assert.Equal(t, recentCalls+7, got.Calls[recentCalls-1].Seq)
	assert.NotContains(t, raw, "long", "bodies are fetched one by one")
	assert.Contains(t, raw, `"at":"2026-11-21T09:00:05+08:00"`, "wall time in China")
}

func TestReader_TellsOnlyWhatChanged(t *testing.T) {
	w, fakes := newWorld(t)
	card := w.Post(sim.Bubble{Chat: dingGroup, Card: &sim.Shown{ID: "c", Title: "旧"}})
	r := newServer(w, Options{}).newReader()
	assert.True(t, r.read().Whole)
	assert.True(t, r.read().empty(), "nothing happened")

	w.Change(card.ID, func(b *sim.Bubble) { b.Views = map[string]*sim.Shown{"赵敏": {ID: "c", Title: "新"}} })
	n := r.read()
	require.Len(t, n.Bubbles, 1)
	assert.Contains(t, string(n.Bubbles[0]), "新")
	assert.Empty(t, n.Now)

	w.Record(sim.Call{Name: "one", Counts: sim.DingTalkAPI})
	n = r.read()
	require.Len(t, n.Calls, 1)
	assert.NotNil(t, n.Meters)
	assert.Empty(t, n.Bubbles)

	w.Clock.Advance(time.Minute)
	assert.Equal(t, "2026-11-21T09:01:05", r.read().Now)

	fakes[bot.WeCom].SetFaults(sim.Faults{Offline: true})
	assert.Contains(t, string(r.read().Platforms), `"offline":true`)

	w.AddPerson(sim.Person{Name: "新邻居"})
	assert.Contains(t, string(r.read().People), "新邻居")
	assert.True(t, r.read().empty())
}

// openStream opens the event stream of a server with short deadlines.
func openStream(t *testing.T, s *server) (events <-chan told, end func()) {
	t.Helper()
	web := httptest.NewUnstartedServer(s.handler())
	web.Config.ReadTimeout, web.Config.WriteTimeout = 50*time.Millisecond, 50*time.Millisecond
	web.Start()
	t.Cleanup(web.Close)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, web.URL+"/api/events", nil)
	require.NoError(t, err)
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	require.Equal(t, "text/event-stream", res.Header.Get("Content-Type"))
	out := make(chan told)
	go func() {
		defer close(out)
		defer res.Body.Close()
		lines := bufio.NewScanner(res.Body)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			var n told
			if ok && json.Unmarshal([]byte(data), &n) == nil {
				select {
				case out <- n:
				case <-ctx.Done():
					return
				}
			}
		}
	}()
	return out, cancel
}

func TestEvents_OutliveTheServersDeadlines(t *testing.T) {
	w, _ := newWorld(t)
	s := newServer(w, Options{})
	s.tick = 10 * time.Millisecond
	events, _ := openStream(t, s)
	assert.True(t, (<-events).Whole)
	began := time.Now()
	for i := 0; time.Since(began) < 200*time.Millisecond; i++ {
		w.Post(sim.Bubble{Chat: dingGroup, Text: "还在吗"})
		n, open := <-events
		require.True(t, open, "after %s", time.Since(began))
		require.NotEmpty(t, n.Bubbles)
	}
}

func TestEvents_TellAJumpOfTheClockAtOnce(t *testing.T) {
	w, _ := newWorld(t)
	s := newServer(w, Options{})
	s.tick = time.Hour
	events, _ := openStream(t, s)
	<-events
	w.Clock.Advance(24 * time.Hour)
	assert.Equal(t, "2026-11-22T09:00:05", (<-events).Now)
}

func TestEvents_EndWithTheServer(t *testing.T) {
	w, _ := newWorld(t)
	done, stop := context.WithCancel(t.Context())
	events, _ := openStream(t, newServer(w, Options{Done: done}))
	<-events
	stop()
	_, open := <-events
	assert.False(t, open)
}

func TestEvents_EndWithTheReader(t *testing.T) {
	w, _ := newWorld(t)
	events, leave := openStream(t, newServer(w, Options{}))
	<-events
	leave()
	for range events {
		t.Log("one more on its way")
	}
}
