package archtest_test

import (
	"fmt"
	"go/ast"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// traps says how many each list of testdata/traps has.
var traps = map[string]int{"dingtalk": 20, "wecom": 25, "powerwechat": 10}

// trap is one entry; testdata/traps/README.md explains the lines.
type trap struct {
	number int
	what   string
	proofs [][2]string // kind and the rest of the line
}

func TestTrapsAreForeclosed(t *testing.T) {
	for name, count := range traps {
		t.Run(name, func(t *testing.T) {
			all := readTraps(t, name)
			require.Len(t, all, count)
			for i, tr := range all {
				assert.Equal(t, i+1, tr.number)
				proven := 0
				for _, p := range tr.proofs {
					if p[0] == "because" {
						continue
					}
					proven++
					assert.NoError(t, proof(t, p[0], p[1]), "%d %s", tr.number, tr.what)
				}
				assert.Positive(t, proven, "nothing proves %d %s", tr.number, tr.what)
			}
		})
	}
}

// TestTrapsAreJudged makes sure that each kind of proof can fail.
func TestTrapsAreJudged(t *testing.T) {
	for kind, rest := range map[string]string{
		"test":       "bot/archtest TestOfNothing",
		"case":       "bot/archtest words that stand " + "nowhere",
		"transcript": "no-such",
		"never":      "bot/platform/wecom package wecom",
		"perhaps":    "bot/archtest it holds",
	} {
		assert.Error(t, proof(t, kind, rest), kind)
	}
}

func readTraps(t *testing.T, name string) (all []trap) {
	t.Helper()
	for line := range strings.SplitSeq(text(t, "testdata/traps/"+name+".txt"), "\n") {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		switch {
		case key == "" || key == "#":
		case strings.HasPrefix(line, " "):
			last := &all[len(all)-1]
			last.proofs = append(last.proofs, [2]string{key, rest})
		default:
			n, err := strconv.Atoi(key)
			require.NoError(t, err, line)
			all = append(all, trap{number: n, what: rest})
		}
	}
	return all
}

// proof checks one line of a trap.
func proof(t *testing.T, kind, rest string) error {
	t.Helper()
	folder, what, _ := strings.Cut(rest, " ")
	switch kind {
	case "test":
		return testExists(t, folder, what)
	case "case":
		return standsIn(t, folder, what)
	case "transcript":
		_, err := os.Stat(filepath.Join(root, "testdata", "transcripts", rest+".txt"))
		return err
	case "never":
		return standsNowhere(t, folder, what)
	}
	return fmt.Errorf("no kind of proof: %s", kind)
}

func testExists(t *testing.T, folder, name string) error {
	for _, f := range tree(t) {
		if f.dir != folder || !f.test() {
			continue
		}
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == name {
				return nil
			}
		}
	}
	return fmt.Errorf("%s has no test %s", folder, name)
}

// standsIn looks for words in a file, or in the Go files of a folder that belong to
// tests.
func standsIn(t *testing.T, where, words string) error {
	if strings.Contains(filepath.Base(where), ".") {
		if !strings.Contains(text(t, where), words) {
			return fmt.Errorf("%s says nothing of %q", where, words)
		}
		return nil
	}
	for _, f := range tree(t) {
		if f.dir == where && (f.test() || f.helper()) && strings.Contains(text(t, f.path), words) {
			return nil
		}
	}
	return fmt.Errorf("%s has no case %q", where, words)
}

func standsNowhere(t *testing.T, folder, words string) error {
	looked := false
	for _, f := range tree(t) {
		if !within(f.dir, folder) || f.test() {
			continue
		}
		looked = true
		if strings.Contains(text(t, f.path), words) {
			return fmt.Errorf("%s has %q", f.path, words)
		}
	}
	if !looked {
		return fmt.Errorf("nothing in %s", folder)
	}
	return nil
}

// text is a file of the repository.
func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root, path))
	require.NoError(t, err)
	return string(data)
}
