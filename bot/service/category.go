package service

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"yiqun/bot/procedure"
)

// takeCategory moves a category that was said among the other words into the act:
// the 突发 of "下单 1 突发".
func takeCategory(t *procedure.Template, step *procedure.Step, a *procedure.Act) {
	if step.Sets[category] == "" || a.Op != procedure.Do {
		return
	}
	words := strings.FieldsFunc(a.Content[procedure.Reason], func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
	known := t.Categories()
	i := slices.IndexFunc(words, func(w string) bool { return slices.Contains(known, w) })
	if i < 0 {
		return
	}
	a.Category = words[i]
	if rest := strings.Join(slices.Delete(words, i, i+1), " "); rest != "" {
		a.Content[procedure.Reason] = rest
	} else {
		delete(a.Content, procedure.Reason)
	}
}

// category is the value that a step may set and a member may say otherwise.
const category = "category"

// echoCategory adds to the answer which category counts, once, and how to say
// another when nobody said one.
func (s *session) echoCategory(t *procedure.Template, step *procedure.Step, m procedure.Matter, a procedure.Act) {
	set := step.Sets[category]
	if set == "" || a.Op != procedure.Do {
		return
	}
	note := fmt.Sprintf("按“%s”办。", cmp.Or(a.Category, set))
	if other := mostUrgent(t); a.Category == "" && other != "" && other != set {
		note = fmt.Sprintf("先按“%s”办；要改就发“撤销”，再发“%s %d %s”。", set, step.Verb, m.Number, other)
	}
	s.addNote(note)
}

// mostUrgent is the category with the shortest time.
func mostUrgent(t *procedure.Template) string {
	best, least := "", procedure.Span(0)
	for _, step := range t.Steps {
		for name, span := range step.Due.By {
			if best == "" || span < least || span == least && name < best {
				best, least = name, span
			}
		}
	}
	return best
}

// addNote adds a line to what is answered in the speaker's chat.
func (s *session) addNote(note string) {
	for i, r := range s.rows {
		if r.To != s.e.Chat || r.Refresh != "" {
			continue
		}
		if c := r.Body.Card; c != nil {
			c.Footnote = strings.TrimSpace(c.Footnote + " " + note)
		} else {
			s.rows[i].Body.Text += "\n" + note
		}
		return
	}
}
