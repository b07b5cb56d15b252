package apptest

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// sentAddress is an address of a page of one kind.
var sentAddress = regexp.MustCompile(`https://bot\.example\.com(/yiqun/p/([mcd])\.[0-9A-Z]{26}\.[0-9a-z]+\.[\w-]{22}(?:\.ics)?)`)

// TestPagesOfAMeeting opens what a meeting's cards link to, as a phone would: the entry
// for its calendar, the minutes, and its file.
func TestPagesOfAMeeting(t *testing.T) {
	s := ReadScript(t, Root()+"/testdata/transcripts/meet-page.txt")
	p := newPlay(t, s, []bot.Platform{bot.WeCom}, SQLite)
	for _, step := range s.Steps {
		p.step(step)
	}
	paths := map[string]string{}
	for _, b := range p.World.Bubbles(func(*sim.Bubble) bool { return true }) {
		text := b.Markdown
		if b.Card != nil {
			text = b.Card.Link
		}
		if sent := sentAddress.FindStringSubmatch(text); sent != nil {
			paths[sent[2]] = sent[1]
		}
	}
	require.Len(t, paths, 3)
	pages := p.App.Pages(s.PublicURL)
	get := func(path string) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		pages.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		return w
	}

	entry := get(paths["c"])
	require.Equal(t, http.StatusOK, entry.Code)
	assert.Equal(t, "text/calendar; charset=utf-8", entry.Header().Get("Content-Type"))
	for _, line := range []string{
		"METHOD:PUBLISH", "DTSTART:20261123T110000Z", "STATUS:CONFIRMED", "SUMMARY:支部党员大会", "LOCATION:党群服务中心二楼", "DESCRIPTION:#1 1.通报经费",
	} {
		assert.Contains(t, entry.Body.String(), line+"\r\n")
	}
	assert.Equal(t, http.StatusNotFound, get(strings.TrimSuffix(paths["c"], ".ics")).Code, "an entry is no page")

	minutes := get(paths["m"])
	assert.Equal(t, http.StatusOK, minutes.Code)
	assert.Contains(t, minutes.Body.String(), "经费每季度公开一次")
	assert.Equal(t, http.StatusOK, get(paths["m"]+".docx").Code)
	docket := get(paths["d"])
	assert.Equal(t, http.StatusOK, docket.Code)
	assert.Contains(t, docket.Body.String(), "第1页")
}
