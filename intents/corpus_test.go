package intents

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.yaml.in/yaml/v3"
)

// corpusDir holds the utterances; README.md there explains the lines.
const corpusDir = "../testdata/intents"

// corpusLexicon is lexicon.yaml.
type corpusLexicon struct {
	Now    time.Time
	Bot    string
	People []struct {
		ID, Name string
		Also     []string
		Posts    []string
	}
	Words []struct {
		Verb                   string
		Also, Takes            []string
		Opens, Undoable, Looks bool
		Choices                []struct {
			ID, Word string
			Also     []string
		}
	}
}

// setting is a lexicon with the people and the moment it is read in.
type setting struct {
	lex Lexicon
	ctx Context
}

// loadSetting reads lexicon.yaml.
func loadSetting(t testing.TB) setting {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusDir, "lexicon.yaml"))
	require.NoError(t, err)
	var file corpusLexicon
	require.NoError(t, yaml.Unmarshal(data, &file))
	var s setting
	s.ctx = Context{Now: file.Now, BotName: file.Bot}
	for _, p := range file.People {
		s.ctx.Names = append(s.ctx.Names, Name{ID: p.ID, Name: p.Name, Also: p.Also, Posts: p.Posts})
	}
	for _, w := range file.Words {
		word := Word{Verb: w.Verb, Also: w.Also, Opens: w.Opens, Undoable: w.Undoable, Looks: w.Looks, Takes: takes(t, w.Takes)}
		for _, c := range w.Choices {
			word.Choices = append(word.Choices, ChoiceWord{ID: c.ID, Word: c.Word, Also: c.Also})
		}
		s.lex.Words = append(s.lex.Words, word)
	}
	return s
}

func takes(t testing.TB, names []string) (tk Takes) {
	t.Helper()
	fields := map[string]*bool{
		"matter": &tk.Matter, "people": &tk.People, "time": &tk.Time, "count": &tk.Count, "score": &tk.Score,
		"phone": &tk.Phone, "hours": &tk.Hours, "points": &tk.Points, "place": &tk.Place, "command": &tk.Command,
	}
	for _, n := range names {
		require.Contains(t, fields, n)
		*fields[n] = true
	}
	return tk
}

// utterance is one line of the corpus.
type utterance struct {
	group, at string // the file's name; file and line
	said      string
	want      string
	ctx       Context
}

// loadCorpus reads every group but those of the time grammar.
func loadCorpus(t testing.TB, s setting) []utterance {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir, "*.txt"))
	require.NoError(t, err)
	var out []utterance
	for _, file := range files {
		group := strings.TrimSuffix(filepath.Base(file), ".txt")
		if strings.HasPrefix(group, "time") {
			continue
		}
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		ctx := s.ctx
		for i, line := range strings.Split(string(data), "\n") {
			at := fmt.Sprintf("%s:%d", filepath.Base(file), i+1)
			switch {
			case line == "" || strings.HasPrefix(line, "# "):
			case strings.HasPrefix(line, "! "):
				ctx = directive(t, at, strings.TrimPrefix(line, "! "), ctx, s.ctx)
			default:
				said, want, ok := strings.Cut(line, " => ")
				require.True(t, ok, "%s: no meaning: %s", at, line)
				out = append(out, utterance{group, at, strings.ReplaceAll(said, `\n`, "\n"), strings.ReplaceAll(want, `\n`, "\n"), ctx})
			}
		}
	}
	return out
}

func directive(t testing.TB, at, line string, ctx, base Context) Context {
	t.Helper()
	key, value, _ := strings.Cut(line, "=")
	switch key {
	case "reset":
		return base
	case "bot":
		ctx.BotName = value
	case "quoted":
		ctx.Quoted = value
	case "private":
		ctx.Private = true
	default:
		require.Fail(t, at+": unknown directive "+key)
	}
	return ctx
}

