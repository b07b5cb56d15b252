package service_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
)

// TestManualPage: testdata/commands.md is the table as the program has it.
func TestManualPage(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	page := filepath.Join(apptest.Root(), "testdata", "commands.md")
	got := service.Manual(set)
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(page, []byte(got), 0o644))
	}
	want, err := os.ReadFile(page)
	require.NoError(t, err)
	if string(want) != got {
		assert.Fail(t, "testdata/commands.md is not what the code makes", "UPDATE_GOLDEN=1 go test ./bot/service -run Manual rewrites it")
	}
}

// TestEveryWordIsExplained: 帮助 knows each word of the table, by its other names too,
// and its answer is short.
func TestEveryWordIsExplained(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	r := newRoom(t)
	for _, line := range strings.Split(strings.TrimSpace(service.Manual(set)), "\n")[2:] {
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		word := strings.TrimSpace(cells[0])
		for _, name := range append([]string{word}, strings.Split(cells[1], "、")...) {
			if name = strings.TrimSpace(name); name == "" || name == "帮助" || name == "help" || name == "?" {
				continue
			}
			answers := r.say("刘桂兰", "帮助 "+name)
			require.Len(t, answers, 1, name)
			short(t, name, answers[0])
			assert.Contains(t, answers[0], "可以用", name)
			assert.Contains(t, answers[0], "例如", name)
		}
	}
}
