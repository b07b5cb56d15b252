package service

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/intents/zhtext"
)

var (
	// numberedBallot is 12 赞成, #12 选 1、3.
	numberedBallot = regexp.MustCompile(`^[#＃]?([\d０-９]{1,6})\s*号?[\s，,：:]*([^\d０-９].*|[\s，,：:]+.+)$`)
	// picksOnly is 1、3.
	picksOnly = regexp.MustCompile(`^[\d０-９]{1,2}(?:[、，,]\s*[\d０-９]{1,2})+$`)
	// numbersOnly is 2, 1 3.
	numbersOnly = regexp.MustCompile(`^[\d０-９、，,.\s]+$`)
	// ballotNumbered is 赞成 12.
	ballotNumbered = regexp.MustCompile(`^([^\d０-９]+?)\s*[#＃]?([\d０-９]{1,6})$`)
)

// opensSomething reports whether the sentence certainly begins a matter: an opening
// word with what it is about. That is no ballot, whatever there is to vote on.
func (s *session) opensSomething() bool {
	r := s.read
	return r.Sure >= 1 && !r.Asks && r.Text != "" && len(r.Matters) == 0 && s.templateFor(r.Verb) != nil
}

// ballotSaid takes a sentence that is nothing but a ballot: 12 赞成, 赞成, and in a
// private chat a digit. done is false if it is something else.
func (s *session) ballotSaid() (done bool, err error) {
	text := s.inDigits(s.withoutVerb(s.plain()))
	if s.node.ID == "" || len([]rune(text)) > 200 || s.opensSomething() {
		return false, nil
	}
	if numbersOnly.MatchString(text) && s.e.Message != nil && s.e.Message.Quoted != "" {
		return false, nil // an answer to what was quoted, whatever that is
	}
	if err := s.unclearNumbers(text); err != nil {
		return true, err
	}
	number, said := s.ballotNumber(text)
	m, t, ok, err := s.votable(number, said)
	if err != nil || !ok {
		return false, err
	}
	step := t.Vote()
	p, err := s.tx.Poll(s.ctx, pollID(m, step))
	if bot.CodeOf(err) == bot.NotFound {
		if word, _ := takeReason(said); sayOf(word) == "" {
			return false, nil
		}
		s.verb = "ballot"
		return true, bot.Errorf(bot.Wrong, "%s 已经撤回，不用投了。", m.Ref())
	}
	if err != nil {
		return false, err
	}
	if number == 0 && s.e.Chat.Private && numbersOnly.MatchString(said) {
		if err := s.answersVote(m, p); err != nil {
			s.verb = "unsure"
			return true, err
		}
	}
	said, reason := takeReason(said)
	c, ok := choiceSaid(p, s.optionsOf(t, m, s.lookup(t, m, true)), said)
	c.Reason = reason
	if !ok {
		// What was meant for a secret vote must not be kept as a question to answer.
		mine := s.read.Verb == "" || s.read.Verb == step.Verb
		if number > 0 && mine && p.Secret && s.e.Chat.Private && m.Steps[step.ID].Live() {
			s.verb = "ballot"
			return true, bot.Errorf(bot.Invalid, "%s 没听懂选的是哪个，这一票没有计。请照卡片上的字再发一次，或发“查 %d”看选项。", m.Ref(), m.Number)
		}
		return false, nil
	}
	s.verb = "ballot" // and never what it says
	return true, s.cast(t, m, step, c)
}

// ballotNumber takes the number of the vote off a ballot: 12 赞成, 赞成 12, or that of the
// message replied to; 0 if there is none. 1、3 picks; 12 1 may be a number first.
func (s *session) ballotNumber(text string) (number int, said string) {
	if picksOnly.MatchString(text) {
		return 0, text
	}
	if p := numberedBallot.FindStringSubmatch(text); p != nil {
		return smallNumber(p[1]), p[2]
	}
	if p := ballotNumbered.FindStringSubmatch(text); p != nil && sayOf(p[1]) != "" {
		return smallNumber(p[2]), p[1]
	}
	if len(s.read.Matters) == 1 && s.e.Message.Quoted != "" {
		return s.read.Matters[0], text
	}
	return 0, text
}

