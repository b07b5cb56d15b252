package service

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"yiqun/bot/remind"
	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

// remindAnswer is what somebody says about what they were told.
type remindAnswer struct {
	// do is the button it stands for, or atTime.
	do string
	// which is the number of one of several things that were told together, 0 for none in
	// particular.
	which int
	// at is when it is to be told again, for atTime.
	at time.Time
	// vague: it may be said of other things as well: 等一下, 明天再说.
	vague bool
	// did is what they have done, which what they were told must speak of: 吃 of 吃过了.
	did string
}

// atTime is an answer without a button: 下午三点再提醒我.
const atTime = "at"

// reminderWords are the buttons of a reminder as typed in a private chat.
var reminderWords = map[string]*regexp.Regexp{
	"ok":       regexp.MustCompile(`^(?:好的?,? ?)?(?:我|俺)?(?:都|已经?)?(?:知道|晓得|收到|明白|记住|记下|看到|了解)(?:了|啦|咯|喽)?(?:,? ?谢谢(?:你|您)?)?$`),
	"hour":     regexp.MustCompile(`^(?:(?:再?过|等)(?:一|1)个?(?:小时|钟头)(?:以后|之后|后)?|(?:一|1)个?(?:小时|钟头)(?:以后|之后|后)|晚一?[点些]儿?|等会儿?|待会儿?|等一下|等一会儿?|过一会儿?|过会儿)(?:再?(?:说|提醒|叫|喊)我?(?:一下|一声)?)?$`),
	"tomorrow": regexp.MustCompile(`^(?:明天|明早|明儿)(?:早上|上午)?再?(?:说|提醒|讲|叫)我?(?:一下)?$`),
	"stop":     regexp.MustCompile(`^(?:请)?(?:以后)?(?:这条|这个|这一条)?(?:都)?(?:不再|别再|不要再|不用再|不必再|莫再|甭再|别|不要|不用|不必|莫|甭)(?:给我)?(?:提醒(?:我)?(?:了|啦)?|[喊叫]我?(?:了|啦))$`),
}

var (
	// oneOfThem are the ways to say which of several things is meant, before the words and
	// behind them.
	oneBefore = regexp.MustCompile(`^(?:第)?([0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:件|条|个|号)?(?:事)?[ ,、:.]*(.+)$`)
	oneBehind = regexp.MustCompile(`^(.+?) *第?([0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:件|条|个|号)?$`)
	// againAt is another time for what was told, and ratherAt what it is put off to.
	againAt  = regexp.MustCompile(`^(.{1,12}?)(?:的时候|以后|之后|后)?再(?:说|提醒|叫|喊|讲)(?:我|一下|一声|一遍|一次)*$`)
	ratherAt = regexp.MustCompile(`^(?:改|推迟|推|延|延后|挪|换|放|留|等)(?:到|成|为)(.{1,12})$`)
	// didIt is that it has been done, whatever one is reminded of: 今天吃过药了, 已经交了. What
	// ends an order, 办好了 or 修好了, is none of it.
	didIt = regexp.MustCompile(`^(?:我|俺)?(?:今天|今早|今晚|早上|上午|中午|下午|晚上|刚才|刚刚|刚)?(?:我|俺)?(?:都|已经?|早就|早)*([吃喝服打量测擦抹敷泡贴练交缴去带关锁买拿取接喂浇充])(?:过|完|好)?(?:药|饭|水|针|血压|血糖|材料|钱|费|电|门|窗)?(?:过)?(?:了|啦|咯|喽)$`)
	// ofReminding are the words that are said of reminders only, beside the buttons.
	ofReminding = regexp.MustCompile(`提醒|[叫喊]我`)
)

// answerWord reads a sentence as an answer to what was told; false for any other.
func (s *session) answerWord(said string) (remindAnswer, bool) {
	said = strings.TrimRight(strings.TrimSpace(said), "吧啊呀哦哈呢嘛")
	a, ok := s.answerRead(said)
	if a.do == "hour" || a.do == "tomorrow" || a.do == atTime {
		a.vague = a.which == 0 && !ofReminding.MatchString(said) && !isLabel(said)
	}
	return a, ok
}

