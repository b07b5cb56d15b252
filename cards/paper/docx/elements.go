package docx

import "encoding/xml"

// The elements of WordprocessingML that are written. encoding/xml knows no prefixes
// when it writes, so they stand in the names.

type document struct {
	XMLName xml.Name `xml:"w:document"`
	W       string   `xml:"xmlns:w,attr"`
	R       string   `xml:"xmlns:r,attr"`
	Body    body     `xml:"w:body"`
}

type body struct {
	Blocks  []any // paragraph or table
	Section section
}

type paragraph struct {
	XMLName xml.Name `xml:"w:p"`
	Style   *val     `xml:"w:pPr>w:pStyle,omitempty"`
	Content []any    // run
}

type val struct {
	Val string `xml:"w:val,attr"`
}

type run struct {
	XMLName xml.Name `xml:"w:r"`
	Style   *val     `xml:"w:rPr>w:rStyle,omitempty"`
	Text    *text    `xml:"w:t,omitempty"`
	Break   *pageEnd `xml:"w:br,omitempty"`
	Tab     *empty   `xml:"w:tab,omitempty"`
	Drawing *raw     `xml:"w:drawing,omitempty"`
}

type text struct {
	Space string `xml:"xml:space,attr"`
	Text  string `xml:",chardata"`
}

type pageEnd struct {
	Type string `xml:"w:type,attr"`
}

type empty struct{}

type raw struct {
	XML string `xml:",innerxml"`
}

type table struct {
	XMLName xml.Name `xml:"w:tbl"`
	Style   val      `xml:"w:tblPr>w:tblStyle"`
	Width   width    `xml:"w:tblPr>w:tblW"`
	Layout  layout   `xml:"w:tblPr>w:tblLayout"`
	Grid    []grid   `xml:"w:tblGrid>w:gridCol"`
	Rows    []row    `xml:"w:tr"`
}

type layout struct {
	Type string `xml:"w:type,attr"`
}

type width struct {
	W    int    `xml:"w:w,attr"`
	Type string `xml:"w:type,attr"`
}

type grid struct {
	W int `xml:"w:w,attr"`
}

type row struct {
	// Whole keeps a row on one page; Head repeats it on each.
	Whole empty  `xml:"w:trPr>w:cantSplit"`
	Head  *empty `xml:"w:trPr>w:tblHeader,omitempty"`
	Cells []cell `xml:"w:tc"`
}

type cell struct {
	Width  width       `xml:"w:tcPr>w:tcW"`
	Blocks []paragraph `xml:"w:p"`
}

// section is A4 with the margins of the official layout, in twentieths of a point.
type section struct {
	XMLName xml.Name    `xml:"w:sectPr"`
	Footers []reference `xml:"w:footerReference"`
	Size    struct {
		W int `xml:"w:w,attr"`
		H int `xml:"w:h,attr"`
	} `xml:"w:pgSz"`
	Margins margins `xml:"w:pgMar"`
}

type reference struct {
	Type string `xml:"w:type,attr"`
	ID   string `xml:"r:id,attr"`
}

type margins struct {
	Top    int `xml:"w:top,attr"`
	Right  int `xml:"w:right,attr"`
	Bottom int `xml:"w:bottom,attr"`
	Left   int `xml:"w:left,attr"`
	Header int `xml:"w:header,attr"`
	Footer int `xml:"w:footer,attr"`
	Gutter int `xml:"w:gutter,attr"`
}

type footer struct {
	XMLName xml.Name `xml:"w:ftr"`
	W       string   `xml:"xmlns:w,attr"`
	Lines   []any
}

// Lengths in twentieths of a point: A4, margins of 37, 26, 35 and 28 mm, which leave
// the type area of 156 mm by 225 mm.
const (
	pageWidth, pageHeight               = 11906, 16838
	marginTop, marginRight              = 2098, 1474
	marginBottom, marginLeft            = 1984, 1588
	footerHeight                        = 1020
	typeWidth                           = pageWidth - marginLeft - marginRight
	wordNS, relationNS, nameSpaceOffice = "http://schemas.openxmlformats.org/wordprocessingml/2006/main", "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://schemas.openxmlformats.org/drawingml/2006"
)

func newSection() section {
	s := section{
		Footers: []reference{{"default", "odd"}, {"even", "even"}},
		Margins: margins{Top: marginTop, Right: marginRight, Bottom: marginBottom, Left: marginLeft, Header: 851, Footer: footerHeight},
	}
	s.Size.W, s.Size.H = pageWidth, pageHeight
	return s
}
