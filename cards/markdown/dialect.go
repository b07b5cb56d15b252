package markdown

import (
	"strings"

	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// Dialect is what one place makes of markdown.
type Dialect int

// The dialects.
const (
	// PlainText has no markup at all; what is literal is safe, see [Literal].
	PlainText Dialect = iota
	// DingTalk is the markdown of DingTalk messages: headings, bold, links and lists; a
	// line ends with two spaces.
	DingTalk
	// DingTalkCard is the markdown of DingTalk card variables. A single line break does
	// nothing there, so a line ends with <br>.
	DingTalkCard
	// WeCom is the markdown of WeCom's 智能机器人: CommonMark without HTML; backslashes
	// show as maths.
	WeCom
	dialects
)

// style is what sets one dialect apart.
type style struct {
	plain    bool
	lineEnd  string
	safeText func(string) string
}

var styles = [dialects]style{
	PlainText:    {plain: true, lineEnd: "\n", safeText: Literal},
	DingTalk:     {lineEnd: "  \n", safeText: Escape},
	DingTalkCard: {lineEnd: "<br>", safeText: Escape},
	WeCom:        {lineEnd: "  \n", safeText: Escape},
}

var renderers = func() (all [dialects]renderer.Renderer) {
	for d := range dialects {
		node := util.Prioritized(page{styles[d]}, 0)
		all[d] = renderer.NewRenderer(renderer.WithNodeRenderers(node))
	}
	return all
}()

// Render writes the document in the dialect; an unknown one is plain text.
func (d *Doc) Render(to Dialect) string {
	if to < 0 || to >= dialects {
		to = PlainText
	}
	var b strings.Builder
	_ = renderers[to].Render(&b, nil, d.root) // a strings.Builder does not fail
	return b.String()
}

// DingTalkText makes untrusted plain text a DingTalk message in markdown that
// looks the same: nothing in it acts, and its line breaks are kept.
func DingTalkText(plain string) string { return New().Paragraphs(plain).Render(DingTalk) }

// WeComText is [DingTalkText] for WeCom.
func WeComText(plain string) string { return New().Paragraphs(plain).Render(WeCom) }

// Paragraphs adds untrusted text, a paragraph for each part between blank lines.
func (d *Doc) Paragraphs(plain string) *Doc {
	for part := range strings.SplitSeq(clean(plain, true), "\n\n") {
		d.Paragraph(Text(part))
	}
	return d
}
