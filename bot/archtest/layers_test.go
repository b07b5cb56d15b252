package archtest_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// layer is a set of folders at one place in the order.
type layer struct {
	folders []string
	// mixed lets the folders of the layer import each other.
	mixed bool
}

// layers is the order of the packages: who stands below may import who stands
// above. Folders come with all that lies in them.
var layers = []layer{
	{folders: []string{"bot"}}, // the package alone; what lies in it is named below
	{folders: []string{"intents", "cards"}},
	{folders: core, mixed: true},
	{folders: []string{"storage", "bot/talk", "bot/service"}, mixed: true},
	{folders: []string{"bot/deliver"}},
	{folders: []string{"bot/platform"}},
	{folders: []string{"bot/sim"}},
	{folders: []string{"bot/config"}},
	{folders: []string{"bot/app"}},
	{folders: []string{"cmd"}},
	{folders: []string{"bot/archtest"}},
}

// core is what does no I/O and reads no clock, beside intents.
var core = []string{"bot/procedure", "bot/ballot", "bot/meeting", "bot/roster", "bot/privacy", "bot/remind", "bot/calendar"}

// departures are imports against the order, each with its reason. One that is no
// longer needed fails, so that the list only gets shorter.
var departures = map[[2]string]string{
	{"bot/service", "bot/deliver"}:         "commits outbox rows, which are declared by who drains them",
	{"storage/sqlstore", "bot/deliver"}:    "keeps the same rows",
	{"storage/storagetest", "bot/deliver"}: "tests the same rows",
}

// place returns the layer of a package and its folder there.
func place(dir string) (int, string) {
	best, folder := -1, ""
	for i, l := range layers {
		for _, f := range l.folders {
			if (dir == f || f != "bot" && within(dir, f)) && len(f) > len(folder) {
				best, folder = i, f
			}
		}
	}
	return best, folder
}

func TestEveryPackageHasAPlace(t *testing.T) {
	for _, f := range tree(t) {
		at, _ := place(f.dir)
		assert.GreaterOrEqual(t, at, 0, "%s: give %s a place in layers", f.path, f.dir)
	}
}

func TestImportsGoOneWay(t *testing.T) {
	used := map[[2]string]bool{}
	for _, f := range tree(t) {
		if f.test() {
			continue // a test may put together what the product keeps apart
		}
		for _, i := range f.imports() {
			if i.ours == "" || mayImport(f.dir, i.ours) {
				continue
			}
			edge := [2]string{f.dir, i.ours}
			used[edge] = true
			assert.Contains(t, departures, edge, "%s imports %s against the order", f.path, i.ours)
		}
	}
	for edge := range departures {
		assert.True(t, used[edge], "%s no longer imports %s: remove the departure", edge[0], edge[1])
	}
}

func mayImport(from, to string) bool {
	a, fromFolder := place(from)
	b, toFolder := place(to)
	if a != b {
		return b >= 0 && b < a
	}
	return fromFolder == toFolder || layers[a].mixed
}

// TestOrderIsJudged makes sure that the rule can say no.
func TestOrderIsJudged(t *testing.T) {
	for edge, want := range map[[2]string]bool{
		{"bot/procedure", "bot"}:                    true,
		{"cards/wecom", "cards/markdown"}:           true,
		{"bot/procedure", "bot/calendar"}:           true,
		{"storage/sqlstore", "bot/service"}:         true,
		{"cmd/yiqun", "bot/app"}:                    true,
		{"bot", "cards"}:                            false,
		{"cards", "intents"}:                        false,
		{"bot/procedure", "bot/service"}:            false,
		{"bot/platform/dingtalk", "bot/sim"}:        false,
		{"bot/deliver", "bot/platform"}:             false,
		{"bot/app", "cmd/yiqun"}:                    false,
		{"bot/platform/wecom", "bot/config"}:        false,
		{"bot/sim/internal/mask", "bot/unheard-of"}: false,
	} {
		assert.Equal(t, want, mayImport(edge[0], edge[1]), "%s imports %s", edge[0], edge[1])
	}
}

// separation says that what lies in from must not import what lies in to, tests
// included.
type separation struct {
	from, to []string
	except   []string // folders within from
	why      string
}

var separations = []separation{
	{
		from: []string{"bot", "intents", "cards", "cmd"}, to: []string{"storage"}, except: []string{"bot/app"},
		why: "only app opens storage; others declare the small Store they need",
	},
	{
		from: []string{"bot/sim"},
		to:   []string{"bot/platform", "bot/deliver", "cards"},
		why:  "one misreading of a wire must not sit on both sides",
	},
	{
		from: []string{"bot/platform", "cards", "bot/deliver"}, to: []string{"bot/sim"},
		why: "one misreading of a wire must not sit on both sides",
	},
	{
		from: []string{"bot/ballot", "bot/meeting"}, to: []string{"bot/procedure"},
		why: "a vote and a meeting know nothing of procedures",
	},
	{
		from: []string{"bot", "intents", "cards", "storage"}, to: []string{"bot/config"}, except: []string{"bot/app", "bot/config"},
		why: "settings are handed down, not looked up",
	},
}

func TestKeptApart(t *testing.T) {
	for _, s := range separations {
		for _, f := range tree(t) {
			if !withinAny(f.dir, s.from) || withinAny(f.dir, s.except) {
				continue
			}
			for _, i := range f.imports() {
				assert.False(t, i.ours != "" && withinAny(i.ours, s.to), "%s imports %s: %s", f.path, i.ours, s.why)
			}
		}
	}
}

// TestAnAdapterKnowsOnePlatform: neither another's adapter nor another's cards. Whoever
// adds a platform is bound by it without a line here.
func TestAnAdapterKnowsOnePlatform(t *testing.T) {
	names := map[string]bool{}
	for _, f := range tree(t) {
		if name := adapter(f.dir); name != "" {
			names[name] = true
		}
	}
	require.Subset(t, slices.Collect(maps.Keys(names)), []string{"dingtalk", "wecom"})
	for _, f := range tree(t) {
		own := adapter(f.dir)
		if own == "" {
			continue
		}
		for _, i := range f.imports() {
			for name := range names {
				foreign := name != own && i.ours != "" && withinAny(i.ours, []string{"bot/platform/" + name, "cards/" + name})
				assert.False(t, foreign, "%s imports %s, of another platform", f.path, i.ours)
			}
		}
	}
}

// adapter is the platform whose adapter a folder belongs to; empty for none.
func adapter(dir string) string {
	rest, ok := strings.CutPrefix(dir, "bot/platform/")
	name, _, _ := strings.Cut(rest, "/")
	if !ok || helper(name) {
		return ""
	}
	return name
}

func withinAny(dir string, folders []string) bool {
	return slices.ContainsFunc(folders, func(f string) bool { return within(dir, f) })
}

func TestTestHelpersStayInTests(t *testing.T) {
	for _, f := range tree(t) {
		if f.test() || f.helper() {
			continue
		}
		for _, i := range f.imports() {
			assert.False(t, i.path == "testing" || i.ours != "" && helper(i.ours), "%s imports %s outside tests", f.path, i.path)
		}
	}
}

func TestVocabularyImportsTheStandardLibraryOnly(t *testing.T) {
	seen := false
	for _, f := range tree(t) {
		if f.dir != "bot" || f.test() {
			continue
		}
		seen = true
		for _, i := range f.imports() {
			first, _, _ := strings.Cut(i.path, "/")
			assert.False(t, i.ours != "" || strings.Contains(first, "."), "%s imports %s", f.path, i.path)
		}
	}
	require.True(t, seen)
}
