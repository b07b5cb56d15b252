package markdown

import (
	"strings"

	"github.com/yuin/goldmark/ast"
	tables "github.com/yuin/goldmark/extension/ast"
)

// table writes a table where the dialect has tables, and a list with a line for
// each row where it has none.
func (p page) table(n *tables.Table) string {
	var lines []string
	for row := n.FirstChild(); row != nil; row = row.NextSibling() {
		cells := p.cells(row)
		if !p.tables {
			lines = append(lines, "- "+strings.Join(cells, " · "))
			continue
		}
		lines = append(lines, "| "+strings.Join(cells, " | ")+" |")
		if row.Kind() == tables.KindTableHeader {
			lines = append(lines, "|"+strings.Repeat(" --- |", len(cells)))
		}
	}
	return strings.Join(lines, "\n")
}

func (p page) cells(row ast.Node) []string {
	var cells []string
	for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
		cells = append(cells, strings.ReplaceAll(p.inlines(cell), "\n", " "))
	}
	return cells
}
