package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Literal makes clean text harmless where markdown is not read but addresses and
// mentions are: button labels, card fields, plain messages. Look-alikes of full
// width take the place of what could start a mention, a tag, a template variable
// (${x}, {{x}}) or an address; everything else stays. One character becomes one
// character, and doing it twice changes nothing more.
func Literal(s string) string {
	if !strings.ContainsAny(s, "@<>{}$:.") {
		return s
	}
	return neutralise(s, false)
}

// Escape makes clean text literal in every markdown dialect. Backslashes are no
// help: WeCom shows them as maths and DingTalk does not promise to read them; so
// look-alikes of full width take the place of what markdown reads. The number of
// a matter (#12) stays as it is, because quotes are resolved by it, and no
// dialect takes # before a digit for a heading.
func Escape(s string) string { return neutralise(s, true) }

// wide maps what is never left as it is; the second string is for markdown only.
var wide, wideMarkdown = pairs("@＠<＜>＞{｛}｝$＄"), pairs("*＊_＿`｀[［]］\\＼|｜~～&＆")

func pairs(s string) (table [128]rune) {
	rs := []rune(s)
	for i := 0; i < len(rs); i += 2 {
		table[rs[i]] = rs[i+1]
	}
	return table
}

func neutralise(s string, md bool) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	start := true // at the start of a line
	for i, r := range s {
		if r < utf8.RuneSelf {
			r = replace(s, i, r, md, start)
		}
		b.WriteRune(r)
		start = r == '\n' || (start && (isDigit(r) || r == ' '))
	}
	return b.String()
}

// replace gives what stands for r, the ASCII character at s[i]. start says that
// only digits precede it on its line.
func replace(s string, i int, r rune, md, start bool) rune {
	if w := wide[r]; w != 0 {
		return w
	}
	before, after := around(s, i)
	switch r {
	case '.':
		if address(s, i, before, after) || (md && start && isDigit(before) && !isDigit(after)) {
			return '．'
		}
		return r
	case ':':
		if strings.HasPrefix(s[i+1:], "//") || (md && start && !isDigit(before)) {
			return '：'
		}
		return r
	}
	if !md {
		return r
	}
	if w := wideMarkdown[r]; w != 0 {
		return w
	}
	switch {
	case r == '#' && (!isDigit(after) || before == '#'):
		return '＃'
	case r == '!' && after == 0: // would make an image of a link that follows
		return '！'
	case r == ')' && start:
		return '）'
	case start && !isDigit(before) && strings.ContainsRune("-+=", r):
		return r - '!' + '！'
	}
	return r
}

// around gives the characters beside the ASCII character at s[i]; 0 at the ends.
func around(s string, i int) (before, after rune) {
	if i > 0 {
		before, _ = utf8.DecodeLastRuneInString(s[:i])
	}
	if i+1 < len(s) {
		after, _ = utf8.DecodeRuneInString(s[i+1:])
	}
	return before, after
}

// address reports whether the dot at s[i] could belong to a host name or an IP
// address, which chat clients turn into links even without a scheme. Decimal
// numbers, dates and the ends of sentences stay.
func address(s string, i int, before, after rune) bool {
	switch {
	case before == 0 || after == 0 || unicode.IsSpace(before):
		return false
	case unicode.IsLetter(after), after == '-' || after == '_' || after == '%':
		return true
	case !isDigit(after):
		return false
	case !isDigit(before):
		return true
	}
	return strings.Count(numeric(s, i), ".") >= 3
}

// numeric is the run of digits and dots around s[i], as far as an IP address can
// reach.
func numeric(s string, i int) string {
	const reach = len("255.255.255.255")
	in := func(c byte) bool { return c == '.' || isDigit(rune(c)) }
	from, to := i, i
	for from > 0 && i-from < reach && in(s[from-1]) {
		from--
	}
	for to < len(s) && to-i < reach && in(s[to]) {
		to++
	}
	return s[from:to]
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
