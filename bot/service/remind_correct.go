package service

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

// What somebody says right after they have set a reminder, or moved one, may put it right:
// 不是三点是四点, 改成后天, 刚才那个不要了. It counts for as long as 撤销 does, in the same
// chat, and only where they have done nothing else since.

const (
	// slipSaid begins a correction, justSaid names what it is about.
	slipSaid = `^(?:不对|不好意思|说错了?|搞错了?|弄错了?|打错了?|记错了?|错了|哎呀|哎|哦|喔|呃|嗯|不不|不是|啊|,|,| )*`
	justSaid = `(?:(?:把)?(?:刚才|刚刚|刚|才|上面|前面)?(?:设|定|说|发|弄)?的?(?:那|这)?(?:一)?(?:个|条|件)?(?:提醒|闹钟|闹铃)?(?:的?时间)?)?`
)

var (
	neverMind = regexp.MustCompile(slipSaid + `(?:那|就|还是|先|给我|帮我)*` + justSaid + `(?:那|就|还是|先|给我|帮我|都)*(?:不要|不用|不用提醒|不要提醒|不必|取消|停|停掉|删|删掉|撤|撤掉|算|作废|不算)(?:了|掉|吧|啦|数)*$`)
	ratherSo  = regexp.MustCompile(slipSaid + justSaid + `[, ]*(?:还是|应该|我说的|说的|我是说|是|要|改|换|调|挪|推迟|推|延|提前|定)*(?:成|到|为|在|是|一下)*[, ]*(.{1,20})$`)
	notSoBut  = regexp.MustCompile(slipSaid + justSaid + `(?:不是|不要|把|从)?(.{1,12}?)[, ]*(?:不行就改|不行改|不行换|不行就|不行|没空|而是|应该是|应该|改成|改为|改到|换成|换到|改|是|要)(.{1,16})$`)
	rewordSo  = regexp.MustCompile(slipSaid + justSaid + `(?:不是(.{1,12}?)[, ]*(?:而是|应该是|是)|把(.{1,12}?)(?:改成|改为|换成))(.{1,16})$`)
	// partOnly is a part of the day without an hour: the hour said before stays.
	partOnly = regexp.MustCompile(`^(?:凌晨|清早|早上|早晨|上午|中午|下午|傍晚|晚上|夜里)$`)
)

// madeKey holds the reminder that an account set last in this chat.
func (s *session) madeKey() string { return "made:" + s.e.Chat.Key() + ":" + s.e.From.String() }

// justMade remembers that a reminder was set or moved now, so that the next sentence can
// put it right.
func (s *session) justMade(number int) {
	value := fmt.Sprintf("%d %d", number, s.now.Unix())
	key := s.madeKey()
	s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte(value), procedure.UndoWindow) })
}

// madeJustNow is the number of the reminder that the speaker has just set, and nothing
// since; 0 if there is none.
func (s *session) madeJustNow() (int, error) {
	raw, ok := s.remembered(s.madeKey())
	if !ok {
		return 0, nil
	}
	first, second, _ := strings.Cut(raw, " ")
	number, _ := strconv.Atoi(first) // what cannot be read is 0: none
	unix, _ := strconv.ParseInt(second, 10, 64)
	at := time.Unix(unix, 0)
	if s.now.Sub(at) > procedure.UndoWindow {
		return 0, nil
	}
	if since, err := s.doneSince(at); since || err != nil {
		return 0, err
	}
	return number, nil
}

// doneSince reports whether the speaker has done something on record since: acted on a
// matter, cast a ballot by word or by button, or put something into a meeting's log. That is
// what 刚才 means then.
func (s *session) doneSince(at time.Time) (bool, error) {
	m, ok, err := s.lastTouched()
	if err != nil || ok && m.LastBy == s.me.ID && m.LastAt.After(at) {
		return err == nil, err
	}
	cast, err := s.tx.EntriesOf(s.ctx, s.me.ID, 1)
	if err != nil || len(cast) > 0 && !cast[0].At.Before(at) {
		return err == nil, err
	}
	halls, err := s.openHalls(func(p meeting.Phase) bool { return p != meeting.Planned })
	return slices.ContainsFunc(halls, func(h *hall) bool {
		e, ok := s.lastOwn(h)
		return ok && !e.At.Before(at)
	}), err
}

// corrects takes a sentence that puts right the reminder just set. It is false for any
// other, and for one that replies to a message about a matter: it is said of that.
func (s *session) corrects() (bool, error) {
	text := strings.TrimRight(strings.Trim(zhtext.Fold(s.plain()).Text, " 。.!！~,"), "吧啊呀哦哈啦呢")
	// 停 alone asks which.
	drop, to := neverMind.MatchString(text) && !whichOne.MatchString(text), s.betterTime(text)
	swap := rewordSo.FindStringSubmatch(text)
	if text == "" || !drop && to == "" && swap == nil || s.quotedMatter() > 0 {
		return false, nil
	}
	number, err := s.madeJustNow()
	if err != nil || number == 0 {
		return false, err
	}
	r, err := s.ownReminder(number)
	if bot.CodeOf(err) == bot.NotFound {
		return false, nil
	}
	switch {
	case err != nil:
		return false, err
	case drop:
		return true, s.stopReminder(number)
	case to != "":
		return true, s.changeReminder(number, sameHour(to, r.Next.In(s.zone())))
	}
	if text := strings.Replace(r.Text, swap[1]+swap[2], swap[3], 1); swap[1]+swap[2] != "" && text != r.Text {
		return true, s.rewordReminder(number, text)
	}
	return false, nil
}

// betterTime is the time that a correction names, and nothing beside it; empty if there
// is none.
func (s *session) betterTime(text string) string {
	now := s.now.In(s.zone())
	isTime := func(said string) bool {
		read, ok := zhtime.Parse(said, now, zhtime.Options{Prefer: zhtime.Future})
		return ok && read.Kind != zhtime.Impossible && (read.Kind != zhtime.Duration || strings.HasSuffix(said, "后"))
	}
	if m := notSoBut.FindStringSubmatch(text); m != nil && isTime(m[1]) && isTime(m[2]) {
		return m[2]
	}
	// In a group a mere time may be said for many reasons: it has to be called a correction.
	if m := ratherSo.FindStringSubmatch(text); m != nil && (m[1] != text || s.e.Chat.Private) && isTime(m[1]) {
		return m[1]
	}
	return ""
}

// sameHour adds to a part of the day the hour that was said before: 下午 to 三点.
func sameHour(said string, was time.Time) string {
	if !partOnly.MatchString(said) {
		return said
	}
	hour := (was.Hour()+11)%12 + 1
	if (strings.HasPrefix(said, "早") || strings.HasPrefix(said, "上")) && (hour < 6 || hour == 12) {
		return said + "9点" // nobody means four in the morning by 上午
	}
	return fmt.Sprintf("%s%d点%02d分", said, hour, was.Minute())
}

// rewordReminder gives a reminder other words.
func (s *session) rewordReminder(number int, text string) error {
	s.verb = "改提醒"
	r, err := s.ownReminder(number)
	if err != nil {
		return err
	}
	r.Text = maskPhones(text)
	r.Version++
	if r, err = s.putReminder(r); err != nil {
		return err
	}
	s.justMade(r.Number)
	s.reply(s.echoReminder("好，改成", r))
	return nil
}
