package service

import (
	"context"
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
)

// resultOf says what came of a closed vote: the arithmetic in words, the options as
// bars, and the rule. It is empty while the vote runs.
func (s *session) resultOf(t *procedure.Template, m procedure.Matter, step string, round int, look procedure.Lookup) (string, error) {
	closing, err := s.tx.Closing(s.ctx, ballot.PollID{Matter: m.ID, Step: step, Round: round})
	if bot.CodeOf(err) == bot.NotFound {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	rule, err := s.ruleOf(closing.Poll)
	if err != nil {
		return "", err
	}
	options := s.optionsOf(t, m, look)
	res := ballot.Tally(closing.Poll, rule, closing.Count)
	text := res.Explain(options...)
	if b := bars(res, options); b != "" {
		arithmetic, rest, _ := strings.Cut(text, "\n")
		text = strings.TrimSuffix(arithmetic+"\n"+b+"\n"+rest, "\n")
	}
	return text, nil
}

// widest is how many blocks the longest bar has: it must fit a phone's line.
const widest = 10

// bars draws the votes as text, for where a picture cannot go. Nothing is drawn of a
// result that is withheld.
func bars(r ballot.Result, options []string) string {
	type bar struct {
		label string
		votes int64
	}
	var all []bar
	switch {
	case r.Verdict == ballot.Withheld:
		return ""
	case r.Poll.Selection():
		for _, c := range r.Candidates {
			label := fmt.Sprintf("第%d项", c.Option+1)
			if c.Option < len(options) {
				label = cut(options[c.Option], 8)
			}
			all = append(all, bar{label, c.Votes.Heads})
		}
	default:
		f := r.Count.Figures
		all = []bar{{ballot.Yes.Word(), f.Yes.Heads}, {ballot.No.Word(), f.No.Heads}, {ballot.Abstain.Word(), f.Abstain.Heads}}
	}
	most := int64(1)
	for _, b := range all {
		most = max(most, b.votes)
	}
	lines := make([]string, len(all))
	for i, b := range all {
		blocks := int((b.votes*widest + most - 1) / most)
		lines[i] = strings.TrimSpace(fmt.Sprintf("%s %s %d", b.label, strings.Repeat("▇", blocks), b.votes))
	}
	return strings.Join(lines, "\n")
}

// verifyVotes checks that every closed vote is still what its closing act says.
func verifyVotes(ctx context.Context, tx Tx, acts []procedure.Act) (bad []string, err error) {
	for _, a := range acts {
		if a.Tally == nil {
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
