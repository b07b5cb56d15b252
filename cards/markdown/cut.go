package markdown

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Cut shortens s to max characters, the last one being an ellipsis; max <= 0
// means no limit. A character is a code point, except that accents, emoji skin
// tones and the two halves of a flag are not torn from what they belong to.
func Cut(s string, max int) string {
	if max <= 0 || len(s) <= max || utf8.RuneCountInString(s) <= max {
		return s
	}
	end := len(s)
	seen := 0
	for i := range s {
		if seen == max-1 {
			end = i
			break
		}
		seen++
	}
	return strings.TrimRightFunc(s[:whole(s, end)], unicode.IsSpace) + "…"
}

// CutBytes shortens s to max bytes, ending in an ellipsis, without tearing a
// character: for limits that a platform counts in bytes.
func CutBytes(s string, max int) string {
	const ellipsis = "…"
	if len(s) <= max {
		return s
	}
	end := max - len(ellipsis)
	if end < 0 {
		return ""
	}
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return strings.TrimRightFunc(s[:whole(s, end)], unicode.IsSpace) + ellipsis
}

// CutLines shortens markdown to max bytes by leaving out whole lines at the end,
// so that no mark is torn from its partner.
func CutLines(s string, max int) string {
	const more = "\n\n…"
	if len(s) <= max {
		return s
	}
	if max < len(more) {
		return ""
	}
	return strings.TrimRight(s[:strings.LastIndexByte(s[:max-len(more)+1], '\n')+1], " \n>") + more
}

// whole moves a cut at end back to where no character is torn.
func whole(s string, end int) int {
	for end > 0 {
		next, _ := utf8.DecodeRuneInString(s[end:])
		last, size := utf8.DecodeLastRuneInString(s[:end])
		if !isMark(next) && !(isFlag(next) && isFlag(last) && oddFlags(s[:end])) {
			return end
		}
		end -= size
	}
	return 0
}

func isFlag(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }

// oddFlags reports whether s ends in the first half of a flag.
func oddFlags(s string) bool {
	n := 0
	for len(s) > 0 {
		r, size := utf8.DecodeLastRuneInString(s)
		if !isFlag(r) {
			break
		}
		n++
		s = s[:len(s)-size]
	}
	return n%2 == 1
}
