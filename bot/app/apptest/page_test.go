package apptest

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/cards/html"
	"yiqun/cards/paper/xlsx"
)

// TestTheChartBelowAResult is shown by its address, in the same message, and that
// address opens nothing but the chart: a whole group reads it.
func TestTheChartBelowAResult(t *testing.T) {
	s := ReadScript(t, Root()+"/testdata/transcripts/result-page.txt")
	p := newPlay(t, s, []bot.Platform{bot.DingTalk}, SQLite)
	for _, step := range s.Steps {
		p.step(step)
	}
	shown := regexp.MustCompile(`!\[结果图\]\((https://[^)]*)\)`)
	all := p.World.Bubbles(func(b *sim.Bubble) bool { return shown.MatchString(b.Markdown) })
	require.Len(t, all, 1)
	assert.False(t, all[0].Chat.Private)
	path := regexp.MustCompile(`/yiqun/p/.*`).FindString(shown.FindStringSubmatch(all[0].Markdown)[1])
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		p.App.Pages(s.PublicURL).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		return w
	}
	chart := get(path)
	assert.Equal(t, http.StatusOK, chart.Code)
	assert.Equal(t, "image/png", chart.Header().Get("Content-Type"))
	assert.Equal(t, Photo(0), chart.Body.Bytes())
	bare := strings.TrimSuffix(path, ".png")
	for _, other := range []string{bare, bare + ".xlsx", bare + ".docx", strings.Replace(path, "/g.", "/r.", 1)} {
		assert.Equal(t, http.StatusNotFound, get(other).Code, other)
	}
}

// TestPageOfASheet opens the address that was sent, as a phone would.
func TestPageOfASheet(t *testing.T) {
	s := ReadScript(t, Root()+"/testdata/transcripts/result-page.txt")
	p := newPlay(t, s, []bot.Platform{bot.WeCom}, SQLite)
	for _, step := range s.Steps {
		p.step(step)
	}
	var address string
	for _, b := range p.World.Bubbles(func(b *sim.Bubble) bool { return b.Chat.Private }) {
		if link := regexp.MustCompile(`\((https://[^)]*)\)`).FindStringSubmatch(b.Markdown); link != nil {
			address = link[1]
		}
	}
	require.Regexp(t, `^https://bot\.example\.com/yiqun/p/r\.[0-9A-Z]{26}\.[0-9a-z]+\.[\w-]{22}$`, address)
	path := regexp.MustCompile(`/yiqun/p/.*`).FindString(address)
	pages := p.App.Pages(s.PublicURL)
	get := func(method, path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody))
		return w
	}

	page := get(http.MethodGet, path)
	assert.Equal(t, http.StatusOK, page.Code)
	assert.Contains(t, page.Body.String(), "更换门禁")
	assert.Contains(t, page.Body.String(), "核验码")
	assert.Equal(t, html.Policy, page.Header().Get("Content-Security-Policy"))
	assert.Equal(t, "no-referrer", page.Header().Get("Referrer-Policy"))
	assert.Equal(t, "nosniff", page.Header().Get("X-Content-Type-Options"))
	assert.Contains(t, page.Header().Get("Cache-Control"), "no-store")
	assert.Equal(t, http.StatusOK, get(http.MethodGet, path[len("/yiqun"):]).Code, "a proxy may take the path off")

	table := get(http.MethodGet, path+".xlsx")
	assert.Contains(t, table.Header().Get("Content-Disposition"), "attachment")
	rows, err := xlsx.Read(table.Body.Bytes())
	require.NoError(t, err)
	assert.NotEmpty(t, rows)
	assert.Equal(t, http.StatusOK, get(http.MethodGet, path+".docx").Code)

	assert.Equal(t, http.StatusNotFound, get(http.MethodGet, path+".ics").Code, "a result is no appointment")
	assert.Equal(t, http.StatusNotFound, get(http.MethodGet, path+".png").Code, "the chart has an address of its own")
	assert.Equal(t, http.StatusNotFound, get(http.MethodGet, path+"x").Code)
	assert.Equal(t, http.StatusMethodNotAllowed, get(http.MethodPost, path).Code)
	p.Clock.Advance(73 * time.Hour)
	late := get(http.MethodGet, path)
	assert.Equal(t, http.StatusGone, late.Code)
	assert.Contains(t, late.Body.String(), "过期了")
	assert.NotContains(t, late.Body.String(), "更换门禁")
}
