package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	root   = "../.."
	module = "yiqun/"
)

// source is one Go file of the repository.
type source struct {
	path string // from the root, with slashes
	dir  string // the package: "bot/service"
	ast  *ast.File
	set  *token.FileSet
}

// test reports whether the file is compiled for tests only.
func (s source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// helper reports whether the package is there for tests: storagetest, apptest.
func (s source) helper() bool { return helper(s.dir) }

func helper(dir string) bool { return strings.HasSuffix(path.Base(dir), "test") }

// at is where a node stands, for a message.
func (s source) at(n ast.Node) string {
	return s.path + ":" + strconv.Itoa(s.set.Position(n.Pos()).Line)
}

// imported is one import of a file.
type imported struct {
	path string // as written
	ours string // the folder, if it is a package of this repository
}

func (s source) imports() []imported {
	var list []imported
	for _, i := range s.ast.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		ours, ok := strings.CutPrefix(p, module)
		if !ok {
			ours = ""
		}
		list = append(list, imported{path: p, ours: ours})
	}
	return list
}

// tree is every Go file of the repository, parsed once.
func tree(t *testing.T) []source {
	t.Helper()
	files, err := parsed()
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

var parsed = sync.OnceValues(func() ([]source, error) {
	var files []source
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return skip(name, d.Name())
		case filepath.Ext(name) != ".go":
			return nil
		}
		f, err := parse(name)
		if err == nil {
			files = append(files, f)
		}
		return err
	})
	return files, err
})

// skip leaves out what the go command leaves out, and tools.
func skip(name, base string) error {
	if name != root && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata" || base == "bin") {
		return fs.SkipDir
	}
	return nil
}

func parse(name string) (source, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return source{}, err
	}
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return source{}, err
	}
	rel, err := filepath.Rel(root, name)
	rel = filepath.ToSlash(rel)
	return source{path: rel, dir: path.Dir(rel), ast: f, set: set}, err
}

// within reports whether dir is folder or lies in it.
func within(dir, folder string) bool {
	return dir == folder || strings.HasPrefix(dir, folder+"/")
}
