package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/cards"
)

// cast puts the speaker's ballot into the box and answers. The choice of a secret vote
// goes nowhere else: not into an act, an answer, an outbox row or the log.
func (s *session) cast(t *procedure.Template, m procedure.Matter, step *procedure.Step, c ballot.Choice) error {
	if s.env(t, m, procedure.Actor{}).Collecting(m) == nil {
		return bot.Errorf(bot.Wrong, "%s 的投票已经截止了，这一票来晚了，没有计。", m.Ref())
	}
	b, err := s.lightBox(pollID(m, step))
	if err != nil {
		return err
	}
	if b.Poll.Secret && s.e.Message != nil && !s.e.Chat.Private && c.Say != ballot.Recuse {
		return bot.Errorf(bot.Forbidden, "%s 是匿名投票，群里说的不算，请私聊我投。", m.Ref())
	}
	before := b.Turnout()
	put := b.Cast
	if c.Say == ballot.Recuse {
		put = func(by bot.PersonID, _ ballot.Choice, at time.Time) (ballot.Entry, error) { return b.Recuse(by, at) }
	}
	e, err := put(s.me.ID, c, s.saidAt(b))
	if err != nil {
		return named(m, err)
	}
	e.Channel = string(s.e.Platform)
	if err := s.putEntry(e); err != nil {
		return err
	}
	if e.Recused() {
		key, id := s.lastKey(), m.ID
		s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte(id), ballot.SlipWindow) })
	}
	return s.afterBallot(t, m, step, b, before, e)
}

// named begins a refusal with the matter's number.
func named(m procedure.Matter, err error) error {
	e, ok := errors.AsType[*bot.Error](err)
	if !ok || e.Message == "" || strings.HasPrefix(e.Message, "#") {
		return err
	}
	return bot.Errorf(e.Code, "%s %s", m.Ref(), e.Message)
}

// putEntry stores a ballot. A receipt that another has is drawn anew, which a second
// run of the transaction does.
func (s *session) putEntry(e ballot.Entry) error {
	err := s.tx.PutEntry(s.ctx, e)
	if bot.CodeOf(err) == bot.Duplicate {
		return bot.Fault(bot.Stale, err)
	}
	return err
}

// afterBallot answers the voter, and lets the group see how many have voted where that
// costs little.
func (s *session) afterBallot(t *procedure.Template, m procedure.Matter, step *procedure.Step, b *ballot.Box, before ballot.Turnout, e ballot.Entry) error {
	if err := s.refreshVote(t, m, b, crossed(before, b.Turnout())); err != nil {
		return err
	}
	if s.e.Press == nil {
		s.reply(m.Ref() + " " + s.taken(m, b, e))
		return nil
	}
	group := !s.e.Chat.Private
	c := s.env(t, m, procedure.Actor{}).Card(m, procedure.Viewer{Group: group}, s.lookup(t, m, group))
	personal := !group || s.cfg.Capabilities(s.e.Chat.Platform).CardUpdate
	s.paintVote(&c, t, m, step, b, personal)
	c.ID = s.e.Press.Card
	// Where a card can be changed only in answer to a press on it, everybody gets the
	// numbers with it; elsewhere the presser sees their own ballot.
	s.answer = Answer{Card: &c, Everyone: !personal}
	return nil
}

// crossed reports whether a ballot was the first, or the one that makes the vote valid:
// what everybody is shown at once.
func crossed(before, now ballot.Turnout) bool {
	first := before.Figures.Cast.Heads == 0 && now.Figures.Cast.Heads > 0
	return first || now.Reached && !before.Reached && len(now.Quorum) > 0
}

// taken says to the voter that their ballot counts, and in private what it says unless
// the vote is secret.
func (s *session) taken(m procedure.Matter, b *ballot.Box, e ballot.Entry) string {
	switch {
	case e.Recused():
		return fmt.Sprintf("记下了，您声明%s，这一次不再投票。按错了十分钟内发：撤销回避 %d。", ballot.Recuse.Word(), m.Number)
	case b.Poll.Secret:
		return fmt.Sprintf("已收到您的票%s，回执 %s。截止前可以改，%s。", s.receiptWords(m, b, e), e.Receipt, s.turnoutWords(b))
	}
	return fmt.Sprintf("已收到您的票%s。截止前可以改，%s。", s.receiptWords(m, b, e), s.turnoutWords(b))
}

