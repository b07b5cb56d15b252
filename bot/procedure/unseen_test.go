package procedure_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// gardens is a practice that nobody has heard of: all eight kinds, and words that
// stand nowhere in the program.
const gardens = `
id: garden.corner
name: 楼下小菜园
spoken: 块地
source: 测试
managers: [园长]
steps:
  - {id: want, kind: submit, verb: 讨地, by: anyone, fields: [{id: what, label: 种啥, required: true}, {id: size, label: 几分, type: points}]}
  - {id: look, kind: review, verb: 踏勘, by: 园长, choices: [{id: fit, word: 能种, then: pass}, {id: unfit, word: 种不得, then: refuse, reason: required}]}
  - {id: hand, kind: assign, verb: 划地, by: 园长, refuse: {verb: 收回, reason: required}}
  - {id: help, kind: claim, verb: 搭手, by: 党员, capacity: 2, lease: 6d, release: 撒手}
  - {id: dig, kind: finish, verb: 翻好, by: claimant, need: all, due: 7d, extend: 缓缓}
  - {id: taste, kind: rate, verb: 尝鲜, by: asker, within: 7d, reopen_below: 2, reopen: dig}
  - {id: hang, kind: notice, stage: 挂榜, days: 3, object: {verb: 喊停, reason: required, by: anyone}, reopen: look}
after:
  - {id: check, kind: verify, verb: 回园, by: 园长, choices: [{id: green, word: 还青着, then: pass}, {id: dry, word: 荒了, then: reopen}], reopen: dig}
ledger: {book: 菜园, from: size}
`

func TestAPracticeNobodyHasSeenWalksAllEightKinds(t *testing.T) {
	keeper := procedure.Actor{Person: "keeper", Posts: []string{"园长"}}
	p := write(t, gardens)
	status := func(want string) {
		t.Helper()
		assert.Equal(t, want, p.env(clock).Status(p.matter))
	}
	p.do(resident, with(p.say("讨地", "辣椒"), func(a *procedure.Act) { a.Amount = 50 }))
	status("等踏勘")
	assert.Equal(t, "“踏勘”要由园长来做。现在园长可以“踏勘 1”。", bot.MessageOf(p.try(wang, with(p.say("踏勘", ""), choose("fit")))))
	p.do(keeper, with(p.say("踏勘", ""), choose("fit")))
	status("等划地")
	p.do(keeper, p.say("划地", ""))
	status("等搭手（0/2）")
	p.do(wang, p.say("搭手", ""))
	p.do(zhao, p.say("搭手", ""))
	p.do(zhao, p.say("撒手", "腰疼"))
	p.do(wang, p.say("翻好", "翻了两遍"))
	status("等尝鲜")
	p.do(resident, with(p.say("尝鲜", ""), score(5)))
	status("挂榜到11月26日(周四)")
	p.do(neighbour, p.say("喊停", "占了车位"))
	status("等踏勘")
	assert.Empty(t, p.matter.Holders, "it goes back to before anybody had it")
	for _, a := range []procedure.Act{with(p.say("踏勘", ""), choose("fit")), with(p.say("划地", ""), people("wang"))} {
		p.do(keeper, a)
	}
	p.do(wang, p.say("翻好", ""))
	p.do(resident, with(p.say("尝鲜", ""), score(4)))
	p.now = p.matter.Steps["hang"].Due
	p.tick()
	require.Equal(t, procedure.Done, p.matter.Outcome)
	assert.Contains(t, p.effects, procedure.Effect{Kind: procedure.Book, Book: "菜园", Amount: 50, Round: 2})
	p.do(keeper, with(p.say("回园", ""), choose("dry")))
	status("办理中")
	again, err := procedure.Fold(p.tmpl, beijing, p.acts)
	require.NoError(t, err)
	assert.Equal(t, state(t, p.matter), state(t, again))
}

func TestNoVerbOfAPracticeStandsInTheEngine(t *testing.T) {
	unseen, err := procedure.Parse([]byte(gardens))
	require.NoError(t, err)
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		code, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, s := range append(unseen.Steps, unseen.After...) {
			for _, v := range procedure.VerbsOf(&s) {
				assert.NotContains(t, string(code), v.Word, file)
			}
		}
	}
}
