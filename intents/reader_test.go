package intents

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestWhen(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	at := func(month time.Month, day, hour, minute int) time.Time {
		return time.Date(2026, month, day, hour, minute, 0, 0, s.ctx.Now.Location())
	}

	deadline := r.Read("下单 1 @王建国 明天下午五点前", s.ctx).When
	require.NotNil(t, deadline)
	assert.True(t, deadline.Deadline)
	assert.Equal(t, at(11, 24, 17, 0), deadline.End)
	assert.Equal(t, "明天下午五点前", deadline.Said)

	typed := r.Read("下單 1 @王建國 週五１７：００", s.ctx).When
	require.NotNil(t, typed)
	assert.Equal(t, at(11, 27, 17, 0), typed.Start)
	assert.Equal(t, "週五１７：００", typed.Said, "the words as typed")

	length := r.Read("延期 1 三天", s.ctx).When
	require.NotNil(t, length)
	assert.Equal(t, 72*time.Hour, length.Length)
	assert.Equal(t, s.ctx.Now, length.Start)

	weekly := r.Read("任务 每周二19:30 巡逻", s.ctx).When
	require.NotNil(t, weekly)
	assert.True(t, weekly.Recurs)
	assert.Contains(t, weekly.RRule, "FREQ=WEEKLY")

	invalid := r.Read("延期 1 2月30日", s.ctx).When
	require.NotNil(t, invalid)
	assert.True(t, invalid.Invalid)

	past := r.Read("申报 周六 扫雪 2小时", s.ctx).When
	require.NotNil(t, past)
	assert.Equal(t, at(11, 21, 0, 0), past.Start, "reports look back")
	assert.Nil(t, r.Read("派单 @王建国 昨天的垃圾没清", s.ctx).When, "what is over is no deadline")
}

func TestWhySaysWhatWasLeftOut(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	assert.Contains(t, r.Read("接单12\n办结3 已换灯", s.ctx).Why, "后面还有一句「办结」，请另发")
	assert.Contains(t, r.Read("借单12", s.ctx).Why, "「借单」同音「接单」")
	assert.Contains(t, r.Read("接单12吗", s.ctx).Why, "是在问，不是要办")
	assert.Contains(t, r.Read("@王建国 接单12", s.ctx).Why, "前面是别人的名字")
}

func TestQuestionsAreMarked(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	assert.True(t, r.Read("怎么接单", s.ctx).Asks)
	assert.True(t, r.Read("12号单接单了吗", s.ctx).Asks)
	assert.False(t, r.Read("接单12", s.ctx).Asks)
	assert.False(t, r.Read("不接单", s.ctx).Asks)
}

func TestTextIsAsTyped(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	for said, want := range map[string]string{
		"報修 ３棟燈壞了，LED的😭快來！":                  "３棟燈壞了，LED的😭快來",
		"办结12 换了 3个 E27 灯泡（共25元）":            "换了 3个 E27 灯泡（共25元）",
		"点单 <b>灯</b> [链接](http://x.cn) @所有人": "<b>灯</b> [链接](http://x.cn)",
		"报修 @议群 灯坏了":                         "灯坏了",
		"补充1 “左边”那盏，不是《右边》":                  "“左边”那盏，不是《右边》",
		"点单 \u202e灯坏了\u202c":                 "灯坏了",
		"登记本群 翠湖社区 第三网格 ( 试点 )":              "翠湖社区 第三网格 ( 试点 )",
		"点单\n一、灯坏了\n二、门坏了":                   "一、灯坏了\n二、门坏了",
		"评价 1 5分 师傅姓王，很好，谢谢":                 "师傅姓王，很好",
		"转 1 给 李红梅，我在外地":                     "我在外地",
	} {
		assert.Equal(t, want, r.Read(said, s.ctx).Text, said)
	}
}

// TestForeignVerbs reads verbs that occur nowhere else: the words come from the
// Lexicon alone.
func TestForeignVerbs(t *testing.T) {
	r := NewReader(Lexicon{Words: []Word{
		{Verb: "敲锣", Opens: true, Undoable: true},
		{Verb: "收锣", Takes: Takes{Matter: true, People: true}, Choices: []ChoiceWord{{ID: "loud", Word: "响亮"}}},
	}})
	ctx := Context{BotName: "议群", Names: []Name{{ID: "w", Name: "王建国"}}}
	in := r.Read("@议群 收锣 3 给王建国 响亮", ctx)
	assert.Equal(t, "收锣", in.Verb)
	assert.Equal(t, []int{3}, in.Matters)
	assert.Equal(t, []Person{{Said: "王建国", IDs: []string{"w"}}}, in.People)
	assert.Equal(t, "loud", in.Choice)
	assert.Equal(t, 1.0, in.Sure)
	assert.Equal(t, 0.85, r.Read("敲罗 村口集合", ctx).Sure)
	assert.Less(t, r.Read("要不要敲锣", ctx).Sure, 0.8)
	assert.Zero(t, r.Read("接单12", ctx).Sure)
}

func TestEmptyLexicon(t *testing.T) {
	in := NewReader(Lexicon{}).Read("接单12 坏了", Context{})
	assert.Empty(t, in.Verb)
	assert.Zero(t, in.Sure)
}
