package privacy

import (
	"fmt"
	"slices"
	"time"
)

// Record is a kind of record.
type Record string

// The kinds of record.
const (
	MatterText Record = "matter_text" // what members wrote in a matter
	Acts       Record = "acts"        // who did what when, without text
	Votes      Record = "votes"       // rolls, ballots and results
	Meetings   Record = "meetings"    // rolls and minutes of meetings
	Stranger   Record = "stranger"    // an account that spoke and belongs to nobody known
	Introduced Record = "introduced"  // 我是 王建国, decided or not
	Failed     Record = "failed"      // messages that could not be delivered
	Delivered  Record = "delivered"   // when a message went where; its words are gone with it
	Imported   Record = "imported"    // what an import changed, for taking it back
	Reminded   Record = "reminded"    // who was reminded of what
	Handled    Record = "handled"     // ids of handled events and answers to presses
	AccessLog  Record = "access_log"  // the program's log: who, when, which command
)

// Rule says how long a kind of record is kept.
type Rule struct {
	Record Record
	Name   string
	// Keep is how long, counted from After; 0 is not deleted by the bot.
	Keep  time.Duration
	After string
	// Source is why so long and no longer. Unless it cites a rule it is a default of
	// ours, as short as the purpose allows (个人信息保护法 第19条).
	Source string
	// Check marks what has to be checked against local rules: 需核对.
	Check bool
	// Outside is kept by others: whoever collects the logs.
	Outside bool
}

const day = 24 * time.Hour

var retention = []Rule{
	{Record: MatterText, Name: "事项里写的话、电话、地址", Keep: 365 * day, After: "办完", Source: "年底核单要看到全年的事"},
	{Record: Acts, Name: "谁在什么时候办了哪一步（不含内容）", After: "", Source: "记录要能从头核对；删除后只剩编号", Check: true},
	{Record: Votes, Name: "表决的名册、票和结果", After: "", Source: "决议的依据，期限按当地档案规定", Check: true},
	{Record: Meetings, Name: "会议的名册和记录", After: "", Source: "集体的会议记录，期限按当地档案规定；本人的发言和请假原因可以要求删", Check: true},
	{Record: Stranger, Name: "没确认过身份、也没有事情的账号", Keep: 365 * day, After: "最后一次说话", Source: "一年不来就不必再认得"},
	{Record: Introduced, Name: "“我是 姓名”的申请", Keep: 30 * day, After: "说了以后", Source: "确认只需要几天"},
	{Record: Failed, Name: "没送到的消息", Keep: 30 * day, After: "发出", Source: "过期的消息不再有用"},
	{Record: Delivered, Name: "发过的消息（只剩时间和去处）", Keep: 62 * day, After: "发出", Source: "要能看到上个月发了多少"},
	{Record: Imported, Name: "名册导入的撤回资料", Keep: 30 * day, After: "导入", Source: "撤回导入只在当时有用"},
	{Record: Reminded, Name: "提醒过谁什么事", Keep: 62 * day, After: "提醒", Source: "要能看到上个月提醒了多少"},
	{Record: Handled, Name: "已处理消息的编号和按钮的回应", Keep: 3 * day, After: "收到", Source: "平台重发不超过一天，其余留给断网"},
	{Record: AccessLog, Name: "运行日志（不含内容）", Keep: 180 * day, After: "写下", Source: "网络安全法第21条：不少于六个月", Check: true, Outside: true},
}

// Retention is the table of how long each kind of record is kept.
func Retention() []Rule { return slices.Clone(retention) }

// RuleOf returns the rule of a kind of record.
func RuleOf(r Record) Rule {
	i := slices.IndexFunc(retention, func(o Rule) bool { return o.Record == r })
	if i < 0 {
		return Rule{Record: r}
	}
	return retention[i]
}

// Until is the instant before which records of a kind may be erased at now; ok is
// false for those that the bot does not erase.
func (r Rule) Until(now time.Time) (before time.Time, ok bool) {
	if r.Keep == 0 || r.Outside {
		return before, false
	}
	return now.Add(-r.Keep), true
}

// String is the rule in words.
func (r Rule) String() string {
	text := r.Name + "："
	switch r.Keep {
	case 0:
		text += "留着，" + r.Source
	default:
		text += fmt.Sprintf("%s满%s删除（%s）", r.After, spell(r.Keep), r.Source)
	}
	if r.Outside {
		text = r.Name + "：由收集日志的人保管，" + r.Source
	}
	if r.Check {
		text += "［需核对］"
	}
	return text
}

func keptFor(r Record) string { return spell(RuleOf(r).Keep) }

func spell(d time.Duration) string {
	if d%(365*day) == 0 {
		if d == 365*day {
			return "一年"
		}
		return fmt.Sprintf("%d年", d/(365*day))
	}
	return fmt.Sprintf("%d天", d/day)
}
