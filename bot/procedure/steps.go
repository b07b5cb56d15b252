package procedure

import (
	"iter"
	"slices"
)

// Step returns a step by id; nil if there is none.
func (t *Template) Step(id string) *Step {
	for s := range t.AllSteps() {
		if s.ID == id {
			return s
		}
	}
	return nil
}

// First is the step that opens a matter.
func (t *Template) First() *Step { return &t.Steps[0] }

// Enabled reports whether new matters may be opened by it.
func (t *Template) Enabled() bool { return t.State == "" }

// Categories are the categories its deadlines know, in order of urgency.
func (t *Template) Categories() []string {
	var out []string
	for _, s := range t.Steps {
		for c := range s.Due.By {
			if !slices.Contains(out, c) {
				out = append(out, c)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Field returns a field by id; nil if there is none.
func (t *Template) Field(id string) *Field {
	for s := range t.AllSteps() {
		for i := range s.Fields {
			if s.Fields[i].ID == id {
				return &s.Fields[i]
			}
		}
	}
	return nil
}

// AudienceOf is who may see what is written in a field: the template's audience, or
// that of the field's step where it is narrower.
func (t *Template) AudienceOf(field string) Audience {
	for s := range t.AllSteps() {
		if s.Audience != "" && slices.ContainsFunc(s.Fields, func(f Field) bool { return f.ID == field }) {
			return s.Audience
		}
	}
	return t.Audience
}

// narrow reports whether what is written in a step is kept from the group.
func (s *Step) narrow() bool { return s.Audience != "" && s.Audience != ForGroup }

// Main is the step's main text field: its first one of type text; nil if none.
func (s *Step) Main() *Field {
	return s.FieldOf(TextField)
}

// FieldOf returns the step's first field of a type; nil if none.
func (s *Step) FieldOf(t FieldType) *Field {
	for i := range s.Fields {
		if s.Fields[i].Type == t {
			return &s.Fields[i]
		}
	}
	return nil
}

// AllSteps runs through the steps, those after the close last.
func (t *Template) AllSteps() iter.Seq[*Step] {
	return func(yield func(*Step) bool) {
		for _, list := range [][]Step{t.Steps, t.After} {
			for i := range list {
				if !yield(&list[i]) {
					return
				}
			}
		}
	}
}

// claim is the template's claim; nil if it has none. A template has at most one.
func (t *Template) claim() *Step {
	for i := range t.Steps {
		if t.Steps[i].Kind == kindClaim {
			return &t.Steps[i]
		}
	}
	return nil
}

func (t *Template) claimAfter(s *Step) bool {
	c := t.claim()
	return c != nil && c.index > s.index
}

// gives reports whether a step can hand a matter to somebody.
func (s *Step) gives() bool {
	return s.Kind == kindClaim || s.Kind == kindAssign || s.FieldOf(PersonField) != nil
}

// givenBefore reports whether a step comes after one that gives.
func (t *Template) givenBefore(s *Step) bool {
	return !s.after && slices.ContainsFunc(t.Steps[:s.index], func(o Step) bool { return o.gives() })
}

// lastGiver is the index of the last step that gives before the work begins; -1 if
// nobody is given anything.
func (t *Template) lastGiver() int {
	last := -1
	for i := range t.Steps {
		if t.Steps[i].Kind == kindFinish {
			break
		}
		if t.Steps[i].gives() {
			last = i
		}
	}
	return last
}
