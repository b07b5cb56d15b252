package service_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/service"
	"yiqun/intents/phrase"
	"yiqun/intents/zhtime"
)

// everydayDir holds sentences as people type them, by the moment they are said in;
// README.md beside it explains the lines. What is under held is not looked at while
// the words are tuned.
const everydayDir = "../../testdata/intents/everyday"

// scene is one file: what happened before, and sentences said then, each on its own.
type scene struct {
	name, title, as string
	before          []string // set-up lines and directives, in order
	private         bool
	lines           []expected
}

type expected struct{ at, said, want string }

func readScene(t testing.TB, path string) scene {
	t.Helper()
	raw, err := os.ReadFile(path)
	require.NoError(t, err)
	sc := scene{name: strings.TrimSuffix(filepath.Base(path), ".txt")}
	for i, line := range strings.Split(string(raw), "\n") {
		switch {
		case strings.HasPrefix(line, "# "):
			sc.title = line[2:]
		case strings.HasPrefix(line, "! as="):
			sc.as = line[len("! as="):]
		case line == "! private":
			sc.private = true
		case strings.HasPrefix(line, "! "), strings.HasPrefix(line, "> "):
			sc.before = append(sc.before, line)
		case line != "":
			said, want, ok := strings.Cut(line, " => ")
			require.True(t, ok, "%s:%d: no meaning", path, i+1)
			sc.lines = append(sc.lines, expected{fmt.Sprintf("%s:%d", sc.name, i+1), said, want})
		}
	}
	return sc
}

// stage is a room in which what is said can be undone without a trace.
type stage struct {
	*room
	tap *tap
}

// tap is a Store that, once it is undoing, keeps nothing and notes what would have
// been written.
type tap struct {
	service.Store
	undoing bool
	heard   heard
}

// heard is what one sentence came to.
type heard struct {
	intent  string
	refused bool
	code    string
	answers []string
	did     []deed
}

// deed is one thing that was written: a ballot, an act, an entry of a meeting's log.
type deed struct {
	what, choice, who, text string
	at                      time.Time
}

var errUndone = errors.New("undone")

func (p *tap) Update(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	if !p.undoing {
		return p.Store.Update(ctx, fn)
	}
	err := p.Store.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		p.heard.answers, p.heard.did = nil, nil
		if err := fn(ctx, tapped{tx, p}); err != nil {
			return err
		}
		return errUndone
	})
	if errors.Is(err, errUndone) {
		return nil
	}
	return err
}

type tapped struct {
	service.Tx
	tap *tap
}

func (t tapped) note(d deed) { t.tap.heard.did = append(t.tap.heard.did, d) }

func (t tapped) Enqueue(ctx context.Context, rows ...deliver.Row) error {
	for _, r := range rows {
		t.tap.heard.answers = append(t.tap.heard.answers, words(r.Body))
	}
	return t.Tx.Enqueue(ctx, rows...)
}

func (t tapped) PutEntry(ctx context.Context, e ballot.Entry) error {
	d := deed{what: "ballot " + string(e.Way), who: string(e.Voter)}
	if e.Choice != nil {
		d.choice = string(e.Choice.Say)
	}
	if e.Recused() {
		d.choice = string(ballot.Recuse)
	}
	t.note(d)
	return t.Tx.PutEntry(ctx, e)
}

func (t tapped) PutMandate(ctx context.Context, m ballot.Mandate) error {
	t.note(deed{what: "mandate", who: string(m.To)})
	return t.Tx.PutMandate(ctx, m)
}

func (t tapped) MovePoll(ctx context.Context, p ballot.Poll) error {
	t.note(deed{what: "poll", at: p.Closes})
	return t.Tx.MovePoll(ctx, p)
}

func (t tapped) Append(ctx context.Context, m procedure.Matter, a procedure.Act, next time.Time) error {
	d := deed{what: "act", text: strings.Join(slices.Sorted(mapValues(a.Content)), "\n"), at: a.Until}
	t.note(d)
	return t.Tx.Append(ctx, m, a, next)
}

func mapValues(m map[string]string) func(func(string) bool) {
	return func(yield func(string) bool) {
		for _, v := range m {
			if !yield(v) {
				return
			}
		}
	}
}

func (t tapped) Log(ctx context.Context, id meeting.ID, entries ...meeting.Entry) error {
	for _, e := range entries {
		t.note(deed{what: "log " + e.Kind.Word(), text: e.Text})
	}
	return t.Tx.Log(ctx, id, entries...)
}

