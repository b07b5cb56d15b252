package text_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/cards"
	"yiqun/cards/text"
)

func ExampleRender() {
	c := cards.Card{
		Ref: "#12", Kind: "民情工作单", Status: "等接单", Title: "3栋2单元声控灯坏了",
		Facts:    []cards.Fact{{Label: "点单人", Value: "李阿姨"}},
		Progress: []cards.Stage{{Name: "点单", State: cards.Passed}, {Name: "接单", State: cards.Current}, {Name: "办结"}},
		Actions:  []cards.Action{{Label: "接单", Key: "take", Say: "接单 12"}},
	}
	fmt.Println(text.Render(c, text.Options{BotName: "议群"}))
	fmt.Println()
	fmt.Println(text.Line(c))
	// Output:
	// #12 民情工作单 · 等接单
	// 3栋2单元声控灯坏了
	// 点单人：李阿姨
	// 进度：点单✓ → 接单● → 办结
	// 回复下面任一句就行：
	// @议群 接单 12
	//
	// #12 民情工作单 · 等接单：3栋2单元声控灯坏了
}

func TestTwinsByChat(t *testing.T) {
	c := cards.Card{Ref: "#7", Choice: &cards.Choice{
		Question: "先做哪样", Multiple: true,
		Options: []cards.Option{{ID: "a", Text: "长椅"}, {ID: "b", Text: "路灯"}},
		Submit:  cards.Action{Key: "k", Say: "选 7"},
	}}
	tests := map[string]struct {
		options text.Options
		want    string
	}{
		"group":      {text.Options{BotName: "议 群"}, "回复下面的话就行，可多选，中间用顿号隔开：\n@议 群 选 7 长椅\n@议 群 选 7 路灯"},
		"no name":    {text.Options{}, "回复下面的话就行，可多选，中间用顿号隔开：\n选 7 长椅\n选 7 路灯"},
		"private":    {text.Options{Private: true}, "回复数字就行，可多选，中间用顿号隔开：\n1、长椅\n2、路灯"},
		"robot @all": {text.Options{BotName: "@all\n"}, "回复下面的话就行，可多选，中间用顿号隔开：\n@＠all 选 7 长椅\n@＠all 选 7 路灯"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, "#7\n先做哪样\n"+tt.want, text.Render(c, tt.options))
		})
	}
}

func TestLinkIsTheOnlyAddress(t *testing.T) {
	c := cards.Card{Title: "看 http://evil.cn", Link: &cards.Link{Text: "台账", URL: "https://yiqun.example.cn/l/1"}}
	assert.Equal(t, "看 http：//evil．cn\n台账：https://yiqun.example.cn/l/1", text.Render(c, text.Options{}))
	c.Link.URL = "dingtalk://x"
	assert.Equal(t, "看 http：//evil．cn", text.Render(c, text.Options{}))
}

func TestLineIsShort(t *testing.T) {
	c := cards.Card{Ref: "#12", Kind: "民情工作单", Title: strings.Repeat("灯", 200)}
	line := text.Line(c)
	assert.Len(t, []rune(line), 60)
	assert.True(t, strings.HasPrefix(line, "#12 民情工作单：灯"))
	assert.True(t, strings.HasSuffix(line, "…"))
}
