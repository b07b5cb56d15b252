package apptest_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
)

// abuse is one case of testdata/abuse; README.md there explains the lines.
type abuse struct {
	name  string
	lines []string
	// Of payloads: what is put into a field, what can still be read of it, and what
	// must not be seen.
	payload string
	reads   []string
	never   []string
	echoed  bool // of fields: what is put in is shown
}

// readAbuse reads the cases of a file; what stands before the first is before.
func readAbuse(t *testing.T, name string) (before []string, cases []abuse) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(apptest.Root(), "testdata", "abuse", name))
	require.NoError(t, err)
	for line := range strings.SplitSeq(string(data), "\n") {
		key, rest, _ := strings.Cut(line, " ")
		switch {
		case line == "" || key == "#":
		case key == "例":
			cases = append(cases, abuse{name: rest})
		case len(cases) == 0:
			before = append(before, line)
		case key == "显":
			cases[len(cases)-1].echoed = true
		case key == "料":
			cases[len(cases)-1].payload = written(t, rest)
		case key == "读":
			cases[len(cases)-1].reads = append(cases[len(cases)-1].reads, written(t, rest))
		case key == "不见":
			cases[len(cases)-1].never = append(cases[len(cases)-1].never, written(t, rest))
		default:
			cases[len(cases)-1].lines = append(cases[len(cases)-1].lines, line)
		}
	}
	require.NotEmpty(t, cases, name)
	return before, cases
}

var (
	quoted   = regexp.MustCompile(`"(?:[^"\\]|\\.)*\\(?:[^"\\]|\\.)*"|" "`)
	repeated = regexp.MustCompile(`×(\d+) (\S+|" ")`)
)

// written is what a text of a case file stands for: a Go string in double quotes
// with an escape in it (other quotes stand for themselves), and ×N.
func written(t *testing.T, s string) string {
	t.Helper()
	s = quoted.ReplaceAllStringFunc(s, func(q string) string {
		plain, err := strconv.Unquote(q)
		if err != nil {
			return q
		}
		return strings.ReplaceAll(plain, " ", "\uE000") // one word for ×N
	})
	s = repeated.ReplaceAllStringFunc(s, func(r string) string {
		m := repeated.FindStringSubmatch(r)
		n, err := strconv.Atoi(m[1])
		require.NoError(t, err)
		return strings.Repeat(m[2], n)
	})
	return strings.ReplaceAll(s, "\uE000", " ")
}
