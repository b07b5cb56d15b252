package service

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/intents/zhtext"
)

var (
	// taskBreak stands between the tasks of a list, taskMark before one.
	taskBreak = regexp.MustCompile(`[；;\n]+`)
	taskMark  = regexp.MustCompile(`^\s*(?:[0-9０-９]{1,2}|[一二三四五六七八九十]{1,2})[.．、)）]\s*`)
)

// mostTasks is how many matters one sentence may make.
const mostTasks = 20

// makeOrders makes matters out of one that waits for them: each task of the sentence
// becomes one, given to whom it names. The group hears of all of them in one message.
func (s *session) makeOrders(parent *procedure.Template, m procedure.Matter, step *procedure.Step, v *procedure.Verb) error {
	t := s.Templates().ByID(step.Spawns)
	if t == nil || !t.Enabled() {
		return bot.Errorf(bot.Wrong, "要转成的做法（%s）没有启用，请找管理员。", step.Spawns)
	}
	adopt := procedure.Act{Step: step.ID, Op: procedure.Do}
	if err := s.judge(parent, m, m.Node, adopt); bot.CodeOf(err) != bot.Missing {
		return err // not theirs to do, or not now
	}
	tasks, err := s.tasks(v)
	if err != nil {
		return err
	}
	var lines []string
	var effects []procedure.Effect
	for _, task := range tasks {
		child, found, err := s.makeOrder(t, m, task)
		if err != nil {
			return err
		}
		act := adopt
		act.Other = child.ID
		next, followed, err := s.apply(parent, m, m.Node, &act)
		if err != nil {
			return err
		}
		if err := s.keep(parent, next, act, followed); err != nil {
			return err
		}
		m, effects = next, append(effects, found...)
		lines = append(lines, s.orderLine(t, child))
	}
	return s.tellOrders(parent, t, m, lines, effects)
}

// tasks are the sentences of the tasks, each without the word and the number before.
func (s *session) tasks(v *procedure.Verb) ([]string, error) {
	text := afterWord(strings.ReplaceAll(s.plain(), "\n", "；"), append([]string{v.Word}, v.Also...), s.read.Matters)
	var out []string
	for _, part := range taskBreak.Split(text, -1) {
		if part = strings.TrimSpace(taskMark.ReplaceAllString(part, "")); part != "" {
			out = append(out, part)
		}
	}
	if len(out) == 0 {
		return nil, bot.Errorf(bot.Missing, "请写上派给谁、什么时候、做什么，例如：%s %d 王建国 周五前 换灯。几件一起用分号隔开。", v.Word, s.firstNumber())
	}
	if len(out) > mostTasks {
		return nil, bot.Errorf(bot.Invalid, "一次最多转%d件，请分几次说。", mostTasks)
	}
	return out, nil
}

// afterWord is what follows the word and the number of the matter, however the word
// was spelt.
func afterWord(text string, words []string, numbers []int) string {
	for _, w := range words {
		if _, rest, ok := strings.Cut(text, w); ok {
			text = rest
			break
		}
	}
	if len(numbers) == 0 {
		return text
	}
	n := strconv.Itoa(numbers[0])
	for i, r := range text {
		if unicode.IsDigit(r) {
			if f := zhtext.Fold(text[i:]); strings.HasPrefix(f.Text, n) {
				return strings.TrimLeft(f.Original(len(n), len(f.Text)), "号单件 　，,：:")
			}
			break
		}
	}
	return text
}

func (s *session) firstNumber() int {
	if len(s.read.Matters) > 0 {
		return s.read.Matters[0]
	}
	return 1
}

