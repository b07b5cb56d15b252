package procedure_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

var everyone = []bot.PersonID{"secretary", "leader", "wang", "zhao", "sun", "resident", "stranger"}

// randomAct is any act at all.
func (l *life) randomAct() procedure.Act {
	a := procedure.Act{Op: rapid.SampledFrom(allOps).Draw(l.T, "op")}
	steps := slices.Concat(l.tmpl.Steps, l.tmpl.After)
	s := &steps[rapid.IntRange(0, len(steps)-1).Draw(l.T, "step")]
	filled := l.filled(s, a.Op)
	filled.Round = rapid.IntRange(0, 3).Draw(l.T, "round")
	filled.Key = rapid.SampledFrom([]string{"", "days", "within", "late"}).Draw(l.T, "key")
	filled.Other = rapid.SampledFrom([]bot.MatterID{"", "M1", "M2"}).Draw(l.T, "other")
	return filled
}

// filled is an act of a step with most of what it could need, and some of what it
// does not.
func (l *life) filled(s *procedure.Step, op procedure.Op) procedure.Act {
	a := procedure.Act{
		Step: s.ID, Op: op, Score: rapid.IntRange(0, 5).Draw(l.T, "score"),
		Count: rapid.IntRange(1, 4).Draw(l.T, "count"), Amount: int64(rapid.IntRange(1, 500).Draw(l.T, "amount")),
		Choice: "junk", Content: map[string]string{procedure.Reason: "因为", procedure.Note: "补", "junk": "x"},
	}
	if len(s.Choices) > 0 {
		a.Choice = rapid.SampledFrom(s.Choices).Draw(l.T, "choice").ID
	}
	if rapid.IntRange(0, 9).Draw(l.T, "say nothing") == 0 {
		a.Content = nil
	}
	for _, f := range s.Fields {
		if a.Content != nil {
			a.Content[f.ID] = "写了" + f.ID
		}
	}
	a.People = rapid.SliceOfN(rapid.SampledFrom(everyone), 0, 3).Draw(l.T, "people")
	if len(a.People) == 0 && slices.ContainsFunc(s.Fields, func(f procedure.Field) bool { return f.Type == procedure.PersonField && f.Required }) {
		a.People = []bot.PersonID{"wang"}
	}
	if hours := rapid.SampledFrom([]int{0, 3, 24 * 20}).Draw(l.T, "until"); hours != 0 {
		a.Until = l.now.Add(time.Duration(hours) * time.Hour)
	}
	if len(l.tmpl.Categories()) > 0 && rapid.Bool().Draw(l.T, "categorised") {
		a.Category = rapid.SampledFrom(l.tmpl.Categories()).Draw(l.T, "category")
	}
	if l.m.Version == 0 && a.Content == nil {
		a.Content = map[string]string{}
		for _, f := range s.Fields {
			a.Content[f.ID] = "写了" + f.ID
		}
	}
	return a
}

// sensible is what somebody could really press now; the given act if there is none.
func (l *life) sensible(who procedure.Actor, a procedure.Act) (procedure.Actor, procedure.Act) {
	for _, p := range rapid.Permutation(crowd).Draw(l.T, "hands") {
		actions := l.env(clock).Card(l.m, procedure.Viewer{Actor: p}, names(l.acts)).Actions
		if len(actions) == 0 {
			continue
		}
		k, ok := procedure.ParseKey(rapid.SampledFrom(actions).Draw(l.T, "button").Key)
		require.True(l, ok)
		a := l.filled(l.tmpl.Step(k.Step), k.Op)
		a.Round, a.Choice, a.Score = k.Round, k.Choice, k.Score
		return p, a
	}
	return who, a
}

// human is who somebody is, whatever id they go by.
func human(p bot.PersonID) bot.PersonID { return bot.PersonID(strings.TrimSuffix(string(p), "-new")) }

// rightful checks an accepted act against the rules told once more, simply.
func (l *life) rightful(was procedure.Matter, who procedure.Actor, a procedure.Act) {
	if who.IsClock() {
		require.Contains(l, []procedure.Op{procedure.Expire, procedure.Nudge}, a.Op)
		require.Empty(l, a.By)
		return
	}
	require.NotContains(l, []procedure.Op{procedure.Expire, procedure.Nudge}, a.Op, "time is not for members")
	require.Equal(l, human(who.Person), human(a.By), "nobody acts as another")
	may := l.allowedTo(was, who, a)
	require.True(l, may, "%s may not %s %s", who.Person, a.Op, a.Step)
	if a.Op != procedure.Undo && a.Step != "" && was.Version > 0 {
		require.True(l, was.Steps[a.Step].Live(), "%s was not open", a.Step)
	}
}

