package procedure

import (
	"maps"
	"slices"
)

// Kind is what a step does. Kinds are few and composable; a template strings them
// together. Apply changes the matter it is given (a copy) and returns what
// follows; Due and View derive everything from the state.
type Kind interface {
	// check returns what is wrong with a step of this kind, and how to mend it.
	check(t *Template, s *Step) []Problem
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
	Status  string
	Buttons []Button
	// Typed are what cannot be done by a press alone, because something must be
	// written with it.
	Typed []Button
}

// all are the view's buttons, then what is typed.
func (v View) all() []Button { return slices.Concat(v.Buttons, v.Typed) }

// Button is something to press: an op of the step.
type Button struct {
	Label   string
	Op      Op
	Who     Who // who may press it
	Choice  string
	Score   int
	Primary bool
	Danger  bool
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
	// Choice is what the word alone says; empty where none follows from it.
	Choice string
}

// The kinds of step.
const (
	kindSubmit  = "submit"
	kindReview  = "review"
	kindAssign  = "assign"
	kindClaim   = "claim"
	kindFinish  = "finish"
	kindRate    = "rate"
	kindVerify  = "verify"
	kindNotice  = "notice"
	kindVote    = "vote"
	kindMeet    = "meet"
	kindCollect = "collect"
	kindSurvey  = "survey"
	kindSpawn   = "spawn"
	kindFile    = "file"
)

var kinds map[string]Kind

func init() {
	// A literal would be an initialisation cycle: kinds call the engine, which
	// looks them up here.
	kinds = map[string]Kind{
		kindSubmit:  submit{},
		kindReview:  judge{},
		kindVerify:  judge{},
		kindAssign:  assign{},
		kindClaim:   claim{},
		kindFinish:  finish{},
		kindRate:    rate{},
		kindNotice:  notice{},
		kindVote:    vote{},
		kindMeet:    meet{},
		kindCollect: collect{},
		kindSurvey:  survey{},
		kindSpawn:   spawn{},
		kindFile:    file{},
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
	return Verb{Word: b.Verb, Also: b.Also, Op: op, Who: b.who(s), Reason: b.Reason}
}

// who may take the branch: its own By, else the step's, else anyone.
func (b *Branch) who(s *Step) Who {
	switch {
	case len(b.By) > 0:
		return b.By
	case len(s.By) > 0:
		return s.By
	}
	return Who{Anyone}
}

// refuse ends a matter with a reason.
func (e Env) refuse(m *Matter, s *Step, a *Act) ([]Effect, error) {
	if err := e.notOwn(m, s, s.Refuse.Verb); err != nil {
		return nil, err
	}
	if err := e.allow(m, s.Refuse.who(s), s.Refuse.Verb, a); err != nil {
		return nil, err
	}
	if err := needReason(s.Refuse.Reason, a, s.Refuse.Verb); err != nil {
		return nil, err
	}
	m.end(s, a)
	return e.close(m, Refused, a), nil
}

func (m *Matter) mark(s *Step, k Mark) {
	st := m.Steps[s.ID]
	st.Marks = append(slices.Clone(st.Marks), k)
	m.Steps[s.ID] = st
}

func (m *Matter) marked(s *Step, ok func(Mark) bool) bool {
	return slices.ContainsFunc(m.Steps[s.ID].Marks, ok)
}
