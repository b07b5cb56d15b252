package service

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// typedSurvey is a survey as somebody writes it in a chat: 小区停车：1.您家有几辆车：
// 0、1、2辆以上；2.是否赞成划线：是、否；3.其他建议.
type typedSurvey struct {
	title     string
	questions []procedure.Question
}

var (
	firstMark = regexp.MustCompile(`(?:^|[\s；;。：:，,])(?:①|第?[1１一](?:题[.．)）：:、]?|[.．)）、]))\s*`)
	// others are the marks of the questions behind the first, by their number from 2.
	others    = questionMarks()
	apart     = regexp.MustCompile(`[\n；;]+`)
	withList  = regexp.MustCompile(`^(.*\S)\s*[：:]\s*(.+)$`)
	withQuery = regexp.MustCompile(`^(.*[？?])\s*(.+)$`)
	withRound = regexp.MustCompile(`^(.+?)\s*[（(](.+)[)）][？?]?$`)
	yesOrNo   = regexp.MustCompile(`是否|[吗么嘛][？?]?$`)
	asksScale = regexp.MustCompile(`^(?:满意度|打分|评分|满意不满意)$`)
	severalOf = regexp.MustCompile(`多选|可选[2-9二两三]`)
	isQuery   = regexp.MustCompile(`是否|几|什么|哪|吗|多少|怎么|谁`)
)

func questionMarks() []*regexp.Regexp {
	words := []string{"2２二", "3３三", "4４四", "5５五", "6６六", "7７七", "8８八"}
	out := make([]*regexp.Regexp, len(words))
	for i, w := range words {
		ring := string('②' + rune(i))
		out[i] = regexp.MustCompile(`[\s；;。]\s*(?:` + ring + `|第?[` + w + `](?:题[.．)）：:、]?|[.．)）、]))\s*`)
	}
	return out
}

// readSurvey takes a survey apart; without questions only its title is there.
func readSurvey(text string) (typedSurvey, error) {
	text = strings.TrimSpace(text)
	title, parts := cutQuestions(text)
	out, err := readParts(parts)
	out.title = strings.Trim(title, " 　：:，,。；;\n")
	return out, err
}

// readParts reads questions that have been taken apart.
func readParts(parts []string) (out typedSurvey, err error) {
	var written []procedure.Question // in words: last, for what is pressed comes on one card
	for i, p := range parts {
		q, err := readQuestion(i+1, p)
		switch {
		case err != nil:
			return out, err
		case q.Text:
			written = append(written, q)
		default:
			out.questions = append(out.questions, q)
		}
	}
	out.questions = append(out.questions, written...)
	for i := range out.questions {
		out.questions[i].ID = fmt.Sprintf("q%d", i+1)
	}
	if n := len(out.questions); n > procedure.MaxQuestions {
		return out, bot.Errorf(bot.Invalid, "一份问卷最多%d题，您写了%d题，请少问几题，大家才答得完。", procedure.MaxQuestions, n)
	}
	return out, nil
}

// cutQuestions parts the title from the questions, which are numbered, or stand apart by
// semicolons or lines.
func cutQuestions(text string) (title string, parts []string) {
	at := firstMark.FindStringIndex(text)
	if at != nil && strings.HasSuffix(text[:at[1]], "、") && !others[0].MatchString(text[at[1]:]) {
		at = nil // 您家几口人：1、2、3
	}
	if at != nil {
		title, text = text[:at[0]], text[at[1]:]
		for _, mark := range others {
			next := mark.FindStringIndex(text)
			if next == nil {
				break
			}
			parts, text = append(parts, text[:next[0]]), text[next[1]:]
		}
		return title, append(parts, text)
	}
	lines := apart.Split(text, -1)
	title, rest, found := cutColon(lines[0])
	switch {
	case found && len(lines) == 1 && !strings.ContainsAny(rest, "：:？?") && len(splitOptions(rest)) > 1:
		return title, []string{lines[0]} // one question, and its own title
	case found && strings.TrimSpace(rest) != "":
		return title, append([]string{rest}, lines[1:]...)
	}
	return title, lines[1:]
}

func cutColon(s string) (before, after string, found bool) {
	return strings.Cut(strings.ReplaceAll(s, ":", "："), "：")
}

