package service

import (
	"slices"

	"yiqun/intents"
)

// command is one word of the bot's own, beside the verbs of the templates. Help,
// typo suggestions and the reader all read this table.
type command struct {
	word  string
	also  []string
	takes intents.Takes
	// help is an example for 帮助, where 〈词〉 stands for a verb that opens a matter
	// here, and about what it is for.
	help, about string
	// by says who may, for help: 0 everybody, otherwise a bit of rank.
	by rank
	// looks: it only shows something. undoable: 撤销 takes it back.
	looks, undoable bool
	run             func(*session) error
}

// rank is what somebody must be for a command to be offered to them.
type rank int

const (
	everybody rank = iota
	postHolder
	administrator
)

// spoken names who may, for sentences.
func (r rank) spoken() string {
	switch r {
	case postHolder:
		return "书记、网格长等负责人"
	case administrator:
		return "管理员"
	}
	return "大家"
}

var commands []command

func init() {
	// Set here because the commands call functions that read the table.
	commands = []command{
		{word: "查", also: []string{"查单", "查看"}, takes: intents.Takes{Matter: true}, help: "查 1", about: "看一件事办到哪了", looks: true, run: (*session).show},
		{word: "待办", also: []string{"有什么要办"}, help: "待办", about: "看现在等您办的", looks: true, run: (*session).todo},
		{word: "我的单", also: []string{"我发起的"}, help: "我的单", about: "看自己发起和经手的", looks: true, run: (*session).mine},
		{word: "帮助", also: []string{"怎么用", "菜单", "help", "?"}, help: "帮助 〈词〉", about: "看一个词怎么用", looks: true, run: (*session).help},
		{word: "撤销", also: []string{"撤回", "点错了"}, takes: intents.Takes{Matter: true}, help: "撤销", about: "十分钟内收回刚才那一步", run: (*session).undo},
		{word: "取消", takes: intents.Takes{Matter: true}, help: "取消 1", about: "自己发起的，不要办了", undoable: true, run: (*session).cancel},
		{word: "补充", takes: intents.Takes{Matter: true}, help: "补充 1 每天晚上都不亮", about: "给一件事添一句", undoable: true, run: (*session).supplement},
		{word: "转", also: []string{"转给", "转单"}, takes: intents.Takes{Matter: true, People: true}, help: "转 1 给 李红梅", about: "换一个人办", by: postHolder, undoable: true, run: (*session).transfer},
		{word: "并入", also: []string{"合并"}, takes: intents.Takes{Matter: true}, help: "并入 3 到 1", about: "同一件事并成一件", by: postHolder, run: (*session).merge},
		{word: "代", also: []string{"替", "帮"}, takes: intents.Takes{People: true, Command: true}, help: "代 李阿姨 〈词〉 3栋灯坏 电话138…", about: "替不在群里的人说", run: (*session).onBehalf},
		{word: "我是", also: []string{"我叫"}, help: "我是 王建国", about: "报上姓名", run: (*session).iAm},
		{word: "是他", also: []string{"是她", "确认是"}, takes: intents.Takes{People: true}, help: "是他 王建国 党员", about: "确认一个人", by: postHolder, run: (*session).itIs},
		{word: "不是他", also: []string{"不是她"}, takes: intents.Takes{People: true}, help: "不是他 王建国", about: "这个人不是", by: postHolder, run: (*session).itIsNot},
		{word: "绑定", help: "绑定", about: "把钉钉和企业微信上的自己连起来", run: (*session).bind},
		{word: "代班", takes: intents.Takes{People: true, Time: true}, help: "代班 李红梅 到周五", about: "请人替班几天", by: postHolder, run: (*session).lend},
		{word: "名册", help: "名册", about: "看这里有谁、谁收不到私信", by: postHolder, looks: true, run: (*session).rosterList},
		{word: "出", also: []string{"导出"}, takes: intents.Takes{Time: true}, help: "出 台账 11月", about: "要一份表格", by: postHolder, looks: true, run: (*session).export},
		{word: "任命", takes: intents.Takes{People: true}, help: "任命 李红梅 书记", about: "定一个职务", by: administrator, run: (*session).appoint},
		{word: "免去", takes: intents.Takes{People: true}, help: "免去 李红梅 书记", about: "免去职务", by: administrator, run: (*session).dismiss},
		{word: "登记本群", also: []string{"登记群"}, help: "登记本群 第三网格党支部 上级 翠湖社区", about: "说明这是哪里的群", by: administrator, run: (*session).register},
		{word: "认领管理员", help: "认领管理员 123456", about: "第一次用时认领", by: administrator, run: (*session).claimAdmin},
	}
}

func commandFor(word string) *command {
	i := slices.IndexFunc(commands, func(c command) bool { return c.word == word })
	if i < 0 {
		return nil
	}
	return &commands[i]
}
