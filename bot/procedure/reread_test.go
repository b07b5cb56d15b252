package procedure_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
)

// TestWhatHasBegunIsReadWithoutTheNewerChecks: a matter that began under a template with
// a slip of the pen can still be finished; nothing new begins under it.
func TestWhatHasBegunIsReadWithoutTheNewerChecks(t *testing.T) {
	source, err := os.ReadFile("testdata/bad/who-several-in-one.yaml")
	require.NoError(t, err)
	_, err = procedure.Parse(source)
	require.ErrorAs(t, err, new(procedure.CheckError))
	tmpl, err := procedure.Reread(source)
	require.NoError(t, err)
	assert.Equal(t, "bad.one", tmpl.ID)

	broken, err := os.ReadFile("testdata/bad/kind-unknown.yaml")
	require.NoError(t, err)
	_, err = procedure.Reread(broken)
	require.ErrorAs(t, err, new(procedure.CheckError), "what the engine stands on is still checked")
}

// TestATemplateLeadsOnlyToWhatIsThere: orders made of a matter, and a rule to vote by,
// are looked for when the file is, and not on the evening itself.
func TestATemplateLeadsOnlyToWhatIsThere(t *testing.T) {
	_, example, found := strings.Cut(readme(t), "id: garden.meeting")
	require.True(t, found)
	example, _, _ = strings.Cut("id: garden.meeting"+example, "```")
	shipped, err := procedure.Shipped()
	require.NoError(t, err)
	tmpl, err := procedure.Parse([]byte(example))
	require.NoError(t, err)
	require.NoError(t, shipped.Leads(tmpl))
	require.NoError(t, tmpl.RulesFrom([]string{"consult"}))
	require.ErrorContains(t, tmpl.RulesFrom([]string{"consul"}), "没有 consult 这条规则。是不是想写 consul？")

	tmpl, err = procedure.Parse([]byte(strings.Replace(example, "spawns: task.assigned", "spawns: task.asigned", 1)))
	require.NoError(t, err)
	assert.ErrorContains(t, shipped.Leads(tmpl), "没有 task.asigned 这个做法")
}