// isVote reports whether a step collects ballots.
func isVote(t *procedure.Template, step *procedure.Step) bool {
	return step != nil && t.Vote() == step
}

// pressVote carries out a press on a vote's card.
func (s *session) pressVote(t *procedure.Template, m procedure.Matter, step *procedure.Step, k procedure.Key) error {
	s.verb = "ballot" // and never what it says
	if k.Op == procedure.Close {
		return s.closeVote(t, m, step)
	}
	switch {
	case m.Outcome == procedure.Withdrawn: // and its card could not be changed
		return bot.Errorf(bot.Wrong, "%s %s，这一下没有计。", m.Ref(), s.env(t, m, procedure.Actor{}).OutcomeWord(m))
	case m.Steps[step.ID].Round == 0:
		return bot.Errorf(bot.Wrong, "%s 还没有开始投票。%s", m.Ref(), s.env(t, m, procedure.Actor{}).Now(m))
	}
	p, err := s.tx.Poll(s.ctx, pollID(m, step))
	if err != nil {
		return err
	}
	if k.Round != p.ID.Round {
		return bot.Errorf(bot.Wrong, "%s 这张卡片是以前的，请看新的一张。", m.Ref())
	}
	if k.Op == procedure.Amend {
		return s.askAmendment(amending{m, t, step}, "")
	}
	if k.Op != procedure.Do {
		return s.pressBeside(m, k)
	}
	c, ok := pressedChoice(p, k, s.e.Press.Picked)
	if !ok {
		return bot.Errorf(bot.Missing, "%s 请先勾选，再点投票。", m.Ref())
	}
	return s.cast(t, m, step, c)
}

// pressBeside carries out a press on what a running vote has beside its choices.
func (s *session) pressBeside(m procedure.Matter, k procedure.Key) error {
	h, err := s.hold(m)
	if err != nil {
		return err
	}
	switch k.Op {
	case opCheck, opDispute:
		return s.pressCall(h, k)
	case opTellers, opRecount:
		return s.pressTellers(h, k)
	case opRegret:
		v, _ := h.voterOf(s.me.ID)
		if err := s.reinstate(h, v.ID); err != nil {
			return err
		}
		if err := s.view(); err != nil || s.answer.Card == nil {
			return err
		}
		s.answer.Card.Footnote = "回避撤销了，可以投票了"
		return nil
	}
	return bot.Errorf(bot.NotFound, "这个按钮已经不能用了。")
}

// besideCard is the card of a telephone vote or a count, for who pressed it in vain;
// ok is false if the key belongs to the matter's own card.
func (s *session) besideCard(m procedure.Matter, k procedure.Key) (c cards.Card, ok bool, err error) {
	call, count := k.Op == opCheck || k.Op == opDispute, k.Op == opTellers || k.Op == opRecount
	if !call && !count {
		return c, false, nil
	}
	h, err := s.hold(m)
	switch {
	case isRefusal(wrong(err)):
		return c, false, nil // the vote is over: the matter's card says so
	case err != nil:
		return c, false, err
	case call:
		return s.callNow(h, ballot.VoterID(k.Choice)), true, nil
	}
	c, err = s.tellersNow(h)
	return c, true, err
}

// closeVote ends a vote before its time, where its rule allows.
func (s *session) closeVote(t *procedure.Template, m procedure.Matter, step *procedure.Step) error {
	act := procedure.Act{Step: step.ID, Op: procedure.Close}
	counted, err := s.countedBy(m, step)
	if err != nil {
		return err
	}
	if !counted {
		if err := s.judge(t, m, m.Node, act); err != nil && bot.CodeOf(err) != bot.Missing {
			return err
		}
	}
	if act.Tally, err = s.tally(m, step); err != nil {
		return named(m, err)
	}
	return s.commit(t, m, m.Node, act)
}

// countedBy reports whether the speaker is one of two tellers who have counted in the
// room: their word ends the vote, whoever they are otherwise.
func (s *session) countedBy(m procedure.Matter, step *procedure.Step) (bool, error) {
	t, err := s.tx.Tellers(s.ctx, pollID(m, step))
	if bot.CodeOf(err) == bot.NotFound {
		return false, nil
	}
	return err == nil && t.Second != "" && (t.First == s.me.ID || t.Second == s.me.ID), err
}

