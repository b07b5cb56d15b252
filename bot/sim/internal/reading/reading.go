// Package reading turns markdown into what a member reads on the screen, so that
// tests can compare sentences and not mark-up.
//
// It owns one function and refuses everything a client would draw as colour,
// size or position. Start at [Plain].
package reading

import (
	"strings"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	east "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Plain returns the plain reading of markdown: mark-up gone, one line per
// paragraph, heading, item, table row and forced break. A single line feed is
// drawn as a blank, as both platforms do in a paragraph.
func Plain(markdown string) string {
	source := []byte(markdown)
	doc := goldmark.New(goldmark.WithExtensions(extension.Table)).Parser().Parse(text.NewReader(source))
	r := reader{source: source}
	_ = ast.Walk(doc, r.visit) // visit returns no error
	var lines []string
	for line := range strings.SplitSeq(r.out.String(), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

type reader struct {
	source []byte
	out    strings.Builder
}

func (r *reader) visit(n ast.Node, entering bool) (ast.WalkStatus, error) {
	switch n := n.(type) {
	case *ast.Text:
		if entering {
			r.out.Write(unescaped(n.Segment.Value(r.source)))
			r.breakAfter(n)
		}
	case *ast.String:
		if entering {
			r.out.Write(n.Value)
		}
	case *ast.AutoLink:
		if entering {
			r.out.Write(n.Label(r.source))
		}
	case *ast.RawHTML:
		if entering && strings.HasPrefix(string(n.Segments.Value(r.source)), "<br") {
			r.out.WriteByte('\n')
		}
	case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock:
		if entering {
			r.block(n)
		}
	case *ast.ListItem:
		if entering {
			r.out.WriteString("\n· ")
		}
	case *ast.Image:
		if entering {
			r.out.WriteString("[图片]")
		}
		return ast.WalkSkipChildren, nil
	case *east.TableCell:
		if !entering {
			r.out.WriteByte(' ')
		}
	case *ast.Paragraph, *ast.TextBlock, *ast.Heading, *ast.Blockquote, *ast.List,
		*east.TableRow, *east.TableHeader:
		if !entering {
			r.out.WriteByte('\n')
		}
	case *ast.ThematicBreak:
		if entering {
			r.out.WriteString("\n")
		}
	}
	return ast.WalkContinue, nil
}

func (r *reader) breakAfter(n *ast.Text) {
	switch {
	case n.HardLineBreak():
		r.out.WriteByte('\n')
	case n.SoftLineBreak():
		r.out.WriteByte(' ')
	}
}

func (r *reader) block(n ast.Node) {
	for i := range n.Lines().Len() {
		line := n.Lines().At(i)
		if _, isHTML := n.(*ast.HTMLBlock); isHTML {
			r.out.WriteString(withoutTags(string(line.Value(r.source))))
			continue
		}
		r.out.Write(line.Value(r.source))
	}
	r.out.WriteByte('\n')
}

// unescaped resolves backslashes before punctuation and character references.
func unescaped(s []byte) []byte {
	return util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(s)))
}

// withoutTags leaves what stands between the tags of an HTML block.
func withoutTags(s string) string {
	var out strings.Builder
	for s != "" {
		before, rest, found := strings.Cut(s, "<")
		out.WriteString(before)
		if !found {
			break
		}
		tag, after, closed := strings.Cut(rest, ">")
		if !closed {
			out.WriteString("<" + rest)
			break
		}
		if strings.HasPrefix(tag, "br") {
			out.WriteByte('\n')
		}
		s = after
	}
	return out.String()
}
