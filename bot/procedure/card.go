package procedure

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiqun/cards"
)

// Viewer is who will see a card.
type Viewer struct {
	// Group: everybody in a group sees it; buttons are shown for whoever may.
	Group bool
	// Actor is the person, in a private chat: only their buttons are shown.
	Actor Actor
}

// Title is the one line that says what a matter is about.
func (e Env) Title(m Matter, b Lookup) string {
	s := e.Template.First()
	if f := s.Main(); f != nil {
		if t := b.Text(m.Fields[f.ID]); t != "" {
			return t
		}
	}
	return e.Template.Name
}

// Card shows a matter. Names and texts come from b, which leaves out what the
// viewer may not see.
func (e Env) Card(m Matter, v Viewer, b Lookup) cards.Card {
	c := cards.Card{
		Ref:   m.Ref(),
		Kind:  e.Template.Name,
		Title: e.Title(m, b),
	}
	c.Status, c.Tone = e.status(m)
	c.Facts = e.facts(m, v, b)
	c.Progress = e.progress(m)
	c.Actions = e.actions(m, v)
	c.Body = e.spoken(m, v, b)
	c.Footnote = e.typed(m)
	for _, r := range m.Notes {
		if t := b.Text(r); t != "" {
			c.Body += "补充：" + t + "\n"
		}
	}
	c.Body = strings.TrimSuffix(c.Body, "\n")
	return c
}

// recent is how many of what was collected stand on a card, the newest.
const recent = 5

// spoken are the newest entries of the step that is collecting now.
func (e Env) spoken(m Matter, v Viewer, b Lookup) string {
	var out strings.Builder
	for _, s := range e.live(&m) {
		if len(s.Entries) == 0 || v.Group && s.narrow() {
			continue
		}
		marks := m.Steps[s.ID].Marks
		for _, k := range marks[max(0, len(marks)-recent):] {
			voice := s.voice(k.Choice)
			if text := b.Text(Ref{k.Seq, Reason}); voice != nil && text != "" {
				fmt.Fprintf(&out, "%s%s：%s\n", cmp.Or(k.Seat, b.Name(k.Person)), voice.Verb, text)
			}
		}
	}
	return out.String()
}