// tally closes a vote's box, seals what is in it and returns what its act says.
func (s *session) tally(m procedure.Matter, step *procedure.Step) (*procedure.Tally, error) {
	b, err := s.box(pollID(m, step))
	if err != nil {
		return nil, err
	}
	endRoom(b, m, s.now)
	c, err := b.Close(s.now)
	if err != nil {
		return nil, err
	}
	if err := s.tx.Seal(s.ctx, c); err != nil {
		return nil, err
	}
	res := ballot.Tally(c.Poll, b.Rule, c.Count)
	out := &procedure.Tally{Ballots: len(c.Receipts), Verdict: string(res.Verdict), Hash: c.Hash}
	if c.Tellers != nil {
		out.Ballots, out.Tellers = int(c.Count.Cast.Heads), []bot.PersonID{c.Tellers.First, c.Tellers.Second}
	}
	return out, nil
}

// myBallots answers 我的票: what the speaker cast, to them alone. Of a secret vote it
// says that they voted, not what.
func (s *session) myBallots() error {
	if !s.e.Chat.Private {
		return bot.Errorf(bot.Forbidden, "您的票只告诉您本人，请私聊我发：我的票。")
	}
	entries, err := s.tx.EntriesOf(s.ctx, s.me.ID, most)
	if err != nil {
		return err
	}
	var lines []string
	for _, e := range entries {
		line, err := s.ballotLine(e)
		if err != nil {
			return err
		}
		if line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		s.reply("您还没有投过票。")
		return nil
	}
	s.reply("您的票：\n" + strings.Join(lines, "\n"))
	return nil
}

func (s *session) ballotLine(e ballot.Entry) (string, error) {
	if e.Poll.Item > 1 {
		return "", nil // a survey is said once, not for each question
	}
	m, err := s.tx.Matter(s.ctx, e.Poll.Matter)
	if bot.CodeOf(err) == bot.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	t, err := s.template(m)
	if err != nil {
		return "", err
	}
	look := s.lookup(t, m, false)
	said := "已投，匿名"
	switch {
	case e.Recused():
		said = ballot.Recuse.Word()
	case e.Choice != nil:
		said = choiceWords(*e.Choice, s.optionsOf(t, m, look))
	}
	return fmt.Sprintf("%s %s：%s，回执 %s", m.Ref(), cut(s.env(t, m, procedure.Actor{}).Title(m, look), 14), said, e.Receipt), nil
}

// choiceWords says a choice.
func choiceWords(c ballot.Choice, options []string) string {
	if c.Say != ballot.Pick {
		return c.Say.Word()
	}
	var out []string
	for _, i := range c.Picks {
		name := fmt.Sprintf("第%d项", i+1)
		if i < len(options) {
			name = options[i]
		}
		out = append(out, name)
	}
	return strings.Join(out, "、")
}

// signIn answers 签到: the speaker is in the room where a vote is being held.
func (s *session) signIn() error {
	if done, err := s.signInMeeting(); done || err != nil {
		return err
	}
	running, err := s.runningVotes()
	if err != nil {
		return err
	}
	for _, m := range running {
		t, err := s.template(m)
		if err != nil {
			return err
		}
		if len(s.read.Matters) > 0 && !slices.Contains(s.read.Matters, m.Number) {
			continue
		}
		b, err := s.box(pollID(m, t.Vote()))
		if err != nil {
			return err
		}
		if !b.Poll.InRoom {
			continue
		}
		return s.signInTo(m, b)
	}
	return cmp.Or(s.signInNowhere(), error(bot.Errorf(bot.NotFound, "现在没有要签到的会或表决。")))
}

func (s *session) signInTo(m procedure.Matter, b *ballot.Box) error {
	v, ok := b.Roll.Of(s.me.ID)
	if !ok {
		return bot.Errorf(bot.Forbidden, "%s 您不在这次的名册里，可以列席。名册有误请告诉发起人。", m.Ref())
	}
	a, err := b.SignIn(v.ID, s.me.ID, s.saidAt(b))
	if err != nil {
		return named(m, err)
	}
	if err := s.tx.PutAttendance(s.ctx, a); err != nil {
		return err
	}
	s.reply(m.Ref() + " 签到好了，" + s.turnoutWords(b) + "。")
	return nil
}
