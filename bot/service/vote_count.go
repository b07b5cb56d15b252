package service

import (
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/intents/zhnum"
	"yiqun/intents/zhtext"
)

// The labels of a count in the room, beside the words for the choices and the options.
var countLabels = map[string][]string{
	labelPresent:  {"到会", "实到", "出席", "参会", "在场"},
	labelIssued:   {"发出", "发票", "发放"},
	labelReturned: {"收回", "回收"},
	labelVoid:     {"废票", "无效票", "无效"},
	labelTellers:  {"计票人", "计票员", "监票人", "监票员"},
}

const (
	labelPresent  = "present"
	labelIssued   = "issued"
	labelReturned = "returned"
	labelVoid     = "void"
	labelTellers  = "tellers"
)

// roomCount is what a report says: a number for each label.
type roomCount struct {
	by    map[string]int64
	votes []int64 // for each option; -1 where nothing was said
}

func (c roomCount) tellers(p ballot.Poll) ballot.TellerCount {
	t := ballot.TellerCount{
		Present: c.by[labelPresent], Issued: c.by[labelIssued], Returned: c.by[labelReturned],
		Yes: c.by[string(ballot.Yes)], No: c.by[string(ballot.No)], Abstain: c.by[string(ballot.Abstain)], Void: c.by[labelVoid],
	}
	if p.Selection() {
		t.Votes = c.votes
	}
	return t
}

// countLabel is a word in a report and what it is about.
type countLabel struct {
	word, is string
	option   int
}

// readCount takes a report apart: 到会16人 赞成15 反对0 弃权1 计票人 李红梅 王建国, also
// 15票赞成, 赞成十五. The names are returned as said. What is not understood is an error
// that begins a sentence: a count must not be guessed.
func readCount(text string, options []string) (roomCount, string, error) {
	c := roomCount{by: map[string]int64{}, votes: make([]int64, len(options))}
	said := map[countLabel]bool{}
	words := labelsOf(options)
	for text = trimMarks(zhtext.Fold(text).Text); text != ""; text = trimMarks(text) {
		l, rest, n, ok := countAt(text, words)
		switch {
		case l.is == labelTellers:
			return c, rest, c.enough(said, options)
		case !ok:
			return c, "", bot.Errorf(bot.Invalid, "没看懂“%s”，请写清各是多少票，", cut(text, 8))
		case said[countLabel{is: l.is, option: l.option}]:
			return c, "", bot.Errorf(bot.Invalid, "“%s”报了两次，请重新报，", l.word)
		}
		said[countLabel{is: l.is, option: l.option}] = true
		if l.is == "" {
			c.votes[l.option] = n
		} else {
			c.by[l.is] = n
		}
		text = rest
	}
	return c, "", c.enough(said, options)
}

// enough asks for the numbers without which there is no count.
func (c roomCount) enough(said map[countLabel]bool, options []string) error {
	if len(options) == 0 && !said[countLabel{is: string(ballot.Yes)}] {
		return bot.Errorf(bot.Missing, "请报各是多少票，")
	}
	for i, o := range options {
		if !said[countLabel{option: i}] {
			return bot.Errorf(bot.Missing, "还没报“%s”多少票，没有得票请写0，", cut(o, 8))
		}
	}
	return nil
}

// labelsOf lists the words of a report, the longest first: 不赞成 before 赞成.
func labelsOf(options []string) []countLabel {
	var out []countLabel
	for is, words := range countLabels {
		for _, w := range words {
			out = append(out, countLabel{word: w, is: is})
		}
	}
	for _, say := range sayings {
		for _, w := range say.Words() {
			out = append(out, countLabel{word: w, is: string(say)})
		}
	}
	for i, o := range options {
		out = append(out, countLabel{word: zhtext.Fold(o).Text, option: i})
	}
	slices.SortFunc(out, func(a, b countLabel) int { return len(b.word) - len(a.word) })
	return out
}

// countAt reads one label with its number at the beginning of a text, in either order.
func countAt(text string, words []countLabel) (l countLabel, rest string, n int64, ok bool) {
	if l, rest, ok = labelAt(text, words); ok {
		if l.is == labelTellers {
			return l, trimMarks(rest), 0, true
		}
		n, rest, ok = numberAt(strings.TrimLeft(rest, "是为有得了票的=:： "))
		return l, rest, n, ok
	}
	if n, rest, ok = numberAt(text); ok {
		l, rest, ok = labelAt(strings.TrimLeft(rest, " "), words)
		return l, rest, n, ok && l.is != labelTellers
	}
	return l, text, 0, false
}

func labelAt(text string, words []countLabel) (countLabel, string, bool) {
	for _, l := range words {
		if rest, ok := strings.CutPrefix(text, l.word); ok && l.word != "" {
			return l, rest, true
		}
	}
	return countLabel{}, text, false
}

// numberAt reads a whole number with its unit: 15票, 十五人.
func numberAt(text string) (int64, string, bool) {
	v, size := zhnum.Parse(text)
	n, whole := v.Int()
	if size == 0 || !whole || v.Approximate() || n < 0 {
		return 0, text, false
	}
	rest := text[size:]
	for _, unit := range []string{"票", "人", "张", "位", "名"} {
		if cut, ok := strings.CutPrefix(rest, unit); ok {
			rest = cut
			break
		}
	}
	return int64(n), rest, true
}

func trimMarks(s string) string { return strings.TrimLeft(s, " ,，、。;；:：") }
