package service_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mended is an order that waits for 刘桂兰's mark.
func (r *room) mended() {
	r.t.Helper()
	r.say("刘桂兰", "点单 3栋2单元声控灯坏了")
	r.say("李红梅", "下单 1")
	r.say("王建国", "接单 1")
	require.Contains(r.t, strings.Join(r.say("王建国", "办结 1 换了灯泡"), "\n"), "等评价")
}

// TestAReplyToAMatterCorrectsNoReminder: 不要了 and 改到周五 in reply to a card are said of
// what is on it.
func TestAReplyToAMatterCorrectsNoReminder(t *testing.T) {
	r := newRoom(t)
	r.say("刘桂兰", "点单 3栋2单元声控灯坏了")
	r.say("李红梅", "提醒我 明天九点 交材料")
	r.quoted = "#1 3栋2单元声控灯坏了"
	for _, said := range []string{"不要了", "改到周五", "改成后天"} {
		assert.NotContains(t, strings.Join(r.say("李红梅", said), "\n"), "交材料", said)
	}
	r.quoted = "好，11月24日(周二) 09:00提醒您：交材料。"
	assert.Contains(t, strings.Join(r.say("李红梅", "改成后天"), "\n"), "11月25日(周三) 09:00")
}

// TestAPressedBallotIsTheLastDeed: what was just done may have been a button.
func TestAPressedBallotIsTheLastDeed(t *testing.T) {
	r := newRoom(t)
	r.say("李红梅", "表决 修电梯")
	r.say("王建国", "提醒我明天九点吃药")
	r.press("王建国", "yes")
	assert.NotContains(t, strings.Join(r.say("王建国", "刚才那个不算"), "\n"), "吃药")
}

// TestAComplaintAboutSomethingElse: a mark is offered for what the complaint names, or where
// it names nothing; and 好的 gives none.
func TestAComplaintAboutSomethingElse(t *testing.T) {
	for said, offered := range map[string]bool{
		"灯没修好还是不亮":      true,
		"没有修好":          true,
		"师傅来了也没修好":      true,
		"3栋2单元还是不亮":     true,
		"5栋门口的路还是坏的没人修": false,
		"水管还在漏":         false,
		"孩子作业没弄好":       false,
		"饭还没弄好呢":        false,
	} {
		r := newRoom(t)
		r.mended()
		answer := strings.Join(r.say("刘桂兰", said), "\n")
		assert.Equal(t, offered, strings.Contains(answer, "评1分"), "%s: %s", said, answer)
		assert.NotContains(t, strings.Join(r.say("刘桂兰", "好的"), "\n"), "评价1分", said)
	}
}

// TestChatInPrivateIsNotOfferedToTheGroup: what is added to a matter is told in the group,
// which the question says; and a habitual 1 tells nothing.
func TestChatInPrivateIsNotOfferedToTheGroup(t *testing.T) {
	r := newRoom(t)
	r.say("刘桂兰", "点单 3栋2单元声控灯坏了")
	answer := strings.Join(r.tell("刘桂兰", "昨天儿媳给我脸色看"), "\n")
	assert.Contains(t, answer, "1 查 1")
	assert.Contains(t, answer, "会发到群里")
	assert.NotContains(t, strings.Join(r.tell("刘桂兰", "1"), "\n"), "脸色")
	r.say("刘桂兰", "点单 5栋门口井盖松了")
	assert.NotContains(t, strings.Join(r.tell("刘桂兰", "7栋的灯"), "\n"), "补充", "a house that neither is about")
}

// TestDangersThatAreFearedOrTold: a fear that is a guess is a danger, and what is told behind
// another clause; benefactors and prices are none.
func TestDangersThatAreFearedOrTold(t *testing.T) {
	for said, danger := range map[string]bool{
		"我妈恐怕是中风了嘴都歪了":     true,
		"我爸胸口疼，担心是心梗":      true,
		"路太滑，小心点，我妈摔倒了起不来": true,
		"谢谢你真是我的救命恩人":      false,
		"跳楼价大甩卖":           false,
		"楼道太黑，老人怕摔倒":       false,
		"小心老人孩子摔倒":         false,
	} {
		r := newRoom(t)
		answer := strings.Join(r.tell("刘桂兰", said), "\n")
		assert.Equal(t, danger, strings.Contains(answer, "120"), "%s: %s", said, answer)
	}
}

// TestFromWhenToWhenIsNoDeadline: the end of a stretch that the motion names is part of it.
func TestFromWhenToWhenIsNoDeadline(t *testing.T) {
	for said, part := range map[string]string{
		"表决 义诊活动从周三 到周五":      "到周五",
		"表决 活动室开放 上午九点 到晚上八点": "到晚上八点",
		"表决 物业合同续签 到明年底":      "到明年底",
	} {
		r := newRoom(t)
		answer := strings.Join(r.say("李红梅", said), "\n")
		assert.Contains(t, answer, part)
		assert.Contains(t, answer, "11月26日", "the usual deadline")
	}
}

// TestADeputyshipEndsForTheOneNamed, and for nobody where somebody else is.
func TestADeputyshipEndsForTheOneNamed(t *testing.T) {
	r := newRoom(t)
	r.say("李红梅", "请王建国代班 到下周五")
	assert.NotContains(t, strings.Join(r.say("李红梅", "代班结束 张伟"), "\n"), "不再代")
	assert.Contains(t, strings.Join(r.say("李红梅", "代班结束 王建国"), "\n"), "王建国不再代书记")
}

// TestAnOrderIsNoTitle: whoever was asked for the title of their vote and reports a lamp
// means the lamp.
func TestAnOrderIsNoTitle(t *testing.T) {
	r := newRoom(t)
	r.say("李红梅", "投票 春游去哪：湿地公园、博物馆")
	r.say("李红梅", "改 1 题目")
	assert.Contains(t, strings.Join(r.say("李红梅", "点单 3栋2单元声控灯坏了"), "\n"), "#2")
	assert.Contains(t, strings.Join(r.say("李红梅", "查 1"), "\n"), "春游去哪")
}

// TestAYesThatTakesItselfBack opens nothing; one with a kind word does.
func TestAYesThatTakesItselfBack(t *testing.T) {
	for answer, opens := range map[string]bool{
		"好，不用了谢谢": false, "嗯，不是": false, "好，没事了": false, "行，我知道了": false,
		"好的谢谢": true, "对，都是真的": true,
	} {
		r := newRoom(t)
		require.Contains(t, strings.Join(r.say("刘桂兰", "6栋门口井盖松动了"), "\n"), "是的回 1")
		assert.Equal(t, opens, strings.Contains(strings.Join(r.say("刘桂兰", answer), "\n"), "#1"), answer)
	}
}
