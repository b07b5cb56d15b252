package remind

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

// Name is a person as a sentence may name them.
type Name struct {
	ID   bot.PersonID
	Name string
}

// Known is who may be named where the sentence was said.
type Known struct {
	People []Name
	// Posts are the titles that somebody holds there, Vacant those that nobody does.
	Posts, Vacant []string
}

// Request is what a 提醒 sentence asks for.
type Request struct {
	// For is whom it names; zero if it names nobody. Me is set for 我.
	For Audience
	Me  bool
	// Vacant are the posts among those it names that nobody holds.
	Vacant []string
	// When is the time understood; its Kind is zhtime.None if there is none.
	When zhtime.Reading
	// Shift and Skip are 遇节假日顺延 and 遇节假日取消; Begin is when it begins, if that is
	// not now, Until when it ends, Except the days on which it does not come.
	Shift, Skip  bool
	Begin, Until time.Time
	Except       []time.Time
	// Twice is a second time that stands right behind that understood, Left the words of a
	// time of which only a part was.
	Twice, Left string
	// Note is how something that is not exact was reckoned, for the answer. Else is another
	// time that may be meant, as it is typed in a change, ElseFor what that would be for,
	// empty where it says so itself.
	Note, Else, ElseFor string
	// Stranger is somebody it is asked for on behalf of, and who is not known here: 替我妈提醒她.
	Stranger string
	// Text is what is left: what it is about, as typed.
	Text string

	// ahead is how long before each of a recurrence's times it comes, aheadSaid as it was
	// said.
	ahead     time.Duration
	aheadSaid string
	// lasting is how long a recurrence goes on, zero if nothing was said.
	lasting length
}

// verbs are the words that ask for a reminder, the longest first.
var verbs = []string{"记得提醒", "提醒一下", "提醒", "记得叫", "叫一下"}

// The words for whom a reminder is.
var (
	everybody = []string{"@所有人", "所有的人", "所有人", "全体人员", "各位同志", "大家伙", "全体", "大家", "各位", "群里"}
	members   = []string{"各位党员", "全体党员", "所有党员", "党员们", "党员"}
	notVoted  = []string{"还没有投票的人", "还没投票的人", "没有投票的人", "没投票的人", "未投票的人", "还没有投票的", "还没投票的", "没有投票的", "没投票的", "未投票的", "没表决的", "没投的"}
	// leaders are posts that a community may have and the practices need not know.
	leaders   = []string{"楼栋长", "楼门长", "单元长", "楼长", "党小组长", "小组长", "网格员", "副书记", "组织委员", "宣传委员", "纪检委员"}
	committee = []string{"全体支委", "各位支委", "支委们", "支委", "支部委员"}
	mine      = []string{"我自己", "我本人", "自己", "我", "俺", "窝"}
	notMine   = []string{"我们", "俺们", "窝们", "窝沟", "窝棚", "窝点"} // 窝沟封闭 is done to children's teeth
)

// daysOff are the words for days on which people do not work.
const daysOff = `(?:双休日和节假日|周末和节假日|节假日|节日|假日|假期|放假|周末|双休日|休息日)`

var (
	shiftWords = regexp.MustCompile(`[，,、;；(（ ]*(?:如果|如|若)?[遇逢](?:到|上|着)?(?:法定)?(?:节假日|节日|假日|假期|放假|周末|休息日)(?:的话)?(?:就|则|自动|往后|向后)*(?:顺延|后延|推迟|延后)(?:一天)?[)）]?`)
	skipWords  = regexp.MustCompile(`[，,、;；(（ ]*(?:(?:如果|如|若)?[遇逢](?:到|上|着)?(?:法定)?` + daysOff + `(?:的话)?(?:就|则|自动)*(?:取消|跳过|不开|停一次|停|除外|不提醒|不用)|(?:(?:法定)?` + daysOff + `(?:的时候|期间|时)?(?:就|都|里|也)*(?:除外|例外|不算|不提醒|不用提醒|不要提醒|别提醒|跳过)|(?:除了|除开|不含|不包括)(?:法定)?` + daysOff + `(?:以外|之外|外)?|除(?:法定)?` + daysOff + `(?:以外|之外|外)))[)）]?`)
)

