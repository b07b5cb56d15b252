package cards_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/cards"
	"yiqun/cards/wecom"
)

func errorIsKnown(err error) bool {
	return errors.Is(err, wecom.ErrID) || errors.Is(err, wecom.ErrUnfit)
}

func TestGoldenCardsKeepTheirLimits(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(goldens, "*", "card.json"))
	require.NoError(t, err)
	for _, file := range files {
		t.Run(filepath.Base(filepath.Dir(file)), func(t *testing.T) { check(t, readCard(t, file)) })
	}
}

// pieces are what attacks on markdown, on mentions and on the eye are made of.
var pieces = []string{
	"#", "# ", "*", "**", "_", "`", "```", "~~~", "~~", "<", ">", "</a>", "<b>", "<@all>", "[", "]", "](", ")", "!", "(",
	"\\", "$", "${", "}", "{{", "}}", "&#64;", "&lt;", "@", "@all", "@所有人", "@议群 ", "|", "|---|", "\n", "\n\n", "\r\n", "  ",
	"\t", "    ", "-", "- ", "---", "===", "+ ", "1. ", "1) ", ": ", ":", "://", "http://a.cn", "https:", "www.", "www.a.cn", ".", "a.cn",
	"a@b.cn", "[a]: http://a.cn", "[^1]", "\u202e", "\u200b", "\ufeff", "\u0301", "\ufe0f", "👨‍👩‍👧", "🇨🇳", "\x00", "\x80", "\u2028", "e",
	"灯坏了", "12", "192.168.1.1", "3.5", "#12", "（", "。", "mailto:", "ftp://", "<!--", "-->", "<?", "<![CDATA[", "\u3000", "\u00a0",
}

func hostile(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 12).Draw(t, label), "")
}

func drawCard(t *rapid.T) cards.Card {
	c := cards.Card{
		ID:  rapid.SampledFrom([]string{"c-1@1", "c_2", "", "坏"}).Draw(t, "id"),
		Ref: rapid.SampledFrom([]string{"#12", "", "#7"}).Draw(t, "ref"), Kind: hostile(t, "kind"),
		Title: hostile(t, "title"), Status: hostile(t, "status"), Body: hostile(t, "body"), Footnote: hostile(t, "foot"),
	}
	for range rapid.IntRange(0, 9).Draw(t, "facts") {
		c.Facts = append(c.Facts, cards.Fact{Label: hostile(t, "label"), Value: hostile(t, "value")})
	}
	for range rapid.IntRange(0, 3).Draw(t, "stages") {
		state := rapid.SampledFrom([]cards.StageState{cards.Ahead, cards.Current, cards.Passed, cards.Skipped, "?"}).Draw(t, "state")
		c.Progress = append(c.Progress, cards.Stage{Name: hostile(t, "stage"), State: state})
	}
	for range rapid.IntRange(0, 10).Draw(t, "actions") {
		c.Actions = append(c.Actions, drawAction(t))
	}
	if rapid.Bool().Draw(t, "asks") {
		c.Choice = drawChoice(t)
	}
	if rapid.Bool().Draw(t, "linked") {
		url := rapid.SampledFrom([]string{"https://a.cn/x?y=(1)&z=*_`<b>", "javascript:alert(1)", "http://u:p@a.cn", ""}).Draw(t, "url")
		c.Link = &cards.Link{Text: hostile(t, "link"), URL: url}
	}
	return c
}

func drawAction(t *rapid.T) cards.Action {
	key := rapid.OneOf(rapid.StringMatching(`[a-z0-9.]{1,40}`), rapid.SampledFrom([]string{"", "k", "a~b", "\xff", strings.Repeat("长", 400)}))
	return cards.Action{Label: hostile(t, "button"), Key: key.Draw(t, "key"), Say: hostile(t, "say")}
}

func drawChoice(t *rapid.T) *cards.Choice {
	q := cards.Choice{
		Key: "q", Question: hostile(t, "question"), Submit: drawAction(t),
		Multiple: rapid.Bool().Draw(t, "multiple"), Dropdown: rapid.Bool().Draw(t, "dropdown"), Closed: rapid.Bool().Draw(t, "closed"),
	}
	for i := range rapid.IntRange(0, 22).Draw(t, "options") {
		id := rapid.SampledFrom([]string{"", "same", "x~y", strings.Repeat("o", i+1), strings.Repeat("长", 50)}).Draw(t, "option id")
		q.Options = append(q.Options, cards.Option{ID: id, Text: hostile(t, "option"), Picked: i == 1})
	}
	return &q
}

func TestAnyCardKeepsItsLimits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { check(t, drawCard(t)) })
}

// FuzzCard lets go-fuzz mutate what TestAnyCardKeepsItsLimits draws.
func FuzzCard(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) { check(t, drawCard(t)) }))
}

// FuzzText puts any text into every field at once.
func FuzzText(f *testing.F) {
	for _, s := range pieces {
		f.Add(s, s+s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		action := cards.Action{Label: a, Key: b, Say: a}
		c := cards.Card{
			ID: "c-1", Ref: "#12", Kind: a, Title: b, Status: a, Body: a + "\n" + b, Footnote: b,
			Facts: []cards.Fact{{Label: a, Value: b}, {Label: b, Value: a}}, Actions: []cards.Action{action},
			Progress: []cards.Stage{{Name: a, State: cards.Passed}, {Name: b, State: cards.Current}},
		}
		check(t, c)
		c.Choice = &cards.Choice{Key: "q", Question: b, Options: []cards.Option{{ID: "1", Text: a}, {ID: "2", Text: b}}, Submit: cards.Action{Label: b, Key: "k"}}
		check(t, c)
		c.Actions, c.Link = nil, &cards.Link{Text: a, URL: "https://a.cn/" + b}
		check(t, c)
	})
}