// isLabel reports that a sentence is what stands on a button.
func isLabel(said string) bool {
	return slices.ContainsFunc(reminderButtons, func(b reminderButton) bool { return b.label == said })
}

func (s *session) answerRead(said string) (remindAnswer, bool) {
	if do := buttonWord(said); do != "" {
		return remindAnswer{do: do}, true
	}
	if m := oneBehind.FindStringSubmatch(said); m != nil {
		if do := buttonWord(m[1]); do != "" {
			return remindAnswer{do: do, which: smallNumber(m[2])}, true
		}
	}
	if m := oneBefore.FindStringSubmatch(said); m != nil {
		if do := buttonWord(m[2]); do != "" {
			return remindAnswer{do: do, which: smallNumber(m[1])}, true
		}
	}
	if m := didIt.FindStringSubmatch(said); m != nil {
		return remindAnswer{do: "ok", vague: true, did: m[1]}, true
	}
	return s.answerTime(said)
}

// buttonWord is the button that words stand for, empty for none.
func buttonWord(said string) string {
	for _, b := range reminderButtons {
		if reminderWords[b.answer].MatchString(said) {
			return b.answer
		}
	}
	return ""
}

// answerTime reads another time: 下午三点再提醒我, 过两个小时再说.
func (s *session) answerTime(said string) (remindAnswer, bool) {
	m := againAt.FindStringSubmatch(said)
	if m == nil {
		m = ratherAt.FindStringSubmatch(said)
	}
	if m == nil {
		return remindAnswer{}, false
	}
	now := s.now.In(s.zone())
	read, ok := zhtime.Parse(m[1], now, zhtime.Options{Prefer: zhtime.Future})
	if !ok {
		return remindAnswer{}, false
	}
	if read.Kind == zhtime.Duration {
		return remindAnswer{do: atTime, at: now.Add(read.Length).Truncate(time.Minute)}, read.Length > 0
	}
	rule, err := remind.Request{When: read}.RuleOf(s.place(s.node.ID), now)
	return remindAnswer{do: atTime, at: rule.Once}, err == nil && rule.Once.After(now)
}

// answeredInWords carries out a button's word typed in a private chat, about what was
// told last: all of it, where several things were told together. It is false when the
// words are none, or nothing was told.
func (s *session) answeredInWords() (bool, error) {
	if !s.e.Chat.Private {
		return false, nil
	}
	a, ok := s.answerWord(strings.Trim(zhtext.Fold(s.plain()).Text, " 。.!！~"))
	if !ok {
		return false, nil
	}
	last, together, err := s.toldLast()
	if err != nil || len(together) == 0 || a.vague && s.now.Sub(last.Told) > vagueFor {
		return false, err
	}
	if a.did != "" && !slices.ContainsFunc(together, func(n remind.Notice) bool { return ofReminder(n) && strings.Contains(n.Text, a.did) }) {
		return false, nil
	}
	s.verb = "remind"
	text, err := s.answerTogether(last, together, a)
	if err != nil {
		return true, err
	}
	s.reply(text)
	return true, nil
}

// toldLast is what the speaker was told last, of reminders and of matters, within a day:
// the last of it, and everything that message said; nothing if there was none.
func (s *session) toldLast() (last remind.Notice, together []remind.Notice, err error) {
	together, err = s.tx.LastMessage(s.ctx, remind.Person(s.me.ID), s.now.Add(-answerable))
	if err != nil || len(together) == 0 {
		return last, nil, err
	}
	last = slices.MaxFunc(together, func(a, b remind.Notice) int {
		return cmp.Or(cmp.Compare(kindOf(a), kindOf(b)), strings.Compare(a.ID, b.ID))
	})
	if kept := inTime(slices.Clone(together)); len(kept) > 0 {
		return last, kept, nil
	}
	return last, []remind.Notice{last}, nil
}

// kindOf puts reminders behind what a procedure derives: of both the reminder is the last.
func kindOf(n remind.Notice) int {
	if ofReminder(n) {
		return 1
	}
	return 0
}
