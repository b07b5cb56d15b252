package docx

import (
	"fmt"

	"yiqun/cards/paper"
)

// Render writes p as a .docx file. The same paper gives the same bytes.
func Render(p paper.Paper) ([]byte, error) {
	var w writer
	w.lines("Title", p.Title)
	w.lines("Subtitle", p.Subtitle)
	for _, b := range p.Blocks {
		w.block(b)
	}
	return w.pack(p)
}

// writer gathers the document's blocks and the pictures they refer to.
type writer struct {
	blocks   []any
	pictures []picture
}

func (w *writer) block(b paper.Block) {
	switch b := b.(type) {
	case paper.Heading:
		w.lines(fmt.Sprintf("Heading%d", min(max(b.Level, 1), 2)), b.Text)
	case paper.Paragraph:
		w.lines("Body", b.Text)
	case paper.Facts:
		w.facts(b)
	case paper.Table:
		w.table(b)
	case paper.List:
		for i, item := range b {
			w.lines("Body", fmt.Sprintf("%d．%s", i+1, item))
		}
	case paper.Signatures:
		for _, who := range b {
			w.signature(who)
		}
	case paper.Picture:
		w.picture(b)
	case paper.Note:
		w.lines("Note", b.Text)
	case paper.PageBreak:
		w.blocks = append(w.blocks, paragraph{Content: []any{run{Break: &pageEnd{"page"}}}})
	}
}

// lines adds a paragraph for each line of a text.
func (w *writer) lines(style, s string) {
	for line := range paper.Lines(s) {
		w.blocks = append(w.blocks, styled(style, words(line)))
	}
}

func (w *writer) facts(facts paper.Facts) {
	for _, f := range facts {
		label := paper.Line(f.Label)
		var runs []any
		if label != "" {
			runs = append(runs, run{Style: &val{"Label"}, Text: literal(label + "：")})
		}
		for line := range paper.Lines(f.Value) {
			w.blocks = append(w.blocks, styled("Body", append(runs, words(line))...))
			runs = nil
		}
		if runs != nil {
			w.blocks = append(w.blocks, styled("Body", runs...))
		}
	}
}

// signature is a line to sign on, with the date on the right.
func (w *writer) signature(who string) {
	w.blocks = append(w.blocks, styled("Signature", words(paper.Line(who)+"（签字）："), run{Tab: &empty{}}, words("　　年　　月　　日")))
}

func (w *writer) table(t paper.Table) {
	if len(t.Columns) == 0 {
		return
	}
	w.lines("Caption", t.Name)
	shares := t.Shares(typeWidth)
	out := table{Style: val{"Grid"}, Width: width{typeWidth, "dxa"}, Layout: layout{"fixed"}}
	head := row{Head: &empty{}}
	for i, c := range t.Columns {
		out.Grid = append(out.Grid, grid{shares[i]})
		head.Cells = append(head.Cells, newCell(shares[i], "Head", c.Head))
	}
	out.Rows = append(out.Rows, head)
	for r := range t.Rows {
		var line row
		for i, c := range t.Columns {
			style := "Cell"
			if c.Number {
				style = "Number"
			}
			line.Cells = append(line.Cells, newCell(shares[i], style, t.Cell(r, i)))
		}
		out.Rows = append(out.Rows, line)
	}
	// What follows a table directly would be joined to it.
	w.blocks = append(w.blocks, out, styled("Gap"))
}

func newCell(share int, style, s string) cell {
	c := cell{Width: width{share, "dxa"}}
	for line := range paper.Lines(s) {
		c.Blocks = append(c.Blocks, styled(style, words(line)))
	}
	if len(c.Blocks) == 0 { // a cell without a paragraph is a broken file
		c.Blocks = append(c.Blocks, styled(style))
	}
	return c
}

func styled(style string, content ...any) paragraph {
	return paragraph{Style: &val{style}, Content: content}
}

func words(s string) run { return run{Text: literal(s)} }

func literal(s string) *text { return &text{Space: "preserve", Text: s} }
