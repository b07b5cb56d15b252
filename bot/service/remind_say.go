package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

const (
	// mostReminders is how many reminders somebody may have at a time.
	mostReminders = 30
	// longestReminder is how long the text of one may be, in characters.
	longestReminder = 100
	// remindWord is the command.
	remindWord = "提醒"
)

var (
	stopSaid = regexp.MustCompile(`^(?:停|停掉|停止|停用|关掉|取消|删掉|删除|不要)(?:提醒)?\s*(?:第|编号|#)?\s*([0-9零一二两三四五六七八九十]{1,4})\s*(?:号|条)?(?:的)?(?:提醒)?(?:了)?$`)
	// stopOwn and changeOwn name one of a list by its place, the number first: 第一条不要了,
	// 把第三条改成晚上八点.
	stopOwn    = regexp.MustCompile(`^(?:把|那个|那)*(?:第)?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:条|号提醒|个提醒)(?:提醒)?(?:也|就|先|给我)*(?:不要|不用|取消|停|停掉|删|删掉|关掉)(?:了|掉)?$`)
	changeOwn  = regexp.MustCompile(`^(?:把|那个|那)*(?:第)?([0-9]{1,3}|[一二三四五六七八九十]{1,3})(?:条|号提醒|个提醒)(?:提醒)?(?:的?时间)?(?:改|换|调|挪|推迟|推|提前)(?:到|成|为)(.+)$`)
	askedFirst = regexp.MustCompile(`^(?:请|麻烦|帮我|帮忙|记得)*提醒`)
	// askedLater is a wish whose time stands first and may not be one: 改天提醒我交水费.
	askedLater = regexp.MustCompile(`^[^不没别莫甭谁谢怎为咋老总昨刚已还你医生师物业书记主任长员女妈爸他她它们友志?]{0,14}提醒(?:一下)?[我俺窝]`)
	// askedAhead ends a sentence that only says when something is: 周五三点开会，提前半小时提醒我.
	askedAhead = regexp.MustCompile(`提前.{1,8}提醒(?:一下|一声)?[我俺窝](?:一下|一声)?(?:谢谢|吧|哦)*$`)
	// askedForOne asks it for somebody who is named first: 帮王阿姨设个提醒, 替我妈提醒她.
	askedForOne = regexp.MustCompile(`^(?:请|麻烦|你)*(?:帮忙|帮|替|代|给|为)[^\s，,。]{1,8}?(?:(?:设置?|定|订|建|弄|加)(?:个|一个|一条|条|一下)?提醒|提醒(?:一下)?[她他])`)
	changeSaid  = regexp.MustCompile(`^(?:改|修改|改动|更改)(?:提醒)?\s*(?:第|编号|#)?\s*([0-9]{1,4}|[零一二两三四五六七八九十]{1,3})\s*(?:号|条)?(?:的)?(?:提醒)?(?:[\s,:]+|到|成|为)+(.+)$`)
)

// reminderSaid takes the sentences about reminders that are not read as a command: a
// button's word, 停 3, 改 3 周三, and 提醒 behind its time. It is false for any other.
func (s *session) reminderSaid() (bool, error) {
	if done, err := s.answeredInWords(); done || err != nil {
		return done, err
	}
	plain := zhtext.Fold(s.plain())
	text := strings.Trim(plain.Text, " 。.!！")
	if m := stopSaid.FindStringSubmatch(text); m != nil && !strings.Contains(text, remindWord) {
		if done, err := s.stopOfTold(smallNumber(m[1])); done || err != nil {
			return done, err
		}
	}
	if m := stopSaid.FindStringSubmatch(text); m != nil && s.ownNumber(m[1], strings.Contains(text, remindWord) || strings.HasPrefix(text, "停")) {
		return true, s.stopReminder(smallNumber(m[1]))
	}
	if m := changeSaid.FindStringSubmatch(text); m != nil && s.ownNumber(m[1], false) {
		return true, s.changeReminder(smallNumber(m[1]), m[2])
	}
	if m := stopOwn.FindStringSubmatch(strings.TrimRight(text, "吧啊呀")); m != nil && s.ownNumber(m[1], false) {
		if done, err := s.stopOfTold(smallNumber(m[1])); done || err != nil {
			return done, err
		}
		return true, s.stopReminder(smallNumber(m[1]))
	}
	if m := changeOwn.FindStringSubmatch(text); m != nil && s.ownNumber(m[1], false) {
		return true, s.changeReminder(smallNumber(m[1]), m[2])
	}
	if done, err := s.reminderMeant(text); done || err != nil {
		return done, err
	}
	if s.read.Verb != "" && s.read.Verb != remindWord && s.read.Sure >= certain && !askedAhead.MatchString(text) && !askedForOne.MatchString(text) || s.read.Asks {
		return false, nil
	}
	r, ok := remind.Read(s.plain(), s.now.In(s.zone()), remind.Known{})
	if !ok || r.When.Kind == zhtime.None && !askedFirst.MatchString(text) && !(r.Me && r.Text != "" && askedLater.MatchString(text)) && r.Stranger == "" {
		return false, nil
	}
	return true, s.remind()
}

