package meeting

import (
	"cmp"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

// Minutes are what the entries of a meeting come to on paper. They are a function of
// roll, entries and Facts, so that nobody has to keep them.
type Minutes struct {
	Body, Type, Place string
	Began, Over       time.Time // in the local zone
	Host, Recorder    string
	Turnout           Turnout
	Attendance        Attendance
	Items             []MinutedItem
	// Corrections is how often the record was put right after it was made.
	Corrections int
	// Pictures is how many photographs belong to it, Photos those of them that can be
	// shown.
	Pictures int
	Photos   []Photo
	// Approved are who has confirmed it.
	Approved []string
}

// Photo is a photograph that belongs to a meeting: a PNG or JPEG, when it was sent, and by
// whom.
type Photo struct {
	Data []byte
	At   time.Time
	By   string
}

// Attendance are the names behind the numbers.
type Attendance struct {
	Here, Represented, Late, Left, Absent, Guests []string
	Excused                                       []Excused
}

// Excused is somebody who asked for leave, with the reason.
type Excused struct{ Name, Why string }

// MinutedItem is one item of the agenda with what was said of it. The first of a
// meeting may have no topic: what was said before any item.
type MinutedItem struct {
	Topic string
	Lines []Line
}

// Line is one line of the minutes.
type Line struct {
	Kind Kind
	// Who spoke, or is to do a task.
	Who, Text string
	// Result is what came of a vote, in words.
	Result string
	// Ref and Due are an order's: #12, and by when.
	Ref string
	Due time.Time
	At  time.Time
	// Corrected marks a text that was put right afterwards.
	Corrected bool
}

// Facts are what minutes need beside roll and entries.
type Facts struct {
	Body, Type, Place string
	Zone              *time.Location
	// Rule judges whether there were enough; nil where none does.
	Rule *ballot.Rule
	// Name names a person, Vote says what a vote was on and what came of it, Ref how
	// an order is called.
	Name func(bot.PersonID) string
	Vote func(bot.MatterID) (motion, result string)
	Ref  func(bot.MatterID) string
}

// Write makes the minutes.
func Write(f Facts, roll *ballot.Roll, entries []Entry) Minutes {
	s := Fold(entries)
	w := writer{Facts: f, roll: roll, state: s, orders: map[string]bot.MatterID{}, m: Minutes{
		Body: f.Body, Type: f.Type, Place: f.Place, Began: local(s.Began, f.Zone), Over: local(s.Over, f.Zone),
		Host: named(f, s.Offices[Host]), Recorder: named(f, s.Offices[Recorder]),
		Turnout: Count(roll, stood(entries), f.Rule),
	}}
	for _, p := range s.Approved {
		w.m.Approved = append(w.m.Approved, f.Name(p))
	}
	corrected := map[string]bool{}
	for _, e := range entries {
		if e.Kind == Ordered {
			w.orders[e.Of] = e.Matter
		}
		if e.Kind == Correct {
			w.m.Corrections++
			corrected[e.Of] = true
		}
	}
	w.attendance()
	w.items()
	for _, e := range Effective(entries) {
		w.line(e, corrected[e.ID])
	}
	w.m.Items = w.m.kept()
	return w.m
}

// named is a person's name; nothing for nobody.
func named(f Facts, p bot.PersonID) string {
	if p == "" {
		return ""
	}
	return f.Name(p)
}

func local(t time.Time, z *time.Location) time.Time {
	if t.IsZero() || z == nil {
		return t
	}
	return t.In(z)
}

// stood is the state as far as attendance goes, with those who left early counted
// among those who were there: a meeting's minutes say who came.
func stood(entries []Entry) State {
	s := Fold(entries)
	for id, p := range s.Present {
		if p.Is == Leave {
			p.Is = Arrive
			s.Present[id] = p
		}
	}
	return s
}

type writer struct {
	Facts
	roll  *ballot.Roll
	state State
	m     Minutes
	at    int // the item lines go to
	// orders are what tasks became, by the task's entry.
	orders map[string]bot.MatterID
}

func (w *writer) attendance() {
	a := &w.m.Attendance
	for _, v := range Seated(w.roll, w.state).Voters {
		p := w.state.Present[v.ID]
		name := v.Name
		if p.By != "" {
			name += "（" + p.By + "）"
		}
		switch {
		case w.state.Sitting[v.ID]:
			a.Guests = append(a.Guests, name)
			continue
		case p.Came():
			a.Here = append(a.Here, name)
		case p.Is == Represent:
			a.Represented = append(a.Represented, name)
		case p.Is == Excuse:
			a.Excused = append(a.Excused, Excused{v.Name, p.Why})
		default:
			a.Absent = append(a.Absent, v.Name)
		}
		if p.Late {
			a.Late = append(a.Late, v.Name)
		}
		if p.Is == Leave {
			a.Left = append(a.Left, v.Name)
		}
	}
	a.Guests = append(a.Guests, w.state.Guests...)
}

// items puts the agenda in place; what is said before its first item stands before.
func (w *writer) items() {
	w.m.Items = []MinutedItem{{}}
	for _, it := range w.state.Items {
		w.m.Items = append(w.m.Items, MinutedItem{Topic: it.Text})
	}
}

// line puts an entry where it belongs.
func (w *writer) line(e Entry, corrected bool) {
	last := len(w.m.Items) - 1
	l := Line{Kind: e.Kind, Text: e.Text, At: local(e.At, w.Zone), Corrected: corrected}
	switch e.Kind {
	case Start:
		w.at = min(1, last)
		return
	case Next:
		w.at = min(w.at+1, last)
		return
	case Note, Resolve, Pause, Resume:
	case Speech:
		l.Who = w.speaker(e)
		if e.Erased() {
			l.Text = erased
		}
	case Vote:
		l.Text, l.Result = w.Vote(e.Matter)
	case Task:
		l.Who = cmp.Or(e.Who, named(w.Facts, e.Person))
		l.Due = local(e.Due, w.Zone)
		if m, ok := w.orders[e.ID]; ok {
			l.Ref = w.Ref(m)
		}
	case Picture:
		w.m.Pictures += max(1, e.Count)
		l.Text = ""
		if e.Text == "" {
			return
		}
		l = Line{Kind: Note, Text: e.Text, At: l.At}
	default:
		return
	}
	w.m.Items[w.at].Lines = append(w.m.Items[w.at].Lines, l)
}

// erased stands where words are no longer kept.
const erased = "已依法删除"

func (w *writer) speaker(e Entry) string {
	if e.Who != "" || len(e.Voters) == 0 {
		return cmp.Or(e.Who, named(w.Facts, e.By))
	}
	v, _ := w.roll.Voter(e.Voters[0])
	return v.Name
}

// kept leaves out the first item when nothing was said before the agenda.
func (m Minutes) kept() []MinutedItem {
	if len(m.Items) > 1 && len(m.Items[0].Lines) == 0 {
		return m.Items[1:]
	}
	return m.Items
}

// Of picks the lines of a kind, in order.
func (m Minutes) Of(kinds ...Kind) []Line {
	var out []Line
	for _, it := range m.Items {
		for _, l := range it.Lines {
			for _, k := range kinds {
				if l.Kind == k {
					out = append(out, l)
				}
			}
		}
	}
	return out
}
