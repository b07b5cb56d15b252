package html

import (
	"bytes"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"slices"

	"yiqun/cards/paper"
)

// Policy is the Content-Security-Policy under which a page shows whole: its own
// style, pictures within it, and nothing that runs, loads, frames or submits.
const Policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

//go:embed paper.gohtml
var files embed.FS

var page = template.Must(template.New("paper.gohtml").Funcs(template.FuncMap{
	"lines": func(s string) []string { return slices.Collect(paper.Lines(s)) },
	"line":  paper.Line,
	"add":   func(a, b int) int { return a + b },
	"is":    is,
	"image": source,
	"cell":  func(t paper.Table, row, column int) string { return t.Cell(row, column) },
}).ParseFS(files, "paper.gohtml"))

// Paper writes p as a page. The same paper gives the same bytes.
func Paper(p paper.Paper) ([]byte, error) {
	var b bytes.Buffer
	if err := page.Execute(&b, p); err != nil {
		return nil, fmt.Errorf("write page: %w", err)
	}
	return b.Bytes(), nil
}

// is names a block's type for the template.
func is(b paper.Block) string {
	switch b.(type) {
	case paper.Heading:
		return "heading"
	case paper.Facts:
		return "facts"
	case paper.Table:
		return "table"
	case paper.List:
		return "list"
	case paper.Signatures:
		return "signatures"
	case paper.Picture:
		return "picture"
	case paper.Note:
		return "note"
	case paper.PageBreak:
		return "break"
	default:
		return "paragraph"
	}
}

// source is a picture within the page; empty for bytes that are none.
func source(p paper.Picture) template.URL {
	f, _, _, ok := p.Read()
	if !ok {
		return ""
	}
	// Base64 of what was read as a picture holds nothing that could end the attribute.
	return template.URL("data:" + f.MediaType() + ";base64," + base64.StdEncoding.EncodeToString(p.Data))
}
