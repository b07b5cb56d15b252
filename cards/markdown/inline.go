package markdown

import (
	"net/url"
	"strings"

	"github.com/yuin/goldmark/ast"
)

func (p page) inlines(parent ast.Node) string {
	var b strings.Builder
	for n := parent.FirstChild(); n != nil; n = n.NextSibling() {
		p.inline(&b, n)
	}
	return strings.TrimSpace(b.String())
}

func (p page) inline(b *strings.Builder, n ast.Node) {
	switch n := n.(type) {
	case *ast.Text: // a [Break], which holds no text
		b.WriteString(p.lineEnd)
	case *ast.String:
		if n.IsRaw() {
			b.Write(n.Value)
			return
		}
		b.WriteString(p.safeText(string(n.Value)))
	case *ast.Emphasis:
		b.WriteString(p.bold(p.inlines(n)))
	case *ast.Link:
		b.WriteString(p.link(p.inlines(n), string(n.Destination)))
	}
}

func (p page) bold(s string) string {
	if p.plain || s == "" {
		return s
	}
	return "**" + s + "**"
}

func (p page) link(label, dest string) string {
	address, ok := Address(dest)
	switch {
	case !ok:
		return label
	case p.plain && label == "":
		return address
	case p.plain:
		return label + "：" + address
	case label == "":
		label = p.safeText(address)
	}
	return "[" + label + "](" + address + ")"
}

// Address gives an http or https address in a form that ends where it should
// inside markdown and JSON; ok is false for anything else.
func Address(s string) (address string, ok bool) {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.User != nil {
		return "", false
	}
	var b strings.Builder
	for _, c := range []byte(u.String()) {
		if plainInAddress(c) {
			b.WriteByte(c)
			continue
		}
		const hex = "0123456789ABCDEF"
		b.Write([]byte{'%', hex[c>>4], hex[c&15]})
	}
	return b.String(), true
}

func plainInAddress(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' ||
		strings.IndexByte("-._~:/?#%&=+,;", c) >= 0
}