// Read takes a 提醒 sentence apart: whom, when, what. It is false for a sentence
// without the word. The time may stand before the word or behind it.
func Read(sentence string, now time.Time, known Known) (Request, bool) {
	f := zhtext.Fold(sentence)
	at, verb := firstOf(f.Text, verbs)
	if at < 0 {
		return Request{}, false
	}
	before, after := f.Original(0, at), f.Original(at+len(verb), len(f.Text))
	var r Request
	rest := r.whom(strings.TrimLeft(after, " ,，:：　"), known)
	if head, tail, ok := strings.Cut(rest, "的时候"); ok && head == "" {
		rest = tail
	}
	if before, rest = r.behalf(before, rest, known); r.Stranger != "" {
		r.Text = tidy(rest, "。")
	}
	r.what(trimLead(before), rest, now)
	return r, true
}

// trimLead leaves out the politeness before a sentence.
func trimLead(s string) string {
	for {
		was := s
		for _, lead := range []string{"请", "麻烦", "帮我", "帮忙", "帮", "到时候", "能不能", "记得", "别忘了", "在"} {
			s = strings.TrimPrefix(strings.TrimLeft(s, " ，,。"), lead)
		}
		if s == was {
			return s
		}
	}
}

func firstOf(text string, words []string) (int, string) {
	for _, w := range words {
		if i := strings.Index(text, w); i >= 0 {
			return i, w
		}
	}
	return -1, ""
}

// whom reads for whom it is off the head of what follows the word, and returns the
// rest. A post that nobody holds counts beside others only: alone, it leaves nobody.
func (r *Request) whom(s string, known Known) string {
	rest, ok := r.one(s, known, true)
	if !ok {
		rest, ok = r.nobodys(s, known)
	}
	for ok {
		had, next := rest, strings.TrimLeft(rest, " 　")
		j := leading(next, []string{"、", "，", ",", "和", "及", "与", "跟", "还有"})
		if j == 0 {
			break
		}
		more := strings.TrimLeft(next[j:], " 　")
		if rest, ok = r.one(more, known, false); !ok {
			if rest, ok = r.nobodys(more, known); !ok {
				rest = had
			}
		}
	}
	if r.For.Zero() && !r.Me {
		r.Vacant = nil
		return s
	}
	return rest
}

// nobodys reads a post that nobody holds.
func (r *Request) nobodys(s string, known Known) (string, bool) {
	folded := zhtext.Fold(s)
	vacant := slices.DeleteFunc(append(slices.Clone(known.Vacant), leaders...), func(title string) bool { return slices.Contains(known.Posts, title) })
	if !slices.ContainsFunc(known.Posts, onCommittee) {
		vacant = append(vacant, committee...)
	}
	title := longest(folded.Text, vacant)
	if title == "" {
		return s, false
	}
	if slices.Contains(committee, title) {
		r.Vacant = append(r.Vacant, Committee)
	} else {
		r.Vacant = append(r.Vacant, title)
	}
	return folded.Original(len(title), len(folded.Text)), true
}

// one reads one person, post or group of people.
func (r *Request) one(s string, known Known, first bool) (string, bool) {
	folded := zhtext.Fold(s)
	head := folded.Text
	rest := func(n int) string { return folded.Original(n, len(head)) }
	if first {
		if n := leading(head, mine); n > 0 && leading(head, notMine) == 0 {
			r.Me = true
			return rest(n), true
		}
	}
	if n := leading(head, notVoted); n > 0 {
		r.For.NotVoted = true
		return rest(n), true
	}
	if n := leading(head, members); n > 0 {
		r.For.Everybody, r.For.Call = true, "党员"
		return rest(n), true
	}
	if n := leading(head, committee); n > 0 {
		if !slices.ContainsFunc(known.Posts, onCommittee) {
			return s, false // it is not everybody either
		}
		r.For.Posts = append(r.For.Posts, Committee)
		return rest(n), true
	}
	if n := leading(head, everybody); n > 0 {
		r.For.Everybody = true
		return rest(n), true
	}
	name := strings.TrimPrefix(head, "@")
	at := len(head) - len(name)
	if best := longestPerson(name, known.People); best.ID != "" {
		r.For.People = append(r.For.People, best.ID)
		return rest(at + len(zhtext.Fold(best.Name).Text)), true
	}
	if title := longest(name, known.Posts); title != "" {
		r.For.Posts = append(r.For.Posts, title)
		return rest(at + len(title)), true
	}
	return s, false
}

