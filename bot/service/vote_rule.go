package service

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/intents"
	"yiqun/intents/zhtext"
)

// ruleLike tells a clause that names a rule, 按 四分之三通过, from ordinary words that
// begin alike: 按月收费, 按时参加.
var ruleLike = regexp.MustCompile(`^\s*(?:按照|依照|依据|依|按)(?:\s|[“"《]|\pL*(?:决|规则|过半|半数|分之|一致|全体|大会|会议|办法|条例|选举|征求|评(?:选|比)))`)

// unknownRule is a clause that names a rule nobody knows; the vote does not open.
type unknownRule struct {
	said string
	near []*ballot.Rule
}

func (u *unknownRule) Error() string { return "no such rule" }

// nearest are the rules under which a vote may open today and whose names are most
// like what was said, at most three.
func nearest(said string, on ballot.Date) []*ballot.Rule {
	type like struct {
		rule *ballot.Rule
		n    int
	}
	var all []like
	for _, r := range shippedRules().Usable(on) {
		if n := alike(said, r.Name) + alike(said, r.Body); n > 0 {
			all = append(all, like{r, n})
		}
	}
	slices.SortStableFunc(all, func(a, b like) int { return cmp.Compare(b.n, a.n) })
	var out []*ballot.Rule
	for _, l := range all[:min(len(all), 3)] {
		out = append(out, l.rule)
	}
	return out
}

// alike counts the pairs of neighbouring characters that two names share, doubled, and
// the single ones.
func alike(a, b string) int {
	x, y := []rune(zhtext.Key(a)), zhtext.Key(b)
	n := 0
	for i := range x {
		if strings.ContainsRune(y, x[i]) {
			n++
		}
		if i+1 < len(x) && strings.Contains(y, string(x[i:i+2])) {
			n += 2
		}
	}
	return n
}

// whichRule asks which rule is meant by a name that none has. The answer carries the
// sentence out with that rule.
func (s *session) whichRule(u *unknownRule) error {
	if len(u.near) == 0 || !strings.Contains(s.read.Text, u.said) {
		return bot.Errorf(bot.NotFound, "没有“%s”这条规则。不写“按…”就是征求意见；要表决，例如写：按 %s。", cut(u.said, 12), "投票过半数")
	}
	labels := make([]string, len(u.near))
	for i, r := range u.near {
		labels[i] = r.Name
	}
	return s.whichOf(fmt.Sprintf("没有“%s”这条规则，是哪一条？", cut(u.said, 12)), labels, func(r *intents.Intent, i int) {
		r.Text = strings.Replace(r.Text, u.said, u.near[i].Name, 1)
	})
}

// ruleNamed finds the rule that people mean by a name: the rule's own, or that of the
// body that decides, 支部党员大会. Nil if none is meant.
func ruleNamed(said string) *ballot.Rule {
	said = zhtext.Simplify(said)
	best, rank := (*ballot.Rule)(nil), 0
	for _, r := range shippedRules().All() {
		n := 0
		switch {
		case r.Kind != ballot.Decision:
		case r.Name == said:
			n = 1000
		case strings.Contains(said, r.Name):
			n = 500 + len(r.Name)
		case strings.Contains(said, r.Body) && strings.HasPrefix(r.Name, r.Body):
			n = 2
		case strings.HasPrefix(r.Name, said) && utf8.RuneCountInString(said) > 3:
			n = 1
		}
		if n > rank {
			best, rank = r, n
		}
	}
	return best
}
