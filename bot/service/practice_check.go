package service

import (
	"fmt"

	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
)

// CheckPractice finds what in a template does not go with the words and the rules that
// the bot has of its own. The error names every line and what to write instead.
func CheckPractice(t *procedure.Template) error {
	if err := t.ClearOf(taken); err != nil {
		return err
	}
	rules, err := ballot.ShippedRules()
	if err != nil {
		return fmt.Errorf("load rules: %w", err)
	}
	var known []string
	for _, r := range rules.All() {
		known = append(known, r.ID)
	}
	return t.RulesFrom(known)
}

// taken says what a word means already, to the bot or on a ballot; empty if nothing.
func taken(word string) string {
	if say := ballot.SayOf(word); say != "" && say.Word() == word {
		return "投票时说的"
	}
	return OwnWord(word)
}
