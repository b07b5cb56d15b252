package service

import (
	"cmp"
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/cards"
)

// stillFresh refuses a change by others than who opened it, and once somebody has
// answered: nobody is to find that they voted on something else.
func (s *session) stillFresh(a amending) error {
	err := s.judge(a.t, a.m, a.m.Node, procedure.Act{Step: a.step.ID, Op: procedure.Amend})
	switch bot.CodeOf(err) {
	case bot.Missing, "":
	case bot.Forbidden:
		return bot.Errorf(bot.Forbidden, "%s 怎么投由发起人来改，您直接投就行。", a.m.Ref())
	default:
		return err
	}
	cast := 0
	for _, id := range boxesOf(a.m, a.step) {
		entries, err := s.tx.EntriesIn(s.ctx, id)
		if err != nil {
			return err
		}
		cast = max(cast, len(entries))
	}
	if cast == 0 {
		return nil
	}
	how := "只能到时间截止，再重新发起。"
	if s.now.Sub(a.m.LastAt).Abs() <= procedure.UndoWindow {
		how = fmt.Sprintf("可以发“撤销 %d”收回，改好再发一次。", a.m.Number)
	}
	did := "投"
	if a.step.IsSurvey() {
		did = "答"
	}
	return bot.Errorf(bot.Wrong, "%s 已有%d人%s了，不能再改，免得他们%s的是另一回事。%s", a.m.Ref(), cast, did, did, how)
}

// boxesOf names the boxes of a step: one for a vote, one for each question of a survey.
func boxesOf(m procedure.Matter, step *procedure.Step) []ballot.PollID {
	if !step.IsSurvey() {
		return []ballot.PollID{pollID(m, step)}
	}
	var out []ballot.PollID
	for i := range step.Questions {
		out = append(out, itemID(m, step, i+1))
	}
	return out
}

// amend holds a vote otherwise: in a new round, with a card of its own.
func (s *session) amend(a amending, said amendment) error {
	if err := s.stillFresh(a); err != nil {
		return err
	}
	act := procedure.Act{Step: a.step.ID, Op: procedure.Amend, Terms: new(*cmp.Or(a.m.Terms, &procedure.Terms{}))}
	act.Until = cmp.Or(said.until, a.m.Steps[a.step.ID].Due)
	if err := s.amendTerms(a, said, &act); err != nil {
		return err
	}
	s.amended = "改好了：" + strings.Join(said.words(s), "；") + "。"
	s.forgetAmending()
	return s.commit(a.t, a.m, a.m.Node, act)
}

// amendTerms puts what was said into the act.
func (s *session) amendTerms(a amending, said amendment, act *procedure.Act) error {
	if a.step.IsSurvey() {
		if said.until.IsZero() {
			return bot.Errorf(bot.Invalid, "%s 只能改截止时间，例如：改 %d 截止周五18:00。", a.m.Ref(), a.m.Number)
		}
		return nil
	}
	terms := act.Terms
	was := shippedRules().ByID(cmp.Or(terms.Rule, a.step.Rule))
	switch {
	case said.consult:
		terms.Rule, terms.Entitled, terms.Roll = "", 0, ""
	case said.rule != nil:
		terms.Rule, terms.Entitled = said.rule.ID, 0
		if was != nil && was.Ballot == ballot.SecretBallot {
			terms.Secret = false // it was the rule that asked for it
		}
		terms.Secret = terms.Secret || said.rule.Ballot == ballot.SecretBallot
	}
	terms.Secret = (terms.Secret || said.secret) && !said.open
	terms.Open = !terms.Secret && (terms.Open || said.open)
	terms.Hidden = terms.Hidden || said.hidden
	terms.Most, terms.Entitled = cmp.Or(said.most, terms.Most), cmp.Or(said.entitled, terms.Entitled)
	terms.Noticed, terms.Roll = cmp.Or(said.noticed, terms.Noticed), cmp.Or(said.roll, terms.Roll)
	return amendTexts(a, said, act)
}

// amendTexts puts another title and other options into the act.
func amendTexts(a amending, said amendment, act *procedure.Act) error {
	act.Content = map[string]string{}
	if said.title != "" {
		act.Content[a.t.First().Main().ID] = said.title
	}
	switch {
	case len(said.options) == 0:
	case a.step.OptionsFrom == "":
		return bot.Errorf(bot.Invalid, "%s 是问赞成还是反对，没有选项。要几个里面选，请发“撤销 %d”，再重新发起。", a.m.Ref(), a.m.Number)
	case len(said.options) < 2:
		return bot.Errorf(bot.Invalid, "选项至少两个，用顿号隔开，例如：改 %d 选项 湿地公园、博物馆。", a.m.Number)
	default:
		act.Content[a.step.OptionsFrom] = strings.Join(said.options, "、")
		act.Terms.Options = len(said.options)
	}
	return nil
}

// words says back what was changed.
func (a amendment) words(s *session) (out []string) {
	add := func(yes bool, format string, args ...any) {
		if yes {
			out = append(out, fmt.Sprintf(format, args...))
		}
	}
	add(!a.until.IsZero(), "截止%s", s.env(nil, procedure.Matter{}, procedure.Actor{}).Moment(a.until))
	add(a.secret, "匿名")
	add(a.open, "记名")
	add(a.consult, "只征求意见")
	if a.rule != nil {
		add(true, "按“%s”", a.rule.Name)
	}
	add(a.roll != "", "按名册“%s”", a.roll)
	add(a.most > 0, "可选%d个", a.most)
	add(a.hidden, "截止后出结果")
	add(len(a.options) > 0, "选项%s", strings.Join(a.options, "、"))
	add(a.title != "", "题目")
	add(a.entitled > 0, "应到%d人", a.entitled)
	add(!a.noticed.IsZero(), "%s已通知", procedure.Day(a.noticed.In(s.zone())))
	return out
}

// paintAmend adds 改 to the card of a vote that nobody has voted in yet, for who opened
// it. A card to tick has no room for it.
func (s *session) paintAmend(c *cards.Card, t *procedure.Template, m procedure.Matter, step *procedure.Step, personal bool) {
	inMeeting := m.Terms != nil && m.Terms.Meeting != ""
	if !t.Amendable(step) || inMeeting || m.Opener == "" || c.Choice != nil || personal && m.Opener != s.me.ID && m.Asker != s.me.ID {
		return
	}
	k := procedure.Key{Matter: m.ID, Step: step.ID, Round: m.Steps[step.ID].Round, Op: procedure.Amend}
	c.Actions = append(c.Actions, cards.Action{Label: "发起人" + amendWord, Key: k.String(), Say: fmt.Sprintf("%s %d", amendWord, m.Number)})
}
