package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/talk"
	"yiqun/intents"
)

// Certainty bounds: from certain on, do it; from likely on, do it and say how to
// take it back; from maybe on, ask; below, offer help.
const (
	certain = 0.95
	likely  = 0.8
	maybe   = 0.4
)

// longest is how much of a message is read: more is a paste, not a command.
const longest = 2000

// message understands one sentence and carries it out.
func (s *session) message() error {
	m := s.e.Message
	if m.QuotaGone {
		s.verb = "quota_gone"
		// What was said is lost, and no answer would arrive; others can be told.
		s.later(func(ctx context.Context) error { return s.Tight(ctx, s.e.Platform, 100) })
		return nil
	}
	if len([]rune(m.Text)) > longest {
		return bot.Errorf(bot.Invalid, "这条消息太长了，请用一句话说。")
	}
	if done, err := s.attached(); done || err != nil {
		return err
	}
	if m.Voice && s.plain() == "" {
		return bot.Errorf(bot.Missing, "这段语音没有听出话来，请再说一遍，或者打字发给我。")
	}
	read, err := s.understand(m.Text)
	if err != nil {
		return err
	}
	s.read = read
	if err := s.knowMentioned(); err != nil {
		return err
	}
	defer s.hintPrivate()
	pending, err := s.talks.Recall(s.ctx, s.e.Chat, s.e.From)
	if err != nil {
		// Without conversation state a sentence is read on its own.
		s.log.WarnContext(s.ctx, "conversation state not readable", "error", err)
	}
	if pending != nil && pending.Field == talk.Told {
		s.lastWord, pending = pending.At, nil
	}
	if pending != nil {
		if done, err := s.resume(pending); done || err != nil {
			return err
		}
	}
	return s.dispatch()
}

// understand reads a sentence with what may be known about the moment.
func (s *session) understand(text string) (intents.Intent, error) {
	ctx := intents.Context{
		Now: s.now.In(s.zone()), BotName: s.cfg.BotName, Private: s.e.Chat.Private,
	}
	if s.e.Message != nil {
		ctx.Quoted = s.e.Message.Quoted
	}
	if s.node.ID != "" {
		people, err := s.tx.PeopleAt(s.ctx, s.node.ID)
		if err != nil {
			return intents.Intent{}, err
		}
		ctx.Names = make([]intents.Name, 0, len(people))
		for _, p := range people {
			n := intents.Name{ID: string(p.ID), Name: p.Name}
			posts, err := s.tx.PostsOf(s.ctx, p.ID)
			if err != nil {
				return intents.Intent{}, err
			}
			for _, post := range posts {
				if post.Holds(s.now) {
					n.Posts = append(n.Posts, post.Title)
				}
			}
			ctx.Names = append(ctx.Names, n)
		}
	}
	return s.practice.Load().reader.Read(s.withoutDays(text), ctx), nil
}

// dispatch does what was understood, of a whole sentence of everyday speech first.
func (s *session) dispatch() error {
	if done, err := s.everyday(s.practice.Load().phrases.first); done || err != nil {
		return err
	}
	return s.carryOut()
}

// carryOut does what was understood.
func (s *session) carryOut() error {
	r := s.read
	if done, err := s.amends(); done || err != nil {
		return err
	}
	if done, err := s.surveySaid(); done || err != nil {
		return err
	}
	if done, err := s.ballotSaid(); done || err != nil {
		return err
	}
	if done, err := s.meetingSaid(); done || err != nil {
		return err
	}
	if done, err := s.meetingAsked(); done || err != nil {
		return err
	}
	if done, err := s.reminderSaid(); done || err != nil {
		return err
	}
	switch {
	case r.Asks && r.Verb != "":
		return s.answerQuestion(r)
	case s.closes(r.Verb) && !s.plainly(r):
	case r.Verb != "" && (r.Sure >= 1 || r.Sure >= certain && s.mendable(r.Verb)):
		return s.run(r.Verb)
	case r.Verb != "" && r.Sure >= likely && s.mendable(r.Verb):
		defer s.offerUndo()
		return s.run(r.Verb)
	}
	if done, err := s.everyday(s.practice.Load().phrases.last); done || err != nil {
		return err
	}
	switch {
	case r.Small != "":
		s.verb = "small"
		return s.small(r.Small)
	case r.Verb != "" && r.Sure >= maybe, len(r.Others) > 0:
		return s.offer(r)
	case r.Digit > 0:
		return s.bareDigit(r.Digit)
	case len(r.Matters) == 1:
		return s.offerAbout(r.Matters[0])
	case talk.Enough(s.plain()):
		return s.small(intents.Chat)
	}
	return s.lost()
}

