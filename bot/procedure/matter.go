package procedure

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"yiqun/bot"
)

// Matter is the state of one piece of business: the fold of its acts. It holds
// no text that members wrote, only where to find it.
type Matter struct {
	ID       bot.MatterID `json:"id"`
	Template string       `json:"template"` // template id
	Source   string       `json:"source"`   // the template's content hash
	Node     bot.NodeID   `json:"node"`
	Series   bot.NodeID   `json:"series"` // whose numbers it counts in
	// Zone is that of its opening: days that have been counted stay counted, whatever the
	// node's zone becomes.
	Zone    string `json:"zone,omitempty"`
	Year    int    `json:"year"`
	Number  int    `json:"number"`
	Version int    `json:"version"` // = number of acts
	Head    string `json:"head"`    // hash of the last act

	Opened   time.Time      `json:"opened"`
	Asker    bot.PersonID   `json:"asker"`
	Opener   bot.PersonID   `json:"opener"`              // who typed it; differs from Asker when on behalf
	CoAskers []bot.PersonID `json:"co_askers,omitempty"` // of matters merged into this one
	Category string         `json:"category,omitempty"`
	// Deadline was set by a person; it overrides the template's.
	Deadline time.Time `json:"deadline,omitzero"`
	// When is the time the business itself is about: 周六8点.
	When     time.Time `json:"when,omitzero"`
	Capacity int       `json:"capacity,omitempty"` // 要5人
	// Terms are how its vote is to be held.
	Terms *Terms `json:"terms,omitempty"`
	// Amounts are hours and points by field, in hundredths.
	Amounts map[string]int64 `json:"amounts,omitempty"`
	// Booked is what stands in the ledger for it now, in hundredths.
	Booked  int64 `json:"booked,omitempty"`
	Level   int   `json:"level,omitempty"` // how often it went one level up
	Reopens int   `json:"reopens,omitempty"`

	Holders []Holder             `json:"holders,omitempty"`
	Steps   map[string]StepState `json:"steps"`
	// Fields say where the content of each field was written last, Notes where
	// supplements are.
	Fields map[string]Ref `json:"fields,omitempty"`
	Notes  []Ref          `json:"notes,omitempty"`

	Outcome Outcome      `json:"outcome,omitempty"`
	Closed  time.Time    `json:"closed,omitzero"`
	Into    bot.MatterID `json:"into,omitempty"`

	// Parent waits for this matter; Children are those it waits for itself.
	Parent   bot.MatterID `json:"parent,omitempty"`
	Children []Child      `json:"children,omitempty"`

	// LastOp, LastBy and LastAt describe the newest act, and Before is the state
	// before it when it can be undone.
	LastOp Op           `json:"last_op,omitempty"`
	LastBy bot.PersonID `json:"last_by,omitempty"`
	LastAt time.Time    `json:"last_at,omitzero"`
	Before *Matter      `json:"before,omitempty"`
}

// Ref is the matter as people say it: #12.
func (m Matter) Ref() string { return fmt.Sprintf("#%d", m.Number) }

// Ref says which act holds a field's text.
type Ref struct {
	Seq   int    `json:"seq"`
	Field string `json:"field"`
}

// Outcome is how a matter ended; empty while it is open.
type Outcome string

// The outcomes.
const (
	Done      Outcome = "done"
	Refused   Outcome = "refused"
	Cancelled Outcome = "cancelled"
	Merged    Outcome = "merged"
	Withdrawn Outcome = "withdrawn" // the opening itself was undone
)

// Holder is somebody who has taken the matter on.
type Holder struct {
	Person   bot.PersonID `json:"person"`
	Since    time.Time    `json:"since"`
	Until    time.Time    `json:"until,omitzero"` // lease; zero = no end
	Assigned bool         `json:"assigned,omitempty"`
	Finished bool         `json:"finished,omitempty"`
}

// Status is where a step stands.
type Status string

// The states of a step. A passed step still takes acts, but the next is open too:
// a claim with places left.
const (
	Waiting Status = ""
	Open    Status = "open"
	Passed  Status = "passed"
	Ended   Status = "ended"
)

// StepState is the state of one step.
type StepState struct {
	Status Status    `json:"status,omitempty"`
	Round  int       `json:"round,omitempty"` // 1 at the first opening
	Opened time.Time `json:"opened,omitzero"`
	Ended  time.Time `json:"ended,omitzero"`
	Due    time.Time `json:"due,omitzero"`
	Marks  []Mark    `json:"marks,omitempty"`
	Tally  *Tally    `json:"tally,omitempty"` // of a vote or a survey that has closed
	Bound  *Bound    `json:"bound,omitempty"` // of a file that was made
	// Sealing is of a meeting whose minutes are closed.
	Sealing *Sealing `json:"sealing,omitempty"`
	// Fired are the keys of this round's timers that have fired.
	Fired []string `json:"fired,omitempty"`
}

// Live reports whether the step takes acts.
func (s StepState) Live() bool { return s.Status == Open || s.Status == Passed }

// Mark is what one person said in a step: a score, a verdict, a report.
type Mark struct {
	Person bot.PersonID `json:"person,omitempty"`
	Seat   string       `json:"seat,omitempty"`
	Choice string       `json:"choice,omitempty"`
	Score  int          `json:"score,omitempty"`
	Seq    int          `json:"seq"`
	Phone  bool         `json:"phone,omitempty"` // by call-back
}

// Holds reports whether a person has taken the matter on.
func (m Matter) Holds(p bot.PersonID) bool {
	return slices.ContainsFunc(m.Holders, func(h Holder) bool { return h.Person == p })
}

// IsOpen reports whether the matter still runs.
func (m Matter) IsOpen() bool { return m.Outcome == "" }

// Concerns reports whether a person asked for, opened or handles the matter.
func (m Matter) Concerns(p bot.PersonID) bool {
	return p != "" && (m.Asker == p || m.Opener == p || slices.Contains(m.CoAskers, p) || m.Holds(p))
}

// People are all whom the state names, without repeats.
func (m Matter) People() []bot.PersonID {
	out := append(m.askers(), m.Opener, m.LastBy)
	out = append(out, m.holderIDs()...)
	for _, st := range m.Steps {
		for _, k := range st.Marks {
			out = append(out, k.Person)
		}
	}
	out = distinct(out)
	slices.Sort(out)
	return out
}

// askers are the asker and those whose matters were merged into this one. A matter that
// the clock opened has no asker.
func (m *Matter) askers() []bot.PersonID {
	return distinct(append([]bot.PersonID{m.Asker}, m.CoAskers...))
}

// clone is a copy that shares nothing that is ever written to.
func (m Matter) clone() Matter {
	m.CoAskers = slices.Clone(m.CoAskers)
	m.Holders = slices.Clone(m.Holders)
	m.Children = slices.Clone(m.Children)
	m.Steps = maps.Clone(m.Steps)
	for id, s := range m.Steps {
		s.Marks, s.Fired = slices.Clone(s.Marks), slices.Clone(s.Fired)
		m.Steps[id] = s
	}
	m.Amounts = maps.Clone(m.Amounts)
	m.Fields = maps.Clone(m.Fields)
	m.Notes = slices.Clone(m.Notes)
	return m
}
