package service

import (
	"slices"
	"strings"

	"yiqun/bot/procedure"
	"yiqun/bot/remind"
)

// vacantPost is the post that what is left of a reminder begins with, although nobody
// holds it here; empty if there is none. What was meant for one person must not go to
// everybody.
func (s *session) vacantPost(text string) string {
	best := ""
	for _, title := range s.titles() {
		if len(title) > len(best) && strings.HasPrefix(text, title) {
			best = title
		}
	}
	return best
}

// titles are the posts that the practices in force know.
func (s *session) titles() []string {
	all := []string{remind.Committee}
	for _, t := range s.Templates().All() {
		all = append(all, t.Managers...)
		for _, step := range t.Steps {
			for _, who := range step.By {
				switch who {
				case procedure.Anyone, procedure.Asker, procedure.Claimant, procedure.Member:
				default:
					all = append(all, who)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// vacantNote says which of the posts that were named nobody holds.
func vacantNote(titles []string) string {
	if len(titles) == 0 {
		return ""
	}
	return "这里现在没有人担任" + strings.Join(titles, "、") + "，没有提醒到。"
}
