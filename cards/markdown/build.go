package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
)

// Doc is a document without a dialect yet. The zero Doc is not usable; see [New]. A Doc
// is not safe for concurrent building, but may be rendered concurrently.
type Doc struct{ root ast.Node }

// New begins an empty document.
func New() *Doc { return &Doc{root: ast.NewDocument()} }

// Inline is a piece of a line.
type Inline func(parent ast.Node)

// Text is untrusted text, shown literally; line breaks are kept.
func Text(s string) Inline {
	return func(parent ast.Node) {
		for i, line := range strings.Split(clean(s, true), "\n") {
			if i > 0 {
				Break(parent)
			}
			if line != "" {
				parent.AppendChild(parent, ast.NewString([]byte(line)))
			}
		}
	}
}

// Bold is untrusted text in bold, on one line. It should stand alone on its
// line: beside Chinese punctuation markdown does not see where bold ends.
func Bold(s string) Inline {
	return func(parent ast.Node) {
		if s = clean(s, false); s == "" {
			return
		}
		strong := ast.NewEmphasis(2)
		strong.AppendChild(strong, ast.NewString([]byte(s)))
		parent.AppendChild(parent, strong)
	}
}

// Break ends the line inside a paragraph.
func Break(parent ast.Node) {
	br := ast.NewText()
	br.SetHardLineBreak(true)
	parent.AppendChild(parent, br)
}

// Bot is how the bot is called, @议群 and a space: the one @ that is shown as
// such. It mentions nobody, since no platform takes an @ in text for a mention
// without an id beside it. An empty name, as in a private chat, adds nothing.
func Bot(name string) Inline {
	return func(parent ast.Node) {
		if name == "" {
			return
		}
		at := ast.NewString([]byte("@" + Escape(clean(name, false)) + " "))
		at.SetRaw(true)
		parent.AppendChild(parent, at)
	}
}

// Link is a link to one of our own pages; an address that is not plain http or
// https leaves only the text.
func Link(label, url string) Inline {
	return func(parent ast.Node) {
		link := ast.NewLink()
		link.Destination = []byte(url)
		link.AppendChild(link, ast.NewString([]byte(clean(label, false))))
		parent.AppendChild(parent, link)
	}
}

// Heading adds a heading of the level, 1 to 6.
func (d *Doc) Heading(level int, parts ...Inline) *Doc {
	return d.add(ast.NewHeading(level), parts)
}

// Paragraph adds a paragraph.
func (d *Doc) Paragraph(parts ...Inline) *Doc { return d.add(ast.NewParagraph(), parts) }

// Bullets adds a list with an item for each of items.
func (d *Doc) Bullets(items ...[]Inline) *Doc { return d.list('-', items) }

// Numbers adds a list numbered from one.
func (d *Doc) Numbers(items ...[]Inline) *Doc { return d.list('.', items) }

func (d *Doc) list(marker byte, items [][]Inline) *Doc {
	list := ast.NewList(marker)
	for _, parts := range items {
		item := ast.NewListItem(0)
		fill(item, parts)
		list.AppendChild(list, item)
	}
	return d.append(list)
}

func (d *Doc) add(block ast.Node, parts []Inline) *Doc {
	fill(block, parts)
	return d.append(block)
}

func (d *Doc) append(block ast.Node) *Doc {
	if block.HasChildren() {
		d.root.AppendChild(d.root, block)
	}
	return d
}

func fill(block ast.Node, parts []Inline) {
	for _, part := range parts {
		part(block)
	}
}
