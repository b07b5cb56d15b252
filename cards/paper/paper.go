package paper

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"

	"yiqun/cards"
)

// Paper is one document. Every string is plain text that may have been written by
// anyone: renderers escape it, so that it can never become markup, a link, a field,
// a formula or a mention. Line breaks are kept where a block can hold them.
type Paper struct {
	Title string
	// Subtitle stands under the title: the number, the date. Empty for none.
	Subtitle string
	Blocks   []Block
	// Footer is printed at the foot of every page beside its number, 12号 · 表决结果.
	Footer string
	// Hash is what yiqun verify prints for this record; printed at the foot as well,
	// and at the end where there are no pages. Empty for none.
	Hash string
}

// Block is one piece of a paper; the types of this package are all there are.
type Block interface{ block() }

// Heading opens a section. Level is 1 or 2; its numbering, 一、 or （一）, is part
// of Text.
type Heading struct {
	Level int
	Text  string
}

// Paragraph is running text; each line of it begins a paragraph of its own.
type Paragraph struct{ Text string }

// Facts are labelled values, one a line: 时间：11月5日 19:00. The label is not cut.
type Facts []cards.Fact

// Table is rows under a head.
type Table struct {
	// Name is the caption; empty for none.
	Name    string
	Columns []Column
	Rows    [][]string // as many cells as columns; missing ones are empty
	// Sheet gives the table a tab of its own in a workbook, so named; empty keeps it
	// on the first tab, in its place.
	Sheet string
}

// Column is one column of a table.
type Column struct {
	Head string
	// Width is its share of the page, relative to the others; 0 counts as 1.
	Width int
	// Number: aligned to the right, and in a workbook a number where a cell is a
	// plain decimal.
	Number bool
}

// List is numbered items, from 1.
type List []string

// Signatures are lines to sign on, each with a date: 主持人, 记录人.
type Signatures []string

// Picture is a PNG or JPEG.
type Picture struct {
	Data []byte
	// Alt says what it shows, for who cannot see it and where pictures cannot go.
	Alt string
	// Caption stands under it; empty for none.
	Caption string
}

// Note is small print: how a figure was reached, what a sheet is not.
type Note struct{ Text string }

// PageBreak begins a new page where there are pages.
type PageBreak struct{}

func (Heading) block()    {}
func (Paragraph) block()  {}
func (Facts) block()      {}
func (Table) block()      {}
func (List) block()       {}
func (Signatures) block() {}
func (Picture) block()    {}
func (Note) block()       {}
func (PageBreak) block()  {}

// Heads are the table's heads.
func (t Table) Heads() []string {
	heads := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		heads[i] = c.Head
	}
	return heads
}

// Cell is the text in a row and column, empty where the row is too short.
func (t Table) Cell(row, column int) string {
	if column < len(t.Rows[row]) {
		return t.Rows[row][column]
	}
	return ""
}

// Shares divides total among the columns by their widths; the shares add up to it.
func (t Table) Shares(total int) []int {
	sum := 0
	for _, c := range t.Columns {
		sum += max(1, c.Width)
	}
	shares, before, given := make([]int, len(t.Columns)), 0, 0
	for i, c := range t.Columns {
		before += max(1, c.Width)
		shares[i] = total*before/sum - given
		given += shares[i]
	}
	return shares
}

// Format is what a picture's bytes are.
type Format string

// The formats a picture may have.
const (
	PNG  Format = "png"
	JPEG Format = "jpeg"
)

// MediaType is the format's name on the wire, image/png.
func (f Format) MediaType() string { return "image/" + string(f) }

// maxSide bounds a picture's width and height in pixels; what says it is larger is
// taken for no picture.
const maxSide = 20_000

// Read tells a picture's format and its width and height in pixels; ok is false for
// bytes that are no picture, of which only Alt can be shown.
func (p Picture) Read() (f Format, width, height int, ok bool) {
	f = PNG
	c, err := png.DecodeConfig(bytes.NewReader(p.Data))
	if err != nil {
		f = JPEG
		c, err = jpeg.DecodeConfig(bytes.NewReader(p.Data))
	}
	if err != nil || !sane(c) {
		return "", 0, 0, false
	}
	return f, c.Width, c.Height, true
}

func sane(c image.Config) bool {
	return c.Width > 0 && c.Height > 0 && c.Width <= maxSide && c.Height <= maxSide
}
