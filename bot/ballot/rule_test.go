package ballot_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

var shipped = sync.OnceValues(ballot.ShippedRules)

func rules(t testing.TB) ballot.Rules {
	t.Helper()
	all, err := shipped()
	require.NoError(t, err)
	return all
}

func rule(t testing.TB, id string) *ballot.Rule {
	t.Helper()
	r := rules(t).ByID(id)
	require.NotNil(t, r, id)
	return r
}

func TestEveryWorkedCase(t *testing.T) {
	for _, r := range rules(t).All() {
		for _, c := range r.Cases {
			t.Run(r.ID+"/"+c.Name, func(t *testing.T) {
				got, ok := c.Works(r)
				assert.True(t, ok, "got %s", got)
			})
		}
	}
}

// TestBrokenComparisonIsFound turns each comparison in the text of each rule file,
// one at a time, and expects a worked case of that file to say so.
func TestBrokenComparisonIsFound(t *testing.T) {
	turned := 0
	for _, name := range ruleFiles(t) {
		source, err := os.ReadFile(name)
		require.NoError(t, err)
		for at, broken := range turn(string(source)) {
			turned++
			_, err := ballot.ParseRule([]byte(broken))
			require.Error(t, err, "%s: comparison %d turned, and no case noticed", name, at+1)
			assert.Contains(t, err.Error(), "算例", "%s: %d", name, at+1)
		}
	}
	assert.Greater(t, turned, 40)
}

// turn returns the text with its n-th comparison turned, for each n.
func turn(source string) []string {
	parts := strings.Split(source, `compare: "`)
	var out []string
	for i := 1; i < len(parts); i++ {
		other := append([]string(nil), parts...)
		if rest, ok := strings.CutPrefix(parts[i], `>="`); ok {
			other[i] = `>"` + rest
		} else {
			other[i] = `>="` + strings.TrimPrefix(parts[i], `>"`)
		}
		out = append(out, strings.Join(other, `compare: "`))
	}
	return out
}

// TestBrokenBaseIsFound: taking the threshold of another base, or any instead of all,
// is noticed too where a rule has both.
func TestBrokenBaseIsFound(t *testing.T) {
	for _, c := range []struct{ file, old, broken string }{
		{"party.resolve", "{base: entitled,", "{base: present,"},
		{"village.rep", "{base: present,", "{base: entitled,"},
		{"village.elect", "{base: cast, share: 1/2", "{base: entitled, share: 1/2"},
		{"owners.general", "need: all", "need: any"},
		{"owners.major", "share: 3/4", "share: 1/2"},
		{"village.meet", "need: any", "need: all"},
		{"grid.majority.present", "base: present", "base: cast"},
		{"grid.majority.cast", "base: cast", "base: present"},
	} {
		source, err := os.ReadFile(filepath.Join("rules", c.file+".yaml"))
		require.NoError(t, err)
		require.Contains(t, string(source), c.old, c.file)
		_, err = ballot.ParseRule([]byte(strings.ReplaceAll(string(source), c.old, c.broken)))
		assert.Error(t, err, c.file)
	}
}

