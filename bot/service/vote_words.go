package service

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/intents/zhnum"
	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

// motion is what a sentence that opens a vote says, taken apart:
// 选秋游地点：湿地公园、博物馆 可选2个 匿名 截止明天中午.
type motion struct {
	title   string
	options []string
	most    int
	secret  bool
	// open: by name, said so.
	open bool
	// hidden: no result before the close.
	hidden bool
	rule   *ballot.Rule
	// noticed is when the vote was announced: 11月1日已通知.
	noticed time.Time
	until   time.Time
	// entitled is how many should have a vote, as the opener says: 应到4人.
	entitled int
	// roll is the roll by file it counts by: 按 名册业主大会.
	roll string
}

// A clause stands at the beginning, or after a space or a mark.
const clause = `(?:^|[\s，,。；;])`

var (
	pickClause   = regexp.MustCompile(clause + `(?:每人)?(?:可选|最多选|限选|任选|选)([0-9０-９一二两三四五六七八九十]+)[个個项項人]`)
	secretClause = regexp.MustCompile(clause + `(?:匿名|无记名|不记名)\pL{0,2}(?:[\s，,。；;]|$)`)
	hiddenClause = regexp.MustCompile(clause + `(?:结果)?(?:(?:截止|结束|投完)(?:之?前)不(?:公布|公开|显示)(?:结果)?|(?:截止|结束|投完)(?:之?后)再?(?:公布|公开|出)(?:结果)?|先不(?:公布|公开)(?:结果)?)`)
	noticeClause = regexp.MustCompile(clause + `(?:已|已经)?(?:于|在)?([^\s，,。；;]{2,12}?)(?:已|已经)?(?:书面)?(?:通知|公告)(?:过|了)?(?:全体业主)?(?:[\s，,。；;]|$)`)
	duePeople    = regexp.MustCompile(clause + `应到(?:会)?([0-9０-９一二两三四五六七八九十百]+)[人名]`)
	ruleClause   = regexp.MustCompile(clause + `(?:按照|按|依)\s*[“《]?([^\s，,。；;”》]+)[”》]?`)
	rollClause   = regexp.MustCompile(clause + `(?:按照|按|用|依)\s*(?:\pL{2})?名册\s*[“《:：]?([^\s，,。；;”》]+)[”》]?`)
	splitter     = regexp.MustCompile(`[、，,；;/／\n]+|\s+`)
)

// readMotion takes a sentence apart; now is in the local zone.
func readMotion(text string, now time.Time) (motion, error) {
	var m motion
	text = traditional.Replace(text)
	if at := hiddenClause.FindStringIndex(text); at != nil {
		m.hidden = true
		text = text[:at[0]] + " " + text[at[1]:]
	}
	text = m.takeNotice(text, now)
	text, err := m.takeUntil(text, now)
	if err != nil {
		return m, err
	}
	if at := pickClause.FindStringSubmatchIndex(text); at != nil {
		m.most = smallNumber(text[at[2]:at[3]])
		text = text[:at[0]] + text[at[1]:]
	}
	if at := duePeople.FindStringSubmatchIndex(text); at != nil {
		m.entitled = smallNumber(text[at[2]:at[3]])
		text = text[:at[0]] + text[at[1]:]
	}
	if at := secretClause.FindStringIndex(text); at != nil {
		m.secret = true
		text = text[:at[0]] + " " + text[at[1]:]
	}
	if at := openClause.FindStringIndex(text); at != nil {
		m.open = true
		text = text[:at[0]] + " " + text[at[1]:]
	}
	if at := rollClause.FindStringSubmatchIndex(text); at != nil {
		m.roll = text[at[2]:at[3]]
		text = text[:at[0]] + " " + text[at[1]:]
	}
	if at := ruleClause.FindStringSubmatchIndex(text); at != nil {
		said := text[at[2]:at[3]]
		if m.rule = ruleNamed(said); m.rule != nil {
			text = text[:at[0]] + text[at[1]:]
		} else if ruleLike.MatchString(strings.TrimLeft(text[at[0]:], "，,。；; ")) {
			return m, &unknownRule{said, nearest(said, ballot.DateOf(now))}
		}
	}
	title, list, found := strings.Cut(strings.ReplaceAll(text, ":", "："), "：")
	if found {
		m.options = splitOptions(list)
	}
	m.title = strings.Trim(title, " 　，,。；;")
	return m, nil
}

// takeNotice takes the clause that says when the vote was announced out of a sentence:
// 11月1日已通知. A rule with notice days asks for it.
func (m *motion) takeNotice(text string, now time.Time) string {
	at := noticeClause.FindStringSubmatchIndex(text)
	if at == nil {
		return text
	}
	said := text[at[2]:at[3]]
	r, ok := zhtime.Parse(said, now, zhtime.Options{Prefer: zhtime.Past})
	if !ok || r.Kind == zhtime.Impossible || r.Start.After(now) {
		return text
	}
	m.noticed = r.Start
	return text[:at[0]] + " " + text[at[1]:]
}

