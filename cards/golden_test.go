package cards_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/cards"
	"yiqun/cards/dingtalk"
	"yiqun/cards/text"
	"yiqun/cards/wecom"
)

// goldens lies at the module's root, because the cases are documentation too.
const goldens = "../testdata/cards"

// TestGolden renders every card of testdata/cards to everything it can become.
// UPDATE_GOLDEN=1 rewrites what is expected.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(goldens, "*", "card.json"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 12)
	for _, file := range files {
		dir := filepath.Dir(file)
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			for name, got := range renderings(t, readCard(t, file)) {
				compare(t, filepath.Join(dir, name), got)
			}
		})
	}
}

func readCard(t testing.TB, file string) cards.Card {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	var c cards.Card
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	require.NoError(t, dec.Decode(&c))
	return c
}

// renderings gives the content of each golden file.
func renderings(t *testing.T, c cards.Card) map[string]string {
	const bot = "议群"
	params, err := dingtalk.Params(c)
	require.NoError(t, err)
	var full any
	require.NoError(t, json.Unmarshal([]byte(params["sys_full_json_obj"]), &full))
	card, err := wecom.Render(c)
	require.NoError(t, err)
	title, message := dingtalk.Markdown(c, bot)
	return map[string]string{
		"dingtalk.json": indent(t, map[string]any{
			"cardParamMap": params, "sys_full_json_obj, read": full, "lastMessage": dingtalk.Preview(c),
		}),
		"wecom.json":  indent(t, card),
		"dingtalk.md": "<!-- title: " + title + " -->\n" + message + "\n",
		"wecom.md":    wecom.Markdown(c, bot) + "\n",
		"text.txt": text.Render(c, text.Options{BotName: bot}) +
			"\n\n---- 私聊 ----\n" + text.Render(c, text.Options{Private: true, BotName: bot}) +
			"\n\n---- 一行 ----\n" + text.Line(c) + "\n",
	}
}

func indent(t *testing.T, v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	require.NoError(t, enc.Encode(v))
	return b.String()
}

func compare(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("UPDATE_GOLDEN") != "" {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
		return
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, string(want), got, "run with UPDATE_GOLDEN=1 to accept")
}
