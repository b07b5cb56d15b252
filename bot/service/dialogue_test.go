package service_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

// only is the one answer there is.
func only(t *testing.T, answers []string) string {
	t.Helper()
	require.Len(t, answers, 1)
	return answers[0]
}

// TestPeopleOfOneNameAreAlwaysToldApart: where nothing else differs, it is said since
// when each has been here.
func TestPeopleOfOneNameAreAlwaysToldApart(t *testing.T) {
	r := newRoom(t)
	for _, who := range []string{"张甲", "张乙"} {
		r.clock.Advance(24 * time.Hour)
		r.say(who, "我是 张伟")
		r.say("李红梅", "是他 张伟 党员")
	}
	r.say("刘桂兰", "点单 3栋声控灯坏了")
	asked := only(t, r.say("李红梅", "下单 1 给张伟"))
	assert.Equal(t, "有3位“张伟”，是哪一位？\n1 张伟（企业微信上的党员）\n2 张伟（企业微信上的党员，11月24日(周二)起）\n"+
		"3 张伟（企业微信上的党员，11月25日(周三)起）\n回数字就行。（@我回复）", asked)
	assert.Contains(t, only(t, r.say("李红梅", "3")), "已下单给张伟")
	assert.Contains(t, r.tell("张乙", "我的单")[0], "#1", "the third is the last who came")
	assert.NotContains(t, r.tell("张甲", "我的单")[0], "#1")
}

// TestNobodyIsAskedAboutWhatTheyMayNotDo: the refusal comes at once, not after a
// question.
func TestNobodyIsAskedAboutWhatTheyMayNotDo(t *testing.T) {
	r := newRoom(t)
	r.busy()
	for _, text := range []string{"不受理 1", "核单 4", "下单 1 给谁谁谁", "延期 3", "延期 3 到2月30日", "转 3"} {
		answer := only(t, r.say("刘桂兰", text))
		assert.NotContains(t, answer, "（@我回复）", text)
		assert.Regexp(t, "要由|不到这一步|不认识", answer, text)
		r.forgets()
	}
}

// TestAnAnswerGoesToItsOwnQuestion: what one person was asked, another cannot answer,
// and what was asked in the group is not answered in private.
func TestAnAnswerGoesToItsOwnQuestion(t *testing.T) {
	r := newRoom(t)
	r.busy()
	require.Contains(t, only(t, r.say("李红梅", "不受理 1")), "理由")
	before := r.acts()
	r.say("陈志强", "重复了")
	r.tell("李红梅", "重复了")
	assert.Equal(t, before, r.acts())
	assert.Contains(t, only(t, r.say("李红梅", "重复了")), "不受理：重复了")
}

// TestLookingDoesNotEndAQuestion, but another order does.
func TestLookingDoesNotEndAQuestion(t *testing.T) {
	r := newRoom(t)
	r.busy()
	r.say("李红梅", "不受理 1")
	r.say("李红梅", "查 2")
	r.say("李红梅", "怎么下单")
	r.say("李红梅", "谢谢")
	assert.Contains(t, only(t, r.say("李红梅", "重复了")), "不受理：重复了")

	r.say("刘桂兰", "点单 9栋灯坏了")
	r.say("李红梅", "不受理 9")
	r.say("李红梅", "接单 2")
	before := r.acts()
	r.say("李红梅", "重复了")
	assert.Equal(t, before, r.acts(), "the question was given up by the order")
}

// TestQuestionsAreAboutTheMomentTheyAreAnswered: what somebody else did meanwhile
// counts.
func TestQuestionsAreAboutTheMomentTheyAreAnswered(t *testing.T) {
	r := newRoom(t)
	r.busy()
	r.say("李红梅", "不受理 1")
	r.say("陈志强", "下单 1")
	assert.Contains(t, only(t, r.say("李红梅", "重复了")), "现在不到这一步")
}

// TestMentionsSurviveAQuestion: who was @-ed is kept while the matter is asked for.
func TestMentionsSurviveAQuestion(t *testing.T) {
	r := newRoom(t)
	r.say("刘桂兰", "点单 3栋声控灯坏了")
	r.say("刘桂兰", "点单 4栋门禁坏了")
	r.said++
	_, err := r.svc.Handle(t.Context(), bot.Event{
		ID: "mention", Platform: bot.WeCom, Chat: group, From: account("李红梅"), At: r.clock.Now(),
		Message: &bot.Message{Text: "下单", Mentions: []bot.Account{account("王建国")}},
	})
	require.NoError(t, err)
	require.Contains(t, only(t, r.heard(group)), "哪一件")
	assert.Contains(t, only(t, r.say("李红梅", "2")), "#2 已下单给王建国")
}
