package archtest_test

import (
	"go/ast"
	"go/token"
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
	impure   = []string{"database", "net", "os", "io/ioutil", "path/filepath", "log", "syscall", "plugin", "crypto/rand", "math/rand"}
	harmless = []string{"net/url", "net/netip"}
)

// storeFile is where a package of the core declares the Store it needs. Only there
// may it name a context, which otherwise announces I/O.
const storeFile = "store.go"

// readers are the modules of others that the core may use: they compute and no more.
var readers = []string{
	"go.yaml.in/yaml", "golang.org/x/text", "golang.org/x/image", "github.com/yuin/goldmark",
	"github.com/xuri/excelize", "github.com/teambition/rrule-go", "github.com/mozillazg/go-pinyin",
}

// clocks are what reads or waits for a clock, or reads the machine's time zones, by the
// name of its package.
var clocks = map[string][]string{
	"time": {"Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Local", "LoadLocation"},
	"bot":  {"SystemClock"},
}

func pureFiles(t *testing.T) []source {
	t.Helper()
	files := slices.DeleteFunc(slices.Clone(tree(t)), func(f source) bool { return f.test() || f.helper() || !withinAny(f.dir, pure) })
	require.NotEmpty(t, files)
	return files
}

func TestCoreDoesNoIO(t *testing.T) {
	for _, f := range pureFiles(t) {
		for _, i := range f.imports() {
			assert.False(t, reachesOutside(i.path), "%s imports %s, which reaches outside", f.path, i.path)
			if i.path == "context" {
				assert.Equal(t, storeFile, path.Base(f.path), "%s imports context outside a Store", f.path)
			}
		}
	}
}

func reachesOutside(path string) bool {
	first, _, _ := strings.Cut(path, "/")
	if strings.Contains(first, ".") {
		return !withinAny(path, readers)
	}
	return withinAny(path, impure) && !slices.Contains(harmless, path)
}

func TestImpureIsJudged(t *testing.T) {
	for path, want := range map[string]bool{
		"database/sql": true, "net/http": true, "os/exec": true, "log/slog": true, "math/rand/v2": true,
		"github.com/redis/go-redis/v9": true, "path/filepath": true, "go.yaml.in/yaml/v3": false,
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
			assert.False(t, ok && slices.Contains(clocks[x.Name], s.Sel.Name), "%s: %s.%s reads the clock or the machine's zones", f.at(n), x, s.Sel.Name)
			return true
		})
		for _, i := range f.ast.Imports {
			_, hides := clocks[path.Base(strings.Trim(i.Path.Value, `"`))]
			assert.False(t, hides && i.Name != nil, "%s renames %s, which hides a clock", f.path, i.Path.Value)
		}
	}
}

// TestCoreRemembersNothing: what a package of the core computes depends on what it is
// given, so it starts no goroutine, and no function of it sets a variable of the package.
func TestCoreRemembersNothing(t *testing.T) {
	variables := map[string]map[string]bool{}
	for _, f := range pureFiles(t) {
		if variables[f.dir] == nil {
			variables[f.dir] = map[string]bool{}
		}
		for _, name := range packageVariables(f.ast) {
			variables[f.dir][name] = true
		}
	}
	for _, f := range pureFiles(t) {
		for _, d := range f.ast.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Name.Name == "init" {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if _, starts := n.(*ast.GoStmt); starts {
					assert.Fail(t, "not pure", "%s starts a goroutine", f.at(n))
				}
				for _, name := range assigned(n) {
					assert.False(t, variables[f.dir][name], "%s sets %s, a variable of the package", f.at(n), name)
				}
				return true
			})
		}
	}
}

// packageVariables names the variables that a file declares for its whole package.
func packageVariables(f *ast.File) (names []string) {
	for _, d := range f.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, s := range g.Specs {
			for _, name := range s.(*ast.ValueSpec).Names {
				if name.Name != "_" {
					names = append(names, name.Name)
				}
			}
		}
	}
	return names
}

// assigned names what a statement sets, in whole or by an index; a local variable must
// not go by the name of the package's.
func assigned(n ast.Node) (names []string) {
	var targets []ast.Expr
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			targets = n.Lhs
		}
	case *ast.IncDecStmt:
		targets = []ast.Expr{n.X}
	}
	for _, e := range targets {
		if i, ok := e.(*ast.IndexExpr); ok {
			e = i.X
		}
		if id, ok := e.(*ast.Ident); ok {
			names = append(names, id.Name)
		}
	}
	return names
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
