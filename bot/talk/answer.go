package talk

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"yiqun/intents/zhnum"
	"yiqun/intents/zhtext"
)

var (
	enough = words("算了 不用了 不要了 取消 取消吧 不办了 先不办了 不弄了 没事了 不问了 别问了 先这样 当我没说")
	no     = words("不是 都不是 不对 不是的 都不对 错了 不 否 no")
	yes    = words("是 是的 是嘅 是哒 是滴 系 系嘅 对 对的 对头 要得 中 嗯嗯 嗯 好 好的 行 可以 没错 对对 是是 确认 确定 就是 就是这个 yes ok")
)

func words(list string) map[string]bool {
	out := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		out[w] = true
	}
	return out
}

// bare is a short answer without punctuation and the particles people end it with.
func bare(text string) string {
	return strings.TrimRight(strings.ToLower(zhtext.Key(text)), "啊呀哦吧啦哈呢嘛的了")
}

// one reports whether the whole text is one of the words.
func one(list map[string]bool, text string) bool {
	key := strings.ToLower(zhtext.Key(text))
	if list[key] {
		return true
	}
	b := bare(text)
	return b != "" && (list[b] || list[b+"了"] || list[b+"的"])
}

// Enough reports whether an answer gives the question up: 算了; 好的，不用了，谢谢.
func Enough(text string) bool { return kindly(enough, text) }

// No reports whether an answer says that nothing offered was meant.
func No(text string) bool { return kindly(no, text) }

// kindly is one for an answer with clauses of politeness, or of having heard, beside it.
func kindly(list map[string]bool, text string) bool {
	if one(list, text) {
		return true
	}
	said := false
	for _, clause := range clauses(text) {
		switch {
		case one(list, clause):
			said = true
		case !one(yes, clause) && !slices.ContainsFunc(polite, func(w string) bool { return strings.HasPrefix(clause, w) }):
			return false
		}
	}
	return said
}

// Yes reports whether an answer agrees to the only thing offered.
func Yes(text string) bool { return one(yes, text) }

// polite are words of politeness, which people add without a comma: 好谢谢.
var polite = []string{"谢谢", "多谢", "麻烦", "辛苦"}

// clauses are the clauses of an answer; politeness is one of its own.
func clauses(text string) []string {
	f := zhtext.Fold(strings.TrimSpace(text)).Text
	for _, w := range polite {
		f = strings.ReplaceAll(f, w, " "+w)
	}
	return strings.FieldsFunc(f, separates)
}

// stillYes is what may follow a yes and leave it one: 都是真的, 谢谢, 快来人. In 好，不用了 and
// 嗯，等一下 the yes is said to have heard, and agrees to nothing.
var stillYes = regexp.MustCompile(`^(?:没错|谢|多谢|麻烦|辛苦|拜托|劳|请|快|赶|尽快|帮|都?是|就是|真|对)[^不别没莫甭算等再先]*$`)

// YesFirst reports whether an answer agrees in its first clause, 对，都是真的, and takes
// nothing of it back in the others. What they say beside has to be judged by the caller.
func YesFirst(text string) bool {
	said := clauses(text)
	return len(said) > 0 && one(yes, said[0]) && !slices.ContainsFunc(said[1:], func(clause string) bool {
		return !one(yes, clause) && !stillYes.MatchString(clause)
	})
}

// places are the words that may stand around a number that picks: 第二个, 选2, 2号.
var (
	before = []string{"第", "选择", "选", "就", "回", "是"}
	after  = []string{"个", "号", "位", "项", "种", "条", "分", "星", "那个", "那位"}
)

// Pick reads an answer that chooses by number, 1 to most: 2, ２, 第二个, 选2. rest
// is what follows it: the reason in "2 灯又坏了". ok is false when the answer does not
// begin with such a number.
func Pick(text string, most int) (n int, rest string, ok bool) {
	f := zhtext.Fold(strings.TrimSpace(text))
	s, at := f.Text, 0
	for _, w := range before {
		if strings.HasPrefix(s[at:], w) {
			at += len(w)
		}
	}
	num, size := zhnum.Parse(s[at:])
	n = int(num.Value)
	if size == 0 || num.Approximate() || float64(n) != num.Value || n < 1 || n > most {
		return 0, "", false
	}
	end := at + size
	for _, w := range after {
		if strings.HasPrefix(s[end:], w) {
			end += len(w)
			break
		}
	}
	if !ends(s[end:]) {
		return 0, "", false
	}
	return n, strings.TrimLeftFunc(f.Original(end, len(s)), separates), true
}

// ends reports whether a number that picks may end here: at the end of the text or
// before a separator, but not before a unit or a further digit (3栋, 2.5).
func ends(s string) bool {
	if s == "" {
		return true
	}
	r, size := utf8.DecodeRuneInString(s)
	if r == '.' || r == ':' {
		next, _ := utf8.DecodeRuneInString(s[size:])
		return !unicode.IsDigit(next)
	}
	return separates(r)
}

func separates(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsPunct(r) || unicode.IsSymbol(r)
}

// Word finds the one of several answers whose word the text begins with, the
// longest first. rest is what follows.
func Word(text string, answers [][]string) (i int, rest string, ok bool) {
	f := zhtext.Fold(strings.TrimSpace(text))
	best := 0
	for n, list := range answers {
		for _, w := range list {
			w = zhtext.Fold(w).Text
			if len(w) > best && strings.HasPrefix(f.Text, w) {
				i, best, ok = n, len(w), true
			}
		}
	}
	if !ok {
		return 0, "", false
	}
	return i, strings.TrimLeftFunc(f.Original(best, len(f.Text)), separates), true
}

// Numbered writes answers under each other with their numbers: "1 通过\n2 重办".
func Numbered(answers []string) string {
	lines := make([]string, len(answers))
	for i, a := range answers {
		lines[i] = strconv.Itoa(i+1) + " " + a
	}
	return strings.Join(lines, "\n")
}