// mendable reports whether a slip does no lasting harm: the word only shows
// something, or 撤销 takes it back.
func (s *session) mendable(word string) bool {
	c := commandFor(word)
	return c == nil || s.templateFor(word) != nil || c.looks || c.undoable
}

// answerQuestion answers a question about a verb by how the matter stands, or by
// how the word is used; it never acts.
func (s *session) answerQuestion(r intents.Intent) error {
	s.verb = "question"
	if len(r.Matters) > 0 {
		return s.show()
	}
	return s.helpWord(r.Verb)
}

// run carries out a word: a command of the bot's own, or a verb of a template.
func (s *session) run(word string) error {
	s.verb = word
	if c := commandFor(word); c != nil && s.templateFor(word) == nil {
		return c.run(s)
	}
	return s.practiceVerb(word)
}

// offerUndo adds to the answer how a sentence that was nearly certain is taken back.
func (s *session) offerUndo() {
	const how = "（不对就发“撤销”）"
	for i, r := range s.rows {
		if r.To != s.e.Chat || r.Refresh != "" || !s.wrote {
			continue
		}
		if c := r.Body.Card; c != nil {
			c.Footnote += how
		} else {
			s.rows[i].Body.Text += how
		}
		return
	}
}

// templateFor returns the template a word opens.
func (s *session) templateFor(word string) *procedure.Template {
	return s.Templates().Opening(word)
}

// practiceVerb carries out a verb of a template, on each matter that was named.
func (s *session) practiceVerb(word string) error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if t := s.templateFor(word); t != nil && len(s.read.Matters) == 0 {
		return s.open(t)
	}
	matters, err := s.matters(word)
	if err != nil {
		return err
	}
	if len(matters) == 1 && len(s.unknown) == 0 {
		return s.step(word, matters[0])
	}
	return s.each(matters, func(m procedure.Matter) error { return s.step(word, m) })
}

