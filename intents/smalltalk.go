package intents

import (
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/intents/zhtext"
)

// smallTalk returns the kind of small talk the whole sentence is, "" if it is
// none. One clause of small talk beside a short remark is small talk too: 谢谢，
// 修好了.
func smallTalk(rd *reading) Small {
	s := rd.s
	start := skip(s, 0)
	if start == len(s) {
		return rd.wordless()
	}
	if utf8.RuneCountInString(s[:min(len(s), 300)]) > 40 {
		return ""
	}
	whole, kind := true, Small("")
	some := Small("")
	for i := start; i < len(s); {
		end := clauseEnd(s, i)
		k, ok := rd.smallClause(i, end)
		if ok {
			kind = graver(kind, k)
			some = graver(some, k)
		} else {
			whole = false
		}
		i = skip(s, end)
	}
	switch {
	case whole:
		return kind
	case some == Upset:
		return "" // 修了两回，没用
	case some == "" && frameWords.at(s, start).class != thanks:
		return ""
	case some == "":
		some = Thanks // 谢谢接单的师傅
	}
	if _, i := complaints.find(s, 0, len(s)); i >= 0 {
		return ""
	}
	if _, i := askWords.find(s, 0, len(s)); i >= 0 {
		return ""
	}
	return some
}

// graver returns the kind of the two that wants an answer more.
func graver(a, b Small) Small {
	order := []Small{Upset, Thanks, Praise, Goodbye, Greeting, Chat}
	for _, k := range order {
		if a == k || b == k {
			return k
		}
	}
	return a
}

// wordlessKinds are what emoji say, as characters and as the platforms' words.
var wordlessKinds = []struct {
	signs []string
	kind  Small
}{
	{[]string{"🙏", "抱拳", "合十", "感谢"}, Thanks},
	{[]string{"👍", "👏", "💯", "强", "赞", "鼓掌", "棒"}, Praise},
	{[]string{"👋", "再见"}, Goodbye},
}

// wordless reads a message without words: nothing but the mention, or emoji.
func (rd *reading) wordless() Small {
	if !rd.f.Emoji {
		return Empty
	}
	raw := zhtext.Simplify(rd.raw)
	for _, k := range wordlessKinds {
		if slices.ContainsFunc(k.signs, func(sign string) bool { return strings.Contains(raw, sign) }) {
			return k.kind
		}
	}
	return Chat
}

// smallClause reports that s[i:end] is small talk throughout.
func (rd *reading) smallClause(i, end int) (Small, bool) {
	kind := Small("")
	for i < end {
		if r, w := utf8.DecodeRuneInString(rd.s[i:end]); separator(r) {
			i += w
			continue
		}
		if e := smallWords.at(rd.s, i); e.text != "" && i+len(e.text) <= end {
			kind = graver(kind, smallKinds[e.class])
			i += len(e.text)
			continue
		}
		n := rd.smallFiller(i)
		if n == 0 || i+n > end {
			return "", false
		}
		i += n
	}
	return kind, kind != ""
}

// smallFiller returns the length of what may accompany small talk: particles and
// names.
func (rd *reading) smallFiller(i int) int {
	if e := smallFillers.at(rd.s, i); e.text != "" {
		return len(e.text)
	}
	if m, ok := rd.namedAt(i, true, true); ok {
		return m.to - i
	}
	if rd.bot != "" {
		if end := spacedPrefix(rd.s, i, rd.bot); end > 0 {
			return end - i
		}
	}
	return 0
}
