package service

import (
	"cmp"
	"errors"
	"io"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// terms reads how a vote is to be held out of the sentence that opens it, and leaves
// in the act what is voted on.
func (s *session) terms(t *procedure.Template, act *procedure.Act) error {
	if box := t.Box(); box.IsSurvey() && t.Amendable(box) {
		return s.surveyTerms(t, act, box)
	}
	step, main := t.Vote(), t.First().Main()
	if step == nil || main == nil || act.Content[main.ID] == "" || t.Next(t.First()) != step {
		return nil // what leads to a vote later says how it is held
	}
	if act.Terms == nil {
		m, err := readMotion(act.Content[main.ID], s.now.In(s.zone()))
		if u, ok := errors.AsType[*unknownRule](err); ok {
			return s.whichRule(u)
		}
		if err != nil {
			return err
		}
		s.takeMotion(act, step, main.ID, m)
	}
	if step.OptionsFrom == "" {
		return nil
	}
	list := splitOptions(act.Content[step.OptionsFrom])
	if len(list) < 2 {
		delete(act.Content, step.OptionsFrom) // it is asked for
	} else {
		act.Content[step.OptionsFrom] = strings.Join(list, "、")
	}
	act.Terms.Options = len(list)
	return nil
}

func (s *session) takeMotion(act *procedure.Act, step *procedure.Step, main string, m motion) {
	act.Terms = &procedure.Terms{
		Most: m.most, Secret: m.secret, Hidden: m.hidden, Entitled: m.entitled, Noticed: m.noticed, Roll: m.roll,
		Open: m.open,
	}
	if m.rule != nil {
		act.Terms.Rule = m.rule.ID
		act.Terms.Secret = m.secret || m.rule.Ballot == ballot.SecretBallot
	}
	if act.Until.IsZero() {
		act.Until = m.until
	}
	act.Content[main] = m.title
	if step.OptionsFrom == "" && len(m.options) > 0 {
		act.Content[main] = m.title + "：" + strings.Join(m.options, "、")
	} else if len(m.options) > 0 {
		act.Content[step.OptionsFrom] = strings.Join(m.options, "、")
	}
}

// openBoxes opens the votes and surveys of the steps that have just opened.
func (s *session) openBoxes(t *procedure.Template, m procedure.Matter, effects []procedure.Effect) error {
	for _, e := range effects {
		step := t.Step(e.Step)
		if e.Kind != procedure.Opened || !step.Ballots() {
			continue
		}
		open := s.openVote
		if step.IsSurvey() {
			open = s.openSurvey
		}
		if err := open(m, step); err != nil {
			return err
		}
	}
	return nil
}

// sealBox closes what a step has collected, and returns what its act says.
func (s *session) sealBox(m procedure.Matter, step *procedure.Step) (*procedure.Tally, error) {
	if step.IsSurvey() {
		return s.sealSurvey(m, step)
	}
	return s.tally(m, step)
}

// openVote opens the box of a step's vote, with a roll where its rule counts by one.
func (s *session) openVote(m procedure.Matter, step *procedure.Step) error {
	terms := cmp.Or(m.Terms, &procedure.Terms{})
	rule := shippedRules().ByID(cmp.Or(terms.Rule, step.Rule, "consult"))
	if rule == nil {
		return bot.Errorf(bot.Invalid, "没有这条表决规则，请换一条。")
	}
	roll, err := s.rollFor(rule, m.Node, step, terms)
	if err != nil {
		return err
	}
	p := ballot.Poll{
		ID: pollID(m, step), Options: terms.Options, Most: terms.Most, Hidden: terms.Hidden, Noticed: terms.Noticed,
		Secret: terms.Secret || step.Secret || rule.Ballot == ballot.SecretBallot,
		InRoom: rule.Form == ballot.Meeting || terms.Meeting != "" && rule.Form != ballot.Written, Opens: s.now.In(s.zone()), Closes: m.Steps[step.ID].Due,
	}
	if roll != nil && p.Selection() {
		p.Seats = max(1, terms.Most)
	}
	sealing := ballot.Sealing{Random: s.random()}
	var key []byte
	if p.Secret {
		if sealing.Key, err = ballot.NewKey(sealing.Random); err != nil {
			return bot.Fault(bot.Internal, err)
		}
		key = sealing.Key.Bytes()
	}
	box, err := ballot.Open(p, rule, roll, sealing)
	if err != nil {
		return err
	}
	if err := s.tx.SaveRule(s.ctx, rule.Hash, rule.ID, rule.Raw); err != nil {
		return err
	}
	if err := s.tx.OpenPoll(s.ctx, box.Poll, box.Roll, key); err != nil {
		return err
	}
	return s.seat(box)
}

// vouched checks that whoever opens a deciding vote has said how many have a vote,
// and that the roster knows as many. The bot knows only people it has met: counted
// by a roll that is too short, a motion would pass that did not.
func vouched(rule *ballot.Rule, roll *ballot.Roll, said int) error {
	if roll == nil {
		return nil
	}
	entitled := int(roll.Entitled().Heads)
	switch said {
	case entitled:
		return nil
	case 0:
		return bot.Errorf(bot.Missing, "按“%s”要先核对人数：名册上现在有%d人。对的话请在后面加上“应到%d人”再发一次；不对请先让没到的人报姓名、确认。", rule.Name, entitled, entitled)
	}
	return bot.Errorf(bot.Invalid, "您说应到%d人，名册上是%d人。请先发“名册”核对，让没到的人报姓名、确认，再表决。", said, entitled)
}

// abandonBoxes forgets the votes and surveys whose step an act has left without closing
// them: their opening was undone, or the matter went back. Nothing of them may remain,
// their keys least of all.
func (s *session) abandonBoxes(t *procedure.Template, before, after procedure.Matter) error {
	for step := range t.AllSteps() {
		was, is := before.Steps[step.ID], after.Steps[step.ID]
		if !step.Ballots() || !was.Live() || is.Round == was.Round && (is.Live() || is.Tally != nil) {
			continue
		}
		boxes := []ballot.PollID{pollID(before, step)}
		for i := range step.Questions {
			boxes = append(boxes, itemID(before, step, i+1))
		}
		for _, id := range boxes {
			if err := s.tx.Abandon(s.ctx, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// rollFor is the roll of a vote that opens: the one it was opened with, one that came by
// file and whose sender has checked it, or the roster's, for whose number its opener
// vouches.
func (s *session) rollFor(rule *ballot.Rule, node bot.NodeID, step *procedure.Step, terms *procedure.Terms) (*ballot.Roll, error) {
	switch {
	case s.ready != nil:
		return s.ready, nil
	case terms.Roll != "":
		return s.keptRoll(node, terms.Roll)
	}
	roll, err := s.takeRoll(rule, node, step)
	if err != nil {
		return nil, err
	}
	return roll, vouched(rule, roll, terms.Entitled)
}

// openWithRoll opens a matter whose vote follows at once, with a roll that was made
// ready elsewhere: of those who came to a meeting. present are those voters who are in
// the room; nobody where there is no meeting.
func (s *session) openWithRoll(t *procedure.Template, act procedure.Act, roll *ballot.Roll, present ...ballot.VoterID) error {
	s.ready, s.seated = roll, present
	defer func() { s.ready, s.seated = nil, nil }()
	return s.begins(t, act)
}

// seat signs in those who are in the room when a vote opens.
func (s *session) seat(b *ballot.Box) error {
	for _, v := range s.seated {
		a, err := b.SignIn(v, s.me.ID, s.now)
		if err != nil {
			return err
		}
		if err := s.tx.PutAttendance(s.ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// The classes of Party members on a roll.
var partyClasses = []ballot.Class{{Name: "正式党员", Votes: true}, {Name: "预备党员"}}

// takeRoll is who may vote under a rule, as the roster knows them at this moment: the
// Party members of the node for the Party's own rules, the holders of the posts that
// the step names, else everybody who was confirmed there. Nil where the rule only asks
// for opinions, and where the roster cannot know who has a vote.
func (s *session) takeRoll(rule *ballot.Rule, node bot.NodeID, step *procedure.Step) (*ballot.Roll, error) {
	if rule.Outcome == ballot.Consults || rule.Unit != ballot.Person && rule.Unit != ballot.AnyUnit {
		return nil, nil
	}
	people, err := s.tx.PeopleAt(s.ctx, node)
	if err != nil {
		return nil, err
	}
	party := strings.HasPrefix(rule.ID, "party.")
	sits, err := s.sitting(node, step.By)
	if err != nil {
		return nil, err
	}
	var rows []ballot.Row
	for _, p := range people {
		if p.Standing == roster.Confirmed && (p.Member || !party) && sits(p) {
			row := ballot.Row{Line: len(rows) + 1, Name: p.Name, Person: p.ID}
			if party {
				row.Class = partyClasses[0].Name
			}
			if party && p.Probation {
				row.Class = partyClasses[1].Name
			}
			rows = append(rows, row)
		}
	}
	var classes []ballot.Class
	if party {
		classes = partyClasses
	}
	roll, problems := ballot.Import(ballot.Person, classes, rows)
	if len(problems) > 0 {
		return nil, bot.Errorf(bot.Invalid, "名册有问题：%s", problems[0])
	}
	roll.Taken, roll.From = s.now, "名册"
	return roll, nil
}

// random is the service's source of randomness, safe for concurrent use.
func (s *Service) random() io.Reader { return sharedRandom{s} }

type sharedRandom struct{ s *Service }

// Read implements io.Reader.
func (r sharedRandom) Read(b []byte) (int, error) {
	r.s.idsMu.Lock()
	defer r.s.idsMu.Unlock()
	return io.ReadFull(r.s.cfg.Random, b)
}