// takeUntil takes the clause that says when the vote closes out of a sentence: 截止周五,
// or 周五截止. Other times in it belong to what is voted on.
func (m *motion) takeUntil(text string, now time.Time) (string, error) {
	const word = "截止"
	at := strings.LastIndex(text, word)
	if at < 0 {
		return m.takeLastDay(text, now), nil
	}
	head, tail := []rune(text[:at+len(word)]), []rune(text[at:])
	before, after := head[:len(head)-utf8.RuneCountInString(word)], tail
	opt := zhtime.Options{Prefer: zhtime.Future}
	r, ok := zhtime.Find(string(tail), now, opt)
	if ok = ok && r.From <= utf8.RuneCountInString(word); ok {
		after = tail[r.To:]
	}
	for _, other := range zhtime.FindAll(string(head), now, opt) {
		if !ok && other.To == len(head) {
			r, ok, before, after = other, true, head[:other.From], tail[utf8.RuneCountInString(word):]
		}
	}
	switch {
	case !ok:
		return text, nil
	case r.Kind == zhtime.Impossible || r.Recurrence != nil:
		return "", bot.Errorf(bot.Invalid, "“%s”不能当截止时间，请再说一次，例如：截止周五18:00。", cut(r.Text, 12))
	}
	m.until = r.End
	const marks = " 　，,。；;"
	return strings.TrimRight(string(before), marks) + " " + strings.TrimLeft(string(after), marks), nil
}

// smallNumber reads a whole number as people write it (12, １２, 十二, 两); 0 if it is
// none.
func smallNumber(s string) int {
	s = zhtext.Fold(s).Text
	n, size := zhnum.Parse(s)
	if size != len(s) || n.Value != float64(int(n.Value)) {
		return 0
	}
	return int(n.Value)
}

// splitOptions takes a list of options apart.
func splitOptions(list string) []string {
	var out []string
	for _, o := range splitter.Split(strings.Trim(list, "。. 　"), -1) {
		if o = strings.TrimSpace(o); o != "" && !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}

// ballotWords cleans what people put around a choice: 我投赞成票, 改成反对吧。
var ballotWords = strings.NewReplacer("我要", "", "我", "", "改成", "", "改为", "", "改投", "", "投给", "", "投", "", "选", "", "票", "",
	"吧", "", "啊", "", "呀", "", "哦", "", "啦", "", "！", "", "!", "", "。", "", ".", "")

// sayOf finds the choice that a word stands for, as people type it: 我贊成！ Empty if
// none.
func sayOf(word string) ballot.Say {
	word = strings.TrimSpace(zhtext.Fold(word).Text)
	if say := ballot.SayOf(word); say != "" {
		return say
	}
	return ballot.SayOf(strings.TrimSpace(ballotWords.Replace(word)))
}

// choiceSaid reads a choice as it is said of a vote: 赞成, 弃权, 1、3, 湿地公园. A
// number picks the option of that place; of a motion, the saying.
func choiceSaid(p ballot.Poll, options []string, text string) (ballot.Choice, bool) {
	if say := sayOf(text); say != "" && (!p.Selection() || say == ballot.Abstain || say == ballot.Recuse) {
		return ballot.Choice{Say: say}, true
	}
	word := strings.TrimSpace(zhtext.Fold(text).Text)
	for _, w := range []string{word, strings.TrimSpace(ballotWords.Replace(word))} {
		if p.Selection() {
			if picks, ok := picksSaid(p.Options, options, w); ok {
				return ballot.Choice{Say: ballot.Pick, Picks: picks}, true
			}
		} else if n, err := strconv.Atoi(w); err == nil && n >= 1 && n <= len(sayings) {
			return ballot.Choice{Say: sayings[n-1]}, true
		}
	}
	return ballot.Choice{}, false
}

// sayings are the buttons of a motion, in order.
var sayings = []ballot.Say{ballot.Yes, ballot.No, ballot.Abstain}

// picksSaid reads folded text as a list of n options, by name or by place.
func picksSaid(n int, options []string, text string) ([]int, bool) {
	var out []int
	for _, part := range splitOptions(strings.NewReplacer("和", "、", "跟", "、").Replace(text)) {
		at := slices.IndexFunc(options, func(o string) bool { return zhtext.Fold(o).Text == part })
		if i, err := strconv.Atoi(part); at < 0 && err == nil && i >= 1 && i <= n {
			at = i - 1
		}
		if at < 0 {
			return nil, false
		}
		out = append(out, at)
	}
	return out, len(out) > 0
}
