package procedure_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
)

// TestEveryMistakeIsNamedWithItsLineAndCure reads testdata/bad, one mistake a
// file, and compares with what the golden beside it says.
func TestEveryMistakeIsNamedWithItsLineAndCure(t *testing.T) {
	files, err := filepath.Glob("testdata/bad/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		golden := strings.TrimSuffix(file, ".yaml") + ".golden"
		t.Run(filepath.Base(file), func(t *testing.T) {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			_, err = procedure.Parse(source)
			require.ErrorAs(t, err, new(procedure.CheckError))
			got := err.Error() + "\n"
			if os.Getenv("UPDATE_GOLDEN") != "" {
				require.NoError(t, os.WriteFile(golden, []byte(got), 0o600))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			assert.Equal(t, string(want), got)
			for p := range strings.SplitSeq(strings.TrimSpace(got), "\n") {
				assert.Regexp(t, `^第\d+行：[^。]+。.+$`, p, "a line, what is wrong, a cure")
			}
		})
	}
}

func TestHostileFilesAreRefusedQuickly(t *testing.T) {
	var bomb strings.Builder
	bomb.WriteString("a: &a [x,x,x,x,x,x,x,x,x,x]\n")
	for c := 'b'; c < 'k'; c++ {
		fmt.Fprintf(&bomb, "%c: &%c [%s]\n", c, c, strings.TrimSuffix(strings.Repeat("*"+string(c-1)+",", 10), ","))
	}
	for name, source := range map[string]string{
		"a bomb of aliases": bomb.String(),
		"ten megabytes":     "id: " + strings.Repeat("x", 10<<20),
		"deep brackets":     strings.Repeat("[", 60_000),
		"deep braces":       "a: " + strings.Repeat("{a: ", 12_000),
		"deep lists":        strings.Repeat("- ", 30_000),
		"deep indents":      indents(300),
		"many keys":         strings.Repeat("a: 1\n", 12_000),
		"many questions":    strings.Repeat("? ", 30_000),
		"a long step list":  "steps:\n" + strings.Repeat("  - {}\n", 9_000),
		"zeroes":            string(bytes.Repeat([]byte{0}, 60_000)),
		"merge keys":        "<<: {id: x}\nid: y\n",
	} {
		t.Run(name, func(t *testing.T) {
			begun := time.Now()
			_, err := procedure.Parse([]byte(source))
			require.ErrorAs(t, err, new(procedure.CheckError))
			assert.Less(t, time.Since(begun), 5*time.Second)
		})
	}
}

func indents(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}

func TestTwoTemplatesMayNotOpenWithOneWord(t *testing.T) {
	one := write(t, threeOfUs).tmpl
	two := write(t, strings.Replace(threeOfUs, "id: three", "id: other", 1)).tmpl
	_, err := procedure.NewSet(one, two)
	require.ErrorContains(t, err, "都用“提出”开头")
	off, err := procedure.Parse([]byte(strings.Replace(string(two.Raw), "name: 三人一起", "name: 三人一起\nstate: 需核对", 1)))
	require.NoError(t, err)
	set, err := procedure.NewSet(one, off)
	require.NoError(t, err)
	assert.Equal(t, one, set.Opening("提出"), "what is not enabled opens nothing")
	assert.Len(t, set.All(), 2)
}