// acts reports whether the bot would act on an intent without asking.
func (s setting) acts(in Intent) bool {
	if in.Verb == "" {
		return false
	}
	i := slices.IndexFunc(s.lex.Words, func(w Word) bool { return w.Verb == in.Verb })
	w := s.lex.Words[i]
	return in.Sure >= 1 || in.Sure >= 0.8 && (w.Undoable || w.Looks)
}

// verdict is how one utterance came out.
type verdict struct {
	right     bool
	sureWrong bool // acted, and on something else than was meant
	got       string
}

// check compares a reading with what was meant.
func (s setting) check(u utterance, in Intent) verdict {
	got, text := s.describe(in)
	kind, rest, _ := strings.Cut(u.want, " ")
	acted := s.acts(in)
	switch kind {
	case "ask":
		ok := !acted && in.Small == "" && in.Digit == 0 && asks(in, strings.Fields(rest))
		return verdict{ok, acted, got + " : " + text}
	case "none":
		ok := !acted && in.Small == "" && in.Sure < 0.4 && in.Digit == 0
		return verdict{ok, acted, got}
	case "small", "digit":
		return verdict{got == u.want, acted, got}
	}
	want, wantText, _ := strings.Cut(u.want, " : ")
	same := sameKey(got, want)
	return verdict{acted && same && text == wantText, acted && !same, got + " : " + text}
}

// asks reports that the intent offers one of the verbs, or any at all.
func asks(in Intent, verbs []string) bool {
	offered := make([]string, 0, 3)
	if in.Sure >= 0.4 {
		offered = append(offered, in.Verb)
	}
	for _, o := range in.Others {
		offered = append(offered, o.Verb)
	}
	if len(verbs) == 0 {
		return len(offered) > 0
	}
	return slices.ContainsFunc(verbs, func(v string) bool { return slices.Contains(offered, v) })
}

// sameKey compares two descriptions; a time may be read with the 到 before it.
func sameKey(got, want string) bool {
	return slices.Equal(keys(strings.ReplaceAll(got, "time=到", "time=")), keys(want))
}

// keys splits a description before every key, whose order does not count.
func keys(s string) []string {
	words := strings.Fields(s)
	parts := words[:0:0]
	for i, w := range words {
		if i > 0 && !strings.Contains(w, "=") {
			parts[len(parts)-1] += " " + w
			continue
		}
		parts = append(parts, w)
	}
	slices.Sort(parts)
	return parts
}

// describe writes an intent the way the corpus does.
func (s setting) describe(in Intent) (pieces, text string) {
	var b strings.Builder
	switch {
	case in.Digit > 0:
		return "digit " + strconv.Itoa(in.Digit), ""
	case in.Small != "":
		return "small " + string(in.Small), ""
	case in.Verb == "":
		b.WriteString("none")
	case s.acts(in):
		b.WriteString(in.Verb)
	default:
		fmt.Fprintf(&b, "ask(%.2f) %s", in.Sure, in.Verb)
	}
	for _, m := range in.Matters {
		fmt.Fprintf(&b, " #%d", m)
	}
	if in.Last {
		b.WriteString(" last")
	}
	for i, p := range in.People {
		who := strings.Join(p.IDs, "|")
		if who == "" {
			who = "?" + p.Said
		}
		b.WriteString([]string{" who=", ","}[min(i, 1)] + who)
	}
	if in.When != nil {
		b.WriteString(" time=" + in.When.Said)
	}
	for _, v := range []struct{ key, value string }{
		{"choice", in.Choice}, {"count", number(float64(in.Count))}, {"score", number(float64(in.Score))}, {"points", number(in.Points)},
		{"hours", number(in.Hours)}, {"phone", in.Phone}, {"place", in.Place},
	} {
		if v.value != "" {
			b.WriteString(" " + v.key + "=" + v.value)
		}
	}
	if in.Verb == "" || !s.acts(in) {
		for _, o := range in.Others {
			b.WriteString(" ?" + o.Verb)
		}
	}
	return b.String(), in.Text
}

func number(v float64) string {
	if v == 0 {
		return ""
	}
	return strconv.FormatFloat(v, 'f', -1, 64)
}