// asksReminder reports a sentence that asks for a reminder of something, by itself.
func (s *session) asksReminder(text string) bool {
	r, ok := remind.Read(text, s.now.In(s.zone()), remind.Known{})
	return ok && (r.Text != "" || askedFirst.MatchString(zhtext.Fold(text).Text))
}

// ownNumber reports whether a number is one of the speaker's reminders, or that it
// cannot mean anything else.
func (s *session) ownNumber(said string, sure bool) bool {
	if sure {
		return true
	}
	_, err := s.tx.ReminderNumbered(s.ctx, s.me.ID, smallNumber(said))
	return err == nil
}

// remind sets a reminder and says back when it will come.
func (s *session) remind() error {
	s.verb = remindWord
	known, err := s.knownHere()
	if err != nil {
		return err
	}
	now := s.now.In(s.zone())
	if asked, err := s.whichDay(known, now); asked || err != nil {
		return err
	}
	read, _ := remind.Read(s.plain(), now, known)
	r := remind.Reminder{
		ID: remind.ID(s.newID()), Owner: s.me.ID, Node: s.node.ID, Version: 1, Made: s.now,
		Open: !s.e.Chat.Private, Text: maskPhones(read.Text), Said: read.SaidOf(),
	}
	if r.For, err = s.audience(read); err != nil {
		return err
	}
	if r.Rule, err = read.RuleOf(s.place(r.Node), now); bot.CodeOf(err) == bot.Missing {
		return s.asksRest(bot.MessageOf(err))
	} else if err != nil {
		return err
	}
	switch {
	case r.Text == "" && !r.For.NotVoted:
		return s.asksRest("提醒什么事？直接说就行，例如：交材料。")
	case len([]rune(r.Text)) > longestReminder:
		return bot.Errorf(bot.Invalid, "提醒的话请短一些，不超过%d个字。", longestReminder)
	}
	coming := r.Rule.Coming(s.place(r.Node), s.now, 3)
	if len(coming) == 0 {
		return bot.Errorf(bot.Invalid, "这个时间不会再到了，请再说一次。")
	}
	r.Next = coming[0]
	note := vacantNote(read.Vacant)
	if r.For.NotVoted {
		whoWaits, err := s.knowsWhoWaits(r)
		if err != nil {
			return err
		}
		note += whoWaits
	}
	mine, err := s.tx.RemindersOf(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	if len(mine) >= mostReminders {
		return bot.Errorf(bot.Invalid, "您已经有%d条提醒了，请先停几条：发“我的提醒”看看。", len(mine))
	}
	if r, err = s.putReminder(r); err != nil {
		return err
	}
	s.justMade(r.Number)
	s.reply(s.echoReminder("好，", r) + note + s.meantNote(read, r) + fmt.Sprintf("不要了发“停 %d”。", r.Number) + s.likeBefore(mine, r))
	return nil
}

// likeBefore says that the speaker is reminded of the same already: of two, one is often
// meant to take the other's place.
func (s *session) likeBefore(mine []remind.Reminder, r remind.Reminder) string {
	i := slices.IndexFunc(mine, func(o remind.Reminder) bool {
		return o.Text == r.Text && r.Text != "" && o.Node == r.Node && s.whomWords(o.For) == s.whomWords(r.For) && (!r.Open || o.Open)
	})
	if i < 0 {
		return ""
	}
	o := mine[i]
	when := o.Said
	if !o.Rule.Recurs() {
		when = zhtime.Echo(o.Next.In(s.zone()), s.now.In(s.zone()), false)
	}
	return fmt.Sprintf("您还有一条一样的：%s，不要那条发“停 %d”。", when, o.Number)
}

func (s *session) putReminder(r remind.Reminder) (remind.Reminder, error) {
	r, err := s.tx.PutReminder(s.ctx, r)
	if err == nil {
		s.wrote = true
		if !r.Over() {
			s.remindAt(remind.Person(r.Owner), r.Next)
		}
	}
	return r, err
}

// knownHere is who may be named in a reminder: confirmed people and posts of the node.
func (s *session) knownHere() (remind.Known, error) {
	var k remind.Known
	if s.node.ID == "" {
		return k, nil
	}
	people, err := s.tx.PeopleAt(s.ctx, s.node.ID)
	if err != nil {
		return k, err
	}
	for _, p := range people {
		if p.Standing == roster.Confirmed {
			k.People = append(k.People, remind.Name{ID: p.ID, Name: p.Name})
		}
	}
	posts, err := s.tx.PostsAt(s.ctx, s.node.ID)
	for _, p := range posts {
		if p.Holds(s.now) && !slices.Contains(k.Posts, p.Title) {
			k.Posts = append(k.Posts, p.Title)
		}
	}
	k.Vacant = slices.DeleteFunc(s.titles(), func(title string) bool { return title == remind.Committee || slices.Contains(k.Posts, title) })
	return k, err
}

// audience is whom a reminder is for. Others than oneself are reminded only by who
// holds a post, so that nobody is pestered.
func (s *session) audience(read remind.Request) (remind.Audience, error) {
	a := read.For
	if read.Stranger != "" && (s.e.Message == nil || len(s.e.Message.Mentions) == 0) {
		return a, s.strangerTo(read)
	}
	if s.e.Message != nil && len(s.e.Message.Mentions) > 0 {
		people, err := s.mentioned(s.e.Message.Mentions)
		if err != nil {
			return a, err
		}
		a.People = append(a.People, people...)
	}
	if a.Zero() && !read.Me {
		if post := s.vacantPost(read.Text); post != "" {
			return a, bot.Errorf(bot.NotFound, "这里现在没有人担任%s。请直接说姓名，例如：提醒王建国 明天九点 交材料。", post)
		}
		a.Everybody = !s.e.Chat.Private
	}
	if read.Me || a.Zero() {
		a.People = append(a.People, s.me.ID)
	}
	if a.Only(s.me.ID) {
		return a, nil
	}
	if s.node.ID == "" {
		return a, s.noNode()
	}
	if !s.isAdmin() && len(roster.Titles(s.posts, s.now, s.node.ID)) == 0 && !s.holdsAbove(s.node) {
		return a, bot.Errorf(bot.Forbidden, "提醒别人要由有职务的人来设。提醒自己可以说：提醒我 明天下午三点 交材料。")
	}
	return a, nil
}

// echoReminder says when a reminder will come, and for whom.
func (s *session) echoReminder(lead string, r remind.Reminder) string {
	now := s.now.In(s.zone())
	what := s.whomWords(r.For)
	if r.Text != "" && s.shownHere(r) {
		what += "：" + r.Text
	}
	if !r.Rule.Recurs() {
		return fmt.Sprintf("%s%s提醒%s。%s", lead, zhtime.Echo(r.Next.In(s.zone()), now, false), what, s.quietNote(r))
	}
	var next []string
	coming := r.Rule.Coming(s.place(r.Node), s.now, 3)
	for _, t := range coming {
		next = append(next, zhtime.Echo(t.In(s.zone()), now, false))
	}
	said := r.Said
	if said += r.Rule.Bounds(s.place(r.Node), s.now); strings.Contains(said, "，") {
		said += "，" // 每周五，遇节假日取消，提醒大家
	}
	return fmt.Sprintf("%s%s提醒%s。\n接下来：%s。%s", lead, said, what, strings.Join(next, "、"), s.quietNote(r)+s.unsettledNote(r, coming))
}

// unsettledNote says that the holidays of a year that a reminder reaches are not known.
func (s *session) unsettledNote(r remind.Reminder, coming []time.Time) string {
	year := r.Rule.Unsettled(s.place(r.Node), coming)
	if year == 0 {
		return ""
	}
	return fmt.Sprintf("%d年的放假安排还没有公布，先按法定节日算。", year)
}

// quietNote says that a time falls into the hours in which nobody is disturbed.
func (s *session) quietNote(r remind.Reminder) string {
	at := r.Next.In(s.zone())
	if r.For.Only(r.Owner) {
		return ""
	}
	if awake := s.policy.Awake(at); awake.After(at) {
		if awake.Day() != at.Day() {
			return "那时大家在休息，会等到第二天" + awake.Format("15:04") + "再说。"
		}
		return "那时大家在休息，会等到" + awake.Format("15:04") + "再说。"
	}
	return ""
}

// whomWords says whom a reminder is for: 您, 大家, 书记、网格长.
func (s *session) whomWords(a remind.Audience) string {
	if a.NotVoted {
		return "还没投票的人"
	}
	var out []string
	for _, p := range a.People {
		if p == s.me.ID {
			out = append(out, "您")
		} else {
			out = append(out, s.name(p))
		}
	}
	if out = append(out, a.Posts...); a.Everybody {
		out = append(out, called(a))
	}
	return strings.Join(out, "、")
}

// myReminders lists the speaker's reminders. In a group only what was set there is
// shown.
func (s *session) myReminders() error {
	all, err := s.tx.RemindersOf(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	now := s.now.In(s.zone())
	var lines []string
	hidden, first := 0, 0
	for _, r := range all {
		if !s.shownHere(r) {
			hidden++
			continue
		}
		if first == 0 {
			first = r.Number
		}
		line := fmt.Sprintf("%d. %s 提醒%s", r.Number, zhtime.Echo(r.Next.In(s.zone()), now, false), s.whomWords(r.For))
		if r.Rule.Recurs() {
			line = fmt.Sprintf("%d. %s%s 提醒%s", r.Number, r.Said, r.Rule.Bounds(s.place(r.Node), s.now), s.whomWords(r.For))
		}
		if r.Text != "" {
			line += "：" + r.Text
		}
		if r.Rule.Recurs() {
			line += "（下次" + zhtime.Echo(r.Next.In(s.zone()), now, false) + "）"
		}
		lines = append(lines, line)
	}
	switch {
	case len(lines) == 0 && hidden == 0:
		s.reply("您没有设提醒。要设就说：提醒我 明天下午三点 交材料。" + s.tiredNote())
	case len(lines) == 0:
		s.reply("您的提醒请私聊我说“我的提醒”来看。")
	default:
		text := "您设的提醒：\n" + strings.Join(lines, "\n") + fmt.Sprintf("\n不要了发“停 %d”，改时间发“改 %d 周三”。", first, first)
		if hidden > 0 {
			text += fmt.Sprintf("还有%d条请私聊我看。", hidden)
		}
		s.reply(text)
	}
	return nil
}

// ownReminder finds one of the speaker's reminders that is not over.
func (s *session) ownReminder(number int) (remind.Reminder, error) {
	r, err := s.tx.ReminderNumbered(s.ctx, s.me.ID, number)
	if bot.CodeOf(err) == bot.NotFound || err == nil && r.Over() {
		return r, bot.Errorf(bot.NotFound, "您没有%d号提醒，发“我的提醒”看看。", number)
	}
	return r, err
}

// stopReminder ends one: 停 3.
func (s *session) stopReminder(number int) error {
	s.verb = "停提醒"
	r, err := s.ownReminder(number)
	if err != nil {
		return err
	}
	if _, err := s.putReminder(r.Stop()); err != nil {
		return err
	}
	if !s.shownHere(r) {
		r.Text = ""
	}
	s.reply("好，" + strings.TrimSuffix(fmt.Sprintf("%d号提醒停了：%s", number, r.Text), "：") + "。")
	return nil
}

// changeReminder gives one another time: 改 3 周三, 改 3 跳过12月1日.
func (s *session) changeReminder(number int, said string) error {
	s.verb = "改提醒"
	r, err := s.ownReminder(number)
	if err != nil {
		return err
	}
	rule, words, err := r.Changed(said, s.place(r.Node), s.now.In(s.zone()))
	if err != nil {
		return err
	}
	r.Said = words
	if r = r.Change(s.place(r.Node), rule, s.now); r.Over() {
		return bot.Errorf(bot.Invalid, "改了以后就不会再到了。不要这条提醒请发“停 %d”。", number)
	}
	if r, err = s.putReminder(r); err != nil {
		return err
	}
	s.justMade(r.Number)
	s.reply(s.echoReminder("好，改成", r))
	return nil
}

// remindOn chooses the platform for somebody who has accounts on both.
func (s *session) remindOn() error {
	for _, p := range bot.Platforms() {
		if !slices.ContainsFunc(p.Names(), func(name string) bool { return strings.Contains(s.plain(), name) }) {
			continue
		}
		accounts, err := s.tx.AccountsOf(s.ctx, s.me.ID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(accounts, func(a roster.Account) bool { return a.Account.Platform == p }) {
			return bot.Errorf(bot.NotFound, "我还不知道您在%s上是谁，请先私聊我说“绑定”。", p.Spoken())
		}
		h, err := s.tx.Habit(s.ctx, s.me.ID)
		if err != nil {
			return err
		}
		h.Platform = p
		if err := s.tx.PutHabit(s.ctx, h); err != nil {
			return err
		}
		s.wrote = true
		s.reply("好，以后的提醒发到" + p.Spoken() + "。")
		return nil
	}
	return bot.Errorf(bot.Missing, "提醒发到哪边？例如：提醒发到 企业微信。")
}
