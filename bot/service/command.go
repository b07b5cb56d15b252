package service

import (
	"cmp"
	"slices"
	"strings"

	"yiqun/bot"
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
	// by says to whom help offers it.
	by rank
	// who may use it, in words; everybody when empty. denied answers those who may
	// not.
	who, denied string
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
	// never: too many to name in general help; each is explained by its word.
	never
)

// Who may, where it takes more than being here.
const (
	vouching = "书记或网格长"
	above    = "管理员或上一级的负责人"
)

var commands []command

func init() {
	// Set here because the commands call functions that read the table.
	commands = []command{
		{word: "查", also: []string{"查单", "查看"}, takes: intents.Takes{Matter: true}, help: "查 1", about: "看一件事办到哪了", looks: true, run: (*session).show},
		{word: "待办", also: []string{"有什么要办"}, help: "待办", about: "看现在等您办的", looks: true, run: (*session).todo},
		{word: "我的单", also: []string{"我发起的"}, takes: intents.Takes{Matter: true}, help: "我的单", about: "看自己发起和经手的", looks: true, run: (*session).mine},
		{word: docketWord, also: []string{"看案卷"}, takes: intents.Takes{Matter: true}, help: docketWord + " 1", about: "看一件事从头到尾的记录", looks: true, run: (*session).docket},
		{word: "我的票", also: []string{"查我的票", "我投的票", "我投了什么", "我投的什么"}, help: "我的票", about: "看自己投了什么，只私聊", looks: true, run: (*session).myBallots},
		{word: "怎么投", also: []string{"投票方法", "怎么投票", "咋投票", "如何投票"}, help: "怎么投", about: "看现在的投票怎么投", looks: true, run: (*session).howToVote},
		{word: "投票情况", also: []string{"投票进度", "投票结果", "表决情况", "表决结果"}, takes: intents.Takes{Matter: true}, help: "投票情况", about: "看投票什么时候截止、投了几人，不说谁没投", looks: true, run: (*session).pollState},
		{word: "会议安排", also: []string{"有什么会", "什么时候开会"}, takes: intents.Takes{Matter: true}, help: "会议安排", about: "看接下来什么时候、在哪里开会", looks: true, run: (*session).meetingsAhead},
		{word: "签到", takes: intents.Takes{Matter: true}, help: "签到", about: "到会表决前说一声在", run: (*session).signIn},
		{word: "代录", also: []string{"代记"}, help: "代录 1 王大爷 赞成 电话", about: "替打电话来的人记一票，要另一人复核", by: postHolder, who: "有岗位的人", run: (*session).recordCall},
		{word: "复核", help: "复核 1", about: "核对别人代录的一票，私聊看是谁投的什么", by: postHolder, who: "另一位有岗位的人", run: (*session).checkCall},
		{word: "撤销代录", also: []string{"代录错了"}, help: "撤销代录 1 王大爷", about: "代录记错了", by: postHolder, who: "有岗位的人", run: (*session).disputeCall},
		{word: "委托", takes: intents.Takes{People: true}, help: "委托 1 张三 代我投", about: "规则允许时请人替自己投", run: (*session).entrust},
		{word: "收回委托", also: []string{"撤销委托", "取消委托", "不委托了"}, help: "收回委托 1", about: "自己投，不请人替了", run: (*session).takeBack},
		{word: "代投", also: []string{"替投"}, help: "代投 1 王大爷 赞成", about: "受委托替人投票", run: (*session).castFor},
		{word: "撤销回避", also: []string{"取消回避", "不回避了"}, help: "撤销回避 1", about: "声明回避按错了", run: (*session).regret},
		{word: "现场计票", also: []string{"现场记票", "举手计票", "报计票", "唱票"}, help: "现场计票 1 到会16人 赞成15 反对0 弃权1", about: "举手或纸票的结果，两个人计", by: postHolder, who: "发起人、有岗位的人", run: (*session).countRoom},
		{word: "确认计票", help: "确认计票 1", about: "另一位计票人确认", by: postHolder, who: "另一位计票人", run: (*session).confirmCount},
		{word: "撤销计票", also: []string{"数错了", "计票错了"}, help: "撤销计票 1", about: "数错了，重新数", by: postHolder, who: "计票人", run: (*session).dropCount},
		{word: "延长", also: []string{"延长投票", "延长时间"}, takes: intents.Takes{Matter: true, Time: true}, help: "延长 1 到周六18:00", about: "规则允许时投票多留几天", who: "发起人、书记、网格长", run: (*session).extendVote},
		{word: "帮助", also: []string{"怎么用", "菜单", "help", "?"}, help: "帮助 〈词〉", about: "看一个词怎么用", looks: true, run: (*session).help},
		{word: "撤销", also: []string{"撤回", "点错了"}, takes: intents.Takes{Matter: true}, help: "撤销", about: "十分钟内收回刚才那一步", run: (*session).undo},
		{word: cancelWord, takes: intents.Takes{Matter: true}, help: cancelWord + " 1", about: "自己发起的，不要办了", undoable: true, who: "发起人、负责人", run: (*session).cancel},
		{word: "补充", takes: intents.Takes{Matter: true}, help: "补充 1 每天晚上都不亮", about: "给一件事添一句", undoable: true, who: "发起人、办理人、负责人", run: (*session).supplement},
		{word: "转", also: []string{"转给", "转单"}, takes: intents.Takes{Matter: true, People: true}, help: "转 1 给 李红梅", about: "换一个人办", by: postHolder, undoable: true, who: "办理人、负责人", run: (*session).transfer},
		{word: "并入", also: []string{"合并"}, takes: intents.Takes{Matter: true}, help: "并入 3 到 1", about: "同一件事并成一件", by: postHolder, who: "负责人", run: (*session).merge},
		{word: "提醒", takes: intents.Takes{Command: true}, help: "提醒我 明天下午三点 交材料", about: "到时候提醒自己；负责人还能提醒大家、几个人、没投票的", run: (*session).remind},
		{word: "我的提醒", also: []string{"查提醒", "提醒列表", "看提醒", "有哪些提醒"}, help: "我的提醒", about: "看自己设了哪些提醒，“停 3”“改 3 周三”", looks: true, run: (*session).myReminders},
		{word: "周报", also: []string{"本周情况", "这周情况", "看周报"}, help: "周报", about: "这一周办了什么、卡在哪，只私聊", by: postHolder, looks: true, who: vouching, denied: "周报只给负责人看。", run: (*session).weekly},
		{word: noWeeklyWord, also: []string{"停周报", "停发周报", "取消周报", "不看周报", "别发周报", "周报不要了"}, help: noWeeklyWord, about: "周五不再收周报，想看还可以发“周报”", by: postHolder, run: (*session).noWeekly},
		{word: weeklyAgainWord, also: []string{"恢复周报", "收周报", "发周报", "开周报"}, help: weeklyAgainWord, about: "周五照旧收周报", by: postHolder, run: (*session).weeklyAgain},
		{word: "减负自查", also: []string{"发了多少消息", "发了多少条"}, help: "减负自查", about: "看我这个月发了多少、有没有打扰太多", by: postHolder, looks: true, who: vouching, denied: "减负自查只给负责人看。", run: (*session).burden},
		{word: quietWord, also: []string{"消息免打扰", "关消息", "关闭消息"}, help: quietWord, about: "看我发的消息哪些可以关、怎么关", looks: true, by: never, run: (*session).quiet},
		{word: "提醒发到", help: "提醒发到 企业微信", about: "两个平台都在用的，选提醒发到哪边", run: (*session).remindOn},
		{word: "代", also: []string{"替", "帮"}, takes: intents.Takes{People: true, Command: true}, help: "代 李阿姨 〈词〉 3栋灯坏 电话138…", about: "替不在群里的人说", run: (*session).onBehalf},
		{word: "我是", also: []string{"我叫"}, help: "我是 王建国", about: "报上姓名", run: (*session).iAm},
		{word: "是他", also: []string{"是她", "确认是"}, takes: intents.Takes{People: true}, help: "是他 王建国 党员", about: "确认一个人", by: postHolder, who: vouching, denied: "要由" + vouching + "来确认。", run: (*session).itIs},
		{word: "不是他", also: []string{"不是她"}, takes: intents.Takes{People: true}, help: "不是他 王建国", about: "这个人不是", by: postHolder, who: vouching, denied: "要由" + vouching + "来确认。", run: (*session).itIsNot},
		{word: "绑定", help: "绑定", about: "把钉钉和企业微信上的自己连起来", run: (*session).bind},
		{word: "代班", takes: intents.Takes{People: true, Time: true}, help: "代班 李红梅 到周五", about: "请人替班几天", by: postHolder, who: "有职务的人", run: (*session).lend},
		{word: backWord, also: []string{"结束代班", "停止代班", "取消代班", "不用代班", "代班取消", "代班到此为止"}, help: backWord, about: "提前回来，不用人代班了", by: never, who: "请人代班的、替人代班的", run: (*session).back},
		{word: "名册", help: "名册", about: "看这里有谁、谁收不到私信", by: postHolder, looks: true, who: vouching, denied: "名册只给负责人看。", run: (*session).rosterList},
		{word: "出", also: []string{"导出"}, takes: intents.Takes{Time: true}, help: "出 台账 11月", about: "要一份表格", by: postHolder, looks: true, who: vouching, denied: "台账只给负责人出。", run: (*session).export},
		{word: "看照片", also: []string{"查照片"}, takes: intents.Takes{Matter: true}, help: "看照片 1", about: "看一件事的照片，只给经办的人和负责人，私聊发", looks: true, run: (*session).showPhotos},
		{word: cadenceWord, also: []string{"组织生活情况"}, help: cadenceWord, about: "看今年开了哪些会、还差哪些，只私聊", by: postHolder, looks: true, who: vouching, denied: "“" + cadenceWord + "”只给负责人看。", run: (*session).yearOfMeetings},
		{word: rollTemplate, also: []string{"表决名册", "空白表决名册"}, help: rollTemplate + " 产权证", about: "要一张空白的表决名册，可以按人、户、产权证、席位", by: postHolder, looks: true, who: vouching, run: (*session).emptyRoll},
		{word: keepRoll, also: []string{"存下名册", "保存名册"}, help: keepRoll, about: "存下刚才私聊发来的表决名册", by: postHolder, who: vouching, run: (*session).saveRoll},
		{word: "任命", takes: intents.Takes{People: true}, help: "任命 李红梅 书记", about: "定一个职务", by: administrator, who: above, denied: "“任命”要由" + above + "来做。", run: (*session).appoint},
		{word: "免去", takes: intents.Takes{People: true}, help: "免去 李红梅 书记", about: "免去职务", by: administrator, who: above, denied: "“免去”要由" + above + "来做。", run: (*session).dismiss},
		{word: "登记本群", also: []string{"登记群"}, help: "登记本群 第三网格党支部 上级 翠湖社区", about: "说明这是哪里的群", by: administrator, who: above, denied: "登记群要由" + above + "来做。", run: (*session).register},
		{word: "隐私", also: []string{"隐私政策", "个人信息", "告知书"}, help: "隐私", about: "看我记什么、为什么、记多久", looks: true, run: (*session).notice},
		{word: "我的信息", also: []string{"查我的信息"}, help: "我的信息", about: "看记了您什么，只私聊", looks: true, run: (*session).myInfo},
		{word: "导出我的信息", help: "导出我的信息", about: "要一份自己的全部信息", looks: true, run: (*session).exportMine},
		{word: "更正姓名", also: []string{"更正 姓名", "更正名字", "更正 名字", "改姓名", "改名字"}, help: "更正 姓名 王建国", about: "改正登记的姓名", run: (*session).correctName},
		{word: "更正电话", also: []string{"更正 电话", "更正手机", "更正 手机", "更正号码", "改电话", "换电话"}, help: "更正 电话 138…", about: "改正或删掉自己的电话", run: (*session).correctPhone},
		{word: "撤回同意", also: []string{"取消同意", "不同意使用"}, help: "撤回同意 私聊提醒", about: "不让用自己的信息做一件事", run: (*session).withdraw},
		{word: "允许", also: []string{"恢复同意"}, help: "允许 私聊提醒", about: "撤回了又让用", run: (*session).allow},
		{word: "删除我的信息", also: []string{"注销", "删掉我的信息", "忘记我"}, help: "删除我的信息", about: "把自己的信息删掉", run: (*session).eraseMe},
		{word: "名册模板", also: []string{"空白名册"}, help: "名册模板", about: "要一张空表来填名册", by: administrator, looks: true, who: "管理员", denied: "名册只有管理员能导入。", run: (*session).rosterTemplate},
		{word: "导入名册", also: []string{"确认导入"}, help: "导入名册", about: "把刚发来的名册导入", by: administrator, who: "管理员", denied: "名册只有管理员能导入。", run: (*session).importSent},
		{word: "撤回导入", also: []string{"撤销导入"}, help: "撤回导入", about: "撤回上一次导入", by: administrator, who: "管理员", denied: "名册只有管理员能导入。", run: (*session).undoImported},
		{word: "签到码", takes: intents.Takes{Matter: true}, help: "签到码", about: "要四个数字写在会场里，凭它签到", by: postHolder, run: (*session).meetingCode},
		{word: "纪要", also: []string{"会议记录", "会议纪要"}, takes: intents.Takes{Matter: true}, help: "纪要 上次支委会", about: "看开过的会的记录", looks: true, run: (*session).showMinutes},
		{word: "认领管理员", help: "认领管理员 123456", about: "第一次用时认领", by: administrator, who: "拿到口令的人", run: (*session).claimAdmin},
	}
	commands = append(commands, meetingCommands()...)
	commands = append(commands, standingCommands()...)
	commands = append(commands, zoneCommands()...)
	commands = append(commands, everydayCommands()...)
}

func commandFor(word string) *command {
	i := slices.IndexFunc(commands, func(c command) bool { return c.word == word })
	if i < 0 {
		return nil
	}
	return &commands[i]
}

// OwnWord says what a word of the bot's own does, by any of its names; empty for any
// other word. A practice must not use one: its step could not be reached.
func OwnWord(word string) string {
	for _, c := range commands {
		if c.word == word || slices.Contains(c.also, word) {
			return c.about
		}
	}
	return ""
}

// whoMay names who may use the command.
func (c command) whoMay() string { return cmp.Or(c.who, "大家") }

// denied refuses a command to who may not use it.
func denied(word string) error { return bot.Errorf(bot.Forbidden, "%s", commandFor(word).denied) }

// example is the command as one would type it where a word opens a matter.
func (c command) example(opening string) string {
	return strings.ReplaceAll(c.help, "〈词〉", opening)
}
