package markdown

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// nodeRenderer renders a tree in one dialect. It takes the document as a whole,
// because a block inside a list or a quote must be known before its lines can be
// indented.
type nodeRenderer struct{ style }

var _ renderer.NodeRenderer = nodeRenderer{}

// RegisterFuncs implements goldmark's renderer.NodeRenderer.
func (r nodeRenderer) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindDocument, r.document)
}

func (r nodeRenderer) document(w util.BufWriter, source []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	_, err := w.WriteString(page{r.style, source}.blocks(n, "\n\n"))
	return ast.WalkSkipChildren, err
}

// page is one rendering of one document.
type page struct {
	style
	source []byte
}

// maxDepth bounds nesting; what lies deeper is left out.
const maxDepth = 8

func (p page) blocks(parent ast.Node, sep string) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		s := p.block(n)
		if s == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(sep)
		}
		b.WriteString(s)
	}
	return b.String()
}

func (p page) block(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Heading:
		return p.heading(n)
	case *ast.Paragraph, *ast.TextBlock:
		return p.inlines(n)
	case *ast.Blockquote:
		return p.quote(n)
	case *ast.List:
		return p.list(n)
	case *ast.ThematicBreak:
		return p.rule
	case *ast.CodeBlock, *ast.FencedCodeBlock, *ast.HTMLBlock:
		return p.verbatim(n)
	case *tables.Table:
		return p.table(n)
	}
	return ""
}

func (p page) heading(n *ast.Heading) string {
	s := p.inlines(n)
	if p.plain || s == "" {
		return s
	}
	s = strings.ReplaceAll(s, p.lineEnd, " ")
	return strings.Repeat("#", n.Level) + " " + s
}

func (p page) quote(n ast.Node) string {
	if deep(n) {
		return ""
	}
	s := p.blocks(n, "\n\n")
	if p.plain || s == "" {
		return s
	}
	return "> " + strings.ReplaceAll(s, "\n", "\n> ")
}

func (p page) list(n *ast.List) string {
	if deep(n) {
		return ""
	}
	sep := "\n\n"
	if n.IsTight {
		sep = "\n"
	}
	var b strings.Builder
	number := n.Start
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		marker := "- "
		if n.IsOrdered() {
			marker = fmt.Sprintf("%d. ", number)
			number++
		}
		if b.Len() > 0 {
			b.WriteString(sep)
		}
		body := strings.ReplaceAll(p.blocks(item, sep), "\n", "\n"+strings.Repeat(" ", len(marker)))
		b.WriteString(marker + body)
	}
	return b.String()
}

// verbatim shows code and HTML as lines of literal text: fences are not known
// everywhere, and nothing that this bot says needs them.
func (p page) verbatim(n ast.Node) string {
	var lines []string
	for i := range n.Lines().Len() {
		segment := n.Lines().At(i)
		lines = append(lines, p.safeText(clean(string(segment.Value(p.source)), false)))
	}
	return strings.Join(lines, p.lineEnd)
}

func deep(n ast.Node) bool {
	depth := 0
	for n = n.Parent(); n != nil; n = n.Parent() {
		depth++
	}
	return depth > maxDepth
}
