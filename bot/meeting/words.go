package meeting

import (
	"regexp"
	"strings"
)

// words are what one types for an entry, the shown one first. To say that one comes,
// to open a vote and to give an order are templates' words and are not among them.
var words = map[Kind][]string{
	Start:     {"会议开始", "现在开会", "开始开会"},
	End:       {"会议结束", "散会"},
	Arrive:    {"到会", "实到"},
	Late:      {"迟到"},
	Leave:     {"早退", "提前离会"},
	Absent:    {"缺席"},
	Represent: {"代表出席"},
	Guest:     {"列席"},
	Excuse:    {"请假"},
	Topic:     {"议题"},
	Next:      {"下一项", "下一个议题", "下一议题"},
	Note:      {"记", "记录"},
	Speech:    {"发言"},
	Resolve:   {"决议"},
	Pause:     {"休会"},
	Resume:    {"复会", "继续开会"},
	Correct:   {"更正"},
	Vouch:     {"应到"},
	Approve:   {"确认"},
	Office:    {"记录人", "主持人"},
}

// Word is what one types for an entry; Also are other words for the same.
func (k Kind) Word() string {
	if w := words[k]; len(w) > 0 {
		return w[0]
	}
	return ""
}

// Also are other words for an entry.
func (k Kind) Also() []string {
	if w := words[k]; len(w) > 1 {
		return w[1:]
	}
	return nil
}

// KindOf is the kind whose shown word this is; empty if none is.
func KindOf(word string) Kind {
	for k, w := range words {
		if w[0] == word {
			return k
		}
	}
	return ""
}

// Offices are named in a notice: 主持：李红梅.
var officeWords = map[string]Post{"主持": Host, "主持人": Host, "记录": Recorder, "记录人": Recorder}

// OfficeSaid reads who is host or recorder from now on: 记录人 陈晓, 主持人换成李红梅.
func OfficeSaid(text string) (Post, string) {
	for _, word := range []string{"主持人", "记录人"} {
		if rest, ok := strings.CutPrefix(text, word); ok {
			for _, as := range []string{"改由", "改为", "改成", "换成", "换为", "是", "由"} {
				if name, ok := strings.CutPrefix(strings.Trim(rest, " 　：:，,"), as); ok {
					rest = name
					break
				}
			}
			return officeWords[word], strings.TrimSuffix(strings.Trim(rest, " 　：:，,。@＠"), "来")
		}
	}
	return "", ""
}

// numbering is the mark before a line of a list: 1. 1、 （一） 一、 ①. What follows is
// its last group, which must not be a digit: 2.5小时 is no second point.
var numbering = regexp.MustCompile(`^\s*(?:[（(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)）.．、]\s*|[①②③④⑤⑥⑦⑧⑨⑩]\s*|[-•·]\s+)([^\d].*)?$`)

// inline is a numbered list within one line: 1.甲 2.乙 3.丙.
var inline = regexp.MustCompile(`(?:^|[\s。；;：:])(\d{1,2})[.．、)）]\s*`)

// Pieces takes a message with several notes apart: by lines, by numbers, by ；. A date
// or a decimal is no number of a list: only 1, 2, 3 … in order are.
func Pieces(text string) []string {
	var out []string
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		for _, part := range splitNumbered(line) {
			for p := range strings.FieldsFuncSeq(part, func(r rune) bool { return r == '；' || r == ';' }) {
				if p = unnumbered(strings.TrimSpace(p)); p != "" {
					out = append(out, p)
				}
			}
		}
	}
	return out
}

// unnumbered takes the mark of a list off.
func unnumbered(p string) string {
	if m := numbering.FindStringSubmatch(p); m != nil {
		return strings.TrimSpace(m[1])
	}
	return p
}

// splitNumbered cuts a line before 1. 2. 3., where they come in order and there are at
// least two.
func splitNumbered(line string) []string {
	var cuts []int
	want := "1"
	for _, at := range inline.FindAllStringSubmatchIndex(line, -1) {
		if line[at[2]:at[3]] == want {
			cuts = append(cuts, at[2])
			want = next(want)
		}
	}
	if len(cuts) < 2 {
		return []string{line}
	}
	var out []string
	if head := strings.TrimSpace(line[:cuts[0]]); head != "" {
		out = append(out, head)
	}
	for i, from := range cuts {
		to := len(line)
		if i+1 < len(cuts) {
			to = cuts[i+1]
		}
		out = append(out, line[from:to])
	}
	return out
}

// next is the decimal number after a small one.
func next(n string) string {
	digits := []byte(n)
	for i := len(digits) - 1; i >= 0; i-- {
		if digits[i]++; digits[i] <= '9' {
			return string(digits)
		}
		digits[i] = '0'
	}
	return "1" + string(digits)
}

// RollCall is who came, as it is called: 全到, 全到 除张三、李四, 张三、李四.
type RollCall struct {
	All    bool
	Except []string
	Names  []string
}

// exceptWords introduce those who did not come.
var exceptWords = []string{"除了", "除", "缺", "没到"}

// ReadRollCall reads who came.
func ReadRollCall(text string) RollCall {
	text = strings.Trim(text, " 　：:，,。.")
	var c RollCall
	for _, all := range []string{"全到", "全部到会", "都到了", "全体到会", "全员到齐", "全部到齐", "到齐了", "全"} {
		rest, ok := strings.CutPrefix(text, all)
		if !ok {
			continue
		}
		c.All = true
		rest = strings.Trim(rest, " 　：:，,。.了")
		for _, w := range exceptWords {
			if after, ok := strings.CutPrefix(rest, w); ok {
				c.Except = Names(strings.TrimSuffix(strings.TrimSuffix(after, "外"), "以"))
				break
			}
		}
		return c
	}
	c.Names = Names(text)
	return c
}

var nameSplit = regexp.MustCompile(`[、，,；;/\s]+`)

// Names takes a list of names apart: 张三、李四和@王五.
func Names(text string) []string {
	var out []string
	for _, n := range nameSplit.Split(strings.Trim(text, " 　。.：:"), -1) {
		if n = strings.TrimPrefix(strings.TrimPrefix(n, "@"), "＠"); n != "" {
			out = append(out, n)
		}
	}
	return out
}

// Notice is the sentence that convenes a meeting, taken apart:
// 支部党员大会 周四19:00 党群服务中心二楼 议题：讨论发展对象；通报经费 主持：李红梅.
type Notice struct {
	// Head is what stands before the first label.
	Head   string
	Topics []string
	// Offices are names for host and recorder, Due the names of those entitled, and
	// Entitled their number where one was said.
	Offices map[Post]string
	Due     string
}

var label = regexp.MustCompile(`(议题|议程|主持人|主持|记录人|记录|应到|参会单位|单位|参加人员)\s*(?:[：:]|是)`)

// ReadNotice takes the sentence apart.
func ReadNotice(text string) Notice {
	n := Notice{Offices: map[Post]string{}}
	at := label.FindAllStringSubmatchIndex(text, -1)
	if len(at) == 0 {
		n.Head = strings.TrimSpace(text)
		return n
	}
	n.Head = strings.TrimSpace(text[:at[0][0]])
	for i, a := range at {
		to := len(text)
		if i+1 < len(at) {
			to = at[i+1][0]
		}
		word, rest := text[a[2]:a[3]], strings.Trim(text[a[1]:to], " 　，,。")
		switch post, office := officeWords[word]; {
		case office:
			n.Offices[post] = strings.TrimPrefix(rest, "@")
		case word == "议题" || word == "议程":
			n.Topics = append(n.Topics, Pieces(rest)...)
		default:
			n.Due = rest
		}
	}
	return n
}
