package procedure_test

import (
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
	if len(s.Entries) > 0 && rapid.IntRange(0, 4).Draw(l.T, "speaks") > 0 {
		a.Choice = rapid.SampledFrom(s.Entries).Draw(l.T, "entry").ID
	}
	if s.Kind == "file" {
		a.Bound = procedure.Bind(l.acts)
	}
	if s.Ballots() {
		a.Tally = counted(l.tmpl, procedure.Timer{Step: s.ID, Op: procedure.Expire})
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
	} else if l.m.Version == 0 && slices.ContainsFunc(s.Fields, func(f procedure.Field) bool { return f.Type == procedure.TimeField && f.Required }) {
		a.Until = l.now.Add(time.Hour)
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
		require.Contains(l, []procedure.Op{procedure.Expire, procedure.Nudge, procedure.Join, procedure.Redraw}, a.Op)
		require.Empty(l, a.By)
		return
	}
	require.NotContains(l, []procedure.Op{procedure.Expire, procedure.Nudge, procedure.Join, procedure.Redraw}, a.Op, "time is not for members")
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
		if seat.Name == a.Choice || seat.Name == a.Post {
			by = append(by, seat.By...)
		}
	}
	for _, v := range s.Entries {
		if v.ID == a.Choice && len(v.By) > 0 {
			by = v.By
		}
	}
	for op, b := range map[procedure.Op]*procedure.Branch{
		procedure.Refuse: s.Refuse, procedure.Callback: s.Callback, procedure.Object: s.Object, procedure.Close: s.Close,
	} {
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
