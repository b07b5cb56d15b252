package intents

import (
	"slices"
	"unicode/utf8"

	"yiqun/intents/zhtext"
)

// Ear knows some words by their sound, and finds them in a sentence where they are
// written with a character of the same sound: 别在提醒我 for 别再提醒我, 推出 for 退出. It is
// immutable.
type Ear struct {
	// words holds by sound all that sound so.
	words map[string][]string
	// longest is how many characters the longest word has.
	longest int
}

// NewEar makes words of two characters and more ready; shorter ones are left out, for
// what sounds like one character says nothing.
func NewEar(words []string) *Ear {
	e := &Ear{words: map[string][]string{}}
	for _, w := range words {
		w = zhtext.Fold(w).Text
		key := soundKey([]rune(w))
		if n := utf8.RuneCountInString(w); n > 1 && key != "" && !slices.Contains(e.words[key], w) {
			e.words[key] = append(e.words[key], w)
			e.longest = max(e.longest, n)
		}
	}
	return e
}

// soundKey spells the syllables of some characters; empty where one has none.
func soundKey(runes []rune) string {
	key := make([]rune, 0, len(runes))
	for _, r := range runes {
		s := soundOf(r)
		if s == 0 {
			return ""
		}
		key = append(key, rune(s))
	}
	return string(key)
}

// heardMost bounds how many spellings are tried.
const heardMost = 4

// Heard returns other spellings of a sentence, folded, in which words that it sounds like
// stand as they are written: first with all of them, then with one each. Nothing says that
// one of them is meant; whoever asks for them must see that it fits as a whole.
func (e *Ear) Heard(sentence string) []string {
	runes := []rune(zhtext.Fold(sentence).Text)
	all := slices.Clone(runes)
	var out []string
	for i := range runes {
		for n := min(e.longest, len(runes)-i); n > 1; n-- {
			w := e.wordLike(runes[i : i+n])
			if w == nil {
				continue
			}
			copy(all[i:], w)
			one := slices.Clone(runes)
			copy(one[i:], w)
			out = append(out, string(one))
			break
		}
	}
	out = append([]string{string(all)}, out...)
	out = slices.Compact(out)
	if len(runes) == 0 || out[0] == string(runes) {
		return nil
	}
	return out[:min(len(out), heardMost)]
}

// wordLike is a word that sounds like some characters and shares one of them, at its
// place; nil if there is none, or they are a word themselves.
func (e *Ear) wordLike(runes []rune) []rune {
	found := e.words[soundKey(runes)]
	if len(found) == 0 || slices.Contains(found, string(runes)) {
		return nil
	}
	for _, f := range found {
		w := []rune(f)
		for i := range w {
			if w[i] == runes[i] {
				return w
			}
		}
	}
	return nil
}
