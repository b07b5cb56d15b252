package service

import (
	"context"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// announce tells whoever is to hear of an act: one message to each group of the
// matter's node, the speaker's own chat by its cheapest route, and privately those
// whom it concerns.
func (s *session) announce(t *procedure.Template, before, m procedure.Matter, act procedure.Act, effects []procedure.Effect) error {
	if act.Op == procedure.Nudge && procedure.SetsAgenda(act) {
		return s.tellAgenda(t, m)
	}
	if act.Op == procedure.Move {
		return s.tellMoved(t, m, act)
	}
	if act.Op != procedure.Nudge {
		if err := s.tellChats(t, before, m, act, effects); err != nil {
			return err
		}
	}
	for _, e := range effects {
		if e.Kind != procedure.Tell {
			continue
		}
		if act.Op == procedure.Nudge {
			if err := s.remindOfDuty(t, m, act, e); err != nil {
				return err
			}
			continue
		}
		if s.public(t) && (e.Notice == procedure.NoticeAssigned || e.Notice == procedure.NoticeReopened) {
			continue // the group's line names them
		}
		if handsOn(t, m, e) {
			continue // the paper itself tells them
		}
		if err := s.tell(t, m, e); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) public(t *procedure.Template) bool { return t.Audience == procedure.ForGroup }

func (s *session) tellChats(t *procedure.Template, before, m procedure.Matter, act procedure.Act, effects []procedure.Effect) error {
	var groups []roster.Group
	var err error
	if s.public(t) {
		if groups, err = s.tx.GroupsOf(s.ctx, m.Node); err != nil {
			return err
		}
	}
	card := s.newCard(t, m, act, effects)
	answered := false
	for _, g := range groups {
		row := deliver.Row{To: g.Chat, Matter: m.ID}
		if act.Sealing != nil { // what a weekly meeting resolved is told on its day
			row.NotBefore = s.env(t, m, procedure.Actor{}).ResolutionsTold(m)
		}
		here := g.Chat == s.e.Chat
		switch {
		case here && s.e.Press != nil:
			answered = true
			if !s.answerPress(t, before, m, card) {
				continue
			}
		case here:
			answered = true
			row.Body.Reply = s.e.Reply
		}
		s.fillRow(&row, t, m, act, effects, card)
		chart, err := s.chartFor(&row, t, m, act)
		if err != nil {
			return err
		}
		s.post(row)
		if chart != nil {
			s.post(*chart)
		}
		if c := row.Body.Card; here && c != nil {
			if err := s.echoBeside(*c, s.echoOf(t, m, act)); err != nil {
				return err
			}
		}
		if before.IsOpen() && !m.IsOpen() || act.Tally != nil {
			s.refreshLast(t, m, g.Chat)
		}
	}
	if answered || act.By == "" {
		return nil
	}
	return s.answerHere(t, m, act)
}

// answerHere answers the speaker in a chat that is none of the matter's groups: in
// private, or when the matter is not for the group.
func (s *session) answerHere(t *procedure.Template, m procedure.Matter, act procedure.Act) error {
	actor, err := s.actor(m.Node)
	if err != nil {
		return err
	}
	group := !s.e.Chat.Private
	env := s.env(t, m, actor)
	look := s.lookup(t, m, group)
	if s.e.Press != nil {
		c := s.card(env, m, procedure.Viewer{Group: group, Actor: actor}, look)
		c.ID = s.e.Press.Card
		s.answer = Answer{Card: &c}
		return nil
	}
	text := env.Did(m, act, look)
	if act.Seq == 1 {
		text = strings.TrimSpace(m.Ref() + " 记下了：" + env.Title(m, look) + "\n" + env.Now(m) + "\n" + s.echoOf(t, m, act))
	}
	if group && !s.public(t) {
		text = m.Ref() + " 记下了。这件事不在群里公开，有进展私聊告诉您。"
	}
	s.reply(text)
	return nil
}

// newCard is the step that opened and that others than its holders act on; nil
// when a line says enough.
func (s *session) newCard(t *procedure.Template, m procedure.Matter, act procedure.Act, effects []procedure.Effect) *procedure.Step {
	if !m.IsOpen() || len(act.People) > 0 && act.Seq > 1 {
		return nil
	}
	if act.Seq == 1 {
		return t.First()
	}
	var last *procedure.Step
	for _, e := range effects {
		if e.Kind == procedure.Reopened && act.Op == procedure.Undo {
			return nil
		}
		if st := t.Step(e.Step); e.Kind == procedure.Opened && st != nil && m.Steps[st.ID].Live() {
			last = st
		}
	}
	if last == nil || !s.env(t, m, procedure.Actor{}).Pressable(m, last) {
		return nil
	}
	return last
}

// fillRow gives a row its words: a card when a step opened, else the one line.
func (s *session) fillRow(row *deliver.Row, t *procedure.Template, m procedure.Matter, act procedure.Act, effects []procedure.Effect, opened *procedure.Step) {
	env, look := s.env(t, m, procedure.Actor{}), s.lookup(t, m, true)
	did := env.Did(m, act, look)
	if opened == nil {
		row.Body.Text = did
		row.Body.Mentions = s.mention(row.To.Platform, effects)
		return
	}
	c := s.card(env, m, procedure.Viewer{Group: true}, look)
	c.ID = s.cardID(m.ID)
	if c.Body != "" && strings.Contains(did, c.Body) {
		c.Body = "" // the line says it
	}
	echo := s.echoOf(t, m, act)
	if echo != "" {
		c.Body = strings.TrimSpace(c.Body + "\n" + echo)
	}
	if act.Seq > 1 {
		c.Body = strings.TrimSpace(strings.TrimPrefix(did, m.Ref()) + "\n" + c.Body)
	}
	row.Body.Card = &c
}

// rememberCards notes the newest card of each matter in each group, once it is
// certain which are sent.
func (s *session) rememberCards() {
	for _, r := range s.rows {
		if r.Body.Card == nil || r.Refresh != "" || r.Matter == "" || r.To.Private {
			continue
		}
		key, id := cardKey(r.Matter, r.To), r.Body.Card.ID
		s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte(id), 30*24*time.Hour) })
	}
}