// readQuestion reads one question, the n-th.
func readQuestion(n int, text string) (procedure.Question, error) {
	// One line, without the sign that parts it from its answers.
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, optionSign, "|")), " ")
	text = strings.Trim(text, " ，,。；;")
	q := procedure.Question{Ask: text}
	for _, shape := range []*regexp.Regexp{withList, withQuery, withRound} {
		p := shape.FindStringSubmatch(text)
		if p == nil {
			continue
		}
		list := strings.Trim(p[2], "。. ")
		if asksScale.MatchString(list) {
			q.Ask, q.Options = p[1], procedure.Question{Scale: true}.Answers()
		} else if o := answersIn(list); len(o) > 1 {
			q.Ask, q.Options = p[1], o
		} else {
			continue
		}
		break
	}
	if len(q.Options) == 0 && yesOrNo.MatchString(q.Ask) {
		q.Options = []string{"是", "否"}
	}
	q.Text = len(q.Options) == 0
	q.Ask = asked(q.Ask)
	return q, fits(n, q)
}

// answersIn takes a list of answers apart; marks alone are none.
func answersIn(list string) []string {
	var out []string
	for _, o := range splitOptions(list) {
		if o = strings.Trim(o, "。.：:（）()"); o != "" && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// asked ends a question with a mark that parts it from its answers.
func asked(ask string) string {
	ask = strings.TrimRight(strings.TrimSpace(ask), "？?：:，,。 ")
	if isQuery.MatchString(ask) {
		return ask + "？"
	}
	return ask + "："
}

func fits(n int, q procedure.Question) error {
	switch {
	case severalOf.MatchString(q.Ask):
		return bot.Errorf(bot.Invalid, "第%d题是多选，问卷每题只选一个。请把它分成几题，或者另发一次可选几个的投票。", n)
	case utf8.RuneCountInString(q.Ask) < 2:
		return bot.Errorf(bot.Invalid, "第%d题没有写问什么，请写上再发一次。", n)
	case utf8.RuneCountInString(q.Ask) > procedure.LongestAsk:
		return bot.Errorf(bot.Invalid, "第%d题太长了，一题不超过%d个字，请短一些再发一次。", n, procedure.LongestAsk)
	case len(q.Options) > procedure.MaxAnswers:
		return bot.Errorf(bot.Invalid, "第%d题有%d个选项，最多%d个，请合并几个再发一次。", n, len(q.Options), procedure.MaxAnswers)
	}
	for _, o := range q.Options {
		if utf8.RuneCountInString(o) > procedure.LongestAnswer {
			return bot.Errorf(bot.Invalid, "第%d题的选项“%s”太长了，一个不超过%d个字，请短一些再发一次。", n, cut(o, 12), procedure.LongestAnswer)
		}
	}
	return nil
}

// optionSign stands between a question and its answers where it is kept.
const optionSign = "｜"

// keepQuestions writes questions as they are kept in a field, one on a line.
func keepQuestions(questions []procedure.Question) string {
	lines := make([]string, len(questions))
	for i, q := range questions {
		lines[i] = q.Ask
		if !q.Text {
			lines[i] += optionSign + strings.Join(q.Options, "、")
		}
	}
	return strings.Join(lines, "\n")
}

// keptQuestions reads what keepQuestions wrote. items says how many answers each has; of
// what was erased it is all that is known.
func keptQuestions(text string, items []int) []procedure.Question {
	lines := strings.Split(text, "\n")
	out := make([]procedure.Question, len(items))
	for i, n := range items {
		q := procedure.Question{ID: fmt.Sprintf("q%d", i+1), Ask: fmt.Sprintf("第%d题：", i+1), Text: n == 0}
		var options []string
		if len(lines) == len(items) {
			ask, list, _ := strings.Cut(lines[i], optionSign)
			q.Ask, options = cmp.Or(ask, q.Ask), splitOptions(list)
		}
		for j := range n {
			name := fmt.Sprintf("第%d项", j+1)
			if len(options) == n {
				name = options[j]
			}
			q.Options = append(q.Options, name)
		}
		out[i] = q
	}
	return out
}
