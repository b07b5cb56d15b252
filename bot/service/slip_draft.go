package service

import (
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/cards"
	"yiqun/cards/paper"
	"yiqun/cards/paper/docx"
)

const (
	// slipMost is how many characters of a draft are kept: a field holds no more.
	slipMost = 1900
	// dueNames is up to how many of those entitled a draft names; beyond it only counts.
	dueNames = 30
	// slipLabel is how many characters a label of a slip has at most: 指导意见.
	slipLabel = 6
)

// draftInto fills a slip in where whoever hands it on wrote nothing themselves.
func (s *session) draftInto(t *procedure.Template, m procedure.Matter, step *procedure.Step, act *procedure.Act) error {
	if step.Slip == nil || act.Op != procedure.Do {
		return nil
	}
	if s.tooEarly(step, m) {
		return bot.Errorf(bot.Wrong, "%s 会议记录还没有归档，归档以后%s会自动拟好。", m.Ref(), step.Name())
	}
	field := step.Main().ID
	if strings.TrimSpace(act.Content[field]) != "" {
		return nil
	}
	text, err := s.draftOf(t, step, m)
	if err != nil || text == "" {
		return err
	}
	act.Content = map[string]string{field: text}
	return nil
}

// draftOf is a slip as it would be handed on now; empty where the meeting it is drawn from
// is not known.
func (s *session) draftOf(t *procedure.Template, step *procedure.Step, m procedure.Matter) (string, error) {
	value := func(string) string { return "" }
	if step.Slip.Draws != "" {
		h, err := s.meetingOf(m)
		if err != nil || h == nil {
			return "", err
		}
		value = s.slipWords(h, step.Slip.Draws, t.MissedSlips(m))
	}
	return cut(step.Slip.Fill(value), slipMost), nil
}

// slipWords are what the placeholders of a slip stand for.
func (s *session) slipWords(h *hall, from procedure.SlipSource, missed []*procedure.Step) func(string) string {
	minutes := s.minutes(h)
	words := map[string]string{
		"node": minutes.Body, "meeting": h.t.Name, "place": minutes.Place,
		"agenda": numbered(h.state.Agenda()), "due": dueOn(h), "host": minutes.Host, "recorder": minutes.Recorder,
	}
	if !h.m.When.IsZero() {
		words["when"] = s.env(h.t, h.m, procedure.Actor{}).Moment(h.m.When)
	}
	if from == procedure.FromMinutes {
		facts := map[string]string{}
		for _, f := range minutes.Card().Facts {
			facts[f.Label] = f.Value
		}
		words["held"], words["turnout"] = facts["时间"], facts["到会"]
		if h.state.Began.IsZero() {
			words["held"], words["turnout"] = "没有召开", ""
		}
		names := make([]string, len(missed))
		for i, o := range missed {
			names[i] = o.Name()
		}
		words["missing"] = strings.Join(names, "、")
		words["items"] = words["agenda"]
		words["votes"] = ofMinutes(minutes, meeting.Vote, func(l meeting.Line) string {
			arithmetic, _, _ := strings.Cut(l.Result, "\n")
			return l.Text + "：" + arithmetic
		})
		words["resolutions"] = ofMinutes(minutes, meeting.Resolve, func(l meeting.Line) string { return l.Text })
		words["tasks"] = ofMinutes(minutes, meeting.Task, func(l meeting.Line) string { return l.Who + " " + l.Text })
	}
	return func(word string) string { return words[word] }
}

// dueOn says who is to come: how many, and who where they are few.
func dueOn(h *hall) string {
	t := h.turnout()
	names := make([]string, len(h.roll.Voters))
	for i, v := range h.roll.Voters {
		names[i] = v.Name
	}
	out := fmt.Sprintf("%d人", t.Entitled)
	if len(names) <= dueNames {
		out += "（" + strings.Join(names, "、") + "）"
	}
	return out
}

// numbered writes texts one after the other: 1.甲 2.乙.
func numbered(texts []string) string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = fmt.Sprintf("%d.%s", i+1, t)
	}
	return strings.Join(out, " ")
}

// shownSlip is the paper that a matter shows now: the draft that waits, else the last that
// was given.
func (s *session) shownSlip(env procedure.Env, m procedure.Matter) (step *procedure.Step, said string) {
	if live := env.LiveSlip(m); live != nil && live.Slip.Draws != "" && !s.tooEarly(live, m) {
		if text, err := s.draftOf(env.Template, live, m); err == nil && text != "" {
			return live, text
		}
	}
	for _, o := range env.Template.Slips() {
		if text := s.slipText(env.Template, m, o); text != "" {
			step, said = o, text
		}
	}
	return step, said
}

// slipText is a slip as it was given; empty while it was not.
func (s *session) slipText(t *procedure.Template, m procedure.Matter, step *procedure.Step) string {
	look := &lookup{s: s, m: m, t: t, full: true, texts: map[int]map[string]string{}}
	return look.Text(m.Fields[step.Main().ID])
}

// paintSlip puts the paper that a matter shows onto its card.
func (s *session) paintSlip(c *cards.Card, env procedure.Env, m procedure.Matter) {
	if len(env.Template.Slips()) == 0 {
		return
	}
	live := env.LiveSlip(m)
	if live != nil && s.tooEarly(live, m) {
		c.Actions = nil
	}
	step, text := s.shownSlip(env, m)
	if step == nil {
		return
	}
	c.Title = step.Name() + " · " + c.Title
	var rest string
	c.Facts, rest = slipFacts(text)
	c.Body = rest
	if len(c.Actions) > 0 && live != nil {
		c.Footnote = fmt.Sprintf("想自己写，请发：%s %d 内容", live.Verb, m.Number)
	}
}

// slipFacts takes a slip apart into its labelled lines and the rest.
func slipFacts(text string) (facts []cards.Fact, rest string) {
	var others []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		label, value, ok := strings.Cut(line, "：")
		if ok && value != "" && len([]rune(label)) <= slipLabel {
			facts = append(facts, cards.Fact{Label: label, Value: value})
		} else if line != "" {
			others = append(others, line)
		}
	}
	return facts, strings.Join(others, "\n")
}

// slipFile is a slip that was given as a document.
func (s *session) slipFile(t *procedure.Template, m procedure.Matter, step *procedure.Step) (*deliver.File, error) {
	node, err := s.tx.Node(s.ctx, m.Node)
	if err != nil {
		return nil, err
	}
	facts, rest := slipFacts(s.slipText(t, m, step))
	p := paper.Paper{Title: step.Name(), Subtitle: node.Name + " · " + m.Ref(), Footer: node.Name + " · " + step.Name(), Hash: m.Head}
	if len(facts) > 0 {
		p.Blocks = append(p.Blocks, paper.Facts(facts))
	}
	if rest != "" {
		p.Blocks = append(p.Blocks, paper.Paragraph{Text: rest})
	}
	if m.Redrawn(step) {
		p.Blocks = append(p.Blocks, paper.Note{Text: "会议改期以后重新出的，原来的" + step.Name() + "作废。"})
	}
	p.Blocks = append(p.Blocks, paper.Facts{
		{Label: "报出", Value: s.name(m.LastBy)},
		{Label: "日期", Value: procedure.Day(s.now.In(s.zoneOf(m.Node)))},
	})
	data, err := docx.Render(p)
	if err != nil {
		return nil, fmt.Errorf("write slip: %w", err)
	}
	name := fmt.Sprintf("%s%s%d号", node.Name, step.Name(), m.Number)
	if m.Redrawn(step) {
		name += "（改期）"
	}
	return &deliver.File{Name: name + ".docx", Data: data}, nil
}
