package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
)

// ClosedVote is a vote that has ended: what was kept of it, and what came of it.
type ClosedVote struct {
	Closing ballot.Closing
	Result  ballot.Result
	Roll    *ballot.Roll // nil if it had none
}

// closedVote reads a vote that has ended: the figures for result texts, pictures and
// sheets. One that still runs, or is not there, is an error with code NotFound.
func (s *session) closedVote(id ballot.PollID) (ClosedVote, error) {
	closing, err := s.tx.Closing(s.ctx, id)
	if err != nil {
		return ClosedVote{}, err
	}
	rule, err := s.ruleOf(closing.Poll)
	if err != nil {
		return ClosedVote{}, err
	}
	roll, err := s.tx.Roll(s.ctx, id)
	return ClosedVote{Closing: closing, Result: ballot.Tally(closing.Poll, rule, closing.Count), Roll: roll}, err
}

// resultOf says what came of a closed vote: the arithmetic in words, the options as
// bars, how it was cast, the reasons given, and the rule. It is empty while the vote
// runs.
func (s *session) resultOf(t *procedure.Template, m procedure.Matter, step string, round int, look procedure.Lookup) (string, error) {
	if st := t.Step(step); st.IsSurvey() {
		return s.surveyResult(m, st, round)
	}
	v, err := s.closedVote(ballot.PollID{Matter: m.ID, Step: step, Round: round})
	if bot.CodeOf(err) == bot.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	options := s.optionsOf(t, m, look)
	arithmetic, rest, _ := strings.Cut(v.Result.Explain(options...), "\n")
	name := func(id ballot.VoterID) string { return look.Name(bot.PersonID(id)) }
	parts := []string{arithmetic, bars(v.Result, options), v.ways()}
	if v.Result.Verdict != ballot.Withheld {
		parts = append(parts, reasonLines(v.Closing, v.Roll, options, name))
	}
	parts = slices.DeleteFunc(append(parts, rest), func(p string) bool { return p == "" })
	return strings.Join(parts, "\n"), nil
}

// ways says how many ballots came otherwise than from the voters themselves.
func (v ClosedVote) ways() string {
	var phone, proxy int
	for _, e := range v.Closing.Entries {
		switch {
		case e.Way == ballot.ByPhone && e.Counts():
			phone++
		case e.Way == ballot.ByProxy:
			proxy++
		}
	}
	var out []string
	if phone > 0 {
		out = append(out, fmt.Sprintf("代录的%d票都经另一人复核", phone))
	}
	if proxy > 0 {
		out = append(out, fmt.Sprintf("受委托代投%d票", proxy))
	}
	if len(out) == 0 {
		return ""
	}
	return "其中" + strings.Join(out, "，") + "。"
}

// widest is how many blocks the longest bar has: it must fit a phone's line.
const widest = 10

// bars draws the votes as text, for where a picture cannot go. Nothing is drawn of a
// result that is withheld.
func bars(r ballot.Result, options []string) string {
	all := barsOf(r, options)
	most := int64(1)
	for _, b := range all {
		most = max(most, b.votes)
	}
	lines := make([]string, len(all))
	for i, b := range all {
		blocks := int((b.votes*widest + most - 1) / most)
		lines[i] = strings.Join(strings.Fields(fmt.Sprintf("%s %s %d", cut(b.label, 8), strings.Repeat("▇", blocks), b.votes)), " ")
	}
	return strings.Join(lines, "\n")
}

// bar is how many voted for something.
type bar struct {
	label string
	votes int64
}

// barsOf are the bars of a result; none of one that is withheld, or that nobody voted in.
func barsOf(r ballot.Result, options []string) (all []bar) {
	switch {
	case r.Verdict == ballot.Withheld:
	case r.Poll.Selection():
		for _, c := range r.Candidates {
			label := fmt.Sprintf("第%d项", c.Option+1)
			if c.Option < len(options) {
				label = options[c.Option]
			}
			all = append(all, bar{label, c.Votes.Heads})
		}
	default:
		f := r.Count.Figures
		all = []bar{{ballot.Yes.Word(), f.Yes.Heads}, {ballot.No.Word(), f.No.Heads}, {ballot.Abstain.Word(), f.Abstain.Heads}}
	}
	if !slices.ContainsFunc(all, func(b bar) bool { return b.votes > 0 }) {
		return nil // nothing to draw
	}
	return all
}

// verifyVotes checks that every closed vote is still what its closing act says.
func verifyVotes(ctx context.Context, tx Tx, t *procedure.Template, acts []procedure.Act) (bad []string, err error) {
	for _, a := range acts {
		if a.Tally == nil {
			continue
		}
		if step := t.Step(a.Step); step.IsSurvey() {
			wrong, err := verifySurvey(ctx, tx, step, a)
			if err != nil {
				return bad, err
			}
			if wrong != "" {
				bad = append(bad, wrong)
			}
			continue
		}
		c, err := tx.Closing(ctx, ballot.PollID{Matter: a.Matter, Step: a.Step, Round: a.Round})
		switch {
		case bot.CodeOf(err) == bot.NotFound:
			bad = append(bad, fmt.Sprintf("第%d条记录的计票不见了", a.Seq))
		case err != nil:
			return bad, err
		case !c.Intact(a.Tally.Hash):
			bad = append(bad, fmt.Sprintf("第%d条记录的计票与封存的不符", a.Seq))
		}
	}
	return bad, nil
}
