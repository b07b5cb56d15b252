package meeting_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot/meeting"
)

func TestSeveralNotesInOneMessage(t *testing.T) {
	for said, want := range map[string][]string{
		"张三汇报了进度":               {"张三汇报了进度"},
		"第一件\n第二件":              {"第一件", "第二件"},
		"甲；乙；丙":                 {"甲", "乙", "丙"},
		"1. 修路灯\n2、清楼道\n（三）贴公示": {"修路灯", "清楼道", "贴公示"},
		"1.修路灯 2.清楼道 3.贴公示":     {"修路灯", "清楼道", "贴公示"},
		"今天说三点：1.修路灯；2.清楼道":     {"今天说三点：", "修路灯", "清楼道"},
		"经费3.5万元，11.30前用完":      {"经费3.5万元，11.30前用完"},
		"2.5小时":                 {"2.5小时"},
		"  \n ；; ":              nil,
	} {
		assert.Equal(t, want, meeting.Pieces(said), said)
	}
}

func TestARollCall(t *testing.T) {
	for said, want := range map[string]meeting.RollCall{
		"全到":        {All: true},
		"全到 除张三、李四": {All: true, Except: []string{"张三", "李四"}},
		"全到，除了张三以外": {All: true, Except: []string{"张三"}},
		"全部到会 缺 王五": {All: true, Except: []string{"王五"}},
		"张三、李四 @王五": {Names: []string{"张三", "李四", "王五"}},
		"":          {},
		"都到了。":      {All: true},
	} {
		assert.Equal(t, want, meeting.ReadRollCall(said), said)
	}
}

func TestANoticeIsTakenApart(t *testing.T) {
	n := meeting.ReadNotice("支部党员大会 周四19:00 党群服务中心二楼 议题：讨论发展对象；通报经费 主持：李红梅 记录: @陈晓")
	assert.Equal(t, "支部党员大会 周四19:00 党群服务中心二楼", n.Head)
	assert.Equal(t, []string{"讨论发展对象", "通报经费"}, n.Topics)
	assert.Equal(t, map[meeting.Post]string{meeting.Host: "李红梅", meeting.Recorder: "陈晓"}, n.Offices)
	n = meeting.ReadNotice("联席会议 明天下午三点 应到：翠湖物业、第二小学")
	assert.Equal(t, "翠湖物业、第二小学", n.Due)
	assert.Empty(t, n.Topics)
}

func TestEveryWordStandsForOneKind(t *testing.T) {
	seen := map[string]meeting.Kind{}
	for _, k := range []meeting.Kind{
		meeting.Start, meeting.End, meeting.Arrive, meeting.Late, meeting.Leave, meeting.Absent, meeting.Represent, meeting.Guest,
		meeting.Excuse, meeting.Topic, meeting.Next, meeting.Note, meeting.Speech, meeting.Resolve, meeting.Pause,
		meeting.Resume, meeting.Correct, meeting.Vouch, meeting.Approve,
	} {
		assert.NotEmpty(t, k.Word(), k)
		assert.Equal(t, k, meeting.KindOf(k.Word()))
		for _, w := range append(k.Also(), k.Word()) {
			assert.NotContains(t, seen, w)
			seen[w] = k
		}
	}
	assert.Empty(t, meeting.KindOf("没有这个词"))
}
