package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/intents/zhnum"
	"yiqun/intents/zhtime"
)

const (
	// standingWord lets matters of a practice open themselves here; stopStanding ends it.
	standingWord = "定期"
	stopStanding = "停定期"
)

func standingCommands() []command {
	return []command{
		{word: standingWord, also: []string{"定期的事", "查定期"}, help: standingWord, about: "看哪些事到时候自己开始；“定期 事情 每年6月1日”打开", by: postHolder, run: (*session).standingSaid},
		{word: stopStanding, also: []string{"停止定期", "取消定期", "不定期了"}, help: stopStanding + " 1", about: "到时候不再自己开始", by: postHolder, who: vouching, denied: "要由" + vouching + "来停。", run: (*session).stopStanding},
	}
}

// afterCommand is what follows a command's word, however it was spelt.
func (s *session) afterCommand(word string) string {
	words := append([]string{word}, commandFor(word).also...)
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	return strings.Trim(afterWord(s.plain(), words, nil), " 　:：,，。")
}

// standingSaid lists what opens itself here, or lets something.
func (s *session) standingSaid() error {
	s.verb = standingWord
	if s.node.ID == "" {
		return s.noNode()
	}
	text := s.afterCommand(standingWord)
	if text == "" {
		return s.listStanding()
	}
	if !s.vouches() {
		return bot.Errorf(bot.Forbidden, "定期的事要由%s来定。", vouching)
	}
	t, text, err := s.standingNamed(text)
	if err != nil {
		return err
	}
	now := s.now.In(s.zone())
	when := t.Opens.Every
	if _, read, ok := procedure.Recurrence(text, now); ok {
		when = read.Text
		if runes := []rune(text); read.To <= len(runes) {
			text = string(runes[:read.From]) + string(runes[read.To:])
		}
	} else if read.Kind != zhtime.None {
		return bot.Errorf(bot.Invalid, "“%s”不是定期的时间，一天也最多一次。例如：%s %s %s。", read.Text, standingWord, t.Name, t.Opens.Every)
	}
	spec, _, _ := procedure.Recurrence(when, now)
	return s.letStand(t, remind.Rule{Spec: spec, From: s.now}, when, strings.Trim(text, " 　:：,，。"))
}

// standingNamed finds the practice that is named, and what else was said.
func (s *session) standingNamed(text string) (*procedure.Template, string, error) {
	var best *procedure.Template
	var name string
	var could []string
	for _, t := range s.Templates().All() {
		if !t.Enabled() || t.Opens == nil {
			continue
		}
		could = append(could, t.Name)
		for _, n := range append([]string{t.Name, t.First().Verb}, t.First().Also...) {
			if strings.Contains(text, n) && len(n) > len(name) {
				best, name = t, n
			}
		}
	}
	switch {
	case best != nil:
		before, after, _ := strings.Cut(text, name)
		return best, before + " " + after, nil
	case len(could) == 0:
		return nil, "", bot.Errorf(bot.NotFound, "这里没有可以定期开始的事。")
	}
	return nil, "", bot.Errorf(bot.NotFound, "哪件事定期开始？可以的有：%s。例如：%s %s。", strings.Join(could, "、"), standingWord, could[0])
}

// letStand turns it on, or gives it another time.
func (s *session) letStand(t *procedure.Template, rule remind.Rule, said, text string) error {
	if len([]rune(text)) > longestReminder {
		return bot.Errorf(bot.Invalid, "内容请短一些，不超过%d个字。", longestReminder)
	}
	r, err := s.tx.Reminder(s.ctx, standingID(t.ID, s.node.ID))
	if err != nil && bot.CodeOf(err) != bot.NotFound {
		return err
	}
	if err != nil {
		r = remind.Reminder{ID: standingID(t.ID, s.node.ID), Owner: standingOwner(s.node.ID), Node: s.node.ID, Made: s.now}
	}
	r = r.Change(s.place(r.Node), rule, s.now)
	r.For.Call, r.Said, r.Text = t.Name, said, maskPhones(text)
	if r.Over() {
		return bot.Errorf(bot.Invalid, "这个时间不会再到了，请再说一次。")
	}
	if r, err = s.putReminder(r); err != nil {
		return err
	}
	var next []string
	coming := r.Rule.Coming(s.place(r.Node), s.now, 3)
	for _, at := range coming {
		next = append(next, zhtime.Echo(at.In(s.zone()), s.now.In(s.zone()), false))
	}
	s.reply(fmt.Sprintf("好，%s %s自己开始。\n接下来：%s。%s不要了发“%s %d”。", r.Said, t.Name, strings.Join(next, "、"), s.unsettledNote(r, coming), stopStanding, r.Number))
	return nil
}

// listStanding says what opens itself here and when next.
func (s *session) listStanding() error {
	all, err := s.tx.RemindersOf(s.ctx, standingOwner(s.node.ID))
	if err != nil {
		return err
	}
	var lines []string
	for _, r := range all {
		line := fmt.Sprintf("%d. %s %s", r.Number, r.For.Call, r.Said)
		if r.Text != "" {
			line += "：" + r.Text
		}
		lines = append(lines, line+"（下次"+zhtime.Echo(r.Next.In(s.zone()), s.now.In(s.zone()), false)+"）")
	}
	if len(lines) == 0 {
		s.reply("这里还没有定期开始的事。" + s.couldStand())
		return nil
	}
	s.reply("到时候自己开始的：\n" + strings.Join(lines, "\n") + fmt.Sprintf("\n不要了发“%s %d”。", stopStanding, all[0].Number))
	return nil
}

// couldStand is an example of what could open itself here.
func (s *session) couldStand() string {
	for _, t := range s.Templates().All() {
		if t.Enabled() && t.Opens != nil {
			return fmt.Sprintf("%s可以说：%s %s %s。", vouching, standingWord, t.Name, t.Opens.Every)
		}
	}
	return ""
}

// stopStanding ends one: 停定期 2.
func (s *session) stopStanding() error {
	s.verb = stopStanding
	if s.node.ID == "" {
		return s.noNode()
	}
	if !s.vouches() {
		return denied(stopStanding)
	}
	number := 0
	if n, size := zhnum.Parse(strings.Trim(s.afterCommand(stopStanding), "第号#")); size > 0 {
		number = int(n.Value)
	}
	r, err := s.tx.ReminderNumbered(s.ctx, standingOwner(s.node.ID), number)
	if bot.CodeOf(err) == bot.NotFound || err == nil && r.Over() {
		return bot.Errorf(bot.NotFound, "没有这个号的定期，发“%s”看看。", standingWord)
	}
	if err != nil {
		return err
	}
	if _, err := s.putReminder(r.Stop()); err != nil {
		return err
	}
	s.reply(fmt.Sprintf("好，%s不再自己开始了。", r.For.Call))
	return nil
}
