package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

// helpLines bounds an answer to 帮助.
const helpLines = 6

// help answers 帮助 by who asks, where and at which step: first what waits for this
// person now, then what they can begin here, then the bot's own words. 帮助 and a
// word explains the word.
func (s *session) help() error {
	if word := strings.TrimSpace(s.read.Text); word != "" {
		return s.helpWord(word)
	}
	waits, err := s.waitings()
	if err != nil {
		return err
	}
	var lines []string
	if len(waits) > 0 {
		lines = append(lines, "现在等您：")
	}
	for _, w := range waits[:min(len(waits), 2)] {
		lines = append(lines, w.line())
	}
	begin, err := s.beginnings()
	if err != nil {
		return err
	}
	lines = append(lines, begin[:min(len(begin), max(1, 3-len(lines)))]...)
	for _, c := range s.ownWords() {
		if len(lines) < helpLines-1 {
			lines = append(lines, s.exampleOf(c)+"："+c.about)
		}
	}
	last := "发“帮助”加一个词，看怎么用。"
	if len(begin) > helpLines {
		last = "发“帮助 " + everything + "”看还能发起什么；" + last
	}
	s.reply(strings.Join(append(lines, last), "\n"))
	return nil
}

// everything is the word behind 帮助 that lists all one can begin here.
const everything = "全部"

// helpMany lists what can be begun here: all of it, or what a topic is found in.
func (s *session) helpMany(topic string) (bool, error) {
	begin, err := s.beginnings()
	if err != nil || topic == "" {
		return false, err
	}
	if topic != everything {
		begin = slices.DeleteFunc(begin, func(line string) bool { return !strings.Contains(line, topic) })
	}
	if len(begin) == 0 {
		return false, nil
	}
	s.reply("可以发起的：\n" + strings.Join(begin, "\n"))
	return true, nil
}

// ownWords are the bot's own words worth naming to the speaker: two that everybody
// needs, then those of their rank.
func (s *session) ownWords() []command {
	if s.node.ID == "" {
		return nil
	}
	at := s.rankHere()
	var all, theirs []command
	for _, c := range commands {
		switch c.by {
		case everybody:
			all = append(all, c)
		case at:
			theirs = append(theirs, c)
		}
	}
	return slices.Concat(all[:1], theirs[:min(len(theirs), 1)], all[1:])
}

// exampleOf is a command as one would type it here.
func (s *session) exampleOf(c command) string { return c.example(s.someOpening()) }

// helpWord explains one word, also one that is misspelt or goes by another name.
func (s *session) helpWord(word string) error {
	if word == everything {
		if done, err := s.helpMany(word); done || err != nil {
			return err
		}
	}
	if s.explain(word) {
		return nil
	}
	if text := s.helpTopic(word); text != "" {
		s.reply(text)
		return nil
	}
	if done, err := s.helpMany(word); done || err != nil {
		return err
	}
	if w := s.meant(word); w != "" && s.explain(w) {
		return nil
	}
	s.reply("没有“" + cut(word, 10) + "”这个词。发“帮助”看看能说什么。")
	return nil
}

// meant is the verb that the reader takes a word for: 街单 is 接单.
func (s *session) meant(word string) string {
	read, err := s.understand(cut(word, 12))
	switch {
	case err != nil:
		return ""
	case read.Verb != "":
		return read.Verb
	case len(read.Others) > 0:
		return read.Others[0].Verb
	}
	return ""
}

func (s *session) explain(word string) bool {
	c := commandFor(word)
	if c == nil {
		if i := slices.IndexFunc(commands, func(c command) bool { return slices.Contains(c.also, word) }); i >= 0 {
			c = &commands[i]
		}
	}
	if c != nil && s.templateFor(word) == nil {
		s.reply(fmt.Sprintf("%s：%s，%s可以用。\n例如：%s", c.word, c.about, c.whoMay(), s.exampleOf(*c)))
		return true
	}
	for _, t := range s.Templates().All() {
		step, v := t.FindVerb(word)
		if step == nil || !t.Enabled() {
			continue
		}
		if t.Meeting() != nil && step == t.First() {
			s.explainMeeting(t, example(t, step, v))
			return true
		}
		if v.Op == procedure.Object {
			s.explainObjection(word)
			return true
		}
		s.reply(fmt.Sprintf("%s（%s）：%s可以用。\n例如：%s", v.Word, t.Name, v.Who.Spoken(), example(t, step, v)))
		return true
	}
	return false
}

// explainMeeting says how a meeting is called, and what is said while it runs.
func (s *session) explainMeeting(t *procedure.Template, example string) {
	lines := []string{fmt.Sprintf("%s：通知、到会、记录、纪要，看开什么会，%s等可以用。", t.First().Verb, t.First().By.Spoken()), "例如：" + example}
	if actor, err := s.actor(s.node.ID); err == nil {
		if names := s.sortsOfMeeting(t.First().Verb, actor); len(names) > 0 {
			lines = append(lines, "您能开："+strings.Join(names, "、"))
		}
	}
	lines = append(lines,
		fmt.Sprintf("开的时候：%s；%s 全到 除张三；%s；%s 张三：…；%s …；%s …；%s。",
			meeting.Start.Word(), meeting.Arrive.Word(), meeting.Next.Word(), meeting.Speech.Word(), meeting.Note.Word(), meeting.Resolve.Word(), meeting.End.Word()),
		"记录人私聊我，直接写就记进去。")
	s.reply(strings.Join(lines, "\n"))
}

// example shows how a verb is typed, from what its step asks.
func example(t *procedure.Template, step *procedure.Step, v *procedure.Verb) string {
	opens := step == t.First() && v.Op == procedure.Do
	if f := step.Main(); f != nil && v.Op == procedure.Do {
		if _, after, ok := strings.Cut(f.Ask, "例如："); ok {
			after = strings.TrimRight(after, "。")
			switch {
			case strings.HasPrefix(after, v.Word):
				return after
			case opens:
				return v.Word + " " + after
			}
		}
	}
	if opens {
		return v.Word + fieldExamples(v.Fields)
	}
	out := v.Word + " 12"
	switch {
	case v.Scored:
		out += " 5 很满意"
	case len(v.Choices) > 0:
		out += " " + v.Choices[0].Word
	case v.Op == procedure.Extend:
		out += " 周五 等配件"
	case v.Reason != "" && v.Op == procedure.Do:
		out += " 说明"
	case v.Reason != "":
		out += " 原因"
	}
	return out
}

// fieldExamples are what may stand behind a word that opens a matter.
func fieldExamples(fields []procedure.Field) string {
	var b strings.Builder
	for _, f := range fields {
		switch f.Type {
		case procedure.PersonField:
			b.WriteString(" 给 王建国")
		case procedure.DeadlineField:
			b.WriteString(" 周五前")
		case procedure.TimeField:
			b.WriteString(" 周五19点")
		case "", procedure.TextField:
			if f.Required {
				b.WriteString(" " + f.Name() + "…")
			}
		}
	}
	return b.String()
}
