package service

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/intents/zhtext"
)

// holding is a running vote that a sentence is about, beside the ballots themselves:
// 代录, 委托, 现场计票.
type holding struct {
	m    procedure.Matter
	t    *procedure.Template
	step *procedure.Step
	b    *ballot.Box // whole
	// rest is what the sentence says after its word and number, folded.
	rest string
}

// leadingNumber is the number of a matter where it stands first: 12 王大爷, #12 赞成15.
var leadingNumber = regexp.MustCompile(`^[#＃]?(\d{1,6})(?:号|[\s，,：:]+|$)`)

// held finds the vote that a command's sentence is about: the one of the number that
// stands first, or the only one that runs here.
func (s *session) held(word string) (holding, error) {
	if s.node.ID == "" {
		return holding{}, s.noNode()
	}
	rest, number := s.afterWord(commandFor(word)), 0
	if p := leadingNumber.FindStringSubmatchIndex(rest); p != nil {
		number, _ = strconv.Atoi(rest[p[2]:p[3]])
		rest = strings.TrimSpace(rest[p[1]:])
	} else if len(s.read.Matters) == 1 && (s.said != "" || s.e.Message != nil && s.e.Message.Quoted != "") {
		number = s.read.Matters[0] // picked from several, or quoted
	}
	m, err := s.heldMatter(word, number)
	if err != nil {
		return holding{}, err
	}
	h, err := s.hold(m)
	h.rest = rest
	return h, err
}

// afterWord is what a sentence says after its command, folded. A command that was
// misspelt stands first.
func (s *session) afterWord(c *command) string {
	text := zhtext.Fold(s.plain()).Text
	words := append([]string{c.word}, c.also...)
	slices.SortFunc(words, func(a, b string) int { return cmp.Compare(len(b), len(a)) })
	for _, w := range words {
		if _, rest, ok := strings.Cut(text, w); ok {
			return strings.TrimLeft(rest, " ,，:：")
		}
	}
	r := []rune(text)
	return strings.TrimLeft(string(r[min(len(r), len([]rune(c.word))):]), " ,，:：")
}

func (s *session) heldMatter(word string, number int) (procedure.Matter, error) {
	if number > 0 {
		return s.numbered(number)
	}
	running, err := s.runningVotes()
	switch {
	case err != nil:
		return procedure.Matter{}, err
	case len(running) == 0:
		return procedure.Matter{}, bot.Errorf(bot.NotFound, "现在没有正在进行的投票。")
	case len(running) > 1:
		return procedure.Matter{}, s.which(word, running)
	}
	return running[0], nil
}

// hold loads the vote that runs in a matter.
func (s *session) hold(m procedure.Matter) (holding, error) {
	t, err := s.template(m)
	if err != nil {
		return holding{}, err
	}
	step := s.env(t, m, procedure.Actor{}).Collecting(m)
	switch {
	case t.Vote() == nil:
		return holding{}, bot.Errorf(bot.Wrong, "%s 不是投票，请核对一下号码。", m.Ref())
	case step == nil && m.Steps[t.Vote().ID].Round > 0:
		return holding{}, bot.Errorf(bot.Wrong, "%s 的投票已经截止了。", m.Ref())
	case step == nil:
		return holding{}, bot.Errorf(bot.Wrong, "%s 还没有开始投票。%s", m.Ref(), s.env(t, m, procedure.Actor{}).Now(m))
	}
	b, err := s.box(pollID(m, step))
	return holding{m: m, t: t, step: step, b: b}, err
}

// options are the texts of what there is to choose from.
func (h holding) options(s *session) []string { return s.optionsOf(h.t, h.m, s.lookup(h.t, h.m, true)) }

// clerk is the speaker as one who acts for others: by the first of their posts here,
// one that manages such matters before others.
func (s *session) clerk(h holding) (ballot.Clerk, error) {
	actor, err := s.actor(h.m.Node)
	if err != nil {
		return ballot.Clerk{}, err
	}
	c := ballot.Clerk{Person: s.me.ID}
	for _, p := range append(slices.Clone(h.t.Managers), actor.Posts...) {
		if slices.Contains(actor.Posts, p) {
			c.Post = p
			break
		}
	}
	return c, nil
}

// takeVoter finds whose vote a sentence is about, and returns the rest of it. example
// shows how the sentence is written.
func (h *holding) takeVoter(example string) (ballot.Voter, error) {
	if h.b.Roll == nil {
		return ballot.Voter{}, bot.Errorf(bot.Invalid, "%s 没有名册，分不清是替谁，请本人来投。", h.m.Ref())
	}
	name, found := "", []ballot.Voter(nil)
	for _, v := range h.b.Roll.Voters {
		n := zhtext.Fold(v.Name).Text
		switch {
		case n == "" || !strings.Contains(h.rest, n) || len(n) < len(name):
		case n == name:
			found = append(found, v)
		default:
			name, found = n, []ballot.Voter{v}
		}
	}
	if len(found) > 1 {
		found = slices.DeleteFunc(found, func(v ballot.Voter) bool { return !h.tells(v) })
		if len(found) != 1 {
			return ballot.Voter{}, bot.Errorf(bot.Ambiguous, "%s 名册里叫“%s”的不止一位，请写上户号或房号。", h.m.Ref(), name)
		}
		h.rest = strings.NewReplacer(append(pairs(found[0].Units), found[0].Household, "")...).Replace(h.rest)
	}
	if len(found) == 0 {
		return ballot.Voter{}, bot.Errorf(bot.NotFound, "%s 名册里没有这个名字，请写名册上的姓名，例如：%s。", h.m.Ref(), example)
	}
	h.rest = strings.Trim(strings.Replace(h.rest, name, " ", 1), " ,，、:：")
	return found[0], nil
}

// tells reports whether a sentence says which of several of one name is meant.
func (h *holding) tells(v ballot.Voter) bool {
	return slices.ContainsFunc(append([]string{v.Household}, v.Units...), func(u string) bool {
		return u != "" && strings.Contains(h.rest, zhtext.Fold(u).Text)
	})
}

// pairs replaces each word by nothing, for a Replacer.
func pairs(words []string) []string {
	var out []string
	for _, w := range words {
		out = append(out, zhtext.Fold(w).Text, "")
	}
	return out
}
