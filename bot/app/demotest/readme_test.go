package demotest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/bot/ballot"
	"yiqun/bot/config"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/service"
	"yiqun/intents"
)

const english, chinese = "README.md", "README.zh-CN.md"

// read returns a README's lines.
func read(t *testing.T, name string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(apptest.Root(), name))
	require.NoError(t, err)
	return strings.Split(string(text), "\n")
}

// shape is what both languages must have in common: headings by level, tables and
// code by size, list items, pictures.
func shape(lines []string) []string {
	var out []string
	code := false
	for _, l := range lines {
		switch {
		case strings.HasPrefix(l, "```"):
			code = !code
			out = append(out, l)
		case code:
			out = append(out, "code")
		case strings.HasPrefix(l, "#"):
			out = append(out, l[:strings.Index(l, " ")])
		case strings.HasPrefix(l, "|"):
			out = append(out, strings.Repeat("|", strings.Count(l, "|")))
		case item.MatchString(l):
			out = append(out, "item")
		case picture.MatchString(l):
			out = append(out, picture.FindString(l))
		case l != "":
			out = append(out, "paragraph")
		}
	}
	return out
}

var (
	item    = regexp.MustCompile(`^(- |\d+\. )`)
	picture = regexp.MustCompile(`testdata/screenshots/\w+\.png`)
	span    = regexp.MustCompile("`([^`]+)`")
	target  = regexp.MustCompile(`\]\(([^)#:]+)\)|src="([^":]+)"`)
	setting = regexp.MustCompile(`YIQUN_[A-Z_]+`)
)

func TestReadme_BothLanguagesSayTheSame(t *testing.T) {
	en, zh := read(t, english), read(t, chinese)
	assert.Equal(t, shape(en), shape(zh))
	assert.Equal(t, spoken(en), spoken(zh), "the same examples in both")
}

// spoken are the sentences in the tables of what one can say: the code in the first
// column, wherever that column is headed Say.
func spoken(lines []string) []string {
	var out []string
	inside := false
	for _, l := range lines {
		if !strings.HasPrefix(l, "|") {
			inside = false
			continue
		}
		first := strings.TrimSpace(strings.Split(l, "|")[1])
		if first == "Say" || first == "说" {
			inside = true
		}
		if inside {
			for _, m := range span.FindAllStringSubmatch(first, -1) {
				out = append(out, m[1])
			}
		}
	}
	return out
}

// Each sentence of the tables is read as the word it begins with, unless it only means
// something while a vote or a meeting runs: then by who reads it there.
func TestReadme_WhatOneCanSayIsUnderstood(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	lexicon := service.Lexicon(set)
	reader := intents.NewReader(lexicon)
	sentences := spoken(read(t, english))
	require.Greater(t, len(sentences), 30)
	for _, sentence := range sentences {
		if insideSomething(sentence) {
			continue
		}
		word, _, _ := strings.Cut(sentence, " ")
		verb := verbOf(lexicon, word)
		require.NotEmpty(t, verb, "nobody knows %q", word)
		got := reader.Read(sentence, intents.Context{
			Now: time.Date(2026, 11, 23, 9, 0, 0, 0, apptest.Zone), BotName: apptest.BotName, Private: true,
			Names: []intents.Name{{ID: "wjg", Name: "王建国"}, {ID: "lhm", Name: "李红梅"}},
		})
		assert.Equal(t, verb, got.Verb, sentence)
	}
}

// insideSomething reports whether a vote, a running meeting or the reminders read the
// sentence.
func insideSomething(sentence string) bool {
	_, reminder := remind.Read(sentence, time.Date(2026, 11, 23, 9, 0, 0, 0, apptest.Zone), remind.Known{})
	words := strings.Fields(strings.TrimLeft(sentence, "0123456789 "))
	return reminder || len(words) > 0 && (ballot.SayOf(words[0]) != "" || meeting.KindOf(words[0]) != "")
}

// verbOf is the verb that a word is, or is another name for.
func verbOf(lexicon intents.Lexicon, word string) string {
	for _, w := range lexicon.Words {
		if slices.Contains(append([]string{w.Verb}, w.Also...), word) {
			return w.Verb
		}
	}
	return ""
}

func TestReadme_SettingsExist(t *testing.T) {
	cfg, err := config.Load(nil, noFiles)
	require.NoError(t, err)
	known := map[string]string{}
	for _, v := range cfg.Describe() {
		known[v.Name] = v.Value
	}
	known[config.SettingsName] = "" // where settings may stand is not one of them
	for _, file := range []string{english, chinese} {
		for _, name := range setting.FindAllString(strings.Join(read(t, file), "\n"), -1) {
			assert.Contains(t, known, strings.TrimSuffix(name, "_FILE"), file)
		}
	}
	// A default that the table gives is the default.
	rows := 0
	for _, l := range read(t, english) {
		cells := strings.Split(l, "|")
		if len(cells) < 4 || !strings.Contains(cells[1], "YIQUN_") {
			continue
		}
		defaults := span.FindAllStringSubmatch(cells[2], -1)
		for i, name := range setting.FindAllString(cells[1], len(defaults)) {
			rows++
			assert.Equal(t, known[name], defaults[i][1], name)
		}
	}
	assert.Greater(t, rows, 5)
}

func TestReadme_LinksLeadSomewhere(t *testing.T) {
	for _, file := range []string{english, chinese} {
		links := target.FindAllStringSubmatch(strings.Join(read(t, file), "\n"), -1)
		require.NotEmpty(t, links)
		for _, l := range links {
			assert.FileExists(t, filepath.Join(apptest.Root(), l[1]+l[2]), file)
		}
	}
}