func ruleFiles(t testing.TB) []string {
	t.Helper()
	names, err := filepath.Glob("rules/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	return names
}

func TestShippedRulesAreNamedByTheirFile(t *testing.T) {
	for _, name := range ruleFiles(t) {
		id := strings.TrimSuffix(filepath.Base(name), ".yaml")
		assert.NotNil(t, rules(t).ByID(id), name)
	}
}

var day = ballot.Date{Year: 2026, Month: 3, Day: 2}

func TestUnknownTextDecidesNothing(t *testing.T) {
	for _, id := range []string{"resident.meet.new", "resident.meet.old", "owners.stale", "party.committee", "owners.count.nb", "owners.channel"} {
		r := rule(t, id)
		err := r.Usable(day)
		require.Error(t, err, id)
		assert.NotEqual(t, bot.MessageOf(nil), bot.MessageOf(err), "%s: the member is told why", id)
		assert.False(t, r.Decisive() && r.Kind == ballot.Decision, id)
	}
	for _, r := range rules(t).All() {
		if r.State == ballot.Unverified {
			assert.Equal(t, "需核对", r.Label(day), r.ID)
			assert.False(t, r.Decisive(), r.ID)
		}
	}
	elect := rule(t, "party.elect")
	assert.NoError(t, elect.Usable(day), "counting and minutes are supported")
	assert.False(t, elect.Decisive())
}

func TestLabelsFollowTheDay(t *testing.T) {
	r := rule(t, "village.rep")
	assert.Equal(t, "已核对", r.Label(ballot.Date{Year: 2025, Month: 12, Day: 31}))
	assert.Equal(t, "需核对", r.Label(ballot.Date{Year: 2026, Month: 1, Day: 1}))
	assert.Contains(t, r.Cited(day), "2018年文本")
	assert.Equal(t, "需核对", rule(t, "party.admit").Label(day))
	assert.Equal(t, "本地约定", rule(t, "grid.majority.cast").Label(day))
	assert.Equal(t, "已核对", rule(t, "party.resolve").Label(day))
}

func TestRuleInForce(t *testing.T) {
	r := rule(t, "owners.general")
	assert.NoError(t, r.Usable(ballot.DateOf(time.Date(2021, 1, 1, 0, 0, 0, 0, time.UTC))))
	assert.Error(t, r.Usable(ballot.DateOf(time.Date(2020, 12, 31, 0, 0, 0, 0, time.UTC))))
}

func TestGridIsWhole(t *testing.T) {
	for _, share := range []string{"majority", "two-thirds", "three-quarters", "four-fifths", "unanimous"} {
		for _, base := range []string{"present", "cast", "entitled"} {
			r := rule(t, "grid."+share+"."+base)
			require.Len(t, r.Pass.Tests, 1)
			assert.Equal(t, base, string(r.Pass.Tests[0].Base))
		}
	}
}

const minimal = `id: x
name: 试
body: 试
source: 本地
state: local
pass:
  tests: [{base: entitled, share: 1/2, compare: ">"}]
cases:
  - {name: 恰好, entitled: 4, yes: 2, verdict: failed}
  - {name: 过了, entitled: 4, yes: 3, verdict: passed}
`

func TestLoaderNamesLineAndCure(t *testing.T) {
	_, err := ballot.ParseRule([]byte(minimal))
	require.NoError(t, err)
	for name, c := range map[string]struct{ old, bad, want string }{
		"misspelt key":     {"body: 试", "bodi: 试", "第3行：不认识的字段 bodi"},
		"no source":        {"source: 本地\n", "", "缺少 source"},
		"unknown state":    {"state: local", "state: X", "第5行：state 不能是"},
		"decimal share":    {"share: 1/2", "share: 0.5", "第7行"},
		"share over one":   {"share: 1/2", "share: 3/2", "第7行"},
		"unknown base":     {"base: entitled", "base: all", "all"},
		"unknown compare":  {`compare: ">"`, `compare: "<"`, "可以写 >、>="},
		"area of persons":  {"base: entitled", "measure: area, base: entitled", "unit: deed"},
		"case is wrong":    {"yes: 2, verdict: failed", "yes: 2, verdict: passed", "第9行：算例“恰好”"},
		"no boundary":      {"yes: 2, verdict: failed", "yes: 1, verdict: failed", "算例没有试到边界：pass 的第1项"},
		"no cases":         {minimal[strings.Index(minimal, "cases:"):], "", "缺少 cases"},
		"impossible case":  {"yes: 3, verdict", "yes: 5, verdict", "票数对不上"},
		"proxy not given":  {"state: local", "state: local\nproxy: {cap: 2}", "没有允许委托"},
		"secret and phone": {"state: local", "state: local\nballot: secret\nphone: true", "无记名"},
		"bad date":         {"state: local", "state: local\nfrom: 2021-13-01", "第6行"},
		"not yaml":         {"id: x", "id: [", "YAML"},
		"empty":            {minimal, "", "文件是空的"},
		"quorum by yes":    {"pass:", "quorum:\n  tests: [{base: entitled, share: 1/2, compare: \">\"}]\npass:", "present"},
	} {
		t.Run(name, func(t *testing.T) {
			bad := strings.Replace(minimal, c.old, c.bad, 1)
			require.NotEqual(t, minimal, bad)
			_, err := ballot.ParseRule([]byte(bad))
			require.Error(t, err)
			assert.Contains(t, err.Error(), c.want)
		})
	}
	_, err = ballot.ParseRule(bytes.Repeat([]byte("#\n"), 64<<10))
	assert.ErrorContains(t, err, "文件太大")
}

func FuzzParseRule(f *testing.F) {
	for _, name := range ruleFiles(f) {
		source, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(source)
	}
	f.Add([]byte("id: &a [*a]"))
	f.Fuzz(func(t *testing.T, source []byte) {
		r, err := ballot.ParseRule(source)
		if err != nil {
			assert.NotEmpty(t, err.Error())
			return
		}
		for _, c := range r.Cases {
			_, ok := c.Works(r)
			assert.True(t, ok, "a rule that loads gives its own cases")
		}
		assert.NotEmpty(t, r.Label(day))
		again, err := ballot.ParseRule(r.Raw)
		require.NoError(t, err)
		assert.Equal(t, r.Hash, again.Hash)
	})
}
