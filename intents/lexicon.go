package intents

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/intents/zhtext"
)

// form is one spelling of a verb or of one of its choices.
type form struct {
	text string // folded
	// sounds are its syllables; nil if a character has no reading.
	sounds []sound
	word   int // index into Reader.words
	choice int // index into Word.Choices, -1 for the verb itself
	runes  int
}

// vocabulary is a Lexicon made ready for look-up.
type vocabulary struct {
	words []Word
	// verbs and choices hold forms by their first character, longest first.
	verbs, choices map[rune][]form
	// stems are the short forms of two-character verbs about a 单: 接 in
	// 接12号单. They count only beside a matter.
	stems map[rune]int
	// bySound holds verbs of two and more characters by their first syllable,
	// without the distinctions people mishear.
	bySound map[sound][]form
	// initials and spelled hold verbs by their pinyin: jd, jiedan.
	initials, spelled map[string][]form
	// letters holds every character that occurs in a verb that acts, with the
	// verbs it occurs in, to notice slips that lead to two verbs.
	letters map[rune][]int
}

func newVocabulary(lex Lexicon) *vocabulary {
	v := &vocabulary{
		words:    slices.Clone(lex.Words),
		verbs:    make(map[rune][]form),
		choices:  make(map[rune][]form),
		stems:    make(map[rune]int),
		bySound:  make(map[sound][]form),
		initials: make(map[string][]form),
		spelled:  make(map[string][]form),
		letters:  make(map[rune][]int),
	}
	for i, w := range v.words {
		for _, text := range append([]string{w.Verb}, w.Also...) {
			v.addVerb(i, text)
		}
		for c, choice := range w.Choices {
			for _, text := range append([]string{choice.Word}, choice.Also...) {
				add(v.choices, newForm(i, c, text))
			}
		}
	}
	for _, m := range []map[rune][]form{v.verbs, v.choices} {
		for _, list := range m {
			slices.SortStableFunc(list, func(a, b form) int { return cmp.Compare(len(b.text), len(a.text)) })
		}
	}
	return v
}

func newForm(word, choice int, text string) form {
	folded := zhtext.Fold(text).Text
	return form{text: folded, sounds: soundsOf(folded), word: word, choice: choice, runes: utf8.RuneCountInString(folded)}
}

func add(m map[rune][]form, f form) {
	if f.text == "" {
		return
	}
	r, _ := utf8.DecodeRuneInString(f.text)
	m[r] = append(m[r], f)
}

// addVerb enters one spelling of a verb in every index.
func (v *vocabulary) addVerb(word int, text string) {
	f := newForm(word, -1, text)
	add(v.verbs, f)
	if f.runes == 2 && v.words[word].Takes.Matter {
		if stem, ok := strings.CutSuffix(f.text, "单"); ok {
			r, _ := utf8.DecodeRuneInString(stem)
			if _, taken := v.stems[r]; !taken {
				v.stems[r] = word
			}
		}
	}
	for _, r := range f.text {
		if !v.words[word].Looks && !slices.Contains(v.letters[r], word) {
			v.letters[r] = append(v.letters[r], word)
		}
	}
	if len(f.sounds) == 0 {
		return
	}
	var spelled, initials strings.Builder
	for _, s := range f.sounds {
		spelled.WriteString(s.spelling())
		initials.WriteByte(s.spelling()[0])
	}
	if f.runes >= 2 {
		first := f.sounds[0].blurred()
		v.bySound[first] = append(v.bySound[first], f)
		v.initials[initials.String()] = append(v.initials[initials.String()], f)
	}
	v.spelled[spelled.String()] = append(v.spelled[spelled.String()], f)
}

// verbAt returns the longest verb that s[i:] begins with.
func (v *vocabulary) verbAt(s string, i int) (form, bool) { return longest(v.verbs, s, i) }

// choiceAt returns the longest choice of one word (any if word < 0) that s[i:]
// begins with.
func (v *vocabulary) choiceAt(s string, i, word int) (form, bool) {
	if i >= len(s) {
		return form{}, false
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	for _, f := range v.choices[r] {
		if (word < 0 || f.word == word) && strings.HasPrefix(s[i:], f.text) {
			return f, true
		}
	}
	return form{}, false
}

func longest(m map[rune][]form, s string, i int) (form, bool) {
	if i >= len(s) {
		return form{}, false
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	for _, f := range m[r] {
		if strings.HasPrefix(s[i:], f.text) && !splitsLatin(s, i) && !splitsLatin(s, i+len(f.text)) {
			return f, true
		}
	}
	return form{}, false
}
