package procedure_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// crowd is who acts at random. oldZhao and newZhao are one human being with two
// accounts.
var (
	oldZhao   = procedure.Actor{Person: "zhao", Was: []bot.PersonID{"zhao-new"}, Member: true}
	newZhao   = procedure.Actor{Person: "zhao-new", Was: []bot.PersonID{"zhao"}, Member: true}
	organiser = procedure.Actor{Person: "organiser", Posts: []string{"组织委员"}, Member: true}
	crowd     = []procedure.Actor{secretary, leader, organiser, wang, oldZhao, newZhao, sun, resident, neighbour}
)

var allOps = []procedure.Op{
	procedure.Do, procedure.Do, procedure.Do, procedure.Do, procedure.Refuse, procedure.Release, procedure.Extend,
	procedure.Callback, procedure.Object, procedure.Cancel, procedure.Supplement, procedure.Transfer, procedure.Merge,
	procedure.Absorb, procedure.Undo, procedure.Expire, procedure.Nudge, procedure.Close, procedure.Join, procedure.Redraw, "", "nonsense",
}

func TestGuaranteesHoldUnderRandomActs(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	meetings := 0
	for _, tmpl := range set.All() {
		if !tmpl.Enabled() {
			continue
		}
		if tmpl.Meeting() != nil {
			if meetings++; meetings > 2 {
				continue // the engine sees no difference between them
			}
		}
		t.Run(tmpl.ID, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(rt *rapid.T) { live(rt, tmpl) })
		})
	}
	t.Run("random templates", func(t *testing.T) {
		t.Parallel()
		rapid.Check(t, func(rt *rapid.T) {
			source := randomTemplate(rt)
			tmpl, err := procedure.Parse([]byte(source))
			require.NoError(rt, err, source)
			live(rt, tmpl)
		})
	})
}

// life is one matter under random acts, with what must hold checked at each.
type life struct {
	*rapid.T
	tmpl   *procedure.Template
	m      procedure.Matter
	acts   []procedure.Act
	now    time.Time
	seen   []snapshot
	ended  map[ending]bool // outcomes so far
	before map[ending]bool // the same before the last act, for an undo
}

type snapshot struct {
	m    procedure.Matter
	json string
}

// ending is one outcome: of a round of a step, or of the matter.
type ending struct {
	step  string
	round int
}

func live(rt *rapid.T, tmpl *procedure.Template) {
	l := &life{T: rt, tmpl: tmpl, now: monday, m: procedure.Matter{ID: "M1"}, ended: map[ending]bool{}}
	l.open()
	for range rapid.IntRange(5, 40).Draw(rt, "acts") {
		l.pass()
		who := rapid.SampledFrom(crowd).Draw(rt, "who")
		act := l.randomAct()
		if rapid.IntRange(0, 9).Draw(rt, "sensible") < 6 {
			who, act = l.sensible(who, act)
		}
		_ = l.try(who, act) // most of them are refused
	}
	l.runOut()
	l.unchanged()
	l.folds()
}

func (l *life) open() {
	f := l.tmpl.First()
	act := l.filled(f, procedure.Do)
	act.Opening = &procedure.Opening{Template: l.tmpl.ID, Source: l.tmpl.Hash, Node: "N", Series: "N", Year: 2026, Number: 1}
	if len(act.People) > 0 {
		act.People = []bot.PersonID{"stranger"} // nobody who might be opening it for themselves
	}
	if rapid.Bool().Draw(l.T, "on behalf") {
		act.OnBehalf = rapid.SampledFrom([]bot.PersonID{"aunt", "zhao"}).Draw(l.T, "for")
	}
	for _, who := range rapid.Permutation(crowd).Draw(l.T, "openers") {
		if l.env(who).May(procedure.Matter{}, f) {
			require.NoError(l, l.try(who, act))
			return
		}
	}
	require.Fail(l, "nobody may open")
}

func (l *life) env(who procedure.Actor) procedure.Env {
	return procedure.Env{Template: l.tmpl, Actor: who, Zone: beijing}
}

