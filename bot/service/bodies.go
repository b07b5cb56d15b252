package service

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// sitting tells who of the people at a node has a voice in a step: everybody, Party
// members, or the holders of the posts it names, there or above.
func (s *session) sitting(node bot.NodeID, who procedure.Who) (func(roster.Person) bool, error) {
	nodes, err := s.lineage(node)
	if err != nil {
		return nil, err
	}
	holds := map[bot.PersonID]bool{}
	members, all := false, false
	for _, w := range who {
		switch w {
		case procedure.Anyone:
			all = true
		case procedure.Member:
			members = true
		default:
			for _, n := range nodes {
				holders, err := s.holdersOf(n, []string{w}, 0)
				if err != nil {
					return nil, err
				}
				for _, p := range holders {
					holds[p] = true
				}
			}
		}
	}
	return func(p roster.Person) bool { return all || members && p.Member || holds[p.ID] }, nil
}

// prepare adds to an act what only the service knows: how the vote that it leads to is
// to be held, and what the file that it binds holds.
func (s *session) prepare(t *procedure.Template, m procedure.Matter, act *procedure.Act) error {
	step := t.Step(act.Step)
	if step == nil || m.Version == 0 {
		return nil
	}
	if err := s.termsWithin(t, m, step, act); err != nil {
		return err
	}
	if err := s.drawnAreVerified(t, m, step); err != nil {
		return err
	}
	if err := s.draftInto(t, m, step, act); err != nil {
		return err
	}
	if t.Filing() == step {
		return s.bindFile(m, act)
	}
	return nil
}

// termsWithin reads how a vote in the middle of a procedure is to be held out of the
// sentence that leads to it, and leaves in the act what else was said: 同意 应到15人
// 截止周五18:00.
func (s *session) termsWithin(t *procedure.Template, m procedure.Matter, step *procedure.Step, act *procedure.Act) error {
	leads := act.Op == procedure.Do && len(step.Entries) == 0 || act.Op == procedure.Close
	if !t.SetsVote(step) || !leads {
		return nil
	}
	field := procedure.Reason
	if f := step.Main(); f != nil && act.Op == procedure.Do {
		field = f.ID
	}
	said, err := readMotion(act.Content[field], s.now.In(s.zone()))
	if u, ok := errors.AsType[*unknownRule](err); ok {
		return s.whichRule(u)
	}
	if err != nil {
		return err
	}
	terms := procedure.Terms{}
	if before := cmp.Or(act.Terms, m.Terms); before != nil {
		terms = *before // said before, and not otherwise now
	}
	terms.Secret = terms.Secret || said.secret
	terms.Hidden = terms.Hidden || said.hidden
	if !said.noticed.IsZero() {
		terms.Noticed = said.noticed
	}
	terms.Roll = cmp.Or(said.roll, terms.Roll)
	if said.entitled > 0 {
		terms.Entitled = said.entitled
	}
	if said.most > 0 {
		terms.Most = said.most
	}
	if said.rule != nil {
		terms.Rule = said.rule.ID
		terms.Secret = terms.Secret || said.rule.Ballot == ballot.SecretBallot
	}
	if act.Until.IsZero() {
		act.Until = said.until
	}
	rest := said.title
	if len(said.options) > 0 {
		rest = strings.TrimPrefix(fmt.Sprintf("%s：%s", rest, strings.Join(said.options, "、")), "：")
	}
	if field == t.Vote().OptionsFrom {
		list := splitOptions(rest)
		terms.Options, rest = len(list), strings.Join(list, "、")
		if len(list) < 2 {
			rest = "" // it is asked for
		}
	}
	act.Terms = &terms
	if rest == "" {
		delete(act.Content, field)
	} else {
		act.Content[field] = rest
	}
	return nil
}

// special carries out those verbs that are more than one act of one matter. done is
// false if this is none.
func (s *session) special(t *procedure.Template, m procedure.Matter, step *procedure.Step, v *procedure.Verb) (done bool, err error) {
	switch {
	case isVote(t, step) && v.Op == procedure.Close:
		return true, s.closeVote(t, m, step)
	case step.IsSurvey() && v.Op == procedure.Do && m.Steps[step.ID].Live():
		return true, s.startSurvey(inquiry{m: m, t: t, step: step, item: 1})
	case step.Spawns != "" && v.Op == procedure.Do && v.Choice == "" && m.Steps[step.ID].Live():
		return true, s.makeOrders(t, m, step, v)
	}
	return false, nil
}
