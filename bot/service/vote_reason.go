package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/intents/zhtext"
)

// because begins a reason after a choice: 反对 因为早上有课, 赞成，理由：方便老人.
var because = regexp.MustCompile(`[\s，,。；;：:]*(?:因[为為]|理由是?|原因是?|由于)[\s，,：:]*`)

// afterChoice is a reason that follows a choice without saying so: 反对，早上有课. What
// asks is none.
var afterChoice = regexp.MustCompile(`^(\pL{2,5})[\s，,。；;：:!！]+(.+[^吗么呢?？])$`)

// takeReason takes the reason off what was said of a vote.
func takeReason(said string) (choice, reason string) {
	if at := because.FindStringIndex(said); at != nil && at[0] > 0 {
		return said[:at[0]], strings.TrimSpace(said[at[1]:])
	}
	if p := afterChoice.FindStringSubmatch(strings.TrimSpace(said)); p != nil && sayOf(p[1]) != "" && !wavers(p[2]) {
		return p[1], strings.TrimSpace(p[2])
	}
	return said, ""
}

// wavers reports whether what follows a choice names one again: 赞成 还是反对 is no
// ballot.
func wavers(rest string) bool { return sayOf(rest) != "" || strings.HasPrefix(rest, "还是") }

// reasonsShown is how many reasons a result lists; more is a wall of text on a phone.
const reasonsShown = 6

// reasonLines are the reasons given in a closed vote, by what was chosen. In an open
// vote each says whose it is; telephone numbers are never shown.
func reasonLines(c ballot.Closing, roll *ballot.Roll, options []string, name func(ballot.VoterID) string) string {
	var lines []string
	for i, r := range c.Reasons {
		if i == reasonsShown {
			lines = append(lines, fmt.Sprintf("还有%d条。", len(c.Reasons)-reasonsShown))
			break
		}
		line := choiceWords(ballot.Choice{Say: r.Say, Picks: r.Picks}, options) + "：" + phone.ReplaceAllString(r.Text, "〔电话〕")
		if who := voterName(r.Voter, roll, name); who != "" && !c.Poll.Secret {
			line += "（" + who + "）"
		}
		lines = append(lines, line)
	}
	if len(lines) == 0 {
		return ""
	}
	return "大家说的理由：\n" + strings.Join(lines, "\n")
}

// voterName is a voter's name on the roll, or where there is none as a person.
func voterName(id ballot.VoterID, roll *ballot.Roll, name func(ballot.VoterID) string) string {
	if id == "" {
		return ""
	}
	if roll != nil {
		v, _ := roll.Voter(id)
		return v.Name
	}
	return name(id)
}

// tellsChoice reports whether a sentence has a word for a choice in it while a secret
// vote runs here: it is not kept to be answered about.
func (s *session) tellsChoice() bool {
	text := zhtext.Fold(s.plain()).Text
	said := slices.ContainsFunc(sayings, func(say ballot.Say) bool {
		return slices.ContainsFunc(say.Words(), func(w string) bool { return strings.Contains(text, w) })
	})
	if !said || s.node.ID == "" {
		return false
	}
	running, err := s.runningVotes()
	if err != nil {
		return true
	}
	return slices.ContainsFunc(running, func(m procedure.Matter) bool {
		t, err := s.template(m)
		if err != nil {
			return true
		}
		p, err := s.tx.Poll(s.ctx, pollID(m, t.Vote()))
		return err != nil || p.Secret
	})
}