// pass lets time go by, and the clock do what it does.
func (l *life) pass() {
	l.now = l.now.Add(time.Duration(rapid.SampledFrom([]int{0, 1, 5, 60, 60 * 30, 60 * 24 * 3, 60 * 24 * 9}).Draw(l.T, "minutes")) * time.Minute)
	l.childrenEnd()
	for range 100 {
		t, ok := l.firstTimer()
		if !ok || t.At.After(l.now) {
			return
		}
		l.fire(t)
	}
	require.Fail(l, "the clock does not come to rest")
}

// childrenEnd lets some of the matters that are waited for end, one way or another.
func (l *life) childrenEnd() {
	step := slices.IndexFunc(l.tmpl.Steps, func(s procedure.Step) bool { return s.Kind == "spawn" })
	for _, c := range l.m.Children {
		if c.Outcome != "" || step < 0 || !l.m.Steps[l.tmpl.Steps[step].ID].Live() || rapid.Bool().Draw(l.T, "goes on") {
			continue
		}
		outcome := rapid.SampledFrom([]string{"done", "cancelled"}).Draw(l.T, "child")
		require.NoError(l, l.try(clock, procedure.Act{Step: l.tmpl.Steps[step].ID, Op: procedure.Join, Other: c.Matter, Choice: outcome}))
	}
}

func (l *life) firstTimer() (procedure.Timer, bool) {
	due := procedure.Due(l.env(clock), l.m)
	if len(due) == 0 {
		return procedure.Timer{}, false
	}
	return slices.MinFunc(due, func(a, b procedure.Timer) int { return a.At.Compare(b.At) }), true
}

// fire carries a timer out: it must be accepted, and then be gone.
func (l *life) fire(t procedure.Timer) {
	round := l.m.Steps[t.Step].Round
	act := procedure.Act{Step: t.Step, Op: t.Op, Key: t.Key, Tally: counted(l.tmpl, t), Sealing: sealedBy(l.tmpl, t)}
	if act.Tally != nil {
		act.Tally.Verdict = rapid.SampledFrom([]string{"passed", "not_passed", "no_quorum", "consultation"}).Draw(l.T, "verdict")
	}
	require.NoError(l, l.try(clock, act), "timer %+v", t)
	if l.m.Steps[t.Step].Round == round {
		require.NotContains(l, procedure.Due(l.env(clock), l.m), t, "a timer fires once")
	}
}

// runOut moves time on until nothing is due any more.
func (l *life) runOut() {
	for range 300 {
		t, ok := l.firstTimer()
		if !ok {
			return
		}
		l.now = l.m.LastAt
		if t.At.After(l.now) {
			l.now = t.At
		}
		l.fire(t)
	}
	require.Fail(l, "timers never end")
}

// try does an act and checks what must hold whether or not it is accepted.
func (l *life) try(who procedure.Actor, a procedure.Act) error {
	a.At, a.Salt = l.now, []byte("salt")
	was := l.m
	wasJSON := state(l, was)
	next, done, _, err := procedure.Apply(l.env(who), was, a)
	require.JSONEq(l, wasJSON, state(l, was), "Apply never changes its input")
	if err != nil {
		require.JSONEq(l, wasJSON, state(l, next), "a refused act changes nothing")
		l.kind(err)
		return err
	}
	l.seen = append(l.seen, snapshot{next, state(l, next)})
	l.m, l.acts = next, append(l.acts, done)
	require.Equal(l, was.Version+1, next.Version)
	require.Equal(l, next.Version, done.Seq)
	require.Equal(l, was.Head, done.Prev)
	require.True(l, done.Intact(was.Head))
	l.rightful(was, who, done)
	l.noStepSkipped(was)
	l.oneOutcome(was, done)
	l.sound()
	return nil
}

// kind checks the sentence of a refusal.
func (l *life) kind(err error) {
	code, says := bot.CodeOf(err), bot.MessageOf(err)
	require.NotEqual(l, bot.Internal, code, "%v", err)
	require.True(l, strings.HasSuffix(says, "。"), "a whole sentence: %q", says)
	require.NotContains(l, says, "“”", "no empty verb")
	now := l.env(clock).Now(l.m)
	if l.m.Version > 0 && (code == bot.Forbidden || code == bot.Wrong) && !strings.Contains(says, "名额") &&
		!strings.Contains(says, "撤销") && !strings.Contains(says, "自己") {
		require.True(l, strings.HasSuffix(says, now), "%q says what can be done now: %q", says, now)
	}
}

