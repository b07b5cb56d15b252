package service

import (
	"strings"

	"yiqun/bot/procedure"
)

// vacantPost is the post that what is left of a reminder begins with, although nobody
// holds it here; empty if there is none. What was meant for one person must not go to
// everybody.
func (s *session) vacantPost(text string) string {
	best := ""
	try := func(title string) {
		if len(title) > len(best) && strings.HasPrefix(text, title) {
			best = title
		}
	}
	for _, t := range s.Templates().All() {
		for _, title := range t.Managers {
			try(title)
		}
		for _, step := range t.Steps {
			for _, who := range step.By {
				switch who {
				case procedure.Anyone, procedure.Asker, procedure.Claimant, procedure.Member:
				default:
					try(who)
				}
			}
		}
	}
	return best
}