func (t tapped) PutReminder(ctx context.Context, r remind.Reminder) (remind.Reminder, error) {
	t.note(deed{what: "reminder", text: r.Text, at: r.Next})
	return t.Tx.PutReminder(ctx, r)
}

// Enabled, Handle, WithAttrs and WithGroup make a tap the service's log, of which it
// keeps what was understood.
func (p *tap) Enabled(context.Context, slog.Level) bool { return true }

func (p *tap) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "intent":
			p.heard.intent = a.Value.String()
		case "code":
			p.heard.code = a.Value.String()
			p.heard.refused = p.heard.code != "ok"
		}
		return true
	})
	return nil
}

func (p *tap) WithAttrs([]slog.Attr) slog.Handler { return p }
func (p *tap) WithGroup(string) slog.Handler      { return p }

// set plays what happened before a scene.
func (sc scene) set(t *testing.T) *stage {
	t.Helper()
	p := &tap{Store: apptest.SQLite(t)}
	r := newRoomOn(t, p)
	r.log(p)
	r.say("赵敏", "我是 赵敏")
	r.say("李红梅", "是他 赵敏 党员")
	for _, line := range sc.before {
		switch {
		case strings.HasPrefix(line, "! next="):
			var next int
			_, err := fmt.Sscan(line[len("! next="):], &next)
			require.NoError(t, err)
			for n := 1; n < next; n++ {
				r.say("陈志强", "点单 路灯坏了")
				r.say("陈志强", fmt.Sprintf("取消 %d", n))
			}
		case strings.HasPrefix(line, "! at="):
			at, err := time.ParseInLocation("2006-01-02 15:04", line[len("! at="):], apptest.Zone)
			require.NoError(t, err)
			r.clock.Advance(at.Sub(r.clock.Now()))
		default:
			who, text, _ := strings.Cut(line[2:], "：")
			if name, ok := strings.CutSuffix(who, " 私聊"); ok {
				r.tell(name, text)
			} else {
				r.say(who, text)
			}
			require.False(t, p.heard.refused, "%s: %s: %v", sc.name, line, p.heard)
		}
		r.forgets()
	}
	p.undoing = true
	return &stage{r, p}
}

// hear says one sentence, and forgets it.
func (s *stage) hear(sc scene, said string) heard {
	s.tap.heard = heard{}
	s.unread = true
	if sc.private {
		s.tell(sc.as, said)
	} else {
		s.say(sc.as, said)
	}
	s.forgets()
	return s.tap.heard
}

// verb is what was understood, in the words of the corpus.
func (h heard) verb() string {
	switch kind, rest, _ := strings.Cut(h.intent, " "); {
	case h.did != nil && strings.HasPrefix(h.did[0].what, "ballot "):
		return map[string]string{"ballot " + string(ballot.Self): "我投", "ballot " + string(ballot.ByPhone): "代录", "ballot " + string(ballot.ByProxy): "代投", "ballot " + string(ballot.Conflict): "我投"}[h.did[0].what]
	case h.intent == "ballot":
		return "我投"
	case h.intent == "我参加":
		return "参加"
	case kind == "meeting" && meeting.Kind(rest).Word() != "":
		return meeting.Kind(rest).Word()
	}
	return h.intent
}

func (h heard) said() string { return strings.Join(h.answers, "\n") }

// acted reports whether anything was written that counts, or was only kept from it by
// whose it is or how things stand.
func (h heard) acted() bool {
	return len(h.did) > 0 || slices.Contains([]string{"wrong", "forbidden", "invalid"}, h.code)
}

// judge compares what a sentence came to with what was meant. wrong is an act that was
// not meant.
func (h heard) judge(s *stage, want string) (right, wrong bool) {
	kind, rest, _ := strings.Cut(want, " ")
	switch kind {
	case "none":
		return !h.acted() && slices.Contains([]string{"lost", "small"}, h.intent), h.acted()
	case "small":
		return h.intent == "small", h.acted()
	case "ask":
		if h.acted() {
			return false, true
		}
		if rest == "" {
			return h.intent == "unsure" || h.intent == "question", false
		}
		return slices.ContainsFunc(strings.Fields(rest), func(v string) bool {
			return h.verb() == v || v == "我投" && h.verb() == "怎么投" || h.intent != "lost" && strings.Contains(h.said(), v)
		}), false
	}
	if h.verb() != kind {
		return false, h.acted()
	}
	pieces, text, _ := strings.Cut(rest, " : ")
	if t, ok := strings.CutPrefix(rest, ": "); ok {
		pieces, text = "", t
	}
	for p := range strings.FieldsSeq(pieces) {
		if key, value, _ := strings.Cut(p, "="); !h.has(s, key, value) {
			return false, len(h.did) > 0
		}
	}
	ok := text == "" || h.refused || // the rest is asked for first
		strings.Contains(h.said(), text) || slices.ContainsFunc(h.did, func(d deed) bool { return strings.Contains(d.text, text) })
	return ok, false
}

