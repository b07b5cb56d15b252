package apptest_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/procedure"
)

// loan is a practice the bot has never heard of.
const loan = `id: loan.tools
name: 爱心借物
spoken: 件借物
rank: 15
help: 借轮椅、梯子、打气筒
source: 本社区自己的做法
audience: group
managers: [书记]
steps:
  - id: want
    kind: submit
    verb: 借物
    by: anyone
    fields:
      - {id: what, label: 物品, required: true, ask: 请说一下借什么，例如：借物 轮椅 借两天。}
  - id: nod
    kind: review
    verb: 准借
    by: [书记, 网格长]
    not_self: true
    choices:
      - {id: pass, word: 可以, then: pass}
      - {id: no, word: 不巧, then: refuse, reason: required}
  - id: fetch
    kind: claim
    verb: 送上门
    by: 党员
    capacity: 1
  - id: back
    kind: finish
    verb: 还回来
    by: claimant
    due: 3d
  - id: word
    kind: rate
    verb: 道谢
    by: asker
    within: 3d
`

// TestATemplateNeverSeenBefore: an operator writes a file; the running bot takes
// it, and both groups play it by typing and by buttons, and get help with it.
func TestATemplateNeverSeenBefore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "loan.yaml")
	require.NoError(t, os.WriteFile(file, []byte(loan), 0o600))
	s := newStreet(t, apptest.Setup{}, both...)
	assert.Contains(t, s.say("刘桂兰", "借物 轮椅 借两天")[0], "没听懂", "not yet")

	raw, err := os.ReadFile(file)
	require.NoError(t, err)
	template, err := procedure.Parse(raw)
	require.NoError(t, err)
	assertNowhereInGo(t, template)
	set, err := s.App.Service.Templates().With(template)
	require.NoError(t, err)
	s.say("刘桂兰", "点单 灯坏了")
	s.App.Service.SetTemplates(set)

	assert.Contains(t, only(t, s.say("刘桂兰", "帮助 借物")), "借物（爱心借物）：任何人可以用。\n例如：借物 轮椅 借两天")
	assert.Contains(t, only(t, s.say("刘桂兰", "帮助")), "借物：借轮椅、梯子、打气筒")
	for _, card := range two(t, s.say("刘桂兰", "借物 轮椅 借两天")) {
		assert.Contains(t, card, "#2")
		assert.Contains(t, card, "轮椅 借两天")
		assert.Contains(t, card, "[可以]")
	}
	assert.Contains(t, only(t, s.say("赵敏", "准借 2 可以")), "“准借”要由书记、网格长来做。")
	s.press("陈志强", "可以")
	assert.Contains(t, apptest.Reads(s.card(bot.WeCom, "#2"), ""), "送上门")

	s.on = bot.WeCom
	for _, line := range two(t, s.say("王建国", "送上门 2")) {
		assert.Contains(t, line, "#2 王建国送上门（1/1）")
	}
	for _, card := range two(t, s.say("王建国", "还回来 2 轮椅完好")) {
		assert.Contains(t, card, "王建国还回来：轮椅完好")
	}
	s.press("刘桂兰", "5 很满意")
	assert.Equal(t, procedure.Done, s.matters()[1].Outcome)
	assert.Contains(t, only(t, s.say("赵敏", "查 2")), "已经办完")

	// What began before goes on as it began, and so does this when the file is gone.
	s.on = bot.DingTalk
	assert.Contains(t, two(t, s.say("李红梅", "下单 1"))[0], "等接单")
	shipped, err := procedure.Shipped()
	require.NoError(t, err)
	s.App.Service.SetTemplates(shipped)
	assert.Contains(t, only(t, s.say("赵敏", "查 2")), "爱心借物")
	s.whole()
}

func two(t *testing.T, heard []string) []string {
	t.Helper()
	require.Len(t, heard, 2, "one in each group")
	return heard
}

// assertNowhereInGo checks that no verb of the template stands in the program.
func assertNowhereInGo(t *testing.T, template *procedure.Template) {
	t.Helper()
	var verbs []string
	for i := range template.Steps {
		for _, v := range procedure.VerbsOf(&template.Steps[i]) {
			verbs = append(verbs, v.Word)
		}
	}
	require.Len(t, verbs, 5)
	err := filepath.WalkDir(apptest.Root(), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, v := range verbs {
			assert.NotContains(t, string(source), v, path)
		}
		return err
	})
	require.NoError(t, err)
}
