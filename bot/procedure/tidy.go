package procedure

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/bot"
)

// maxText is how many characters one field may hold: more is a document, and
// belongs in a file.
const maxText = 2000

// maxPeople is how many one act may name, or ask for.
const maxPeople = 1000

// tidy keeps of a new act only what its op takes. A sentence may say more than the
// verb asks for, and a press may be forged: what does not belong to the step must
// not become a fact for ever.
func (e Env) tidy(m *Matter, a *Act) error {
	was := *a
	*a = Act{
		Matter: was.Matter, Seq: was.Seq, Op: was.Op, At: was.At, By: was.By,
		Channel: was.Channel, Event: was.Event, Salt: was.Salt,
	}
	if m.Version == 0 {
		a.Opening, a.Op, a.Step = was.Opening, Do, e.Template.First().ID
		if was.OnBehalf != was.By {
			a.OnBehalf = was.OnBehalf
		}
	}
	switch a.Op {
	case Cancel, Transfer:
		a.content(was, Reason)
	case Supplement:
		a.content(was, Note)
	case Merge, Absorb:
		a.Other = was.Other
	case Undo:
	default:
		e.tidyStep(a, was, m.Version == 0)
	}
	if a.Op == Transfer || a.Op == Absorb {
		a.People = distinct(was.People)
	}
	return a.inBounds()
}

func (e Env) tidyStep(a *Act, was Act, opening bool) {
	if !opening {
		a.Step, a.Round = was.Step, was.Round
	}
	a.content(was, Reason)
	switch a.Op {
	case Do:
		if s := e.Template.Step(a.Step); s != nil {
			a.facts(was, s)
			e.tidyTerms(a, was, s)
		}
	case Object:
		if s := e.Template.Step(a.Step); s != nil && len(s.Choices) > 0 {
			a.Choice = was.Choice
		}
	case Join:
		a.Other, a.Choice, a.Key, a.Content = was.Other, was.Choice, was.Key, nil
	case Redraw:
		a.Other, a.Key, a.Content = was.Other, was.Key, nil
		if main := e.Template.First().Main(); main != nil {
			a.content(was, main.ID)
		}
	case Extend, Lengthen, Move:
		a.Until = was.Until
	case Amend:
		a.content(was, e.Template.First().fieldIDs()...)
		a.Terms, a.Until = was.Terms, was.Until
	case Callback:
		a.Score = was.Score
	case Expire, Nudge:
		a.Key, a.Content = was.Key, nil
		e.tidyTally(a, was)
	case Close:
		e.tidyTally(a, was)
		e.tidyTerms(a, was, e.Template.Step(a.Step))
	}
}

// tidyTerms lets whoever acts before a vote or a survey say how it is to be held.
func (e Env) tidyTerms(a *Act, was Act, s *Step) {
	v := e.Template.Box()
	if v != nil && was.Terms != nil && s != nil && !s.after && s.index < v.index {
		a.Terms, a.Until = was.Terms, was.Until
	}
}

// tidyTally lets only a vote or a survey be closed with a tally.
func (e Env) tidyTally(a *Act, was Act) {
	if s := e.Template.Step(a.Step); s.Ballots() && a.Op != Nudge {
		a.Tally = was.Tally
	}
	if s := e.Template.Step(a.Step); s != nil && s.Kind == kindMeet && a.Op != Nudge {
		a.Sealing = was.Sealing
	}
}

// facts takes over what a step's own verb takes.
func (a *Act) facts(was Act, s *Step) {
	switch {
	case s.voice(was.Choice) != nil:
		a.Choice = was.Choice
		return
	case s.Kind == kindSpawn:
		a.Other = was.Other // what was written is the other matter's
		return
	case s.Kind == kindFile:
		a.Bound = was.Bound
	}
	a.content(was, s.fieldIDs()...)
	a.Category = was.Category
	if s.Kind == kindAssign || s.FieldOf(PersonField) != nil {
		a.People = distinct(was.People)
	}
	if s.Kind == kindAssign || s.FieldOf(DeadlineField) != nil || s.FieldOf(TimeField) != nil {
		a.Until = was.Until
	}
	if s.FieldOf(CountField) != nil {
		a.Count = was.Count
	}
	if s.amountField() != nil {
		a.Amount = was.Amount
	}
	if s.Kind == kindRate {
		a.Score = was.Score
	}
	if len(s.Choices) > 0 {
		a.Choice = was.Choice
	}
}

// content takes over texts that are not empty.
func (a *Act) content(was Act, fields ...string) {
	for _, f := range fields {
		if text := was.Content[f]; strings.TrimSpace(text) != "" {
			if a.Content == nil {
				a.Content = map[string]string{}
			}
			a.Content[f] = text
		}
	}
}

func (a *Act) inBounds() error {
	for _, f := range slices.Sorted(maps.Keys(a.Content)) {
		if utf8.RuneCountInString(a.Content[f]) > maxText {
			return bot.Errorf(bot.Invalid, "这段太长了，请说短一些，一次不超过%d个字。", maxText)
		}
	}
	if a.Count < 0 || a.Count > maxPeople || len(a.People) > maxPeople {
		return bot.Errorf(bot.Invalid, "人数要在1到%d之间，请再说一次。", maxPeople)
	}
	if a.Amount < 0 || a.Amount > 1e8 {
		return bot.Errorf(bot.Invalid, "这个数太大了，请再说一次。")
	}
	return nil
}

func (s *Step) fieldIDs() []string {
	out := []string{Reason}
	for _, f := range s.Fields {
		out = append(out, f.ID)
	}
	return out
}

// distinct is a copy without empty ids and repeats.
func distinct(people []bot.PersonID) []bot.PersonID {
	var out []bot.PersonID
	for _, p := range people {
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}
