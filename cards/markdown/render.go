package markdown

import (
	"fmt"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// page renders a tree in one dialect. It takes the document as a whole, because a list's
// item must be known before its lines can be indented.
type page struct{ style }

var _ renderer.NodeRenderer = page{}

// RegisterFuncs implements goldmark's renderer.NodeRenderer.
func (p page) RegisterFuncs(reg renderer.NodeRendererFuncRegisterer) {
	reg.Register(ast.KindDocument, p.document)
}

func (p page) document(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
	if !entering {
		return ast.WalkContinue, nil
	}
	_, err := w.WriteString(p.blocks(n))
	return ast.WalkSkipChildren, err
}

func (p page) blocks(parent ast.Node) string {
	var all []string
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		if s := p.block(n); s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, "\n\n")
}

func (p page) block(n ast.Node) string {
	switch n := n.(type) {
	case *ast.Heading:
		return p.heading(n)
	case *ast.Paragraph:
		return p.inlines(n)
	case *ast.List:
		return p.list(n)
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

func (p page) list(n *ast.List) string {
	var items []string
	for item := n.FirstChild(); item != nil; item = item.NextSibling() {
		marker := "- "
		if n.IsOrdered() {
			marker = fmt.Sprintf("%d. ", len(items)+1)
		}
		body := strings.ReplaceAll(p.inlines(item), "\n", "\n"+strings.Repeat(" ", len(marker)))
		items = append(items, marker+body)
	}
	return strings.Join(items, "\n")
}
