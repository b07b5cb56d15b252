package service

import (
	"slices"
	"strings"

	"yiqun/bot/ballot"
)

// helpTopics explain what many words belong to, or none: what an answer points to, and
// what people ask about a vote.
var helpTopics = []struct {
	words []string
	text  string
}{
	{[]string{meetingTopic, "会上"}, "大家说：参加、请假 看病、签到\n" +
		"主持人、记录人说：会议开始、到会 全到 除张三、下一项、记 …、决议 …、会议结束\n" +
		"散会后核对记录，没有错就说：确认。以后看：纪要 上次支委会"},
	{[]string{"你是谁"}, "我是群里的办事机器人，有事 @ 我说一句就行；发“帮助”看能说什么。"},
	{[]string{"打听"}, "这个我没有记着，不乱说。请问社区干部，或打12345；要请人来办，直接说是什么事就行。"},
	{[]string{"电话"}, "电话我不告诉旁人，办事留的号码只私下给经办的人。请在群里@本人，或问社区干部；要请人来办，直接说是什么事就行。"},
	{[]string{"不露名"}, "发起的事会显示是谁提的；说一个小心愿，群里不显示是谁。不想让大家知道的，请当面或打电话找书记、网格长。"},
	{[]string{"没到会"}, "谁没来我不公布，也不排名。每次会到了谁，记在那次的会议记录里，发“纪要”看。"},
	{[]string{"投", "改票", "截止", "投票方法"}, "点卡片上的按钮，或者说号码和选的，例如：12 赞成，12 反对 因为太早\n" +
		"私聊我回数字也行；匿名的只能私聊或点按钮\n" +
		"截止前再投一次就是改票；看自己投的：我的票"},
	{[]string{amendWord, "修改", "确认", "没说的"}, "发起的时候没说的，先按常规办，卡片上说一次。还没有人投的时候，发起人可以改：\n" +
		"点“发起人改”，或者说号码和改的，例如：改 12 截止周五18:00，改 12 匿名\n" +
		"不改就是确认。有人投了就不能改，十分钟内可以撤销再发起"},
}

// meetingTopic is what answers about meetings point to: 帮助 会议.
const meetingTopic = "会议"

// noticeSaid shows how a meeting is called here, a line of help; empty if none can be.
func (s *session) noticeSaid() string {
	for _, t := range s.Templates().All() {
		if t.Enabled() && t.Meeting() != nil {
			step, v := t.FindVerb(t.First().Verb)
			return "先发通知，例如：" + example(t, step, v) + "\n"
		}
	}
	return ""
}

// helpTopic explains a topic, a word of a ballot, or a practice by its name; empty if
// it is none of them.
func (s *session) helpTopic(word string) string {
	if sayOf(word) == ballot.Recuse {
		return "和这件事有利害关系的，可以声明回避，这一次就不投票。\n例如：12 回避。按错了十分钟内发：撤销回避 12"
	}
	if sayOf(word) != "" {
		word = "投"
	}
	for _, t := range helpTopics {
		if slices.Contains(t.words, word) {
			if word == meetingTopic {
				return s.noticeSaid() + t.text
			}
			return t.text
		}
	}
	for _, t := range s.Templates().All() {
		if t.Name != word && !strings.HasPrefix(t.Name, word+"（") {
			continue
		}
		if !t.Enabled() {
			return "“" + t.Name + "”还没有启用：要先由管理员按当地的文件填好步骤。"
		}
		step, v := t.FindVerb(t.First().Verb)
		return t.Name + "：" + t.Help + "，" + v.Who.Spoken() + "可以发起。\n例如：" + example(t, step, v)
	}
	return ""
}
