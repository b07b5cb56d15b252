package paper_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"yiqun/cards/html"
	"yiqun/cards/paper"
	"yiqun/cards/paper/xlsx"
	"yiqun/cards/text"
)

// pieces are what attacks on markup, formulas, mentions and the eye are made of.
var pieces = []string{
	"<script>alert(1)</script>", "</style>", "</w:t></w:r>", "<w:fldSimple w:instr=\"DDEAUTO\"/>", "]]>", "<!--", "-->", "&lt;", "&#x41;", "&",
	"\"", "'", "\" onerror=\"x", "javascript:alert(1)", "http://a.cn", "{{.}}", "${x}", "=1+1", "=HYPERLINK(\"http://a.cn\")", "+1", "-1", "@SUM(1)", "@all", "\t=1",
	"\x00", "\x1b", "\ufffe", "\xff", "\u202e", "\u200b", "\n", "\r\n", "\n\n", "  ", "灯坏了", "12", "１２", "_x0041_", strings.Repeat("长", 300), "/\\?*[]:",
}

func hostile(t *rapid.T, label string) string {
	return strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 5).Draw(t, label), "")
}

func drawPaper(t *rapid.T) paper.Paper {
	p := paper.Paper{Title: hostile(t, "title"), Subtitle: hostile(t, "subtitle"), Footer: hostile(t, "footer"), Hash: hostile(t, "hash")}
	for range rapid.IntRange(0, 6).Draw(t, "blocks") {
		p.Blocks = append(p.Blocks, drawBlock(t))
	}
	return p
}

func drawBlock(t *rapid.T) paper.Block {
	a, b := hostile(t, "a"), hostile(t, "b")
	return rapid.SampledFrom([]paper.Block{
		paper.Heading{Level: len(a) % 4, Text: a}, paper.Paragraph{Text: a}, paper.Facts{{Label: a, Value: b}}, paper.List{a, b},
		paper.Signatures{a}, paper.Picture{Data: []byte(a), Alt: b, Caption: a}, paper.Note{Text: a}, paper.PageBreak{}, paper.Table{Name: a},
		paper.Table{Name: a, Sheet: b, Columns: []paper.Column{{Head: a, Number: true}, {Head: b}}, Rows: [][]string{{a, b}, {b}, {}}},
	}).Draw(t, "block")
}

func TestHostileTextIsInert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPaper(t)
		checkDocx(t, p)
		checkPage(t, p)
		checkWorkbook(t, p)
		checkText(t, text.Paper(p))
	})
}

var wordElements = strings.Fields(`document body p pPr pStyle r rPr rStyle t br tab tbl tblPr tblStyle tblW tblLayout tblGrid gridCol
	tr trPr cantSplit tblHeader tc tcPr tcW sectPr footerReference pgSz pgMar ftr fldSimple coreProperties title`)

func checkDocx(t *rapid.T, p paper.Paper) {
	parts := unzip(t, p)
	for name, data := range parts {
		walk(t, data, func(tok xml.Token) {
			start, ok := tok.(xml.StartElement)
			if !ok || strings.HasSuffix(name, ".rels") || strings.HasPrefix(name, "[") || slices.Contains([]string{"word/styles.xml", "word/settings.xml", "word/fontTable.xml"}, name) {
				return
			}
			assert.Contains(t, wordElements, start.Name.Local, name)
			for _, a := range start.Attr {
				assert.NotContains(t, a.Value, "DDE")
			}
		})
	}
	assert.NotContains(t, string(parts["word/_rels/document.xml.rels"]), "External")
	assert.Contains(t, string(parts["word/footer-odd.xml"]), `w:instr=" PAGE "`)
}

var (
	pageElements = strings.Fields(`html head meta title style body h1 h2 h3 p dl div dt dd span table caption thead tbody tr th td ol li figure figcaption img footer`)
	pageValues   = regexp.MustCompile(`^(subtitle|wide|number|sign|note|break|col)$`)
)

// checkPage reads the page as a browser would and finds only our own elements.
func checkPage(t *rapid.T, p paper.Paper) {
	page, err := html.Paper(p)
	require.NoError(t, err)
	dec := xml.NewDecoder(bytes.NewReader(page))
	dec.Strict, dec.AutoClose, dec.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	depth := 0
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		depth++
		assert.Contains(t, pageElements, start.Name.Local)
		if slices.Contains([]string{"html", "meta", "img"}, start.Name.Local) {
			continue
		}
		for _, a := range start.Attr {
			assert.Contains(t, []string{"class", "scope"}, a.Name.Local)
			assert.Regexp(t, pageValues, a.Value)
		}
	}
	assert.Greater(t, depth, 5)
	assert.NotContains(t, string(page), "<script")
}

func checkWorkbook(t *rapid.T, p paper.Paper) {
	data, err := xlsx.Render(p)
	require.NoError(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	require.NoError(t, err)
	defer func() { require.NoError(t, f.Close()) }()
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		require.NoError(t, err)
		for r, row := range rows {
			for c := range row {
				checkCell(t, f, sheet, c+1, r+1)
			}
		}
	}
}

// checkCell: no formula, no link, and a text kept as text even when it is edited.
func checkCell(t *rapid.T, f *excelize.File, sheet string, column, row int) {
	at, err := excelize.CoordinatesToCellName(column, row)
	require.NoError(t, err)
	formula, err := f.GetCellFormula(sheet, at)
	require.NoError(t, err)
	assert.Empty(t, formula)
	linked, _, err := f.GetCellHyperLink(sheet, at)
	require.NoError(t, err)
	assert.False(t, linked)
	value, err := f.GetCellValue(sheet, at)
	require.NoError(t, err)
	kind, err := f.GetCellType(sheet, at)
	require.NoError(t, err)
	if kind == excelize.CellTypeUnset { // a number has no type of its own
		assert.Regexp(t, `^(-?[0-9.]+)?$`, value)
		return
	}
	assert.Equal(t, excelize.CellTypeSharedString, kind)
	id, err := f.GetCellStyle(sheet, at)
	require.NoError(t, err)
	style, err := f.GetStyle(id)
	require.NoError(t, err)
	assert.Equal(t, 49, style.NumFmt, "%q", value)
}

var acts = regexp.MustCompile(`(?i)\$\{|\{\{|<[a-z@/]|://|\bwww\.[a-z0-9]|@`)

func checkText(t *rapid.T, s string) {
	assert.Empty(t, acts.FindString(s), s)
	for _, r := range s {
		assert.False(t, r != '\n' && unicode.In(r, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp), "%U", r)
	}
}
