package service

import (
	"yiqun/intents"

	"yiqun/bot/meeting"
)

// meetingCommands are the words of a meeting's log. They are said to the meeting that
// is held; where there is none, they answer that there is none.
func meetingCommands() []command {
	const leading, all = "主持人、记录人", "应到会的人"
	row := func(k meeting.Kind, who, help, about string) command {
		return command{
			word: k.Word(), also: k.Also(), help: k.Word() + help, about: about, who: who, by: never, undoable: true,
			run: (*session).meetingWord,
		}
	}
	return []command{
		{word: "参加", takes: intents.Takes{Matter: true}, help: "参加 1", about: "说一声会来开会", who: all, by: never, undoable: true, run: (*session).comesTyped},
		{word: moveWord, also: []string{"会议改期", "会改期", "会议改到", "会改到", "改会议时间", "改开会时间", "会议推迟", "推迟会议", "会议提前"}, takes: intents.Takes{Matter: true, Time: true}, help: moveWord + " 1 周五19:00", about: "还没开的会换个时间，后面可以说缘由", who: "发起人、书记", by: never, run: (*session).reschedule},
		row(meeting.Excuse, all, " 看病", "会来不了，说一声"),
		row(meeting.Topic, all, " 加装电梯", "会前提一个议题"),
		row(meeting.Vouch, leading, " 30人", "核对有多少人有表决权，或写明名单"),
		row(meeting.Office, leading, " 陈晓", "换个人来记录；换主持也一样说"),
		row(meeting.Start, leading, "", "开始开会，后面说的记进会议"),
		row(meeting.Arrive, leading, " 全到 除张三、李四", "记谁到会"),
		row(meeting.Late, leading, " 张三", "记谁迟到"),
		row(meeting.Leave, leading, " 张三", "记谁提前走"),
		row(meeting.Absent, leading, " 张三", "记谁没来"),
		row(meeting.Represent, leading, " 张三 由 李四", "记谁由别人代表"),
		row(meeting.Guest, leading, " 社区张主任", "记谁列席，没有表决权"),
		row(meeting.Next, leading, "", "进入下一个议题"),
		row(meeting.Note, leading, " 通报了一季度经费", "记一条；几条可以分行写"),
		row(meeting.Speech, all, " 张三：没有意见", "记谁说了什么"),
		row(meeting.Resolve, leading, " 五月底前装好扶手", "记一条决议"),
		row(meeting.Correct, leading, " 三千元 改为 三百元", "改记错的"),
		row(meeting.Pause, leading, "", "休息一会儿"),
		row(meeting.Resume, leading, "", "接着开"),
		row(meeting.End, leading, "", "散会，记录发给主持人和记录人"),
		row(meeting.Approve, leading, "", "会议记录没有错，可以归档"),
	}
}