// makeOrder opens one matter that another waits for, as if its own word had been said.
func (s *session) makeOrder(t *procedure.Template, parent procedure.Matter, task string) (procedure.Matter, []procedure.Effect, error) {
	var none procedure.Matter
	read, err := s.understand(t.First().Verb + " " + task)
	if err != nil {
		return none, nil, err
	}
	was, said := s.read, s.said
	s.read, s.said = read, task
	defer func() { s.read, s.said = was, said }()
	_, v := t.FindVerb(t.First().Verb)
	act, err := s.build(t.First(), v)
	if err != nil {
		return none, nil, inTask(task, err)
	}
	m, err := s.numbering(t, parent.Node, &act, parent.ID)
	if err != nil {
		return none, nil, inTask(task, err)
	}
	next, effects, err := s.apply(t, m, parent.Node, &act)
	if err != nil {
		return none, nil, inTask(task, err)
	}
	return next, effects, s.keep(t, next, act, effects)
}

// inTask says which task of a list could not be made.
func inTask(task string, err error) error {
	if text := bot.MessageOf(err); text != "" && bot.CodeOf(err) != bot.Internal {
		return bot.Errorf(bot.Invalid, "“%s”没有转成：%s这几件都还没有转，请补全再说一次。", cut(task, 12), text)
	}
	return err
}

// orderLine is a new matter in one line: number, who, what, by when.
func (s *session) orderLine(t *procedure.Template, m procedure.Matter) string {
	var who []string
	for _, h := range m.Holders {
		who = append(who, s.name(h.Person))
	}
	line := fmt.Sprintf("%s %s %s", m.Ref(), strings.Join(who, "、"), s.env(t, m, procedure.Actor{}).Title(m, s.lookup(t, m, true)))
	if !m.Deadline.IsZero() {
		line += "，" + s.env(t, m, procedure.Actor{}).Moment(m.Deadline) + "前"
	}
	return line
}

// tellOrders says once what a matter was made into.
func (s *session) tellOrders(parent, t *procedure.Template, m procedure.Matter, lines []string, effects []procedure.Effect) error {
	text := fmt.Sprintf("%s 转成%d件：\n%s\n都办完了自动往下走。", m.Ref(), len(lines), strings.Join(lines, "\n"))
	if s.public(parent) {
		groups, err := s.tx.GroupsOf(s.ctx, m.Node)
		if err != nil {
			return err
		}
		for _, g := range groups {
			row := deliver.Row{To: g.Chat, Matter: m.ID, Body: deliver.Body{Text: text, Mentions: s.mention(g.Chat.Platform, effects)}}
			if g.Chat == s.e.Chat {
				row.Body.Reply = s.e.Reply
			}
			s.post(row)
		}
	}
	if !s.public(parent) || s.e.Chat.Private {
		s.reply(text)
	}
	if s.public(t) {
		return nil
	}
	for _, e := range effects {
		if e.Kind == procedure.Tell {
			if err := s.tell(t, m, e); err != nil {
				return err
			}
		}
	}
	return nil
}

// joins lets those matters know of an end that waited for it. That is the clock's act:
// nobody in person does it.
func (s *session) joins(child procedure.Matter, effects []procedure.Effect) error {
	for _, e := range effects {
		if e.Kind != procedure.Joins {
			continue
		}
		if err := s.asClock(func() error { return s.childEnded(child, e.Other) }); err != nil {
			return err
		}
	}
	return nil
}

// asClock does something that is no answer to the present event.
func (s *session) asClock(do func() error) error {
	event := s.e
	s.e = bot.Event{}
	defer func() { s.e = event }()
	return do()
}

// childEnded notes in a matter that one it waited for has ended.
func (s *session) childEnded(child procedure.Matter, waiting bot.MatterID) error {
	m, err := s.tx.Matter(s.ctx, waiting)
	if bot.CodeOf(err) == bot.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	t, err := s.template(m)
	if err != nil {
		return err
	}
	step := s.env(t, m, procedure.Actor{}).AwaitsOthers(m, child.ID)
	if step == nil {
		return nil // it went on without this one
	}
	act := procedure.Act{Step: step.ID, Op: procedure.Join, Other: child.ID, Choice: string(child.Outcome), Key: child.Head}
	next, effects, err := s.applyClock(t, m, &act)
	if err != nil {
		return err
	}
	if len(effects) == 0 && next.IsOpen() && next.Steps[step.ID].Live() {
		return s.keep(t, next, act, effects) // others are still being done
	}
	return s.carry(t, m, next, act, effects)
}