func longestPerson(s string, people []Name) (best Name) {
	for _, p := range people {
		if n := zhtext.Fold(p.Name).Text; n != "" && strings.HasPrefix(s, n) && len(n) > len(zhtext.Fold(best.Name).Text) {
			best = p
		}
	}
	return best
}

func longest(s string, words []string) (best string) {
	for _, w := range words {
		if strings.HasPrefix(s, w) && len(w) > len(best) {
			best = w
		}
	}
	return best
}

// leading returns the length of the word that s begins with, 0 if none.
func leading(s string, words []string) int { return len(longest(s, words)) }

// joint stands in the place of the verb: a full stop keeps the words before it and behind it
// from running into each other.
const joint = "。"

// what finds the time in the words around, and leaves what it is about.
func (r *Request) what(before, after string, now time.Time) {
	s := rows(r.lasts(loosely(severalADay(plainly(before+joint+after, now)))))
	if skipWords.MatchString(s) {
		r.Skip, s = true, skipWords.ReplaceAllString(s, " ")
	}
	if shiftWords.MatchString(s) {
		r.Shift, s = true, shiftWords.ReplaceAllString(s, " ")
	}
	s = r.bounds(s, now)
	s = r.half(r.daylight(together(gathered(s, now), now), now), "", now)
	s, early := r.earlier(s, now)
	if best, ok := zhtime.Find(s, now, zhtime.Options{Prefer: zhtime.Future}); ok {
		best = r.notLate(best)
		best.Start, best.End = best.Start.Add(-early), best.End.Add(-early)
		r.When, r.Twice = r.everyDayOf(midnight(best), now), twice(before, best, now)
		if r.Twice == "" {
			r.leftOver(s, best)
		}
		s = cutOut(s, best)
	} else {
		r.When.Kind = zhtime.None
	}
	if r.Text = tidy(s, joint); r.When.Kind != zhtime.None {
		r.Text = soonLeads.ReplaceAllString(r.Text, "")
	}
	r.beforehand(now)
}

// cutOut leaves a blank where a time stood.
func cutOut(s string, t zhtime.Reading) string {
	runes := []rune(s)
	return string(runes[:t.From]) + " " + string(runes[min(t.To, len(runes)):])
}

// tidy puts together what is left of the words around the verb.
func tidy(s, joint string) string {
	var parts []string
	for part := range strings.SplitSeq(s, joint) {
		part = strings.Trim(strings.Join(strings.Fields(part), " "), " ，,。、；;:：—-")
		for _, calendar := range []string{"农历 ", "阴历 ", "旧历 "} {
			part = strings.TrimPrefix(part, calendar)
		}
		part = strings.Trim(filler.ReplaceAllString(part, "$1"), " ，,、")
		if part != "" && !slices.Contains(hollow, part) {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, " ")
}

// filler are words before and behind what a reminder is about that add nothing to it.
var filler = regexp.MustCompile(`^(?:一下|一声|记得|别忘了|不要忘了|定时|订时|准时|[ ，,])*(.+?)(?:[ ，,]*(?:别忘了|不要忘了|记得|到时候|千万|一定|麻烦你?|请你?))*$`)

// hollow are words that mean nothing when they are all that is left.
var hollow = []string{"的时候", "时", "再", "一声", "请", "麻烦", "麻烦你", "麻烦您", "在", "都", "要", "我", "帮我", "吧", "谢谢", "好吗", "一下", "定时", "订时", "准时", "别忘了", "记得", "到时候", "到", "等", "等到"}
