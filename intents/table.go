package intents

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// entry is one word of a table.
type entry struct {
	text  string
	class class
}

// table finds the longest word at a place in the text.
type table map[rune][]entry

// newTable builds a table from words separated by white space, by class. Of a
// word listed twice the higher class counts.
func newTable(words map[class]string) table {
	t := make(table)
	for c, list := range words {
		for w := range strings.FieldsSeq(list) {
			r, _ := utf8.DecodeRuneInString(w)
			t[r] = append(t[r], entry{w, c})
		}
	}
	for _, list := range t {
		slices.SortFunc(list, func(a, b entry) int {
			return cmp.Or(len(b.text)-len(a.text), int(b.class)-int(a.class))
		})
	}
	return t
}

// at returns the longest word s[i:] begins with; its text is empty if there is
// none.
func (t table) at(s string, i int) entry {
	if i >= len(s) {
		return entry{}
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	for _, e := range t[r] {
		if strings.HasPrefix(s[i:], e.text) && !splitsLatin(s, i+len(e.text)) {
			return e
		}
	}
	return entry{}
}

// find returns the first word in s[from:to] and where it begins; -1 if none.
func (t table) find(s string, from, to int) (entry, int) {
	for i := from; i < to; {
		if e := t.at(s, i); e.text != "" && i+len(e.text) <= to {
			return e, i
		}
		_, w := utf8.DecodeRuneInString(s[i:])
		i += w
	}
	return entry{}, -1
}

// splitsLatin reports that cutting s at i would cut a Latin word in two.
func splitsLatin(s string, i int) bool {
	return i > 0 && i < len(s) && latin(s[i-1]) && latin(s[i])
}

func latin(b byte) bool { return b >= 'a' && b <= 'z' }

func digit(b byte) bool { return b >= '0' && b <= '9' }

// separator reports the characters that end a piece: space and punctuation.
func separator(r rune) bool {
	switch r {
	case '#', '@', '%', '&', '+', '<', '>', '$', '¥', '*', '=', '·':
		return false
	}
	switch {
	case r < 0x80:
		return !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z')
	case r >= 0x3001 && r <= 0x303F, r >= 0x2010 && r <= 0x2027:
		return r != '〇' && r != '々'
	}
	return false
}

// boundaryBefore and boundaryAfter report that i is the start, or the end, of s or stands
// behind, or before, a separator.
func boundaryBefore(s string, i int) bool {
	if i <= 0 {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return separator(r)
}

func boundaryAfter(s string, i int) bool {
	if i >= len(s) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return separator(r)
}

// skip returns the first place at or after i that is no separator.
func skip(s string, i int) int {
	for i < len(s) {
		r, w := utf8.DecodeRuneInString(s[i:])
		if !separator(r) {
			break
		}
		i += w
	}
	return i
}

// clauseEnd returns where the clause around i ends: at the next comma, stop or
// other sign, but not at a space.
func clauseEnd(s string, i int) int {
	for i < len(s) {
		r, w := utf8.DecodeRuneInString(s[i:])
		if separator(r) && r != ' ' {
			break
		}
		i += w
	}
	return i
}
