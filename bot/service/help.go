package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot/procedure"
	"yiqun/bot/talk"
	"yiqun/intents"
)

// helpLines bounds an answer to 帮助.
const helpLines = 6

// help answers 帮助 by who asks and where, or 帮助 接单 by the word.
func (s *session) help() error {
	if word := strings.TrimSpace(s.read.Text); word != "" {
		return s.helpWord(word)
	}
	lines := s.offers()
	lines = append(lines[:min(len(lines), helpLines-1)], "发“帮助”加一个词，看怎么用。")
	s.reply(strings.Join(lines, "\n"))
	return nil
}

// offers lists what the speaker can say here, what fits them best first.
func (s *session) offers() []string {
	var lines []string
	if s.node.ID == "" {
		if !s.e.Chat.Private {
			return []string{"登记本群 第三网格党支部 上级 翠湖社区：管理员先登记这个群"}
		}
		lines = append(lines, "认领管理员 123456：第一次用，管理员在这里认领")
	}
	actor, err := s.actor(s.node.ID)
	if err != nil {
		return lines
	}
	rankOf := everybody
	if len(actor.Posts) > 0 {
		rankOf = postHolder
	}
	if s.isAdmin() {
		rankOf = administrator
	}
	var opens []string
	for _, t := range s.Templates().All() {
		f := t.First()
		if !t.Enabled() || s.node.ID == "" {
			continue
		}
		env := s.env(t, actor)
		if env.May(procedure.Matter{}, f) {
			opens = append(opens, fmt.Sprintf("%s：%s", f.Verb, t.Help))
		}
	}
	if rankOf == everybody && s.me.Standing == "" && s.node.ID != "" {
		lines = append(lines, "我是 姓名：报上姓名，确认后可以接单")
	}
	lines = append(lines, opens...)
	lines = lines[:min(len(lines), 3)]
	for _, c := range commands {
		if c.by == rankOf || c.by == everybody {
			lines = append(lines, s.exampleOf(c)+"："+c.about)
		}
	}
	return lines
}

// exampleOf is a command as one would type it here.
func (s *session) exampleOf(c command) string {
	return strings.ReplaceAll(c.help, "〈词〉", s.someOpening())
}

func (s *session) helpWord(word string) error {
	if c := commandFor(word); c != nil {
		s.reply(fmt.Sprintf("%s：%s。\n例如：%s", c.word, c.about, s.exampleOf(*c)))
		return nil
	}
	for _, t := range s.Templates().All() {
		step, v := t.FindVerb(word)
		if step == nil || !t.Enabled() {
			continue
		}
		s.reply(fmt.Sprintf("%s（%s）：%s可以用。\n例如：%s", v.Word, t.Name, v.Who.Spoken(), example(t, step, v)))
		return nil
	}
	s.reply("没有“" + cut(word, 10) + "”这个词。发“帮助”看看能说什么。")
	return nil
}

// example shows how a verb is typed, from what its step asks.
func example(t *procedure.Template, step *procedure.Step, v *procedure.Verb) string {
	if step == t.First() && v.Op == procedure.Do {
		if f := step.Main(); f != nil && strings.Contains(f.Ask, "例如") {
			_, after, _ := strings.Cut(f.Ask, "例如：")
			after = strings.TrimRight(after, "。")
			if !strings.HasPrefix(after, v.Word) {
				after = v.Word + " " + after
			}
			return after
		}
	}
	out := v.Word + " 12"
	switch {
	case v.Scored:
		out += " 5 很满意"
	case len(v.Choices) > 0:
		out += " " + v.Choices[0].Word
	case v.Op == procedure.Extend:
		out += " 周五 等配件"
	case v.Reason != "":
		out += " 原因"
	}
	return out
}

// hereIAm is what people are asked to send where a platform lets us write only to
// those who wrote first.
const hereIAm = "在"

// small answers small talk with one short, kind line.
func (s *session) small(kind intents.Small) error {
	switch kind {
	case intents.Thanks, intents.Praise:
		s.reply("不客气。")
	case intents.Greeting:
		if s.e.Chat.Private && s.plain() == hereIAm {
			s.reply("收到，以后有提醒就私聊告诉您。")
			break
		}
		s.reply("您好，有事直接说，例如：" + s.someOpening() + " 3栋2单元声控灯坏了。")
	case intents.Goodbye:
		s.reply("再见，有事随时叫我。")
	default:
		s.reply("我在。有事直接说，或发“帮助”看看能做什么。")
	}
	return nil
}

// offer asks which of the likely readings is meant.
func (s *session) offer(r intents.Intent) error {
	s.verb = "unsure"
	var words []string
	for _, o := range append([]intents.Intent{r}, r.Others...) {
		if o.Verb != "" && !slices.Contains(words, o.Verb) {
			words = append(words, o.Verb)
		}
	}
	words = words[:min(len(words), 2)]
	if len(words) == 0 {
		return s.lost()
	}
	p := talk.Pending{Field: talk.WhichReading}
	var b strings.Builder
	b.WriteString("您是想：")
	for i, w := range words {
		sentence := s.sentenceOf(w, r)
		p.Readings = append(p.Readings, sentence)
		fmt.Fprintf(&b, "\n%d %s", i+1, cut(sentence, 20))
	}
	b.WriteString("\n回数字就行，都不是请发“帮助”。")
	p.Ask = b.String()
	if len(words) == 1 {
		p.Ask = "您是想说“" + cut(p.Readings[0], 20) + "”吗？是的回 1，不是请发“帮助”。"
	}
	s.ask(p)
	return nil
}

// sentenceOf is how the sentence would read if a word was meant.
func (s *session) sentenceOf(word string, r intents.Intent) string {
	switch {
	case s.templateFor(word) != nil:
		return word + " " + strings.TrimSpace(s.plain())
	case len(r.Matters) > 0:
		return fmt.Sprintf("%s %d %s", word, r.Matters[0], strings.TrimSpace(r.Text))
	}
	return word
}

// lost answers a sentence that was not understood with the two most likely things
// this person can do now.
func (s *session) lost() error {
	s.verb = "lost"
	lines := s.offers()
	s.reply("没听懂这句。可以这样说：\n" + strings.Join(lines[:min(len(lines), 2)], "\n") + "\n或发“帮助”。")
	return nil
}
