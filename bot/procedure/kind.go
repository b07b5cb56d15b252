package procedure

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"yiqun/bot"
)

// Kind is what a step does. Kinds are few and composable; a template strings them
// together. Apply changes the matter it is given (a copy) and returns what
// follows; Due and View derive everything from the state.
type Kind interface {
	// check returns what is wrong with a step of this kind, in sentences.
	check(t *Template, s *Step) []string
	// Verbs lists what can be typed for the step.
	Verbs(s *Step) []Verb
	// Apply carries out an act of this step. The step is live and of the act's
	// round; rights are still to be checked.
	Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error)
	// Due lists the step's timers.
	Due(e Env, m *Matter, s *Step) []Timer
	// View tells how the step looks while it is live.
	View(e Env, m *Matter, s *Step) View
}

// View is how a live step looks.
type View struct {
	// Status in words: 等接单（0/3）.
	Status string
	// Who is waited for.
	Who Who
	// Buttons a member of Who may press.
	Buttons []Button
}

// Button is something to press: an op of the step.
type Button struct {
	Label   string
	Op      Op
	Choice  string
	Score   int
	Primary bool
	Danger  bool
	// Who may press it; the step's By when empty.
	Who Who
}

// Verb is one word that can be typed, and what it does.
type Verb struct {
	Word    string
	Also    []string
	Op      Op
	Choices []Choice
	Fields  []Field
	Who     Who
	// Reason is required, optional or empty.
	Reason string
	// Scored: a score of one to five belongs to it.
	Scored bool
}

// The kinds of step.
const (
	kindSubmit = "submit"
	kindReview = "review"
	kindAssign = "assign"
	kindClaim  = "claim"
	kindFinish = "finish"
	kindRate   = "rate"
	kindVerify = "verify"
	kindNotice = "notice"
)

var kinds map[string]Kind

func init() {
	// A literal would be an initialisation cycle: kinds call the engine, which
	// looks them up here.
	kinds = map[string]Kind{
		kindSubmit: submit{},
		kindReview: judge{},
		kindVerify: judge{},
		kindAssign: assign{},
		kindClaim:  claim{},
		kindFinish: finish{},
		kindRate:   rate{},
		kindNotice: notice{},
	}
}

// KindNames lists the kinds a template may use.
func KindNames() []string { return slices.Sorted(maps.Keys(kinds)) }

// VerbsOf lists what can be typed for a step.
func VerbsOf(s *Step) []Verb { return kinds[s.Kind].Verbs(s) }

func verb(s *Step) Verb {
	return Verb{Word: s.Verb, Also: s.Also, Op: Do, Fields: s.Fields, Who: s.By}
}

func branch(b *Branch, op Op, s *Step) Verb {
	who := b.By
	if len(who) == 0 {
		who = s.By
	}
	return Verb{Word: b.Verb, Also: b.Also, Op: op, Who: who, Reason: b.Reason}
}

// Reason is the content key of a reason, a note or a comment.
const Reason = "reason"

// needFields checks that every required field of a step is there. Times, people,
// counts and amounts are facts of the act; the rest is its content.
func (s *Step) needFields(a *Act) error {
	for _, f := range s.Fields {
		if f.Required && !a.given(f) {
			return missing(f)
		}
	}
	return nil
}

// given reports whether an act carries a field.
func (a *Act) given(f Field) bool {
	switch f.Type {
	case PersonField:
		return len(a.People) > 0
	case DeadlineField, TimeField:
		return !a.Until.IsZero()
	case CountField:
		return a.Count > 0
	case HoursField, PointsField:
		return a.Amount > 0
	}
	return a.has(f.ID)
}

// MissingError says which field blocks a step, so that a conversation can ask for
// it. Its code is bot.Missing.
type MissingError struct {
	Field string
	Ask   string // the question, in one sentence
}

func (e *MissingError) Error() string { return "missing " + e.Field }

// Unwrap gives the question as a *bot.Error.
func (e *MissingError) Unwrap() error { return bot.Errorf(bot.Missing, "%s", e.Ask) }

func ask(field, format string, args ...any) error {
	return &MissingError{Field: field, Ask: fmt.Sprintf(format, args...)}
}

func missing(f Field) error {
	return ask(f.ID, "%s", cmp.Or(f.Ask, "请说一下"+f.Name()+"。"))
}

// Name is the field's label, or the plain word for its type.
func (f Field) Name() string {
	if f.Label != "" {
		return f.Label
	}
	switch f.Type {
	case PersonField:
		return "人"
	case DeadlineField, TimeField:
		return "时间"
	case CountField:
		return "人数"
	case PhoneField:
		return "电话"
	case PlaceField:
		return "地点"
	case HoursField:
		return "时长"
	case PointsField:
		return "分数"
	}
	return "内容"
}

func needReason(b string, a *Act, word string) error {
	if b == reasonRequired && !a.has(Reason) {
		return ask(Reason, "请说一下“%s”的理由。", word)
	}
	return nil
}

// take applies the facts of an act that steps of any kind may carry.
func (m *Matter) take(s *Step, a *Act) {
	if f := s.FieldOf(DeadlineField); f != nil && !a.Until.IsZero() {
		m.Deadline = a.Until
	}
	if f := s.FieldOf(TimeField); f != nil && !a.Until.IsZero() {
		m.When = a.Until
	}
	if s.FieldOf(CountField) != nil && a.Count > 0 {
		m.Capacity = a.Count
	}
	if (s.FieldOf(HoursField) != nil || s.FieldOf(PointsField) != nil) && a.Amount > 0 {
		m.Amount = a.Amount
	}
	if a.Category != "" {
		m.Category = a.Category
	}
}

// assignTo makes people holders, told by whoever assigned them.
func (m *Matter) assignTo(people []bot.PersonID, at time.Time) []Effect {
	var told []bot.PersonID
	for _, p := range people {
		if !m.Holds(p) {
			m.Holders = append(m.Holders, Holder{Person: p, Since: at, Assigned: true})
			told = append(told, p)
		}
	}
	if len(told) == 0 {
		return nil
	}
	return []Effect{{Kind: Tell, Notice: NoticeAssigned, People: told}}
}

func (m *Matter) end(s *Step, a *Act) { m.setStatus(s.ID, Ended, a.At) }

func (m *Matter) mark(s *Step, k Mark) {
	st := m.Steps[s.ID]
	st.Marks = append(slices.Clone(st.Marks), k)
	m.Steps[s.ID] = st
}

func contains(list []string, v string) bool { return slices.Contains(list, v) }