// has reports whether one piece that was meant was understood.
func (h heard) has(s *stage, key, value string) bool {
	switch key {
	case "choice":
		return len(h.did) > 0 && h.did[0].choice == value
	case "who":
		return strings.Contains(h.said(), map[string]string{"zm": "赵敏", "lgl": "刘桂兰", "wjg": "王建国"}[value])
	case "time":
		if strings.HasPrefix(h.intent, "meeting ") {
			return true // a leave is of the meeting, whenever that is
		}
		r, ok := zhtime.Parse(value, s.clock.Now(), zhtime.Options{Prefer: zhtime.Future})
		echo := zhtime.Echo(r.Start.In(apptest.Zone), s.clock.Now(), r.WholeDay)
		return ok && (strings.Contains(h.said(), echo) || slices.ContainsFunc(h.did, func(d deed) bool {
			return d.at.Equal(r.Start) || d.at.Equal(r.End) || r.Kind == zhtime.Recurring || r.WholeDay && sameDay(d.at, r.Start) || r.Kind == zhtime.Duration
		}) || len(h.did) == 0)
	}
	return strings.HasPrefix(key, "#") && strings.Contains(h.said(), key)
}

func sameDay(a, b time.Time) bool {
	return a.In(apptest.Zone).Format(time.DateOnly) == b.In(apptest.Zone).Format(time.DateOnly)
}

// firstEveryday is how many of the sentences written before the phrases were understood
// then: of those the words were tuned by, and of those held out. A further batch of 124
// was understood to 73 % when it was new.
var firstEveryday = [2]string{"135 of 441", "73 of 211"}

// TestEveryday plays every scene and prints how many sentences were understood, those
// that were held out beside the others. It fails on the failure that counts, an act
// that was not meant, and when too few are understood. SHOW=all prints the misses, but
// for those held out.
func TestEveryday(t *testing.T) {
	if testing.Short() {
		t.Skip("hears hundreds of sentences")
	}
	for i, dir := range []string{everydayDir, everydayDir + "/held"} {
		files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
		require.NoError(t, err)
		right, all := 0, 0
		for _, file := range files {
			sc := readScene(t, file)
			n := sc.play(t, i == 1)
			t.Logf("%-12s %-4s %3d of %3d", sc.name, []string{"", "held"}[i], n, len(sc.lines))
			right, all = right+n, all+len(sc.lines)
		}
		t.Logf("%-17s %3d of %3d  %.1f %%; first %s", []string{"tuned by", "held out"}[i], right, all, 100*float64(right)/float64(all), firstEveryday[i])
		assert.GreaterOrEqual(t, 100*right, []int{90, 85}[i]*all)
	}
}

// BenchmarkEveryday looks every sentence up among the shipped phrases, over and over:
// ns/op is the mean of a look-up.
func BenchmarkEveryday(b *testing.B) {
	shapes := service.OwnPhrases()
	set, err := procedure.Shipped()
	require.NoError(b, err)
	for _, t := range set.All() {
		shapes = append(shapes, t.Phrases...)
	}
	book, err := phrase.New(shapes)
	require.NoError(b, err)
	var said []string
	files, err := filepath.Glob(filepath.Join(everydayDir, "*.txt"))
	require.NoError(b, err)
	for _, file := range files {
		for _, l := range readScene(b, file).lines {
			said = append(said, l.said)
		}
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		book.Find(said[i%len(said)], 0, func(*phrase.Shape, int) bool { return false })
	}
}

// play says every sentence of a scene, and returns how many were understood.
func (sc scene) play(t *testing.T, held bool) (right int) {
	s := sc.set(t)
	for _, l := range sc.lines {
		h := s.hear(sc, l.said)
		ok, wrong := h.judge(s, l.want)
		if os.Getenv("SHOW") != "" && !held && (!ok || wrong) {
			t.Logf("%s %q want %s\n  got %s %+v\n  said %s", l.at, l.said, l.want, h.verb(), h.did, h.said())
		}
		assert.False(t, wrong, "%s: an act that was not meant: %q", l.at, l.said)
		if ok {
			right++
		}
	}
	return right
}
