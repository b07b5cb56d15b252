package zhtext

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Folded is a text in its plain form together with the way back to the text as
// typed. The zero value is the empty text.
type Folded struct {
	// Text is the plain form. Offsets in it are bytes, as package strings
	// counts them; it is valid UTF-8 without leading or trailing space.
	Text string
	// Emoji says that at least one emoji, as a character or as a platform's
	// bracket word such as [抱拳], was folded away.
	Emoji bool

	orig string
	// at holds, for every byte of Text, where in orig the character it came
	// from begins. Nil means that Text and orig are the same.
	at []int32
}

// Fold returns the plain form of s. It runs in time linear in the length of s
// and accepts any bytes; what is not valid UTF-8 is left out.
func Fold(s string) Folded {
	n := plainPrefix(s)
	if n == len(s) {
		return Folded{Text: s, orig: s}
	}
	f := folder{src: s, at: make([]int32, 0, len(s)+8)}
	f.out.Grow(len(s) + 8)
	for i := range n {
		f.at = append(f.at, int32(i))
	}
	f.out.WriteString(s[:n])
	for i := n; i < len(s); {
		i += f.step(i)
	}
	text := strings.TrimSuffix(f.out.String(), " ")
	return Folded{Text: text, Emoji: f.emoji, orig: s, at: f.at[:len(text)]}
}

// Key returns the plain form of s without spaces and punctuation: two names
// that a member would call the same have the same key.
func Key(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return r
		}
		return -1
	}, Fold(s).Text)
}

// Original returns what was typed for Text[from:to]. Marks that folding dropped
// are kept inside the span and left out at its end. Offsets out of range are
// moved to the nearest end, so a bad span yields less text, never a panic.
func (f Folded) Original(from, to int) string {
	b, e := f.bytes(from, to)
	return f.orig[b:e]
}

// Runes returns where Text[from:to] lies in the text as typed, counted in
// characters (runes), end exclusive.
func (f Folded) Runes(from, to int) (start, end int) {
	b, e := f.bytes(from, to)
	start = utf8.RuneCountInString(f.orig[:b])
	return start, start + utf8.RuneCountInString(f.orig[b:e])
}

// bytes maps a span of Text to a span of the text as typed.
func (f Folded) bytes(from, to int) (start, end int) {
	from = min(max(from, 0), len(f.Text))
	to = min(max(to, from), len(f.Text))
	if f.at == nil {
		return from, to
	}
	if from == to {
		if from == len(f.at) {
			return len(f.orig), len(f.orig)
		}
		return int(f.at[from]), int(f.at[from])
	}
	last := int(f.at[to-1])
	_, size := utf8.DecodeRuneInString(f.orig[last:])
	return int(f.at[from]), last + size
}

// folder holds the state of one folding.
type folder struct {
	src   string
	out   strings.Builder
	at    []int32
	emoji bool
}

// step folds the character that begins at src[i] and returns how many bytes it
// took.
func (f *folder) step(i int) int {
	r, size := utf8.DecodeRuneInString(f.src[i:])
	switch {
	case r == utf8.RuneError && size <= 1:
		return max(size, 1)
	case r == '[' || r == '［':
		if n := bracketEmoji(f.src[i:]); n > 0 {
			f.emoji = true
			f.space(i)
			return n
		}
	}
	switch class(r) {
	case dropped:
	case space:
		f.space(i)
	case emoji:
		f.emoji = true
		f.space(i)
	case compound:
		for _, p := range decompose(r) {
			f.put(p, i)
		}
	default:
		f.put(fold(r), i)
	}
	return size
}

// put appends one folded character that came from src[i].
func (f *folder) put(r rune, i int) {
	n := f.out.Len()
	f.out.WriteRune(r)
	for range f.out.Len() - n {
		f.at = append(f.at, int32(i))
	}
}

// space appends a space unless the text is empty or already ends in one.
func (f *folder) space(i int) {
	if n := f.out.Len(); n > 0 && f.out.String()[n-1] != ' ' {
		f.put(' ', i)
	}
}
