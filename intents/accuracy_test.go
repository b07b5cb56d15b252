package intents

import (
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestAccuracy reads the corpus and prints the score of each group. It fails on
// the failure that counts, acting on what was not meant, and when a group falls
// below its floor. SHOW=all in the environment prints every miss.
func TestAccuracy(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	type score struct{ right, total int }
	scores := make(map[string]*score)
	var groups []string
	var all score
	quiet := 0
	for _, u := range loadCorpus(t, s) {
		g := scores[u.group]
		if g == nil {
			g = &score{}
			scores[u.group] = g
			groups = append(groups, u.group)
		}
		in := r.Read(u.said, u.ctx)
		v := s.check(u, in)
		g.total++
		all.total++
		if slices.Contains([]string{"ask", "sma", "non"}, u.want[:min(3, len(u.want))]) {
			quiet++
		}
		assert.False(t, v.sureWrong, "sure and wrong\n%s\n%q\nwant %s\ngot  %s\nwhy  %v", u.at, u.said, u.want, v.got, in.Why)
		if v.right {
			g.right++
			all.right++
			continue
		}
		if os.Getenv("SHOW") != "" {
			t.Logf("%s %q\n  want %s\n  got  %s\n  why  %v", u.at, u.said, u.want, v.got, in.Why)
		}
	}
	for _, name := range groups {
		g := scores[name]
		t.Logf("%-16s %4d of %4d  %5.1f %%", name, g.right, g.total, 100*float64(g.right)/float64(g.total))
	}
	t.Logf("%-16s %4d of %4d  %5.1f %%, %d of them small talk, ask or nothing", "all", all.right, all.total, 100*float64(all.right)/float64(all.total), quiet)
}
