package zhtime

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// expressions is where the expressions and their meanings are written down.
const expressions = "../../testdata/intents/time"

var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// expectation is one line of the files.
type expectation struct {
	file, text, span string
	line             int
	ref              time.Time
	doubtful         bool
	wants            []string
}

func loadExpectations(t testing.TB) []expectation {
	files, err := filepath.Glob(filepath.Join(expressions, "*.txt"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	var all []expectation
	for _, file := range files {
		f, err := os.Open(file)
		require.NoError(t, err)
		var ref time.Time
		lines := bufio.NewScanner(f)
		for n := 1; lines.Scan(); n++ {
			line := lines.Text()
			if at, ok := strings.CutPrefix(line, "@ "); ok {
				ref, err = time.ParseInLocation("2006-01-02T15:04", at, shanghai)
				require.NoError(t, err, "%s:%d", file, n)
				continue
			}
			text, want, ok := strings.Cut(line, " = ")
			require.True(t, ok, "%s:%d", file, n)
			e := expectation{file: filepath.Base(file), line: n, text: text, ref: ref}
			e.fill(want)
			all = append(all, e)
		}
		require.NoError(t, lines.Err())
		require.NoError(t, f.Close())
	}
	return all
}

// fill takes the right side of a line apart.
func (e *expectation) fill(want string) {
	if i := strings.LastIndex(want, " ["); i > 0 && strings.HasSuffix(want, "]") {
		e.span, want = want[i+2:len(want)-1], want[:i]
	}
	want, e.doubtful = strings.CutPrefix(want, "? ")
	for w := range strings.SplitSeq(want, " | ") {
		e.wants = append(e.wants, e.full(w))
	}
}

// full writes a meaning with all its years, as [said] does.
func (e *expectation) full(w string) string {
	switch {
	case w == "none" || w == "invalid" || strings.HasSuffix(w, "s") && !strings.Contains(w, ":"):
		return w
	case strings.HasPrefix(w, "R "):
		rule, times, _ := strings.Cut(w, " : ")
		var out []string
		for t := range strings.FieldsSeq(times) {
			out = append(out, e.moment(t))
		}
		return rule + " : " + strings.Join(out, " ")
	case strings.HasPrefix(w, "<"):
		return "<" + e.moment(w[1:])
	}
	if from, to, ok := strings.Cut(w, "/"); ok {
		return e.moment(from) + "/" + e.moment(to)
	}
	if len(w) <= len("2026-11-25") {
		day := e.parse(w)
		return iso(day) + "/" + iso(day.AddDate(0, 0, 1))
	}
	if !strings.Contains(w, "T") {
		return "bad"
	}
	return e.moment(w)
}

func (e *expectation) moment(w string) string { return iso(e.parse(w)) }

func (e *expectation) parse(w string) time.Time {
	if len(w) < 8 || w[5] == 'T' {
		w = strconv.Itoa(e.ref.Year()) + "-" + w
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if t, err := time.ParseInLocation(layout, w, shanghai); err == nil {
			return t
		}
	}
	panic(fmt.Sprintf("%s:%d: %q", e.file, e.line, w))
}

func iso(t time.Time) string { return t.Format("2006-01-02T15:04:05") }

// said writes a reading the way expectations are written; n is how many
// occurrences of a recurrence are compared.
func said(r Reading, n int) string {
	switch r.Kind {
	case Point:
		return iso(r.Start)
	case Span:
		if r.Deadline {
			return "<" + iso(r.End)
		}
		return iso(r.Start) + "/" + iso(r.End)
	case Duration:
		return fmt.Sprintf("%ds", int(r.Length/time.Second))
	case Recurring:
		var times []string
		for _, t := range r.Recurrence.Occurrences(n) {
			times = append(times, iso(t))
		}
		rule := r.Recurrence.RRule
		if rule == "" {
			rule = "-"
		}
		return "R " + rule + " : " + strings.Join(times, " ")
	}
	return string(r.Kind)
}

func occurrencesIn(want string) int {
	_, times, ok := strings.Cut(want, " : ")
	if !ok {
		return 0
	}
	return len(strings.Fields(times))
}

// verdict compares a reading with what was written down.
type verdict struct {
	right, sureAndWrong bool
	got                 string
}

func judge(e expectation) verdict {
	r, _ := Find(e.text, e.ref, Options{})
	got := said(r, occurrencesIn(e.wants[0]))
	v := verdict{got: got}
	v.right = got == e.wants[0] && r.Doubtful == e.doubtful && (e.span == "" || e.span == r.Text)
	for i, want := range e.wants[1:] {
		if i >= len(r.Others) || said(r.Others[i], occurrencesIn(want)) != want {
			v.right = false
			if i < len(r.Others) {
				v.got += " | " + said(r.Others[i], occurrencesIn(want))
			}
		} else {
			v.got += " | " + want
		}
	}
	if r.Doubtful {
		v.got = "? " + v.got
	}
	v.got += " [" + r.Text + "]"
	v.sureAndWrong = !r.Doubtful && r.Kind != None && !slices.Contains(e.wants, got) && r.Kind != Impossible
	return v
}

// score is how much of a group was understood.
type score struct{ right, all int }

func (s score) String() string {
	if s.all == 0 {
		return fmt.Sprintf("%22s", "-")
	}
	return fmt.Sprintf("%4d of %4d  %5.1f %%", s.right, s.all, 100*float64(s.right)/float64(s.all))
}

// firstScores reads what the first version understood, and adds it up.
func firstScores(t *testing.T) map[string]score {
	data, err := os.ReadFile(filepath.Join(expressions, "first-scores.tsv"))
	require.NoError(t, err)
	out := make(map[string]score)
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var name string
		var sc score
		_, err := fmt.Sscan(line, &name, &sc.right, &sc.all)
		require.NoError(t, err, "%q", line)
		out[name] = sc
		out["total"] = score{out["total"].right + sc.right, out["total"].all + sc.all}
	}
	return out
}

func TestAccuracy(t *testing.T) {
	scores := make(map[string]*score)
	var files []string
	total := score{}
	for _, e := range loadExpectations(t) {
		sc := scores[e.file]
		if sc == nil {
			sc = &score{}
			scores[e.file] = sc
			files = append(files, e.file)
		}
		v := judge(e)
		sc.all++
		total.all++
		if v.right {
			sc.right++
			total.right++
			continue
		}
		t.Logf("%s:%d: %s @ %s\n  want %s %v doubtful=%v\n  got  %s", e.file, e.line, e.text, e.ref.Format("Mon 01-02 15:04"), e.span, e.wants, e.doubtful, v.got)
		assert.False(t, v.sureAndWrong, "sure and wrong: %s:%d %s", e.file, e.line, e.text)
	}
	first := firstScores(t)
	t.Logf("%-14s %22s   %22s", "group", "first", "now")
	for _, f := range files {
		name := strings.TrimSuffix(f, ".txt")
		t.Logf("%-14s %v   %v", name, first[name], *scores[f])
	}
	t.Logf("%-14s %v   %v", "total", first["total"], total)
	assert.GreaterOrEqual(t, total.all, 600)
	assert.GreaterOrEqual(t, float64(total.right)/float64(total.all), 0.96)
}