// cardKey is where the newest card of a matter in a chat is remembered, so that it
// can be shown as closed. Lost, it is only not refreshed.
func cardKey(m bot.MatterID, chat bot.Chat) string { return "card:" + string(m) + ":" + chat.Key() }

// mention lists the accounts on a platform of those an effect concerns.
func (s *session) mention(p bot.Platform, effects []procedure.Effect) []bot.Account {
	var out []bot.Account
	for _, e := range effects {
		if e.Kind != procedure.Tell || e.Notice != procedure.NoticeAssigned && e.Notice != procedure.NoticeReopened {
			continue
		}
		for _, person := range e.People {
			accounts, err := s.tx.AccountsOf(s.ctx, person)
			if err != nil {
				continue
			}
			for _, a := range accounts {
				if a.Account.Platform == p {
					out = append(out, a.Account)
				}
			}
		}
	}
	return out
}

// hintPrivate adds to the answer, once a day and person, that telephone numbers
// belong in private. It costs no message of its own.
func (s *session) hintPrivate() {
	if s.e.Chat.Private || !phone.MatchString(s.e.Message.Text) {
		return
	}
	key := "hinted:" + s.e.From.String()
	if _, done, err := s.states.Get(s.ctx, key); err != nil || done {
		return
	}
	if s.addHint("下次电话这类信息请私聊我，群里我不会显示。") {
		s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte("1"), 24*time.Hour) })
	}
}

// addHint adds a line to the answer in this chat and reports whether there was one.
func (s *session) addHint(hint string) bool {
	for i, r := range s.rows {
		if r.To != s.e.Chat || r.Refresh != "" {
			continue
		}
		if c := r.Body.Card; c != nil {
			c.Footnote = hint
		} else {
			s.rows[i].Body.Text += "\n" + hint
		}
		return true
	}
	return false
}

// answerPress puts the card's new look into the press's answer and reports
// whether the group gets a new message besides.
func (s *session) answerPress(t *procedure.Template, before, m procedure.Matter, opened *procedure.Step) bool {
	c := s.card(s.env(t, m, procedure.Actor{}), m, procedure.Viewer{Group: true}, s.lookup(t, m, true))
	c.ID = s.e.Press.Card
	if opened != nil {
		c.Actions = nil
		c.Footnote = "请看下面的新卡片"
	}
	s.answer = Answer{Card: &c, Everyone: true}
	if opened == nil {
		// A card with a newer one below it is not worth a call: whoever presses it
		// is shown the truth.
		s.refresh(c, s.e.Chat, changedState(before, m))
	}
	// The line is worth a message where the card alone would not be noticed:
	// nobody is told of a silent change that ends or reopens a matter.
	return opened != nil
}

func changedState(before, m procedure.Matter) bool {
	if before.Outcome != m.Outcome || before.Reopens != m.Reopens {
		return true
	}
	for id, st := range m.Steps {
		if old := before.Steps[id]; old.Status != st.Status || old.Round != st.Round {
			return true
		}
	}
	return false
}