// typed says which words are to be written with something behind them: there can be no
// button for those.
func (e Env) typed(m Matter) string {
	var out []string
	for _, s := range e.live(&m) {
		for _, b := range kinds[s.Kind].View(e, &m, s).Typed {
			if b.Op == Do && len(s.Entries) > 0 {
				out = append(out, fmt.Sprintf("%s %d", s.wordOf(b.Op, b.Choice), m.Number))
			}
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "打字发“" + strings.Join(out, "”“") + "”，后面写内容"
}

// Waits is what the actor would type to bring a matter on now, without the answer, which
// is theirs to say; empty if it does not wait for them. Who may end what is being
// collected is told that rather than how to add to it.
func (e Env) Waits(m Matter) string {
	first := ""
	for _, s := range e.live(&m) {
		for _, b := range kinds[s.Kind].View(e, &m, s).all() {
			act := Act{Step: s.ID, Round: m.Steps[s.ID].Round, Op: b.Op, Choice: b.Choice, Score: b.Score}
			if first != "" && b.Op != Close || !e.could(m, act) {
				continue
			}
			first = fmt.Sprintf("%s %d", s.wordOf(b.Op, b.Choice), m.Number)
		}
		if first != "" {
			break
		}
	}
	return first
}

// Pressable reports whether there is something to press in a step: only then is it
// worth a card.
func (e Env) Pressable(m Matter, s *Step) bool {
	return s.Kind != kindFinish && s.Kind != kindSubmit && len(kinds[s.Kind].View(e, &m, s).Buttons) > 0
}

func (e Env) status(m Matter) (string, cards.Tone) {
	if !m.IsOpen() {
		tone := cards.Muted
		if m.Outcome == Done {
			tone = cards.Good
		}
		return e.OutcomeWord(m), tone
	}
	live := e.live(&m)
	if len(live) == 0 {
		return "", cards.Plain
	}
	return kinds[live[0].Kind].View(e, &m, live[0]).Status, cards.Plain
}

// Status says in words where a matter stands.
func (e Env) Status(m Matter) string {
	s, _ := e.status(m)
	return s
}

func (e Env) facts(m Matter, v Viewer, b Lookup) []cards.Fact {
	var out []cards.Fact
	add := func(label, value string) {
		if value != "" {
			out = append(out, cards.Fact{Label: label, Value: value})
		}
	}
	main := e.Template.First().Main()
	for s := range e.Template.AllSteps() {
		for _, f := range s.Fields {
			if main != nil && f.ID == main.ID || s.asks(e.Template, f) || v.Group && (f.Private || s.narrow()) {
				continue
			}
			add(f.Name(), e.value(m, f, b))
		}
	}
	if !v.Group || !slices.Contains(e.Template.Hide, Asker) {
		add("发起", b.Name(m.Asker))
	}
	if len(m.Holders) > 0 {
		add("办理", e.names(m.holderIDs(), b))
	}
	if m.IsOpen() {
		if by := e.by(m, ""); by != "。" {
			add("期限", strings.TrimSuffix(by, "。"))
		}
	}
	for s := range e.Template.AllSteps() {
		for _, k := range m.Steps[s.ID].Marks {
			if k.Score > 0 && !(v.Group && s.narrow()) {
				add(s.Name(), strings.TrimSpace(fmt.Sprintf("%s %d分", k.Seat, k.Score)))
			}
			if c, ok := s.choice(k.Choice); ok && k.Seat != "" && !(v.Group && s.narrow()) {
				add(k.Seat, c.Word)
			}
		}
	}
	return out
}

// value is a field's value in words.
func (e Env) value(m Matter, f Field, b Lookup) string {
	switch f.Type {
	case TimeField:
		if !m.When.IsZero() {
			return e.begins(m.When)
		}
	case CountField:
		if m.Capacity > 0 {
			return fmt.Sprintf("%d人", m.Capacity)
		}
	case HoursField:
		return amount(m.Amounts[f.ID], "小时")
	case PointsField:
		return amount(m.Amounts[f.ID], "分")
	case PersonField, DeadlineField:
		return "" // shown as 办理 and 期限
	}
	if r, ok := m.Fields[f.ID]; ok {
		return b.Text(r)
	}
	return ""
}

func amount(hundredths int64, unit string) string {
	if hundredths == 0 {
		return ""
	}
	s := fmt.Sprintf("%d.%02d", hundredths/100, hundredths%100)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".") + unit
}

func (e Env) progress(m Matter) []cards.Stage {
	var out []cards.Stage
	missed := e.Template.MissedSlips(m)
	for i := range e.Template.Steps {
		s := &e.Template.Steps[i]
		stage := cards.Stage{Name: s.Name(), State: cards.Ahead}
		switch m.Steps[s.ID].Status {
		case Open:
			stage.State = cards.Current
		case Passed, Ended:
			stage.State = cards.Passed
		}
		if !m.IsOpen() && m.Outcome != Done && m.cutShort(s.ID) || slices.Contains(missed, s) {
			stage.State = cards.Skipped
		}
		out = append(out, stage)
	}
	return out
}

// cutShort reports whether a step was not taken: it did not open, or not again, or was
// open when the matter ended otherwise.
func (m Matter) cutShort(step string) bool {
	st := m.Steps[step]
	return st.Status == Waiting || st.Ended.Equal(m.Closed) && len(st.Marks) == 0 && st.Tally == nil
}

// actions are the buttons, the latest step's first.
func (e Env) actions(m Matter, v Viewer) []cards.Action {
	e.Actor = v.Actor
	var out []cards.Action
	for _, s := range e.live(&m) {
		st := m.Steps[s.ID]
		for _, b := range kinds[s.Kind].View(e, &m, s).Buttons {
			press := Act{Step: s.ID, Round: st.Round, Op: b.Op, Choice: b.Choice, Score: b.Score}
			if !v.Group && !e.could(m, press) {
				continue
			}
			out = append(out, cards.Action{
				Label: b.Label,
				Key:   Key{Matter: m.ID, Step: s.ID, Round: st.Round, Op: b.Op, Choice: b.Choice, Score: b.Score}.String(),
				Say:   say(m, s, b),
				Style: style(b),
			})
		}
	}
	return out
}

func style(b Button) cards.Style {
	switch {
	case b.Primary:
		return cards.Primary
	case b.Danger:
		return cards.Danger
	}
	return cards.Default
}

// say is a button's text twin: 接单 12, 评价 12 5, 核单 12 通过.
func say(m Matter, s *Step, b Button) string {
	out := fmt.Sprintf("%s %d", s.wordOf(b.Op, b.Choice), m.Number)
	switch {
	case s.voice(b.Choice) != nil:
	case b.Score > 0:
		out += fmt.Sprintf(" %d", b.Score)
	case b.Choice != "":
		out += " " + s.choiceWord(b.Choice)
	}
	return out
}
