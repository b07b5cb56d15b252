package service

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
)

// itemID names one question of a survey's present round, from 1.
func itemID(m procedure.Matter, step *procedure.Step, item int) ballot.PollID {
	id := pollID(m, step)
	id.Item = item
	return id
}

// surveyRule is the rule that a survey follows where its template names none: without
// names, and with a least number before anything shows.
const surveyRule = "survey"

// openSurvey opens a secret box for each question. Nobody is on a roll: whoever is in
// the group may answer, once.
func (s *session) openSurvey(m procedure.Matter, step *procedure.Step) error {
	rule := shippedRules().ByID(cmp.Or(step.Rule, surveyRule))
	if rule == nil {
		return bot.Errorf(bot.Invalid, "没有这条测评规则，请换一条。")
	}
	if err := s.tx.SaveRule(s.ctx, rule.Hash, rule.ID, rule.Raw); err != nil {
		return err
	}
	for i, q := range step.Questions {
		key, err := ballot.NewKey(s.random())
		if err != nil {
			return bot.Fault(bot.Internal, err)
		}
		p := ballot.Poll{
			ID: itemID(m, step, i+1), Options: len(q.Answers()), Secret: true,
			Opens: s.now.In(s.zone()), Closes: m.Steps[step.ID].Due,
		}
		box, err := ballot.Open(p, rule, nil, ballot.Sealing{Key: key, Random: s.random()})
		if err != nil {
			return err
		}
		if err := s.tx.OpenPoll(s.ctx, box.Poll, nil, key.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

// sealSurvey closes the boxes of a survey. Its act carries how many answered, and one
// hash over those of the questions.
func (s *session) sealSurvey(m procedure.Matter, step *procedure.Step) (*procedure.Tally, error) {
	t := &procedure.Tally{Verdict: string(ballot.Consultation)}
	var hashes []string
	for i := range step.Questions {
		b, err := s.box(itemID(m, step, i+1))
		if err != nil {
			return nil, err
		}
		c, err := b.Close(s.now)
		if err != nil {
			return nil, err
		}
		if err := s.tx.Seal(s.ctx, c); err != nil {
			return nil, err
		}
		hashes = append(hashes, c.Hash)
		t.Ballots = max(t.Ballots, len(c.Receipts))
		if i == 0 {
			t.Verdict = string(ballot.Tally(c.Poll, b.Rule, c.Count).Verdict)
		}
	}
	t.Hash = overall(hashes)
	return t, nil
}

// overall is one hash over several.
func overall(hashes []string) string {
	sum := sha256.Sum256([]byte(strings.Join(hashes, "\n")))
	return hex.EncodeToString(sum[:])
}

// verifySurvey checks that every question of a closed survey is still what the closing
// act says; it is empty when all is well.
func verifySurvey(ctx context.Context, tx Tx, step *procedure.Step, a procedure.Act) (bad string, err error) {
	var hashes []string
	for i := range step.Questions {
		c, err := tx.Closing(ctx, ballot.PollID{Matter: a.Matter, Step: a.Step, Round: a.Round, Item: i + 1})
		if bot.CodeOf(err) == bot.NotFound {
			return fmt.Sprintf("第%d条记录的答卷不见了", a.Seq), nil
		}
		if err != nil {
			return "", err
		}
		if !c.Intact(c.Hash) {
			return fmt.Sprintf("第%d条记录的第%d题与封存的不符", a.Seq, i+1), nil
		}
		hashes = append(hashes, c.Hash)
	}
	if overall(hashes) != a.Tally.Hash {
		return fmt.Sprintf("第%d条记录的答卷与封存的不符", a.Seq), nil
	}
	return "", nil
}

// surveyResult says what a closed survey came to, question by question; it is empty
// while the survey runs.
func (s *session) surveyResult(m procedure.Matter, step *procedure.Step, round int) (string, error) {
	var lines []string
	for i, q := range step.Questions {
		id := ballot.PollID{Matter: m.ID, Step: step.ID, Round: round, Item: i + 1}
		c, err := s.tx.Closing(s.ctx, id)
		if bot.CodeOf(err) == bot.NotFound {
			return "", nil
		}
		if err != nil {
			return "", err
		}
		rule, err := s.ruleOf(c.Poll)
		if err != nil {
			return "", err
		}
		res := ballot.Tally(c.Poll, rule, c.Count)
		if i == 0 {
			lines = append(lines, fmt.Sprintf("收到%d份，匿名。", res.Count.Cast.Heads))
			if res.Verdict == ballot.Withheld {
				return fmt.Sprintf("收到%d份，不满%d份，不公布结果，免得看出是谁答的。", res.Count.Cast.Heads, rule.MinShown), nil
			}
		}
		lines = append(lines, fmt.Sprintf("%d. %s%s", i+1, q.Ask, answersCounted(q, res, rule)))
	}
	return strings.Join(lines, "\n"), nil
}

// answersCounted lists the answers to one question in their own order.
func answersCounted(q procedure.Question, res ballot.Result, rule *ballot.Rule) string {
	if q.Text {
		return fmt.Sprintf("%d条留言，只给负责人看", res.Count.Cast.Heads)
	}
	if res.Verdict == ballot.Withheld {
		return fmt.Sprintf("不满%d份，不公布", rule.MinShown)
	}
	var out []string
	for i, name := range q.Answers() {
		for _, c := range res.Candidates {
			if c.Option == i && c.Votes.Heads > 0 {
				out = append(out, fmt.Sprintf("%s%d", name, c.Votes.Heads))
			}
		}
	}
	return strings.Join(out, "，")
}
