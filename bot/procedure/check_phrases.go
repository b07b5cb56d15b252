package procedure

import (
	"fmt"
	"slices"
	"strings"
)

// The moments that a template's phrases may be written for.
const (
	// WhenOpen: a matter of the template is open here.
	WhenOpen = "open"
	// WhenHolder and WhenAsker: one that the speaker works on, or asked for.
	WhenHolder = "holder"
	WhenAsker  = "asker"
	// WhenVote: a vote runs here.
	WhenVote = "vote"
)

// helping is the word before which a template's verb may stand too.
const helping = "帮助 "

// checkPhrases finds phrases that could never be understood, or that mean nothing of
// this template's.
func (t *Template) checkPhrases() []Problem {
	var ps []Problem
	var verbs []string
	for s := range t.AllSteps() {
		verbs = append(verbs, s.words()...)
	}
	for i, p := range t.Phrases {
		path := at(t, fmt.Sprintf("phrases[%d]", i), "phrases")
		if err := p.Check(); err != nil {
			ps = append(ps, t.problem(path, err.Error(), "has 写必有的词，said 写整句，means 写成命令，例如 means: [某词 〈号〉 〈话〉]"))
		}
		if p.When != "" && !slices.Contains([]string{WhenOpen, WhenHolder, WhenAsker, WhenVote}, p.When) {
			ps = append(ps, t.problem(path, fmt.Sprintf("when %q 不认识", p.When), "留空，或写 open、holder、asker、vote"))
		}
		if !slices.ContainsFunc(p.Means, func(m string) bool {
			word, _, _ := strings.Cut(strings.TrimPrefix(m, helping), " ")
			return slices.Contains(verbs, word)
		}) {
			ps = append(ps, t.problem(path, fmt.Sprintf("means %q 里没有这个模板的词", strings.Join(p.Means, "、")), "means 至少有一句以这个模板的 verb 开头"))
		}
	}
	return ps
}
