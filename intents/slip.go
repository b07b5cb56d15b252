package intents

import (
	"strings"
	"unicode/utf8"
)

// slip is a verb typed wrong: by ear (借单), by eye (廷期) or in pinyin (jd).
type slip struct {
	form
	end  int
	sure float64 // how sure if something that fits the verb follows
	bare float64 // how sure if nothing does
	why  string
	// rival is another verb as likely, -1 if none.
	rival int
}

// twins are characters so often confused in real words that both spellings
// count as the verb: 撤消, 反应, 报道.
var twins = map[rune]rune{'消': '销', '应': '映', '道': '到'}

// lookalikes are characters mistaken for one another by eye, wrong to right.
var lookalikes = pairs(`
	廷延 诞延 按接 为办 力办 脉派 砖转 该核 孩核 苹评 介价 服报 允充 杳查 侍待 持待 宙审 倒到 粟票 漂票 药约 爱受 埋理
	撒撤 稍销 人入 休修 体修 早单 草单 卓单 革单 话活 怠急 攀赞 攒赞 仃订 呆保 胄胃 既即 退追 洁结 佶结`)

func pairs(list string) map[rune]rune {
	m := make(map[rune]rune)
	for p := range strings.FieldsSeq(list) {
		r := []rune(p)
		m[r[0]] = r[1]
	}
	return m
}

// slipAt returns the verb that s[i:] begins with when spelling is forgiven.
// Only verbs of two and more characters are forgiven anything.
func (v *vocabulary) slipAt(s string, i int) (slip, bool) {
	if i >= len(s) {
		return slip{}, false
	}
	if latin(s[i]) && !splitsLatin(s, i) {
		if sl, ok := v.pinyinAt(s, i); ok {
			return sl, true
		}
	}
	var best slip
	found, weight := false, 0
	consider := func(f form) {
		sl, w, ok := v.compare(s, i, f)
		if ok && (!found || w > weight) {
			best, weight, found = sl, w, true
		} else if ok && w == weight && f.word != best.word {
			best.rival = f.word
		}
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	for _, f := range v.bySound[soundAt(s, i).blurred()] {
		consider(f)
	}
	for _, f := range v.verbs[lookalikes[r]] {
		consider(f)
	}
	return best, found
}

// soundAt returns the syllable s[i:] begins with: of a character, or of a run
// of letters that spells one.
func soundAt(s string, i int) sound {
	if latin(s[i]) {
		return phonetic().index[letters(s, i)]
	}
	r, _ := utf8.DecodeRuneInString(s[i:])
	return soundOf(r)
}

// letters returns the run of letters s[i:] begins with; no verb is longer than
// forty.
func letters(s string, i int) string {
	end := i
	for end < len(s) && end-i < 40 && latin(s[end]) {
		end++
	}
	return s[i:end]
}

// compare holds s[i:] against one verb, character by character. The weight
// says which of several verbs fits best; characters that are right count, the
// last one most.
func (v *vocabulary) compare(s string, i int, f form) (sl slip, weight int, ok bool) {
	if f.runes < 2 {
		return slip{}, 0, false
	}
	sl = slip{form: f, sure: 1, bare: 1, rival: -1}
	pos, n := i, 0
	for _, want := range f.text {
		if pos >= len(s) || len(f.sounds) != f.runes {
			return slip{}, 0, false
		}
		r, w := utf8.DecodeRuneInString(s[pos:])
		if latin(s[pos]) {
			w = len(letters(s, pos))
		}
		if r == want {
			weight += 2
			if n == f.runes-1 {
				weight++
			}
		} else if !sl.forgive(s, pos, r, want, f.sounds[n]) {
			return slip{}, 0, false
		} else if sl.rival < 0 && twins[r] != want {
			sl.rival = v.endingIn(r, f)
		}
		pos += w
		n++
	}
	sl.end = pos
	if f.runes > 2 && weight >= 2*(f.runes-1) && sl.sure >= 0.85 {
		sl.bare = max(sl.bare, 0.85) // one character wrong of three and more
	}
	if sl.rival >= 0 {
		sl.sure, sl.bare = min(sl.sure, 0.7), min(sl.bare, 0.6)
	}
	return sl, weight, !splitsLatin(s, pos)
}

// forgive lowers the certainty for r typed instead of want, and reports false
// if that is no slip at all.
func (sl *slip) forgive(s string, pos int, r, want rune, wanted sound) bool {
	sure, bare, why := 0.0, 0.0, ""
	switch heard := soundAt(s, pos); {
	case twins[r] == want:
		sure, bare, why = 1, 1, "常混写"
	case heard != 0 && heard == wanted:
		sure, bare, why = 0.85, 0.7, "同音"
	case lookalikes[r] == want:
		sure, bare, why = 0.82, 0.6, "形近"
	case heard != 0 && heard.blurred() == wanted.blurred():
		sure, bare, why = 0.82, 0.6, "近音"
	default:
		return false
	}
	if sure < sl.sure || sl.why == "" {
		sl.sure, sl.bare, sl.why = min(sl.sure, sure), min(sl.bare, bare), why
	}
	return true
}

// endingIn returns another verb about a matter that ends in r, such as 办结 for
// the 结 of 结单; -1 if there is none.
func (v *vocabulary) endingIn(r rune, f form) int {
	for _, w := range v.letters[r] {
		if w != f.word && v.words[w].Takes.Matter && strings.HasSuffix(v.words[w].Verb, string(r)) &&
			utf8.RuneCountInString(v.words[w].Verb) == 2 {
			return w
		}
	}
	return -1
}

// pinyinAt reads a verb spelled in letters: jiedan, jie dan, jd.
func (v *vocabulary) pinyinAt(s string, i int) (slip, bool) {
	first := letters(s, i)
	joined, end := first, i+len(first)
	for range 4 {
		if fs := v.spelled[joined]; len(fs) > 0 {
			return pick(fs, end, 0.95, 0.95, "拼音"), true
		}
		if end+1 >= len(s) || s[end] != ' ' || !latin(s[end+1]) {
			break
		}
		next := letters(s, end+1)
		joined += next
		end += 1 + len(next)
	}
	if fs := v.initials[first]; len(fs) > 0 && len(first) > 1 {
		fs = v.aboutMatter(fs, s, i+len(first))
		return pick(fs, i+len(first), 0.9, 0.6, "拼音首字母"), true
	}
	return slip{}, false
}

// aboutMatter keeps of several verbs those that take the number that follows.
func (v *vocabulary) aboutMatter(fs []form, s string, i int) []form {
	next := skipSpaces(s, i)
	if len(fs) < 2 || next >= len(s) || !digit(s[next]) && s[next] != '#' {
		return fs
	}
	var fit []form
	for _, f := range fs {
		if v.words[f.word].Takes.Matter {
			fit = append(fit, f)
		}
	}
	if len(fit) == 0 {
		return fs
	}
	return fit
}

// pick takes the first of several verbs spelled alike, and is unsure if there
// are others.
func pick(fs []form, end int, sure, bare float64, why string) slip {
	sl := slip{form: fs[0], end: end, sure: sure, bare: bare, why: why, rival: -1}
	for _, f := range fs[1:] {
		if f.word != sl.word {
			sl.rival, sl.sure, sl.bare = f.word, 0.6, 0.6
			break
		}
	}
	return sl
}
