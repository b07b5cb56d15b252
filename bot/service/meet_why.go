package service

import (
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"yiqun/intents/zhtime"
)

// moves begins what a meeting is moved to behind the reason: 因为停电，改到周五.
var moves = regexp.MustCompile(`[\s，,。；;、]+(?:会议?|就|先)?(?:改期|改到|推迟|提前|挪到|换到|改成|改)`)

// saidWhy is the reason that a sentence gives for a meeting to be held at another time;
// empty if none. A time in it is none of the meeting's: the rest is read anew without it.
func (s *session) saidWhy() (string, error) {
	said, why := apartWhy(s.plain(), s.now.In(s.zone()))
	if why == "" {
		return s.addedWhy(), nil
	}
	read, err := s.understand(said)
	if err != nil {
		return "", err
	}
	s.read.When, s.read.Matters, s.read.Text = read.When, read.Matters, read.Text
	return why, nil
}

// apartWhy takes a reason that is said as one off a sentence. A time that ends it is none
// of the reason.
func apartWhy(text string, now time.Time) (said, why string) {
	at := because.FindStringIndex(text)
	if at == nil {
		return text, ""
	}
	said, why = text[:at[0]], text[at[1]:]
	if then := moves.FindStringIndex(why); then != nil {
		said, why = said+" "+why[then[0]:], why[:then[0]]
	} else if times := zhtime.FindAll(why, now, zhtime.Options{Prefer: zhtime.Future}); len(times) > 0 {
		runes, last := []rune(why), times[len(times)-1]
		if last.To == len(runes) {
			said, why = said+" "+last.Text, string(runes[:last.From])
		}
	}
	return strings.TrimSpace(said), trimWhy(why)
}

// softeners may stand between a time and a reason: 改到周五吧，停电了.
const softeners = "吧啊呀呗哈哦嘛了啦"

// obvious is what can be nothing but a reason, also right behind the time: 周五晚7点停电了.
var obvious = regexp.MustCompile(`停电|停水|停气|下雨|下雪|台风|大风|出差|生病|住院|有事|有会|冲突|来不了|去不了|到不了|没空|没时间|不在|临时|检查|没到齐|人不齐|.了$`)

// noReason is said of a time and is no reason for it: 改到周五可以了.
var noReason = regexp.MustCompile(`^(?:就|就这么|这样|那|也|都|先|还是|大家)*(?:好|行|可以|定|定下|说定|算|对|成)(?:了|吧|啊|吗|的)*$`)

// addedWhy is what a sentence says behind the time, set off from it or plainly a reason:
// 改期 1 周五19:00，等书记回来.
func (s *session) addedWhy() string {
	why := trimWhy(strings.TrimLeft(trimWhy(s.read.Text), softeners))
	at := strings.LastIndex(s.plain(), why)
	if utf8.RuneCountInString(why) < 2 || at <= 0 || noReason.MatchString(why) || s.saidOver() {
		return ""
	}
	before, _ := utf8.DecodeLastRuneInString(s.plain()[:at])
	apart := strings.ContainsAny(s.plain()[:at], " 　，,。；;（(") && strings.ContainsRune(" 　，,。；;、：:（("+softeners, before)
	if !apart && !obvious.MatchString(why) {
		return ""
	}
	return why
}

// saidOver reports whether the rest of a sentence is a time that is over: a day that was is
// read as a word of the rest where an hour to come was said.
func (s *session) saidOver() bool {
	now, rest := s.now.In(s.zone()), trimWhy(s.read.Text)
	over, ok := zhtime.Find(rest, now, zhtime.Options{Prefer: zhtime.Past})
	return ok && !over.Start.IsZero() && over.End.Before(now) && utf8.RuneCountInString(rest)-(over.To-over.From) < 2
}

// trimWhy is a reason without what stands around it.
func trimWhy(text string) string {
	return strings.Trim(text, " 　，,。；;、：:（）()！!")
}
