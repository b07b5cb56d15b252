package markdown

import (
	"strings"
	"unicode"
)

// maxMarks is how many combining marks one character may carry; Vietnamese and
// Thai need two, a nickname that drips over the lines above needs dozens.
const maxMarks = 2

// Plain cleans untrusted text for any use: control, bidirectional and zero-width
// characters go, line breaks become \n, no more than one blank line is left, and
// lines are trimmed. With max > 0 the result is cut to max characters, the last
// one being an ellipsis. It does not escape; see [Literal] and [Escape].
func Plain(s string, max int) string { return Cut(clean(s, true), max) }

// OneLine is [Plain] with line breaks turned into spaces.
func OneLine(s string, max int) string { return Cut(clean(s, false), max) }

// clean does the work of Plain and OneLine in one pass.
func clean(s string, lines bool) string {
	if tidy(s) && (lines || !strings.Contains(s, "  ")) {
		return s
	}
	c := cleaner{lines: lines}
	c.out.Grow(len(s))
	for i, r := range s {
		switch {
		case common(r):
			c.put(r)
		case isBreak(r):
			if r != '\n' || i == 0 || s[i-1] != '\r' {
				c.newline()
			}
		case r == '\t' || r == '\u2800' || unicode.IsSpace(r):
			c.space(r)
		case isMark(r):
			c.mark(r)
		case !invisible(r):
			c.put(r)
		}
	}
	return c.out.String()
}

// tidy reports whether there is nothing to do, as with most text.
func tidy(s string) bool {
	for _, r := range s {
		if r != ' ' && !common(r) {
			return false
		}
	}
	return s == "" || (s[0] != ' ' && s[len(s)-1] != ' ')
}

// common reports what nearly all text consists of: visible ASCII, Chinese
// characters and their punctuation. It spares them slower questions.
func common(r rune) bool {
	return r > ' ' && r < 0x7f || r >= 0x4e00 && r <= 0x9fff || r >= 0x3001 && r <= 0x3029 || r >= 0xff01 && r <= 0xff5e
}

// cleaner holds back spaces and breaks until something visible follows, which
// trims every line and the end.
type cleaner struct {
	out    strings.Builder
	lines  bool
	breaks int
	spaces []rune
	marks  int
	based  bool // a visible character directly before
}

func (c *cleaner) newline() {
	c.based = false
	if c.lines {
		c.breaks++
		c.spaces = c.spaces[:0]
		return
	}
	c.space(' ')
}

func (c *cleaner) space(r rune) {
	c.based = false
	switch {
	case r == '\u3000':
	case len(c.spaces) > 0 && !c.lines:
		return
	default:
		r = ' '
	}
	c.spaces = append(c.spaces, r)
}

func (c *cleaner) mark(r rune) {
	if c.based && c.marks < maxMarks {
		c.out.WriteRune(r)
		c.marks++
	}
}

func (c *cleaner) put(r rune) {
	if c.out.Len() > 0 {
		if c.breaks > 0 {
			c.out.WriteString("\n\n"[:min(c.breaks, 2)])
			c.spaces = c.spaces[:0]
		}
		for _, sp := range c.spaces {
			c.out.WriteRune(sp)
		}
	}
	c.breaks, c.spaces, c.marks, c.based = 0, c.spaces[:0], 0, true
	c.out.WriteRune(r)
}

func isBreak(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// isMark reports what belongs to the character before it.
func isMark(r rune) bool {
	return r >= 0x300 && !common(r) && !invisible(r) && (unicode.In(r, unicode.Mn, unicode.Me) || isModifier(r))
}

func isModifier(r rune) bool { return r >= 0x1f3fb && r <= 0x1f3ff }

// unseen are characters that show nothing although Unicode does not call them
// format characters: grapheme joiner, letter-like fillers, Mongolian and rare
// variation selectors, tags.
var unseen = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x034f, Hi: 0x034f, Stride: 1},
		{Lo: 0x115f, Hi: 0x1160, Stride: 1},
		{Lo: 0x17b4, Hi: 0x17b5, Stride: 1},
		{Lo: 0x180b, Hi: 0x180f, Stride: 1},
		{Lo: 0x2060, Hi: 0x206f, Stride: 1},
		{Lo: 0x3164, Hi: 0x3164, Stride: 1},
		{Lo: 0xfdd0, Hi: 0xfdef, Stride: 1},
		{Lo: 0xfe00, Hi: 0xfe0d, Stride: 1},
		{Lo: 0xffa0, Hi: 0xffa0, Stride: 1},
		{Lo: 0xfff0, Hi: 0xfffb, Stride: 1},
		{Lo: 0xfffe, Hi: 0xffff, Stride: 1},
	},
	R32: []unicode.Range32{{Lo: 0xe0000, Hi: 0xe0fff, Stride: 1}},
}

func invisible(r rune) bool {
	if r < 0x7f {
		return r < ' '
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unseen)
}