func (l *life) allowedTo(was procedure.Matter, who procedure.Actor, a procedure.Act) bool {
	own := who.Person == was.Opener || human(who.Person) == human(was.Opener)
	managers := procedure.Who(l.tmpl.Managers)
	switch a.Op {
	case procedure.Undo:
		return human(was.LastBy) == human(who.Person) && a.At.Sub(was.LastAt) <= procedure.UndoWindow
	case procedure.Cancel:
		return own || is(was, who, append(managers, procedure.Asker))
	case procedure.Supplement:
		return own || is(was, who, append(managers, procedure.Asker, procedure.Claimant))
	case procedure.Transfer:
		return is(was, who, append(managers, procedure.Claimant))
	case procedure.Merge, procedure.Absorb:
		return is(was, who, managers)
	case procedure.Release, procedure.Extend:
		return is(was, who, procedure.Who{procedure.Claimant})
	}
	s := l.tmpl.Step(a.Step)
	by := slices.Clone(s.By)
	for _, seat := range s.Seats {
		if seat.Name == a.Choice {
			by = append(by, seat.By...)
		}
	}
	for op, b := range map[procedure.Op]*procedure.Branch{procedure.Refuse: s.Refuse, procedure.Callback: s.Callback, procedure.Object: s.Object} {
		if a.Op == op && len(b.By) > 0 {
			by = b.By
		}
	}
	if a.Op == procedure.Object && len(by) == 0 {
		by = procedure.Who{procedure.Anyone}
	}
	if s.NotSelf && (own || is(was, who, procedure.Who{procedure.Asker})) && was.Version > 0 {
		return false
	}
	if was.Version > 0 && s.ID == l.tmpl.First().ID {
		return own || is(was, who, append(managers, procedure.Asker))
	}
	return is(was, who, by)
}

// is tells whether somebody is one of who in a matter.
func is(m procedure.Matter, p procedure.Actor, who procedure.Who) bool {
	me := func(id bot.PersonID) bool { return human(id) == human(p.Person) }
	return slices.ContainsFunc(who, func(w string) bool {
		switch w {
		case procedure.Anyone:
			return true
		case procedure.Asker:
			return me(m.Asker) || slices.ContainsFunc(m.CoAskers, me)
		case procedure.Claimant:
			return slices.ContainsFunc(m.Holders, func(h procedure.Holder) bool { return me(h.Person) })
		case procedure.Member:
			return p.Member
		}
		return slices.Contains(p.Posts, w)
	})
}

// source is a template being written at random, correct by construction.
type source struct {
	*rapid.T
	strings.Builder
	verbs int
	ids   []string
	given bool
	claim bool
}

// verb is a word that is used nowhere else.
func (s *source) verb() string {
	s.verbs++
	return string(rune('\u4e00'+s.verbs*13)) + string(rune('\u5100'+s.verbs))
}

func (s *source) pick(label string, of ...string) string {
	return rapid.SampledFrom(of).Draw(s.T, label)
}

func (s *source) line(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); strings.TrimSpace(text) != "" {
		s.WriteString("    " + text + "\n")
	}
}

func (s *source) who() string {
	return s.pick("by", "党员", "书记", "[书记, 网格长]", "[书记, 组织委员]")
}

func (s *source) earlier() string { return rapid.SampledFrom(s.ids).Draw(s.T, "reopen") }

func randomTemplate(rt *rapid.T) string {
	s := &source{T: rt}
	fmt.Fprintf(s, "id: random\nname: 乱写\nsource: 测试\nmanagers: %s\naudience: %s\nsteps:\n",
		s.pick("managers", "[书记]", "[书记, 网格长]"), s.pick("audience", "group", "handlers", "named"))
	s.submit(true)
	for range rapid.IntRange(0, 6).Draw(rt, "steps") {
		s.step()
	}
	s.submit(false)
	if rapid.Bool().Draw(rt, "after") {
		s.WriteString("after:\n")
		s.judge("verify", false)
	}
	return s.String()
}