func (l *life) noStepSkipped(was procedure.Matter) {
	for i, s := range l.tmpl.Steps {
		st := l.m.Steps[s.ID]
		if i > 0 && st.Status != procedure.Waiting {
			prev := l.m.Steps[l.tmpl.Steps[i-1].ID].Status
			require.True(l, prev == procedure.Passed || prev == procedure.Ended, "%s is %s while the step before is %q", s.ID, st.Status, prev)
		}
		if l.m.LastOp != procedure.Undo {
			require.LessOrEqual(l, st.Round-was.Steps[s.ID].Round, 1, "rounds come one by one")
		}
	}
	for _, s := range l.tmpl.After {
		require.False(l, l.m.Steps[s.ID].Live() && l.m.Outcome != procedure.Done, "what comes after waits for the end")
	}
}

func (l *life) oneOutcome(was procedure.Matter, a procedure.Act) {
	if a.Op == procedure.Undo {
		l.ended = l.before
		return
	}
	l.before = map[ending]bool{}
	for k := range l.ended {
		l.before[k] = true
	}
	for _, s := range slices.Concat(l.tmpl.Steps, l.tmpl.After) {
		st := l.m.Steps[s.ID]
		if s.Kind == "claim" || st.Status != procedure.Ended || was.Steps[s.ID].Status == procedure.Ended && was.Steps[s.ID].Round == st.Round {
			continue
		}
		e := ending{s.ID, st.Round}
		require.False(l, l.ended[e], "%s has a second outcome in round %d", s.ID, st.Round)
		l.ended[e] = true
	}
	if l.m.Outcome != "" && was.Outcome == "" {
		e := ending{"", l.m.Reopens}
		require.False(l, l.ended[e], "a second outcome")
		l.ended[e] = true
	}
}

// sound checks what holds of every state.
func (l *life) sound() {
	m, anyLive := l.m, false
	for _, st := range m.Steps {
		anyLive = anyLive || st.Live()
	}
	if m.IsOpen() {
		require.True(l, anyLive, "an open matter can go on")
		require.NotEmpty(l, l.env(clock).Now(m))
	}
	holders := map[bot.PersonID]bool{}
	for _, h := range m.Holders {
		require.False(l, holders[h.Person], "nobody holds twice")
		holders[h.Person] = true
	}
	for _, who := range crowd {
		for _, b := range l.env(clock).Card(m, procedure.Viewer{Actor: who}, names(l.acts)).Actions {
			k, ok := procedure.ParseKey(b.Key)
			require.True(l, ok, b.Key)
			_, _, _, err := procedure.Apply(l.env(who), m, procedure.Act{Step: k.Step, Round: k.Round, Op: k.Op, Choice: k.Choice, Score: k.Score, At: m.LastAt})
			require.True(l, err == nil || bot.CodeOf(err) == bot.Missing, "%s may press %s: %v", who.Person, b.Say, err)
		}
	}
	l.env(clock).Did(m, l.acts[len(l.acts)-1], names(l.acts))
}

// unchanged checks that no later act reached into an earlier state.
func (l *life) unchanged() {
	for _, s := range l.seen {
		require.Equal(l, s.json, state(l, s.m), "version %d", s.m.Version)
	}
}

// folds checks that the acts alone make the state, by texts or without them.
func (l *life) folds() {
	again, err := procedure.Fold(l.tmpl, beijing, l.acts)
	require.NoError(l, err)
	require.Equal(l, state(l, l.m), state(l, again))
	bare := slices.Clone(l.acts)
	for i := range bare {
		bare[i].Content, bare[i].Salt = nil, nil
	}
	again, err = procedure.Fold(l.tmpl, beijing, bare)
	require.NoError(l, err, "what was written may be erased")
	require.Equal(l, state(l, l.m), state(l, again))
}