// each does something to several matters and answers with a line each: what goes
// wrong with one does not undo the others.
func (s *session) each(matters []procedure.Matter, do func(procedure.Matter) error) error {
	var lines []string
	for _, m := range matters {
		before := len(s.rows)
		if err := do(m); err != nil {
			if q, ok := errors.AsType[*question](err); ok {
				if q.chooses() {
					return err
				}
				return s.forAll(q, m)
			}
			if !isRefusal(wrong(err)) {
				return err
			}
			s.rows = s.rows[:before]
			lines = append(lines, withRef(m, bot.MessageOf(err)))
			continue
		}
		lines = append(lines, s.takeReply(before)...)
	}
	for _, n := range s.unknown {
		lines = append(lines, fmt.Sprintf("没有 #%d，请核对一下号码。", n))
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

func withRef(m procedure.Matter, text string) string {
	if strings.HasPrefix(text, "#") {
		return text
	}
	return m.Ref() + " " + text
}

// takeReply turns the answers to this chat since before into lines of one answer.
func (s *session) takeReply(before int) []string {
	var lines []string
	kept := s.rows[:before]
	for _, r := range s.rows[before:] {
		switch {
		case r.Refresh != "":
			kept = append(kept, r)
		case r.To == s.e.Chat && r.Body.Text != "":
			lines = append(lines, r.Body.Text)
		case r.To == s.e.Chat && r.Body.Card != nil:
			said, _, _ := strings.Cut(r.Body.Card.Body, "\n") // what was done, above what is noted
			lines = append(lines, r.Body.Card.Ref+" "+cmp.Or(said, r.Body.Card.Status))
		default:
			kept = append(kept, r)
		}
	}
	s.rows = kept
	return lines
}

func (s *session) noNode() error {
	if s.e.Chat.Private {
		return bot.Errorf(bot.Missing, "还不知道您是哪个网格的，请先在群里 @%s 说一句话。", s.cfg.BotName)
	}
	return bot.Errorf(bot.Missing, "这个群还没有登记，请管理员发：登记本群 名称 上级 社区。")
}

// open begins a matter.
func (s *session) open(t *procedure.Template) error {
	if t.Meeting() != nil {
		var err error
		if t, err = s.called(t); err != nil {
			return err
		}
	}
	if done, err := s.severalOpened(t); done || err != nil {
		return err
	}
	step := t.First()
	_, v := t.FindVerb(step.Verb)
	act, err := s.build(step, v)
	if err != nil {
		actor, wrong := s.actor(s.node.ID)
		if wrong != nil {
			return wrong
		}
		if !s.env(t, procedure.Matter{}, actor).May(procedure.Matter{}, step) {
			return s.begins(t, act) // the engine says why not
		}
		return s.pend(err, talk.Pending{Verb: step.Verb, Template: t.ID, Act: act})
	}
	return s.begins(t, act)
}

// begins opens a matter with an act that holds what is known.
func (s *session) begins(t *procedure.Template, act procedure.Act) error {
	if err := s.openedBefore(t, act); err != nil {
		return err
	}
	if err := s.terms(t, &act); err != nil {
		return err
	}
	if err := s.convening(t, &act); err != nil {
		return err
	}
	if err := s.draw(t, &act); err != nil {
		return err
	}
	t = asking(t, act.Terms, func(field string) string { return act.Content[field] })
	m, err := s.numbering(t, s.node.ID, &act, "")
	if err != nil {
		return s.pend(err, talk.Pending{Verb: t.First().Verb, Template: t.ID, Act: act})
	}
	return s.commit(t, m, s.node.ID, act)
}

// numbering gives an opening act its number; parent waits for the matter, if any does.
// It judges the act before a number is taken, so that a refused opening leaves no gap.
func (s *session) numbering(t *procedure.Template, node bot.NodeID, act *procedure.Act, parent bot.MatterID) (procedure.Matter, error) {
	m := procedure.Matter{ID: bot.MatterID(s.newID())}
	series, err := s.series(node)
	if err != nil {
		return m, err
	}
	year := s.now.In(s.zoneOf(node)).Year()
	act.Opening = &procedure.Opening{Template: t.ID, Source: t.Hash, Node: node, Series: series, Year: year, Parent: parent, Zone: s.zoneOf(node).String()}
	if err := s.judge(t, m, node, *act); err != nil {
		return m, err
	}
	if act.Opening.Number, err = s.tx.NextNumber(s.ctx, series, year); err != nil {
		return m, fmt.Errorf("take a number: %w", err)
	}
	return m, s.tx.SaveTemplate(s.ctx, t.Hash, t.ID, t.Raw)
}

// step carries out a verb on one matter.
func (s *session) step(word string, m procedure.Matter) error {
	t, err := s.template(m)
	if err != nil {
		return err
	}
	step, v := t.FindVerb(word)
	if step == nil {
		return bot.Errorf(bot.Wrong, "%s 是%s，没有“%s”这一步。%s", m.Ref(), t.Name, word, s.env(t, m, procedure.Actor{}).Now(m))
	}
	if isMeeting(t, step) {
		return s.comes(t, m)
	}
	if done, err := s.special(t, m, step, v); done || err != nil {
		return err
	}
	act, err := s.build(step, v)
	if err != nil {
		// Nobody is asked about what they may not do.
		if refused := s.judge(t, m, m.Node, act); refused != nil && bot.CodeOf(refused) != bot.Missing {
			return refused
		}
		return s.pend(err, talk.Pending{Verb: word, Matter: m.ID, Act: act})
	}
	takeCategory(t, step, &act)
	if v.Op == procedure.Extend {
		act.Until = s.putOff(m.Steps[step.ID].Due, act.Until)
	}
	if err := s.commit(t, m, m.Node, act); err != nil {
		return s.pend(err, talk.Pending{Verb: word, Matter: m.ID, Act: act})
	}
	s.echoCategory(t, step, m, act)
	return nil
}

// build makes an act of what was said. A piece that has to be asked about is left
// out of it, and the error asks.
func (s *session) build(step *procedure.Step, v *procedure.Verb) (procedure.Act, error) {
	r := s.read
	a := procedure.Act{Step: step.ID, Op: v.Op, Score: r.Score, Count: r.Count, Choice: cmp.Or(v.Choice, r.Choice)}
	content := map[string]string{}
	var doubt error
	if text := strings.TrimSpace(r.Text); text != "" {
		field := procedure.Reason
		if f := mainField(step, v); f != nil {
			field = f.ID
		}
		content[field] = text
	}
	for _, f := range v.Fields {
		switch {
		case f.Type == procedure.PhoneField && r.Phone != "":
			content[f.ID] = r.Phone
		case f.Type == procedure.PlaceField && r.Place != "":
			content[f.ID] = r.Place
		case f.Type == procedure.PhotoField:
			photos, err := s.countPhotos()
			if err != nil {
				return a, err
			}
			if photos != "" {
				content[f.ID] = photos
			}
		case f.Type == procedure.HoursField && r.Hours > 0:
			a.Amount = int64(r.Hours*100 + 0.5)
		case f.Type == procedure.PointsField && r.Points > 0:
			a.Amount = int64(r.Points*100 + 0.5)
		case (f.Type == procedure.DeadlineField || f.Type == procedure.TimeField) && r.When != nil:
			until, err := s.instant(r.When, f.Type)
			if bot.CodeOf(err) == bot.Invalid {
				err = &procedure.MissingError{Field: f.ID, Ask: bot.MessageOf(err)}
			}
			a.Until, doubt = until, cmp.Or(doubt, err)
		case f.Type == procedure.PersonField:
			people, err := s.people(r.People)
			a.People, doubt = people, cmp.Or(doubt, err)
		}
	}
	if len(content) > 0 {
		a.Content = content
	}
	return a, doubt
}

// mainField is where the free text of a verb belongs; nil for a reason.
func mainField(step *procedure.Step, v *procedure.Verb) *procedure.Field {
	if v.Op != procedure.Do || v.Choice != "" {
		return nil // a reason, or one of several things said in a step
	}
	return step.Main()
}

// people resolves those named or mentioned to persons.
func (s *session) people(said []intents.Person) ([]bot.PersonID, error) {
	if s.said == "" && s.e.Message != nil && len(s.e.Message.Mentions) > 0 {
		return s.mentioned(s.e.Message.Mentions)
	}
	var out []bot.PersonID
	for i, p := range said {
		switch len(p.IDs) {
		case 0:
			return nil, s.stranger(p.Said)
		case 1:
			out = append(out, bot.PersonID(p.IDs[0]))
		default:
			return nil, s.whichPerson(i, p)
		}
	}
	return out, nil
}

// stranger refuses a name that belongs to nobody here.
func (s *session) stranger(name string) error {
	return bot.Errorf(bot.NotFound, "还不认识“%s”，请先让TA在群里 @%s 说：我是 姓名。", cut(name, 12), s.cfg.BotName)
}

// knowMentioned puts those who were @-ed into what was read, so that they are kept
// while something else is asked.
func (s *session) knowMentioned() error {
	if len(s.e.Message.Mentions) == 0 {
		return nil
	}
	ids, err := s.mentioned(s.e.Message.Mentions)
	if err != nil {
		if isRefusal(wrong(err)) {
			return nil // said when it matters who is meant
		}
		return err
	}
	s.read.People = nil
	for _, id := range ids {
		s.read.People = append(s.read.People, intents.Person{Said: s.name(id), IDs: []string{string(id)}})
	}
	return nil
}

// mentioned resolves @-mentions that the platform gave as accounts.
func (s *session) mentioned(accounts []bot.Account) ([]bot.PersonID, error) {
	var out []bot.PersonID
	for _, a := range accounts {
		known, err := s.tx.Account(s.ctx, a)
		if bot.CodeOf(err) == bot.NotFound {
			return nil, bot.Errorf(bot.NotFound, "还不认识被 @ 的这位，请先让TA在群里 @%s 说：我是 姓名。", s.cfg.BotName)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, known.Person)
	}
	return out, nil
}
