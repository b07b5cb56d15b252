package intents

import (
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/intents/zhtext"
)

// called is a Name with everything about it folded.
type called struct {
	id    string
	name  string
	also  []string // nicknames
	posts []string
}

// soundSet is a set of syllables.
type soundSet [64]uint64

func (s *soundSet) add(x sound)      { s[x>>6&63] |= 1 << (x & 63) }
func (s *soundSet) has(x sound) bool { return s[x>>6&63]&(1<<(x&63)) != 0 }

// hears reports that every character of word sounds like one in the set. What
// cannot be heard, a Latin letter, counts as heard.
func (s *soundSet) hears(word string) bool {
	for _, r := range word {
		if x := soundOf(r); x != 0 && !s.has(x) && !s.has(x.blurred()) {
			return false
		}
	}
	return word != ""
}

// hearsName reports that the surname or the whole given name is heard.
func (s *soundSet) hearsName(name string) bool {
	_, w := utf8.DecodeRuneInString(name)
	return s.hears(name[:w]) || s.hears(name[w:])
}

// nearby returns the people whose names are heard, in part at least, in the
// text: the others cannot be meant, and in a group of hundreds nearly all are
// others.
func (rd *reading) nearby() []called {
	if rd.people != nil {
		return rd.people
	}
	var heard soundSet
	for _, r := range rd.s {
		x := soundOf(r)
		heard.add(x)
		heard.add(x.blurred())
	}
	rd.people = make([]called, 0, 8)
	for i := range rd.ctx.Names {
		n := &rd.ctx.Names[i]
		if heard.hearsName(n.Name) || slices.ContainsFunc(n.Also, heard.hears) || slices.ContainsFunc(n.Posts, heard.hears) {
			rd.people = append(rd.people, foldName(n))
		}
	}
	return rd.people
}

func foldName(n *Name) called {
	return called{id: n.ID, name: zhtext.Fold(n.Name).Text, also: foldAll(n.Also), posts: foldAll(n.Posts)}
}

// foldAll folds every word. Nearly all are plain already, and then nothing is
// copied.
func foldAll(words []string) []string {
	var out []string
	for i, w := range words {
		f := zhtext.Fold(w).Text
		if f != w && out == nil {
			out = slices.Clone(words)
		}
		if out != nil {
			out[i] = f
		}
	}
	if out == nil {
		return words
	}
	return out
}

// found gathers the people of the longest fitting name.
type found struct {
	ids  []string
	size int
}

func (f *found) add(id string, size int) {
	switch {
	case size == 0 || size < f.size:
	case size > f.size:
		f.ids, f.size = []string{id}, size
	case !slices.Contains(f.ids, id):
		f.ids = append(f.ids, id)
	}
}

// addIfNamed adds the person if rest begins with the name. A name of one
// character is too short to be seen in a sentence.
func (f *found) addIfNamed(rest, id, name string) {
	if len(name) > len("王") && strings.HasPrefix(rest, name) && !splitsLatin(rest, len(name)) {
		f.add(id, len(name))
	}
}

// knownAt returns everyone whose name or nickname s[i:] begins with.
func (rd *reading) knownAt(i int) (f found) {
	rest := rd.s[i:]
	for _, c := range rd.nearby() {
		f.addIfNamed(rest, c.id, c.name)
		for _, also := range c.also {
			f.addIfNamed(rest, c.id, also)
		}
	}
	return f
}

// addressedAt reads forms of address: 王书记, 书记, 老王, 小李, 建国.
func (rd *reading) addressedAt(i int) (f found) {
	rest := rd.s[i:]
	first, w := utf8.DecodeRuneInString(rest)
	post := titles.at(rest, 0)
	title := titles.at(rest, w)
	for _, c := range rd.nearby() {
		name := c.name
		surname, sw := utf8.DecodeRuneInString(name)
		for _, p := range c.posts {
			switch {
			case post.text != "" && strings.HasSuffix(p, post.text):
				f.add(c.id, len(post.text))
			case first == surname && title.text != "" && strings.HasSuffix(p, title.text):
				f.add(c.id, w+len(title.text))
			}
		}
		given := name[sw:]
		switch {
		case (first == '老' || first == '小' || first == '阿') && len(name) > sw && len(rest) > w:
			if strings.HasPrefix(rest[w:], name[:sw]) || utf8.RuneCountInString(given) == 1 && strings.HasPrefix(rest[w:], given) {
				f.add(c.id, w+sw)
			}
		case utf8.RuneCountInString(given) >= 2 && strings.HasPrefix(rest, given):
			f.add(c.id, len(given))
		}
	}
	return f
}

// heardAt reads a full name by ear: 王建过 for 王建国. A name of two characters
// is heard only after a marker, where a person must follow.
func (rd *reading) heardAt(i int, marked bool) (f found) {
	rest := rd.s[i:]
	for _, c := range rd.nearby() {
		n := utf8.RuneCountInString(c.name)
		if n < 2 || n == 2 && !marked {
			continue
		}
		f.add(c.id, heard(rest, c.name))
	}
	return f
}

// heard returns how many bytes of rest sound like name, 0 if they do not.
func heard(rest, name string) int {
	pos := 0
	for _, want := range name {
		r, w := utf8.DecodeRuneInString(rest[pos:])
		if w == 0 {
			return 0
		}
		a, b := soundOf(r), soundOf(want)
		if r != want && (a == 0 || b == 0 || a.blurred() != b.blurred()) {
			return 0
		}
		pos += w
	}
	return pos
}

// unknownAt returns the length of what looks like the name of somebody the bot
// does not know: 李阿姨, 马师傅, and after a marker or on its own 吴大勇.
func (rd *reading) unknownAt(i int, marked bool) int {
	rest := rd.s[i:]
	first, w := utf8.DecodeRuneInString(rest)
	if w == 0 {
		return 0
	}
	if first == '老' || first == '小' {
		if second, w2 := utf8.DecodeRuneInString(rest[w:]); strings.ContainsRune(surnames, second) && (marked || boundaryAfter(rest, w+w2)) {
			return w + w2
		}
		return 0
	}
	if !strings.ContainsRune(surnames, first) {
		return 0
	}
	if _, ok := rd.timeAt(i); ok { // 周五前
		return 0
	}
	if t := titles.at(rest, w); t.text != "" {
		return w + len(t.text)
	}
	size, n := w, 1
	for n < 4 && !boundaryAfter(rest, size) {
		r, w := utf8.DecodeRuneInString(rest[size:])
		if r < hanFirst || r > hanLast {
			break
		}
		size += w
		n++
	}
	if n >= 2 && n <= 3 && boundaryAfter(rest, size) {
		return size
	}
	return 0
}
