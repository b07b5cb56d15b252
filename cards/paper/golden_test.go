package paper_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/cards/html"
	"yiqun/cards/paper"
	"yiqun/cards/paper/docx"
	"yiqun/cards/paper/officetest"
	"yiqun/cards/paper/xlsx"
	"yiqun/cards/text"
)

// goldens lies at the module's root, because the cases are documentation too.
const goldens = "../../testdata/papers"

// TestGolden compares what each format says. UPDATE_GOLDEN=1 rewrites it.
func TestGolden(t *testing.T) {
	p := minutes(t)
	page, err := html.Paper(p)
	require.NoError(t, err)
	for name, got := range map[string]string{
		"minutes.txt":      text.Paper(p) + "\n",
		"minutes.html":     string(page),
		"minutes.docx.txt": docxText(t, p),
		"minutes.xlsx.txt": xlsxText(t, p),
	} {
		file := filepath.Join(goldens, name)
		if os.Getenv("UPDATE_GOLDEN") != "" {
			require.NoError(t, os.MkdirAll(goldens, 0o755))
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			continue
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, "run with UPDATE_GOLDEN=1 to accept")
	}
}

// TestSameBytes: a paper drawn twice is one file, so that its hash can be compared.
func TestSameBytes(t *testing.T) {
	p := minutes(t)
	for name, render := range map[string]func(paper.Paper) ([]byte, error){"docx": docx.Render, "xlsx": xlsx.Render, "html": html.Paper} {
		first, err := render(p)
		require.NoError(t, err)
		second, err := render(p)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(first, second), name)
	}
}

// docxText is the text of a rendered file with a line per paragraph, its style first.
func docxText(t require.TestingT, p paper.Paper) string {
	var b strings.Builder
	parts := unzip(t, p)
	for _, name := range []string{"word/document.xml", "word/footer-odd.xml"} {
		walk(t, parts[name], func(tok xml.Token) {
			switch tok := tok.(type) {
			case xml.StartElement:
				switch tok.Name.Local {
				case "p":
					b.WriteByte('\n')
				case "pStyle":
					b.WriteString(tok.Attr[0].Value + ": ")
				case "tab":
					b.WriteByte('\t')
				}
			case xml.CharData:
				b.Write(tok)
			}
		})
	}
	return strings.TrimLeft(b.String(), "\n") + "\n"
}

func unzip(t require.TestingT, p paper.Paper) map[string][]byte {
	data, err := docx.Render(p)
	require.NoError(t, err)
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	require.NoError(t, err)
	parts := map[string][]byte{}
	for _, f := range z.File {
		r, err := f.Open()
		require.NoError(t, err)
		parts[f.Name], err = io.ReadAll(r)
		require.NoError(t, err)
		require.NoError(t, r.Close())
	}
	return parts
}

// walk reads XML strictly and hands over each token.
func walk(t require.TestingT, data []byte, take func(xml.Token)) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	for {
		tok, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		require.NoError(t, err)
		take(tok)
	}
}

func xlsxText(t *testing.T, p paper.Paper) string {
	data, err := xlsx.Render(p)
	require.NoError(t, err)
	return officetest.Xlsx(t, data)
}

func TestWorkbookIsReadBack(t *testing.T) {
	data, err := xlsx.Render(paper.Paper{Title: "名册", Blocks: []paper.Block{
		paper.Table{Columns: []paper.Column{{Head: "姓名"}, {Head: "面积", Number: true}}, Rows: [][]string{{"王建国", "89.50"}, {}, {" 李\n芳 ", "面积不详"}}},
	}})
	require.NoError(t, err)
	rows, err := xlsx.Read(data)
	require.NoError(t, err)
	assert.Equal(t, [][]string{{"名册"}, {"姓名", "面积"}, {"王建国", "89.50"}, nil, {"李 芳", "面积不详"}}, rows)
}

func TestReadRefuses(t *testing.T) {
	for name, data := range map[string][]byte{"empty": nil, "text": []byte("姓名,面积"), "zip": {'P', 'K', 3, 4}} {
		_, err := xlsx.Read(data)
		assert.ErrorIs(t, err, xlsx.ErrFormat, name)
	}
	wide := make([]paper.Column, 65)
	wide[64].Head = "太宽"
	data, err := xlsx.Render(paper.Paper{Blocks: []paper.Block{paper.Table{Columns: wide}}})
	require.NoError(t, err)
	_, err = xlsx.Read(data)
	assert.ErrorIs(t, err, xlsx.ErrSize)
}
