package service

import (
	"errors"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/talk"
	"yiqun/cards"
)

// press carries out a button. Its key may be forged or old: every right is judged
// again, and the round in the key tells an old card.
func (s *session) press() error {
	s.verb = "press"
	if strings.HasPrefix(s.e.Press.Key, proposalPrefix) {
		return s.pressProposal(s.e.Press.Key)
	}
	if strings.HasPrefix(s.e.Press.Key, reminderPrefix) {
		return s.pressReminder(s.e.Press.Key)
	}
	if strings.HasPrefix(s.e.Press.Key, consentPrefix) {
		return s.pressConsent(s.e.Press.Key)
	}
	if s.e.Press.Key == cards.ViewKey {
		return s.view()
	}
	k, m, t, err := s.pressed()
	if err != nil {
		return err
	}
	if ok, err := s.newerThanLast(k); err != nil {
		return err
	} else if !ok {
		err := s.view()
		s.verb = "late press"
		return err
	}
	if step := t.Step(k.Step); isVote(t, step) {
		return s.pressVote(t, m, step, k)
	} else if isMeeting(t, step) {
		return s.pressMeeting(t, m, k)
	}
	if step := t.Step(k.Step); step.IsSurvey() {
		return s.pressSurvey(t, m, step, k)
	}
	act := procedure.Act{Step: k.Step, Round: k.Round, Op: k.Op, Choice: k.Choice, Score: k.Score}
	s.verb = string(k.Op) + " " + k.Step
	if err := s.commit(t, m, m.Node, act); err != nil {
		return s.pend(err, talk.Pending{Verb: verbOf(t, k), Matter: m.ID, Act: act})
	}
	return nil
}

// view shows the presser how the matter of a card stands now.
func (s *session) view() error {
	s.verb = "view"
	id, _, _ := strings.Cut(s.e.Press.Card, "-")
	m, err := s.tx.Matter(s.ctx, bot.MatterID(id))
	if bot.CodeOf(err) == bot.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if ok, err := s.sees(m); err != nil || !ok {
		return err
	}
	t, err := s.template(m)
	if err != nil {
		return err
	}
	c, err := s.cardHere(t, m)
	if err != nil {
		return err
	}
	c.ID = s.e.Press.Card
	s.answer = Answer{Card: &c}
	return nil
}

// pressed finds what a press is about.
func (s *session) pressed() (procedure.Key, procedure.Matter, *procedure.Template, error) {
	k, ok := procedure.ParseKey(s.e.Press.Key)
	if !ok {
		return k, procedure.Matter{}, nil, strange()
	}
	m, err := s.tx.Matter(s.ctx, k.Matter)
	if bot.CodeOf(err) == bot.NotFound {
		return k, m, nil, strange()
	}
	if err != nil {
		return k, m, nil, err
	}
	if s.node.ID == "" {
		// A press on a private card may come without saying where it was.
		if s.node, err = s.tx.Node(s.ctx, m.Node); err != nil {
			return k, m, nil, err
		}
	}
	if ok, err := s.sees(m); err != nil || !ok {
		return k, procedure.Matter{}, nil, errors.Join(err, bot.Errorf(bot.NotFound, "这个按钮已经不能用了。"))
	}
	t, err := s.template(m)
	return k, m, t, err
}

// errStranger is inside the refusal of a press on a card that is none of ours.
var errStranger = errors.New("the card is of another program, or of other records")

func strange() error {
	return &bot.Error{Code: bot.NotFound, Message: "这个按钮已经不能用了。", Err: errStranger}
}

// newerThanLast drops a press that was made before one that has already counted:
// platforms may deliver late. The presser is shown how it stands.
func (s *session) newerThanLast(k procedure.Key) (bool, error) {
	if s.e.At.IsZero() {
		return true, nil
	}
	last, err := s.tx.LastPress(s.ctx, k.Matter, k.Step, s.me.ID)
	if err != nil {
		return false, err
	}
	if s.e.At.Before(last) {
		return false, nil
	}
	return true, s.tx.SetLastPress(s.ctx, k.Matter, k.Step, s.me.ID, s.e.At)
}

// verbOf is the word a key's op is typed as.
func verbOf(t *procedure.Template, k procedure.Key) string {
	step := t.Step(k.Step)
	if step == nil {
		return ""
	}
	for _, v := range procedure.VerbsOf(step) {
		if v.Op == k.Op {
			return v.Word
		}
	}
	return step.Verb
}

// refusePress shows the presser, and nobody else, why it did not work and how the
// matter stands; what is missing is asked in the chat.
func (s *session) refusePress(why error) error {
	text, err := s.sentence(why)
	if err != nil {
		return err
	}
	if _, err := s.askBack(why); err != nil {
		return err
	}
	k, m, t, err := s.pressed()
	if err != nil {
		if bot.MessageOf(err) == "" {
			return err
		}
		s.log.InfoContext(s.ctx, "press refused", "code", bot.CodeOf(err))
		return nil
	}
	c, beside, err := s.besideCard(m, k)
	if err == nil && !beside {
		c, err = s.cardHere(t, m)
	}
	if err != nil {
		return err
	}
	c.ID, c.Footnote = s.e.Press.Card, text
	s.answer = Answer{Card: &c}
	return nil
}

// sentence is what a member is told about an error.
func (s *session) sentence(why error) (string, error) {
	if full, ok := errors.AsType[*procedure.FullError](why); ok {
		var names []string
		for _, p := range full.Holders {
			names = append(names, s.name(p))
		}
		return full.Ref + " 的名额已经满了，" + strings.Join(names, "、") + "先接了，谢谢您。", nil
	}
	return bot.MessageOf(why), nil
}
