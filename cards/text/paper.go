package text

import (
	"fmt"
	"strings"

	"yiqun/cards/markdown"
	"yiqun/cards/paper"
)

// Paper writes a paper whole, for a chat or a screen reader. Nothing in it acts, as
// with [Render].
func Paper(p paper.Paper) string {
	var w writer
	w.lines("", p.Title)
	w.lines("", p.Subtitle)
	for _, b := range p.Blocks {
		w.block(b)
	}
	w.lines("", p.Footer)
	if p.Hash != "" {
		w.lines("核验码 ", p.Hash)
	}
	return w.b.String()
}

// lines adds a text's lines that hold something, the first after a lead of ours.
func (w *writer) lines(lead, s string) {
	for line := range paper.Lines(s) {
		w.text(lead + markdown.Literal(line))
		lead = ""
	}
}

func (w *writer) block(b paper.Block) {
	switch b := b.(type) {
	case paper.Heading:
		if w.b.Len() > 0 {
			w.b.WriteByte('\n')
		}
		w.lines("", b.Text)
	case paper.Paragraph:
		w.lines("", b.Text)
	case paper.Facts:
		for _, f := range b {
			w.labelled(paper.Line(f.Label), f.Value)
		}
	case paper.Table:
		w.table(b)
	case paper.List:
		for i, item := range b {
			w.lines(fmt.Sprintf("%d．", i+1), item)
		}
	case paper.Signatures:
		for _, who := range b {
			w.text(markdown.Literal(paper.Line(who)) + "（签字）：____________　　年　　月　　日")
		}
	case paper.Picture:
		w.lines("（图）", b.Alt)
		w.lines("", b.Caption)
	case paper.Note:
		w.lines("注：", b.Text)
	}
}

// labelled adds a fact, also one that has no value yet.
func (w *writer) labelled(label, value string) {
	lead := ""
	if label != "" {
		lead = markdown.Literal(label) + "："
	}
	before := w.b.Len()
	w.lines(lead, value)
	if w.b.Len() == before {
		w.text(lead)
	}
}

// table adds one line a row, its cells apart by a bar.
func (w *writer) table(t paper.Table) {
	w.lines("", t.Name)
	w.cells(t.Heads())
	for r := range t.Rows {
		row := make([]string, len(t.Columns))
		for c := range t.Columns {
			row[c] = t.Cell(r, c)
		}
		w.cells(row)
	}
}

func (w *writer) cells(row []string) {
	for i, s := range row {
		row[i] = markdown.Literal(paper.Line(s))
	}
	w.text(strings.TrimRight(strings.Join(row, "｜"), " "))
}
