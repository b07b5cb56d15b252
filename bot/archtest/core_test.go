package archtest_test

import (
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// pure is what can be tested by table, property and replay because it does no I/O
// and reads no clock.
var pure = append([]string{"intents", "cards"}, core...)

// impure are the parts of the standard library that reach outside, each with what
// lies in it; harmless are the exceptions.
var (
	impure   = []string{"database", "net", "os", "io/ioutil", "log", "syscall", "plugin", "crypto/rand", "math/rand"}
	harmless = []string{"net/url", "net/netip"}
)

// storeFile is where a package of the core declares the Store it needs. Only there
// may it name a context, which otherwise announces I/O.
const storeFile = "store.go"

// clockFuncs are the functions of package time that read or wait for a clock.
var clockFuncs = []string{"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker"}

func pureFiles(t *testing.T) []source {
	t.Helper()
	files := slices.DeleteFunc(slices.Clone(tree(t)), func(f source) bool { return f.test() || f.helper() || !withinAny(f.dir, pure) })
	require.NotEmpty(t, files)
	return files
}

func TestCoreDoesNoIO(t *testing.T) {
	for _, f := range pureFiles(t) {
		for _, i := range f.imports() {
			assert.False(t, reachesOutside(i.path), "%s imports %s", f.path, i.path)
			if i.path == "context" {
				assert.Equal(t, storeFile, path.Base(f.path), "%s imports context outside a Store", f.path)
			}
		}
	}
}

func reachesOutside(path string) bool {
	return withinAny(path, impure) && !slices.Contains(harmless, path)
}

func TestImpureIsJudged(t *testing.T) {
	for path, want := range map[string]bool{
		"database/sql": true, "net/http": true, "os/exec": true, "log/slog": true, "math/rand/v2": true,
		"net/url": false, "strings": false, "math": false, "crypto/sha256": false,
	} {
		assert.Equal(t, want, reachesOutside(path), path)
	}
}

func TestCoreReadsNoClock(t *testing.T) {
	for _, f := range pureFiles(t) {
		ast.Inspect(f.ast, func(n ast.Node) bool {
			s, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			x, ok := s.X.(*ast.Ident)
			assert.False(t, ok && x.Name == "time" && slices.Contains(clockFuncs, s.Sel.Name), "%s reads the clock", f.at(n))
			return true
		})
		for _, i := range f.ast.Imports {
			assert.False(t, i.Path.Value == `"time"` && i.Name != nil, "%s renames time, which hides a clock", f.path)
		}
	}
}

func TestEveryPackageSaysWhatItOwns(t *testing.T) {
	said := map[string]bool{}
	for _, f := range tree(t) {
		if !f.test() {
			said[f.dir] = said[f.dir] || strings.HasPrefix(f.ast.Doc.Text(), begins(f.ast.Name.Name))
		}
	}
	for dir, ok := range said {
		assert.True(t, ok, "%s has no package comment", dir)
	}
}

// begins is how a package comment begins; that of a program names the program.
func begins(pkg string) string {
	if pkg == "main" {
		return ""
	}
	return "Package " + pkg + " "
}
