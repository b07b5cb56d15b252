package apptest_test

import (
	"archive/zip"
	"bytes"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/width"

	"yiqun/bot/app/apptest"
	"yiqun/bot/sim"
)

// judge looks at every message that was sent or changed since the last look: its
// words are noted, and nothing in it may act.
func (g *gauntlet) judge(t *testing.T) {
	t.Helper()
	for _, b := range g.World.Bubbles(func(b *sim.Bubble) bool { return b.From == "" }) {
		marked, plain := sourcesOf(&b)
		all := strings.Join(append(marked, plain...), "\n")
		was, known := g.seen[b.ID]
		if known && was == all {
			continue
		}
		g.seen[b.ID] = all
		if !known {
			g.sent++
		}
		g.shown = append(g.shown, all)
		assert.Empty(t, b.Mentions, "nobody is called: %s", all)
		for _, source := range append(marked, plain...) {
			inert(t, source, acting)
		}
		for _, source := range marked {
			inert(t, source, actingMarked)
		}
		for _, view := range append([]*sim.Shown{b.Card}, slices.Collect(maps.Values(b.Views))...) {
			noLinks(t, view)
		}
		read := apptest.Reads(&b, "")
		assert.Less(t, len([]rune(read)), 2000, "%.200s", read)
		if b.File != nil && !b.Picture { // a chart is drawn, and holds no words to obey
			soundSheet(t, b.File)
		}
	}
}

// sourcesOf is every text of a message in every form it was sent in: those that are
// read as markdown, and those that are not.
func sourcesOf(b *sim.Bubble) (marked, plain []string) {
	marked, plain = []string{b.Markdown}, []string{b.Text}
	for _, c := range append([]*sim.Shown{b.Card}, slices.Collect(maps.Values(b.Views))...) {
		if c == nil {
			continue
		}
		marked = append(marked, c.Markdown)
		plain = append(plain, c.Title, c.Desc, c.Text, c.Tips)
		for _, p := range c.Pairs {
			plain = append(plain, p.Key, p.Value)
		}
		for _, s := range c.Selects {
			plain = append(plain, s.Title)
			for _, o := range s.Options {
				plain = append(plain, o.Text)
			}
		}
		for _, x := range c.Buttons {
			plain = append(plain, x.Text)
		}
	}
	if b.File != nil {
		plain = append(plain, b.File.Name)
	}
	return marked, plain
}

// acting are the shapes that a platform's client would act on anywhere, and
// actingMarked those it would in markdown.
var (
	acting = map[string]*regexp.Regexp{
		"a tag":               regexp.MustCompile(`<[A-Za-z/@!?]`),
		"an address":          regexp.MustCompile(`(?i)[a-z]://|www\.[a-z]|[a-z0-9]\.(example|com|cn)\b`),
		"a mention":           regexp.MustCompile(`@`),
		"a template variable": regexp.MustCompile(`[$]\{|\{\{`),
		"a fault of the bot":  regexp.MustCompile(`%!|<nil>|系统出了点问题`),
	}
	actingMarked = map[string]*regexp.Regexp{
		"a link":              regexp.MustCompile(`\][(\[:]`),
		"a picture":           regexp.MustCompile(`!\[`),
		"a heading":           regexp.MustCompile(`(?m)^ {0,3}#{1,6}[ \t]`),
		"an underlined title": regexp.MustCompile(`(?m)^ {0,3}(-{3,}|={3,})\s*$`),
	}
)

// ours stands in sources although it acts: <br> on DingTalk's cards, whom one can @,
// and the head of a card that is sent as words.
var ours = regexp.MustCompile(`<br>|@` + apptest.BotName + `|@我|(?m)^### (?:#\d)`)

// inert fails if a text holds anything of these shapes, or that cannot be seen.
func inert(t *testing.T, source string, shapes map[string]*regexp.Regexp) {
	t.Helper()
	rest := ours.ReplaceAllString(source, "")
	for what, shape := range shapes {
		assert.False(t, shape.MatchString(rest), "%s in %.300q", what, source)
	}
	for _, r := range rest {
		if r != '\n' && (unicode.Is(unicode.Cc, r) || unicode.Is(unicode.Cf, r)) {
			assert.Fail(t, "cannot be seen", "%U in %.300q", r, source)
			return
		}
	}
}

// noLinks: no card of these cases opens anything.
func noLinks(t *testing.T, c *sim.Shown) {
	t.Helper()
	if c == nil {
		return
	}
	assert.Empty(t, c.Link)
	assert.Empty(t, c.Links)
	for _, b := range c.Buttons {
		assert.Empty(t, b.URL)
	}
}

// folded makes a text comparable: members' signs may have been widened, and breaks
// moved.
func folded(s string) string {
	return strings.Join(strings.Fields(width.Fold.String(s)), " ")
}

// ledger has the secretary ask for the month's sheet.
func (g *gauntlet) ledger(t *testing.T) {
	t.Helper()
	before := len(g.World.Bubbles(func(b *sim.Bubble) bool { return b.File != nil }))
	g.say(t, "李红梅", "", "出 台账 11月")
	g.Quiet()
	assert.Len(t, g.World.Bubbles(func(b *sim.Bubble) bool { return b.File != nil }), before+1, "the sheet came")
}

// outside are the parts of a workbook by which it would reach beyond itself.
var outside = regexp.MustCompile(`externalLink|TargetMode="External"|<f[ >]|<hyperlink|<ddeLink|vbaProject|<dde`)

// soundSheet opens a sheet: every cell is words or a number, and nothing reaches
// beyond it.
func soundSheet(t *testing.T, file *sim.SentFile) {
	t.Helper()
	require.True(t, strings.HasSuffix(file.Name, ".xlsx"), file.Name)
	assert.NotRegexp(t, `[/\\:*?"<>|\x00-\x1f]`, strings.TrimSuffix(file.Name, ".xlsx"))
	parts, err := zip.NewReader(bytes.NewReader(file.Data), int64(len(file.Data)))
	require.NoError(t, err)
	for _, p := range parts.File {
		r, err := p.Open()
		require.NoError(t, err)
		text, err := io.ReadAll(r)
		require.NoError(t, err)
		assert.NotRegexp(t, outside, string(text), p.Name)
		assert.NotRegexp(t, outside, p.Name)
	}
	f, err := excelize.OpenReader(bytes.NewReader(file.Data))
	require.NoError(t, err)
	defer func() { assert.NoError(t, f.Close()) }()
	for _, tab := range f.GetSheetList() {
		rows, err := f.GetRows(tab)
		require.NoError(t, err)
		require.NotEmpty(t, rows)
		for r, row := range rows {
			for c, value := range row {
				soundCell(t, f, tab, r, c, value)
			}
		}
	}
}

func soundCell(t *testing.T, f *excelize.File, tab string, r, c int, value string) {
	t.Helper()
	cell, err := excelize.CoordinatesToCellName(c+1, r+1)
	require.NoError(t, err)
	formula, err := f.GetCellFormula(tab, cell)
	require.NoError(t, err)
	assert.Empty(t, formula, "%s!%s", tab, cell)
	linked, _, err := f.GetCellHyperLink(tab, cell)
	require.NoError(t, err)
	assert.False(t, linked, "%s!%s", tab, cell)
	kind, err := f.GetCellType(tab, cell)
	require.NoError(t, err)
	if value != "" && strings.ContainsAny(value[:1], "=+-@\t\r") {
		assert.Contains(t, []excelize.CellType{excelize.CellTypeSharedString, excelize.CellTypeInlineString}, kind, "%s!%s %q", tab, cell, value)
	}
}
