package phrase

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

// longest is how many characters a sentence may have: longer ones are told, not
// ordered.
const longest = 120

// Book is a set of shapes made ready for look-up. It is immutable.
type Book struct {
	// shapes holds by the first character of a word all that have it.
	shapes map[rune][]keyed
}

type keyed struct {
	word  string
	shape *Shape
	place int // of the shape, which comes first
}

// New makes shapes ready. Of several that fit the first counts.
func New(shapes []Shape) (*Book, error) {
	b := &Book{shapes: map[rune][]keyed{}}
	for i, s := range shapes {
		c, err := s.compiled()
		if err != nil {
			return nil, err
		}
		for word := range strings.FieldsSeq(s.Has) {
			word = zhtext.Fold(word).Text
			r, _ := utf8.DecodeRuneInString(word)
			b.shapes[r] = append(b.shapes[r], keyed{word, c, i})
		}
	}
	return b, nil
}

// Match is a shape that fits a sentence.
type Match struct {
	// Means are the sentences it may be, with what was handed on.
	Means []string
	// Asks says that they are to be offered, never carried out.
	Asks bool
	// Number is the matter named, 0 for none.
	Number int
	// Shape is what fits, Said which of its sentences.
	Shape *Shape
	Said  string
}

// Find returns the first shape that fits a sentence and that now accepts, given the
// number of the matter it is about; ok is false if none does. The sentence is without
// the mention of the bot; quoted is the matter of the message it replies to, 0 if none.
func (b *Book) Find(sentence string, quoted int, now func(s *Shape, number int) bool) (m Match, ok bool) {
	if utf8.RuneCountInString(sentence) > longest {
		return m, false
	}
	f := zhtext.Fold(sentence)
	found := b.near(f.Text)
	if len(found) == 0 {
		return m, false
	}
	to, asked := ends(f.Text)
	for _, from := range begins(f.Text, to) {
		n, inner, outer := numbered(f.Text, from, to)
		for _, k := range found {
			if asked && !k.shape.Looks && !k.shape.Asks {
				continue
			}
			var fit *fitting
			at, got := inner, n
			if n > 0 && k.shape.numbered() {
				fit = k.shape.fits(f.Text[inner:outer])
			}
			if fit == nil {
				fit, at, got = k.shape.fits(f.Text[from:to]), from, quoted
			}
			if fit != nil && now(k.shape, got) {
				return k.shape.match(fit, f, at, got), true
			}
		}
	}
	return m, false
}

// All returns every shape that fits a sentence at any moment, in the order in which
// they count.
func (b *Book) All(sentence string, quoted int) []Match {
	var all []Match
	seen := func(s *Shape) bool {
		return slices.ContainsFunc(all, func(m Match) bool { return m.Shape == s })
	}
	for {
		m, ok := b.Find(sentence, quoted, func(s *Shape, _ int) bool { return !seen(s) })
		if !ok {
			return all
		}
		all = append(all, m)
	}
}

// match is what a shape that fits comes to.
func (s *Shape) match(fit *fitting, f zhtext.Folded, from, n int) Match {
	m := Match{Asks: s.Asks, Number: n, Shape: s, Said: s.Said[fit.said]}
	for _, means := range s.Means {
		m.Means = append(m.Means, fit.fill(means, f, from, n))
	}
	return m
}

// near are the shapes of which the text holds a word, in their order.
func (b *Book) near(text string) []keyed {
	var out []keyed
	for i, r := range text {
		for _, k := range b.shapes[r] {
			if strings.HasPrefix(text[i:], k.word) && !slices.ContainsFunc(out, func(o keyed) bool { return o.place == k.place }) {
				out = append(out, k)
			}
		}
	}
	slices.SortFunc(out, func(a, b keyed) int { return a.place - b.place })
	return out
}

// numbered reports whether the shape is about a matter that has a number.
func (s *Shape) numbered() bool {
	return slices.ContainsFunc(s.Means, func(m string) bool { return strings.Contains(m, number) })
}

// fitting is where the parts of a shape stand in a text, and which of its sentences
// that is.
type fitting struct {
	re   *regexp.Regexp
	at   []int
	said int
}

func (s *Shape) fits(text string) *fitting {
	for i, re := range s.said {
		if at := re.FindStringSubmatchIndex(text); at != nil {
			if fit := (&fitting{re, at, i}); fit.timely(text) || fit.widened(text) {
				return fit
			}
		}
	}
	return nil
}

// someday is the moment a slot for a time is tried at. When a time is does not matter
// here, only that it is one.
var someday = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)

// timely reports whether what stands where a time should is one.
func (fit *fitting) timely(text string) bool {
	i := fit.re.SubexpIndex(timeGroup)
	if i < 0 || fit.at[2*i] < 0 {
		return true
	}
	_, ok := zhtime.Parse(text[fit.at[2*i]:fit.at[2*i+1]], someday, zhtime.Options{})
	return ok
}

// widened takes all of a time that the rest stands right behind, where the shortest piece
// that fits the shape is none: 周六上午 of 周六上午打扫.
func (fit *fitting) widened(text string) bool {
	i, rest := fit.re.SubexpIndex(timeGroup), fit.re.SubexpIndex(restGroup)
	if rest < 0 || fit.at[2*rest] != fit.at[2*i+1] {
		return false
	}
	from, end := fit.at[2*i], fit.at[2*rest+1]
	read, ok := zhtime.Find(text[from:end], someday, zhtime.Options{Prefer: zhtime.Future})
	if !ok || read.From > 0 {
		return false
	}
	to := from + len(string([]rune(text[from:end])[:read.To]))
	fit.at[2*i+1], fit.at[2*rest] = to, to
	return to < end
}

// fill puts what was said, as it was typed, into a sentence that means it. from is
// where the text that fitted begins in f.
func (fit *fitting) fill(means string, f zhtext.Folded, from, n int) string {
	for _, slot := range slots {
		if !strings.Contains(means, slot.name) {
			continue
		}
		said := ""
		if i := fit.re.SubexpIndex(slot.group); i >= 0 && fit.at[2*i] >= 0 {
			said = strings.Trim(f.Original(from+fit.at[2*i], from+fit.at[2*i+1]), " 　,，。.:：、；;")
		}
		means = strings.ReplaceAll(means, slot.name, said)
	}
	what := ""
	if n > 0 {
		what = strconv.Itoa(n)
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(means, number, what)), " ")
}