// ordinal is one of several as it is counted out: 第一个, 二, 第3项.
var ordinal = regexp.MustCompile(`^(?:我?选)?第?([一二两三四五六七八九十]{1,3}|[0-9]{1,2})(?:个|项)?$`)

// inDigits writes what is counted out in words, 第一个和第三个, as digits. In a group it
// may be the answer to anybody's question and stays as it is.
func (s *session) inDigits(text string) string {
	if !s.e.Chat.Private {
		return text
	}
	parts := strings.FieldsFunc(zhtext.Fold(text).Text, func(r rune) bool { return strings.ContainsRune("和跟与、,", r) })
	for i, part := range parts {
		p := ordinal.FindStringSubmatch(strings.TrimSpace(part))
		if p == nil || smallNumber(p[1]) == 0 {
			return text
		}
		parts[i] = strconv.Itoa(smallNumber(p[1]))
	}
	if len(parts) == 0 {
		return text
	}
	return strings.Join(parts, "、")
}

// withoutVerb takes the word off with which a vote is opened or a ballot cast, where it
// stands before a ballot.
func (s *session) withoutVerb(text string) string {
	for _, t := range s.Templates().All() {
		step := t.Vote()
		if step == nil || !t.Enabled() {
			continue
		}
		for _, w := range slices.Concat([]string{step.Verb, t.First().Verb}, step.Also) {
			if rest, ok := strings.CutPrefix(text, w); ok {
				return strings.TrimSpace(rest)
			}
		}
	}
	return text
}

// votable finds the vote that a ballot is for: the one of that number, or the only
// one that runs here. Without a number nothing but a plain word, the name of an option
// or, in private, a digit is a ballot.
func (s *session) votable(number int, said string) (m procedure.Matter, t *procedure.Template, ok bool, err error) {
	if number > 0 {
		m, err = s.numbered(number)
		if bot.CodeOf(err) == bot.NotFound {
			if word, _ := takeReason(said); sayOf(word) != "" {
				s.verb = "ballot"
				return m, nil, false, bot.Errorf(bot.NotFound, "没有 #%d，这一票没有计，请核对一下号码。", number)
			}
			return m, nil, false, nil
		}
		if err != nil {
			return m, nil, false, err
		}
		t, err = s.template(m)
		return m, t, err == nil && t.Vote() != nil && m.Steps[t.Vote().ID].Round > 0, err
	}
	if !s.e.Chat.Private && numbersOnly.MatchString(said) {
		return m, nil, false, nil // in a group a bare number may mean anything
	}
	running, err := s.runningVotes()
	if err != nil {
		return m, nil, false, err
	}
	if len(running) > 1 {
		bare, _ := takeReason(said)
		if running, err = s.offering(running, bare); err != nil {
			return m, nil, false, err
		}
	}
	if len(running) != 1 {
		return m, nil, false, nil
	}
	t, err = s.template(running[0])
	return running[0], t, err == nil, err
}

// offering are those of some votes that have what is said among their options: who
// sends 湿地公园 and nothing else votes for it. Numbers name no option here, nor does
// what is certainly an order.
func (s *session) offering(votes []procedure.Matter, said string) (out []procedure.Matter, err error) {
	if s.read.Verb != "" && s.read.Sure >= likely {
		return nil, nil
	}
	said = zhtext.Fold(said).Text
	for _, m := range votes {
		t, err := s.template(m)
		if err != nil {
			return nil, err
		}
		if _, ok := picksSaid(0, s.optionsOf(t, m, s.lookup(t, m, true)), said); ok {
			out = append(out, m)
		}
	}
	return out, nil
}

// runningVotes are the votes that run here.
func (s *session) runningVotes() ([]procedure.Matter, error) {
	var voting []string
	for _, t := range s.Templates().All() {
		if t.Vote() != nil {
			voting = append(voting, t.ID)
		}
	}
	if len(voting) == 0 {
		return nil, nil
	}
	open, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Templates: voting, Open: true})
	if err != nil {
		return nil, err
	}
	var out []procedure.Matter
	for _, m := range open {
		t, err := s.template(m)
		if err != nil {
			return nil, err
		}
		if s.env(t, m, procedure.Actor{}).Collecting(m) != nil {
			out = append(out, m)
		}
	}
	return out, nil
}
