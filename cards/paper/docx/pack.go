package docx

import (
	"archive/zip"
	"bytes"
	"embed"
	"encoding/xml"
	"fmt"
	"strings"

	"yiqun/cards/paper"
)

// parts holds what is the same in every file: styles, settings, fonts, types.
//
//go:embed parts
var parts embed.FS

// part is one file within the archive.
type part struct {
	name string
	data []byte
}

// pack puts the file together. Names come in a fixed order and without times, so
// that the same paper gives the same bytes.
func (w *writer) pack(p paper.Paper) ([]byte, error) {
	list, err := w.parts(p)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, part := range list {
		f, err := z.Create(part.name)
		if err != nil {
			return nil, fmt.Errorf("add %s: %w", part.name, err)
		}
		if _, err := f.Write(part.data); err != nil {
			return nil, fmt.Errorf("write %s: %w", part.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return nil, fmt.Errorf("close archive: %w", err)
	}
	return b.Bytes(), nil
}

func (w *writer) parts(p paper.Paper) ([]part, error) {
	// The types come first: some readers recognise the format by them.
	list, err := fixed()
	if err != nil {
		return nil, err
	}
	for _, made := range []struct {
		name string
		root any
	}{
		{"docProps/core.xml", newProperties(p.Title)},
		{"word/_rels/document.xml.rels", w.relations()},
		{"word/document.xml", document{W: wordNS, R: relationNS, Body: body{Blocks: w.blocks, Section: newSection()}}},
		{"word/footer-odd.xml", newFooter(p, "FooterOdd")},
		{"word/footer-even.xml", newFooter(p, "FooterEven")},
	} {
		data, err := xml.Marshal(made.root)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", made.name, err)
		}
		list = append(list, part{made.name, append([]byte(xml.Header), data...)})
	}
	for _, pic := range w.pictures {
		list = append(list, part{"word/" + pic.name, pic.data})
	}
	return list, nil
}

// fixed reads the parts that never change. Their names in the archive begin with
// signs that go:embed does not take.
func fixed() ([]part, error) {
	var list []part
	for _, f := range [][2]string{
		{"[Content_Types].xml", "types.xml"},
		{"_rels/.rels", "rels.xml"},
		{"word/styles.xml", "styles.xml"},
		{"word/settings.xml", "settings.xml"},
		{"word/fontTable.xml", "fonts.xml"},
	} {
		data, err := parts.ReadFile("parts/" + f[1])
		if err != nil {
			return nil, fmt.Errorf("read %s: %w", f[1], err)
		}
		list = append(list, part{f[0], data})
	}
	return list, nil
}

type properties struct {
	XMLName xml.Name `xml:"cp:coreProperties"`
	CP      string   `xml:"xmlns:cp,attr"`
	DC      string   `xml:"xmlns:dc,attr"`
	Title   string   `xml:"dc:title"`
}

func newProperties(title string) properties {
	return properties{
		CP:    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
		DC:    "http://purl.org/dc/elements/1.1/",
		Title: paper.Line(title),
	}
}

type relations struct {
	XMLName xml.Name   `xml:"Relationships"`
	NS      string     `xml:"xmlns,attr"`
	List    []relation `xml:"Relationship"`
}

type relation struct {
	ID     string `xml:"Id,attr"`
	Type   string `xml:"Type,attr"`
	Target string `xml:"Target,attr"`
}

func (w *writer) relations() relations {
	r := relations{NS: "http://schemas.openxmlformats.org/package/2006/relationships", List: []relation{
		{"styles", relationNS + "/styles", "styles.xml"},
		{"settings", relationNS + "/settings", "settings.xml"},
		{"fonts", relationNS + "/fontTable", "fontTable.xml"},
		{"odd", relationNS + "/footer", "footer-odd.xml"},
		{"even", relationNS + "/footer", "footer-even.xml"},
	}}
	for i, pic := range w.pictures {
		r.List = append(r.List, relation{fmt.Sprintf("picture%d", i+1), relationNS + "/image", pic.name})
	}
	return r
}

// newFooter is the page number between dashes and, small, what the paper is and the
// hash that yiqun verify prints.
func newFooter(p paper.Paper, style string) footer {
	f := footer{W: wordNS, Lines: []any{
		styled(style, words("— "), pageNumber{Instruction: " PAGE ", Run: words("1")}, words(" —")),
	}}
	about := paper.Line(p.Footer)
	if p.Hash != "" {
		about = strings.TrimPrefix(about+"　核验码 "+paper.Line(p.Hash), "　")
	}
	if about != "" {
		f.Lines = append(f.Lines, styled("FooterNote", words(about)))
	}
	return f
}

type pageNumber struct {
	XMLName     xml.Name `xml:"w:fldSimple"`
	Instruction string   `xml:"w:instr,attr"`
	Run         run
}