func (s *source) step() {
	switch s.pick("kind", "submit", "review", "verify", "assign", "claim", "finish", "rate", "notice") {
	case "submit":
		s.submit(false)
	case "review":
		s.judge("review", true)
	case "verify":
		s.judge("verify", true)
	case "assign":
		s.head("assign")
		s.line("verb: %s", s.verb())
		s.line("by: %s", s.who())
		s.line("%s", s.pick("due", "", "due: 2h"))
		if rapid.Bool().Draw(s.T, "refuse") {
			s.line("refuse: {verb: %s, reason: required}", s.verb())
		}
		s.given = true
	case "claim":
		if s.claim {
			return
		}
		s.claim, s.given = true, true
		s.head("claim")
		s.line("verb: %s", s.verb())
		s.line("by: %s", s.pick("by", "党员", "anyone"))
		s.line("capacity: %d", rapid.IntRange(1, 3).Draw(s.T, "capacity"))
		s.line("%s", s.pick("lease", "", "lease: 6d", "lease: 30m"))
		s.line("release: %s", s.verb())
		s.line("%s", s.pick("not self", "", "not_self: true"))
	case "finish":
		s.head("finish")
		s.line("verb: %s", s.verb())
		if s.given {
			s.line("by: %s", s.pick("by", "claimant", "[claimant, 书记]"))
			s.line("need: %s", s.pick("need", "any", "all"))
		} else {
			s.line("by: %s", s.who())
		}
		s.line("%s", s.pick("due", "", "due: 7d"))
		s.line("extend: %s", s.verb())
	case "rate":
		s.rate()
	case "notice":
		reopen := s.earlier()
		s.head("notice")
		s.line("days: %d", rapid.IntRange(1, 7).Draw(s.T, "days"))
		s.line("object: {verb: %s%s}", s.verb(), s.pick("object by", "", ", by: 党员"))
		s.line("reopen: %s", reopen)
	}
}

func (s *source) head(kind string) {
	s.ids = append(s.ids, fmt.Sprintf("s%d", len(s.ids)))
	fmt.Fprintf(s, "  - id: %s\n    kind: %s\n", s.ids[len(s.ids)-1], kind)
}

func (s *source) submit(first bool) {
	s.head("submit")
	s.line("verb: %s", s.verb())
	n := len(s.ids)
	if first {
		s.line("by: %s", s.pick("by", "anyone", "党员", "[书记, 网格长]"))
	} else {
		s.line("by: %s", s.pick("by", "asker", "书记", "anyone"))
		s.line("%s", s.pick("due", "", "due: 7d"))
	}
	s.line("fields:")
	s.line("  - {id: what%d, required: true}", n)
	s.line("%s", s.pick("field", "", fmt.Sprintf("  - {id: f%d, type: deadline}", n), fmt.Sprintf("  - {id: f%d, type: time}", n), fmt.Sprintf("  - {id: f%d, type: hours}", n)))
	if rapid.IntRange(0, 4).Draw(s.T, "person") == 0 {
		s.line("  - {id: to%d, type: person, required: true}", n)
		s.given = true
	}
}

func (s *source) judge(kind string, within bool) {
	reopen := s.earlier()
	s.head(kind)
	s.line("verb: %s", s.verb())
	s.line("by: %s", s.who())
	s.line("%s", s.pick("not self", "", "not_self: true"))
	s.line("%s", s.pick("due", "", "due: 7d"))
	s.line("choices:")
	s.line("  - {id: pass, word: 通过, then: pass}")
	if within && rapid.Bool().Draw(s.T, "refusing") {
		s.line("  - {id: no, word: 不行, then: refuse, reason: required}")
		return
	}
	s.line("  - {id: again, word: 重来, then: reopen}")
	s.line("reopen: %s", reopen)
}

func (s *source) rate() {
	reopen := s.earlier()
	s.head("rate")
	s.line("verb: %s", s.verb())
	s.line("within: %s", s.pick("within", "7d", "2h"))
	if rapid.Bool().Draw(s.T, "seats") {
		s.line("seats: [{name: 社区, by: [书记, 网格长]}, {name: 本人, by: asker}]")
	} else {
		s.line("by: asker")
		s.line("callback: {verb: %s, by: [书记, 网格长]}", s.verb())
	}
	if rapid.Bool().Draw(s.T, "below") {
		s.line("reopen_below: 3")
		s.line("reopen: %s", reopen)
	}
}
