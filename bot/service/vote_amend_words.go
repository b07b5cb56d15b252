package service

import (
	"regexp"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/intents/zhtime"
)

// amendment is what a sentence says is to be changed of how a vote is held: 截止周五18:00,
// 记名, 选项 湿地公园、博物馆.
type amendment struct {
	motion
	// consult: by no rule after all.
	consult bool
	// which is the one thing that was named without saying how: 截止.
	which string
}

// says reports whether anything is to be changed.
func (a amendment) says() bool {
	m := a.motion
	return a.open || a.consult || m.title != "" || len(m.options) > 0 || m.most > 0 || m.secret || m.hidden ||
		m.rule != nil || !m.noticed.IsZero() || !m.until.IsZero() || m.entitled > 0 || m.roll != ""
}

// The things that can be changed, as they are named and asked for.
var amendable = []struct{ word, ask string }{
	{"截止", "截止改到什么时候？例如：截止周五18:00。"},
	{"规则", "按哪条规则？例如：按 支部党员大会 应到12人；不按规则就发：征求意见。"},
	{"选项", "改成哪几个选项？用顿号隔开，例如：选项 湿地公园、博物馆。"},
	{"题目", "题目改成什么？例如：题目 周六大扫除改到上午九点。"},
}

var (
	// untilWord is 截止时间改到, ruleWord 规则改成, all meaning the clause of the opening.
	untilWord   = regexp.MustCompile(`截止(?:时间|日期)?\s*(?:改成|改到|改为|改|到|是|为|：|:)*\s*`)
	ruleWord    = regexp.MustCompile(`(?:^|[\s，,；;])规则\s*(?:改成|改为|改|用|按|是|为|：|:)*\s*`)
	titleWord   = regexp.MustCompile(`(?:^|[\s，,；;])(?:题目|议题|标题)\s*(?:改成|改为|改|是|为|：|:)*\s*(.+)$`)
	optionsWord = regexp.MustCompile(`(?:^|[\s，,；;])选项\s*(?:改成|改为|改|是|为|有|：|:)*\s*(.+)$`)
	openClause  = regexp.MustCompile(clause + `(?:改成|改为)?(?:不要?匿名|记名|实名|公开投)\pL{0,2}(?:[\s，,。；;]|$)`)
	consultOnly = regexp.MustCompile(clause + `(?:改成|改为|只)?(?:征求意见|不按规则)(?:[\s，,。；;]|$)`)
	leadingWord = regexp.MustCompile(`^(?:一下|成|为|到|把|请|就|是)+[\s，,：:]*`)
)

// traditional are the words that say how a vote is held as they may be typed; what is
// voted on stays as it was written.
var traditional = strings.NewReplacer("應到", "应到", "無記名", "无记名", "不記名", "不记名", "可選", "可选", "最多選", "最多选", "每人限選", "每人限选", "選項", "选项", "題目", "题目", "議題", "议题", "規則", "规则", "記名", "记名", "實名", "实名", "時間", "时间", "徵求意見", "征求意见")

// readAmendment takes what was said behind 改 apart; ok is false where it says nothing
// that can be changed. now is in the local zone.
func readAmendment(text string, now time.Time) (a amendment, ok bool, err error) {
	text = strings.TrimRight(leadingWord.ReplaceAllString(strings.TrimSpace(traditional.Replace(text)), ""), " 。.！!吧")
	for _, w := range amendable {
		if text == w.word || text == w.word+"时间" {
			a.which = w.word
			return a, true, nil
		}
	}
	take := func(re *regexp.Regexp) (found bool) {
		at := re.FindStringIndex(text)
		if at != nil {
			text = text[:at[0]] + " " + text[at[1]:]
		}
		return at != nil
	}
	consult := take(consultOnly)
	text = ruleWord.ReplaceAllString(untilWord.ReplaceAllString(text, "截止"), " 按 ")
	title, options := "", ""
	if p := titleWord.FindStringSubmatchIndex(text); p != nil {
		text, title = text[:p[0]], text[p[2]:p[3]]
	} else if p := optionsWord.FindStringSubmatchIndex(text); p != nil {
		text, options = text[:p[0]], text[p[2]:p[3]]
	}
	a.consult = consult
	a.motion, err = readMotion(text, now)
	if err != nil {
		return a, true, err
	}
	rest := leadingWord.ReplaceAllString(a.title, "")
	a.title = title
	if options != "" {
		// What is said behind the options may still be clauses: 选项 甲、乙 可选2个.
		more, err := readMotion("："+options, now)
		if err != nil {
			return a, true, err
		}
		a.options = more.options
		a.most, a.secret = max(a.most, more.most), a.secret || more.secret
		if a.until.IsZero() {
			a.until = more.until
		}
	}
	if r, found := zhtime.Parse(rest, now, zhtime.Options{Prefer: zhtime.Future}); rest != "" && found && a.until.IsZero() {
		if r.Kind == zhtime.Impossible || r.Recurrence != nil {
			return a, true, bot.Errorf(bot.Invalid, "“%s”不能当截止时间，请再说一次，例如：截止周五18:00。", cut(rest, 12))
		}
		a.until, rest = r.End, ""
	}
	return a, rest == "" && a.says(), nil
}
