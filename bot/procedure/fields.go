package procedure

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"yiqun/bot"
)

// Reason is the content key of a reason or a comment.
const Reason = "reason"

// setCategory is the one value a step may set.
const setCategory = "category"

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

func needReason(b string, a *Act, word string) error {
	if b == reasonRequired && !a.has(Reason) {
		return ask(Reason, "请说一下“%s”的理由。", word)
	}
	return nil
}

// take checks what a step asks for, and applies the facts among it. Times, people,
// counts and amounts are facts of the act; the rest is its content.
func (e Env) take(m *Matter, s *Step, a *Act) error {
	for _, f := range s.Fields {
		if f.Required && !a.given(f) {
			return ask(f.ID, "%s", f.question())
		}
	}
	if s.Kind == kindAssign || s.FieldOf(DeadlineField) != nil {
		if err := inFuture(a); err != nil {
			return err
		}
		if !a.Until.IsZero() {
			m.Deadline = a.Until
		}
	} else if s.FieldOf(TimeField) != nil && !a.Until.IsZero() {
		m.When = a.Until
	}
	if a.Count > 0 {
		m.Capacity = a.Count
	}
	if f := s.amountField(); f != nil {
		m.setAmount(f.ID, a.Amount)
	}
	if err := e.takeTerms(m, a); err != nil {
		return err
	}
	return e.takeCategory(m, a)
}

func (m *Matter) setAmount(field string, amount int64) {
	switch {
	case amount == 0:
		delete(m.Amounts, field)
		return
	case m.Amounts == nil:
		m.Amounts = map[string]int64{}
	}
	m.Amounts[field] = amount
}

func (e Env) takeCategory(m *Matter, a *Act) error {
	if a.Category == "" {
		return nil
	}
	if known := e.Template.Categories(); !slices.Contains(known, a.Category) {
		return bot.Errorf(bot.Invalid, "没有“%s”这一类，可以说%s。", a.Category, Who(known).Spoken())
	}
	m.Category = a.Category
	return nil
}

// inFuture refuses a deadline that has passed.
func inFuture(a *Act) error {
	if !a.Until.IsZero() && !a.Until.After(a.At) {
		return bot.Errorf(bot.Invalid, "这个时间已经过了，请说一个以后的时间。")
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

// has reports whether the act carries a text, erased or not.
func (a *Act) has(field string) bool {
	return a.Content[field] != "" || slices.Contains(a.Has, field)
}

// remember notes where the content of an act of a step can be found. first is true
// for the first word of a round: what was said in the step before is then replaced
// as a whole.
func (m *Matter) remember(s *Step, a *Act, first bool) {
	if a.Op == Do && first {
		for _, f := range s.Fields {
			delete(m.Fields, f.ID)
		}
	}
	has := slices.AppendSeq(slices.Clone(a.Has), maps.Keys(a.Content))
	if len(has) > 0 && m.Fields == nil {
		m.Fields = map[string]Ref{}
	}
	for _, k := range has {
		m.Fields[k] = Ref{Seq: a.Seq, Field: k}
	}
}

// amountField is the step's field of hours or points; nil if it has none.
func (s *Step) amountField() *Field {
	return cmp.Or(s.FieldOf(HoursField), s.FieldOf(PointsField))
}

// question is what is asked where the field is missing.
func (f Field) question() string { return cmp.Or(f.Ask, "请说一下"+f.Name()+"。") }

// Name is the field's label, or the plain word for its type.
func (f Field) Name() string { return cmp.Or(f.Label, fieldNames[f.Type], "内容") }

var fieldNames = map[FieldType]string{
	PersonField:   "人",
	DeadlineField: "时间",
	TimeField:     "时间",
	CountField:    "人数",
	PhoneField:    "电话",
	PlaceField:    "地点",
	HoursField:    "时长",
	PointsField:   "分数",
	PhotoField:    "照片",
}
