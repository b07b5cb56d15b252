package xlsx

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"yiqun/cards/paper"
)

// Render writes p as an .xlsx workbook. The same paper gives the same bytes.
// Pictures are left to their words.
func Render(p paper.Paper) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	w := &workbook{f: f, tabs: map[string]bool{}}
	w.styles()
	first := w.tab(p.Title, true)
	first.lines(w.strong, p.Title)
	first.lines(w.text, p.Subtitle)
	for _, b := range p.Blocks {
		if t, ok := b.(paper.Table); ok && t.Sheet != "" {
			w.tab(t.Sheet, false).table(t)
			continue
		}
		first.block(b)
	}
	first.lines(w.text, p.Footer)
	if p.Hash != "" {
		first.row(w.text, "核验码", paper.Line(p.Hash))
	}
	if w.err != nil {
		return nil, fmt.Errorf("write workbook: %w", w.err)
	}
	buf, err := f.WriteToBuffer()
	if err != nil {
		return nil, fmt.Errorf("write workbook: %w", err)
	}
	return buf.Bytes(), nil
}

// workbook keeps the first error, so that a table reads as what it writes.
type workbook struct {
	f            *excelize.File
	tabs         map[string]bool
	text, strong int
	numbers      [3]int // by decimals: none, two, any other
	err          error
}

// Built-in formats: general, 0, 0.00, and the one that keeps a cell's content text.
const (
	generalFormat = 0
	wholeFormat   = 1
	centsFormat   = 2
	textFormat    = 49
)

func (w *workbook) styles() {
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	w.text = w.style(excelize.Style{NumFmt: textFormat, Alignment: top})
	w.strong = w.style(excelize.Style{NumFmt: textFormat, Alignment: top, Font: &excelize.Font{Bold: true}})
	for i, format := range []int{wholeFormat, centsFormat, generalFormat} {
		w.numbers[i] = w.style(excelize.Style{NumFmt: format, Alignment: &excelize.Alignment{Vertical: "top"}})
	}
}

func (w *workbook) style(s excelize.Style) int {
	id, err := w.f.NewStyle(&s)
	w.keep(err)
	return id
}

func (w *workbook) keep(err error) {
	if w.err == nil {
		w.err = err
	}
}

// tab begins a sheet. A name that a workbook cannot have, or has already, is
// changed until it can.
func (w *workbook) tab(name string, first bool) *sheet {
	name = w.free(name)
	w.tabs[strings.ToLower(name)] = true
	if first {
		w.keep(w.f.SetSheetName("Sheet1", name))
	} else {
		_, err := w.f.NewSheet(name)
		w.keep(err)
	}
	return &sheet{w: w, name: name, wide: map[int]int{}}
}

// maxTab is how many characters a sheet's name may have.
const maxTab = 31

func (w *workbook) free(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`:\/?*[]'`, r) {
			return -1
		}
		return r
	}, paper.Line(name)), " ")
	if name == "" {
		name = "表"
	}
	whole := []rune(name)
	name = string(whole[:min(len(whole), maxTab)])
	for n := 2; w.tabs[strings.ToLower(name)]; n++ {
		tail := fmt.Sprintf("（%d）", n)
		name = string(whole[:min(len(whole), maxTab-utf8.RuneCountInString(tail))]) + tail
	}
	return name
}

// sheet is one tab, written from the top.
type sheet struct {
	w    *workbook
	name string
	next int         // rows written
	wide map[int]int // column → width in characters of one byte
}

func (s *sheet) block(b paper.Block) {
	w := s.w
	switch b := b.(type) {
	case paper.Heading:
		s.lines(w.strong, b.Text)
	case paper.Paragraph:
		s.lines(w.text, b.Text)
	case paper.Facts:
		for _, f := range b {
			s.row(w.text, paper.Line(f.Label), join(f.Value))
		}
	case paper.Table:
		s.lines(w.strong, b.Name)
		s.table(b)
	case paper.List:
		for i, item := range b {
			s.row(w.text, fmt.Sprintf("%d．%s", i+1, paper.Line(item)))
		}
	case paper.Signatures:
		for _, who := range b {
			s.row(w.text, paper.Line(who)+"（签字）：")
		}
	case paper.Picture:
		s.lines(w.text, b.Alt)
	case paper.Note:
		s.lines(w.text, b.Text)
	}
}

func (s *sheet) lines(style int, text string) {
	for line := range paper.Lines(text) {
		s.row(style, line)
	}
}

func join(text string) string {
	var b strings.Builder
	for line := range paper.Lines(text) {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(line)
	}
	return b.String()
}

func (s *sheet) row(style int, cells ...string) {
	s.next++
	for i, c := range cells {
		s.cell(i+1, style, c)
	}
}

func (s *sheet) table(t paper.Table) {
	s.next++
	for i, c := range t.Columns {
		s.cell(i+1, s.w.strong, paper.Line(c.Head))
		s.widen(i+1, max(12, utf8.RuneCountInString(c.Head)*2+2, c.Width*4))
	}
	for r := range t.Rows {
		s.next++
		for i, c := range t.Columns {
			text := join(t.Cell(r, i))
			if c.Number && decimal.MatchString(text) {
				s.number(i+1, text)
				continue
			}
			s.cell(i+1, s.w.text, text)
		}
	}
}

// decimal is a number that every spreadsheet keeps exactly: fifteen digits at most.
var decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,6})?$`)

func (s *sheet) cell(column, style int, text string) {
	at := s.at(column)
	s.w.keep(s.w.f.SetCellStr(s.name, at, cut(text)))
	s.w.keep(s.w.f.SetCellStyle(s.name, at, at, style))
}

// number writes a decimal as its digits stand, and shows an area's 89.50 so.
func (s *sheet) number(column int, digits string) {
	at := s.at(column)
	s.w.keep(s.w.f.SetCellDefault(s.name, at, digits))
	style := s.w.numbers[2]
	switch _, cents, dot := strings.Cut(digits, "."); {
	case !dot:
		style = s.w.numbers[0]
	case len(cents) == 2:
		style = s.w.numbers[1]
	}
	s.w.keep(s.w.f.SetCellStyle(s.name, at, at, style))
}

func (s *sheet) at(column int) string {
	name, err := excelize.CoordinatesToCellName(column, s.next)
	s.w.keep(err)
	return name
}

func (s *sheet) widen(column, width int) {
	if width = min(width, 60); width <= s.wide[column] {
		return
	}
	s.wide[column] = width
	name, err := excelize.ColumnNumberToName(column)
	s.w.keep(err)
	s.w.keep(s.w.f.SetColWidth(s.name, name, name, float64(width)))
}

// cut keeps within what a cell holds.
func cut(s string) string {
	if utf8.RuneCountInString(s) <= excelize.TotalCellChars {
		return s
	}
	return string([]rune(s)[:excelize.TotalCellChars])
}
