package procedure

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/intents/zhtime"
)

// Opens says that matters of a template open themselves, at a node where somebody
// turned that on.
type Opens struct {
	// Every is when, as one would say it: 每年6月1日, 每周二9:00，遇节假日顺延.
	Every string `yaml:"every"`
	// With fills the fields of the first step. {year}, {month}, {date} and {node} stand
	// for those of the opening; a time field takes words counted from it: 明天19:30.
	With map[string]string `yaml:"with"`
}

// morning is when a matter opens for which no time of day was said.
const morning = 9 * time.Hour

// openingWords are the placeholders of With.
var openingWords = []string{"year", "month", "date", "node"}

// Recurrence reads words as a time at which matters may open by themselves: at most
// once a day. It returns its spec, see [zhtime.FromSpec], and the words as typed; false
// when there is no such time in them.
func Recurrence(words string, now time.Time) (spec string, read zhtime.Reading, ok bool) {
	read, ok = zhtime.Find(words, now, zhtime.Options{})
	if !ok || read.Kind != zhtime.Recurring || !read.Recurrence.Daily() || read.Recurrence.Times() > 1 {
		return "", read, false
	}
	spec, ok = read.Recurrence.At(morning).Spec()
	return spec, read, ok
}

// OpeningAct is the act by which the clock opens a matter that was due at a time, local
// to the node. text replaces what the first step's main field says; empty keeps it.
func (t *Template) OpeningAct(due time.Time, node, text string) (Act, error) {
	s, content := t.First(), map[string]string{}
	act := Act{Step: s.ID, Op: Do, Content: content}
	with := maps.Clone(t.Opens.With)
	if main := s.Main(); main != nil && text != "" {
		if with == nil {
			with = map[string]string{}
		}
		with[main.ID] = text
	}
	for id, words := range with {
		f := s.field(id)
		switch {
		case f == nil:
			return act, bot.Errorf(bot.Invalid, "“%s”没有 %s 这一项，请找管理员。", t.Name, id)
		case f.Type == TimeField || f.Type == DeadlineField:
			at, ok := openingTime(words, due)
			if !ok {
				return act, bot.Errorf(bot.Invalid, "看不懂“%s”是什么时候，请找管理员。", words)
			}
			act.Until = at
		default:
			content[id] = fillOpening(words, due, node)
		}
	}
	return act, nil
}

// openingTime reads a time counted from the opening.
func openingTime(words string, due time.Time) (time.Time, bool) {
	r, ok := zhtime.Parse(words, due, zhtime.Options{Prefer: zhtime.Future})
	switch {
	case !ok:
		return time.Time{}, false
	case r.Kind == zhtime.Duration:
		return due.Add(r.Length), true
	case r.Kind == zhtime.Point, r.Kind == zhtime.Span:
		if r.Deadline {
			return r.End, true
		}
		return r.Start, true
	}
	return time.Time{}, false
}

func fillOpening(text string, due time.Time, node string) string {
	return strings.NewReplacer("{year}", strconv.Itoa(due.Year()), "{month}", strconv.Itoa(int(due.Month())),
		"{date}", fmt.Sprintf("%d月%d日", due.Month(), due.Day()), "{node}", node).Replace(text)
}

// field finds a field of a step by its id; nil if there is none.
func (s *Step) field(id string) *Field {
	if i := slices.IndexFunc(s.Fields, func(f Field) bool { return f.ID == id }); i >= 0 {
		return &s.Fields[i]
	}
	return nil
}

// opensItself reports whether an act is the clock's opening of a matter that may open
// itself.
func (e Env) opensItself(m *Matter, s *Step, a *Act) bool {
	return m.Version == 0 && s == e.Template.First() && e.Template.Opens != nil && e.Actor.IsClock() && a.By == ""
}
