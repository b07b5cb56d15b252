package app_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
	"yiqun/bot/config"
	"yiqun/bot/service"
)

// lending is a practice of somebody's own; its second step is done with a word.
func lending(t *testing.T, word string) config.Config {
	t.Helper()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "lending.yaml"), []byte(`id: lending.tools
name: 借物
source: 本地
managers: [书记]
steps:
  - {id: want, kind: submit, verb: 借物, by: anyone, fields: [{id: what, label: 物品, required: true}]}
  - {id: lent, kind: assign, verb: `+word+`, by: 书记}
`), 0o600))
	return config.Config{Templates: dir}
}

func TestOwnTemplatesAreAdded(t *testing.T) {
	shipped, err := app.Templates(config.Config{})
	require.NoError(t, err)
	set, err := app.Templates(lending(t, "借出"))
	require.NoError(t, err)
	assert.Len(t, set.All(), len(shipped.All())+1)
	assert.NotNil(t, set.Opening("借物"))
}

func TestOwnTemplatesMustNotTakeTheBotsWords(t *testing.T) {
	for _, word := range []string{"撤销", "怎么用"} {
		_, err := app.Templates(lending(t, word))
		require.ErrorContains(t, err, "第7行：“"+word+"”已经有别的意思", word)
	}
}

func TestAFolderOfTemplatesThatIsNotThereIsSaid(t *testing.T) {
	_, err := app.Templates(config.Config{Templates: filepath.Join(t.TempDir(), "nowhere")})
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorContains(t, err, "YIQUN_TEMPLATES")
}

// TestShippedTemplatesTakeNoneOfTheBotsWords: a place may change a shipped practice under
// its id, and must be able to start with it.
func TestShippedTemplatesTakeNoneOfTheBotsWords(t *testing.T) {
	shipped, err := app.Templates(config.Config{})
	require.NoError(t, err)
	for _, p := range shipped.All() {
		assert.NoError(t, service.CheckPractice(p), p.ID)
	}
}
