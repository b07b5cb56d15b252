package intents

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// score is how much of a group was understood.
type score struct{ right, total int }

func (s score) String() string {
	if s.total == 0 {
		return fmt.Sprintf("%22s", "-")
	}
	return fmt.Sprintf("%4d of %4d  %5.1f %%", s.right, s.total, 100*float64(s.right)/float64(s.total))
}

// TestAccuracy reads the corpus and prints, for each group, what the first
// version of the reader understood and what this one does. It fails on the
// failure that counts, acting on what was not meant, and when more than one in
// fifty utterances is missed. SHOW=all in the environment prints the misses.
func TestAccuracy(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	first := firstScores(t)
	scores := make(map[string]score)
	var groups []string
	var all, quiet score
	for _, u := range loadCorpus(t, s) {
		in := r.Read(u.said, u.ctx)
		v := s.check(u, in)
		assert.False(t, v.sureWrong, "sure and wrong\n%s\n%q\nwant %s\ngot  %s\nwhy  %v", u.at, u.said, u.want, v.got, in.Why)
		if !slices.Contains(groups, u.group) {
			groups = append(groups, u.group)
		}
		scores[u.group] = scores[u.group].add(v.right)
		all = all.add(v.right)
		if strings.HasPrefix(u.want, "ask") || strings.HasPrefix(u.want, "small") || u.want == "none" {
			quiet = quiet.add(v.right)
		}
		if !v.right && os.Getenv("SHOW") != "" {
			t.Logf("%s %q\n  want %s\n  got  %s\n  why  %v", u.at, u.said, u.want, v.got, in.Why)
		}
	}
	t.Logf("%-16s %22s   %22s", "group", "first", "now")
	for _, name := range groups {
		t.Logf("%-16s %v   %v", name, first[name], scores[name])
	}
	t.Logf("%-16s %v   %v", "all", first["all"], all)
	t.Logf("small talk, questions and nothing among them: %v", quiet)
	assert.GreaterOrEqual(t, 50*all.right, 49*all.total, "more than one in fifty is missed")
}

func (s score) add(right bool) score {
	s.total++
	if right {
		s.right++
	}
	return s
}

// firstScores reads first-scores.tsv and adds up all of it.
func firstScores(t *testing.T) map[string]score {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusDir, "first-scores.tsv"))
	require.NoError(t, err)
	out := make(map[string]score)
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		var name string
		var sc score
		_, err := fmt.Sscan(line, &name, &sc.right, &sc.total)
		require.NoError(t, err, "%q", line)
		out[name] = sc
		out["all"] = score{out["all"].right + sc.right, out["all"].total + sc.total}
	}
	return out
}
