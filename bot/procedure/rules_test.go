package procedure_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// write plays a template that is written in the test.
func write(t testing.TB, source string) *play {
	t.Helper()
	tmpl, err := procedure.Parse([]byte(source))
	require.NoError(t, err)
	return &play{t: t, tmpl: tmpl, now: monday, matter: procedure.Matter{ID: "M1"}}
}

const threeOfUs = `
id: three
name: 三人一起
source: 测试
managers: [书记]
steps:
  - {id: ask, kind: submit, verb: 提出, by: anyone, fields: [{id: what, required: true}]}
  - {id: take, kind: claim, verb: 参加, by: 党员, capacity: 3, lease: 6d, release: 退出}
  - {id: work, kind: finish, verb: 做好, by: claimant, need: all, due: 7d, extend: 延期}
  - {id: rate, kind: rate, verb: 打分, by: asker, within: 7d, reopen_below: 3, reopen: work}
`

func people(p ...bot.PersonID) func(*procedure.Act) {
	return func(a *procedure.Act) { a.People = p }
}

func TestWhenTheLastUnfinishedOneLeavesTheWorkIsDone(t *testing.T) {
	for name, leave := range map[string]func(p *play){
		"handed back": func(p *play) { p.do(zhao, p.say("退出", "")) },
		"lease ended": func(p *play) { p.now = p.now.AddDate(0, 0, 6); p.tick() },
	} {
		t.Run(name, func(t *testing.T) {
			p := write(t, threeOfUs)
			p.open(resident)
			p.do(wang, p.say("参加", ""))
			p.do(zhao, p.say("参加", ""))
			p.do(wang, p.say("做好", ""))
			assert.Equal(t, "办理中（1/2）", p.env(clock).Status(p.matter))
			leave(p)
			assert.Equal(t, "等打分", p.env(clock).Status(p.matter))
			assert.Equal(t, bot.Wrong, bot.CodeOf(p.try(sun, p.say("参加", ""))), "its places are closed")
		})
	}
}

func TestWhoHasFinishedNeitherLeavesNorHandsOver(t *testing.T) {
	p := write(t, threeOfUs)
	p.open(resident)
	p.do(wang, p.say("参加", ""))
	p.do(zhao, p.say("参加", ""))
	p.do(wang, p.say("做好", ""))
	const now = "现在办理人可以“做好 1”，党员可以“参加 1”。"
	assert.Equal(t, "#1 您已经办好了，不用退出。"+now, bot.MessageOf(p.try(wang, p.say("退出", ""))))
	over := with(procedure.Act{Op: procedure.Transfer}, people("sun"))
	assert.Equal(t, "#1 您已经办好了，不用转。"+now, bot.MessageOf(p.try(wang, over)))
	p.do(secretary, over)
	assert.True(t, p.matter.Holds("wang"), "who did their part stays")
	assert.False(t, p.matter.Holds("zhao"))
	p.do(sun, p.say("做好", ""))
	assert.Equal(t, "等打分", p.env(clock).Status(p.matter))
	assert.Equal(t, "#1 现在没有人在办，不用转。现在发起人可以“打分 1”。", bot.MessageOf(p.try(secretary, with(over, people("leader")))))
}

func TestReopenedWorkHasANewLeaseAndItsOwnDeadline(t *testing.T) {
	p := write(t, threeOfUs)
	p.open(resident)
	p.do(wang, p.say("参加", ""))
	p.do(wang, with(p.say("延期", "等料"), func(a *procedure.Act) { a.Until = p.now.AddDate(0, 0, 20) }))
	p.now = p.now.AddDate(0, 0, 19)
	p.do(wang, p.say("做好", ""))
	p.do(resident, with(p.say("打分", "没好"), score(1)))
	assert.Equal(t, p.now.AddDate(0, 0, 7).UTC(), p.matter.Steps["work"].Due)
	p.now = p.now.AddDate(0, 0, 2)
	p.tick()
	assert.True(t, p.matter.Holds("wang"), "the lease runs from the reopening")
}

func TestAnExtensionIsLaterThanTheDeadline(t *testing.T) {
	p := write(t, threeOfUs)
	p.open(resident)
	p.do(wang, p.say("参加", ""))
	early := with(p.say("延期", ""), func(a *procedure.Act) { a.Until = p.now.AddDate(0, 0, 3) })
	assert.Equal(t, "现在的期限是11月30日(周一) 09:00，请说一个更晚的时间。", bot.MessageOf(p.try(wang, early)))
}

func TestTimeIsNobodysToMove(t *testing.T) {
	p := write(t, threeOfUs)
	p.open(resident)
	p.do(wang, p.say("参加", ""))
	timer := procedure.Due(p.env(clock), p.matter)[0]
	forged := procedure.Act{Step: timer.Step, Op: timer.Op, Key: timer.Key}
	assert.Equal(t, bot.Stale, bot.CodeOf(p.try(clock, forged)), "it is early")
	p.now = timer.At
	assert.Equal(t, bot.Forbidden, bot.CodeOf(p.try(secretary, forged)))
	assert.Equal(t, bot.Forbidden, bot.CodeOf(p.try(secretary, procedure.Act{Step: "work", Op: procedure.Nudge, Key: "late"})))
	assert.Equal(t, bot.Forbidden, bot.CodeOf(p.try(clock, p.say("做好", ""))))
	p.do(clock, forged)
	assert.Empty(t, p.matter.Holders)
}

func TestFiveWantedAreNotEndedByTheFirst(t *testing.T) {
	p := begin(t, "task.open")
	p.do(secretary, with(p.say("任务", "桶边值守"), func(a *procedure.Act) { a.Count = 5 }))
	p.do(wang, p.say("接单", ""))
	p.do(wang, p.say("办结", ""))
	assert.Equal(t, "办理中（1/5）", p.env(clock).Status(p.matter))
	p.do(secretary, p.say("接单", ""))
	p.do(secretary, p.say("办结", ""))
	assert.True(t, p.matter.IsOpen(), "a secretary who helped is one of five")
	p.do(secretary, p.say("办结", ""))
	assert.Equal(t, procedure.Done, p.matter.Outcome, "and can close it afterwards")
}

func TestHoursAndPointsAreTwoThings(t *testing.T) {
	p := begin(t, "points.claim")
	p.do(wang, with(p.say("申报", "桶边督导"), func(a *procedure.Act) { a.Amount = 200 }))
	p.do(secretary, with(p.say("审核", ""), func(a *procedure.Act) { a.Choice, a.Amount = "pass", 350 }))
	assert.Equal(t, map[string]int64{"hours": 200, "points": 350}, p.matter.Amounts)
	card := p.env(clock).Card(p.matter, procedure.Viewer{Group: true}, names(p.acts))
	var facts []string
	for _, f := range card.Facts {
		facts = append(facts, f.Label+" "+f.Value)
	}
	assert.Subset(t, facts, []string{"时长 2小时", "积分 3.5分"})
}

const booked = `
id: booked
name: 记账
source: 测试
managers: [书记]
steps:
  - {id: ask, kind: submit, verb: 申请, by: 党员, fields: [{id: what, required: true}]}
  - {id: ok, kind: review, verb: 批准, by: 书记, not_self: true, choices: [{id: pass, word: 同意, then: pass}, {id: no, word: 退回, then: refuse}]}
after:
  - {id: audit, kind: verify, verb: 复核, by: 书记, choices: [{id: fine, word: 属实, then: pass}, {id: again, word: 不实, then: reopen}], reopen: ok}
ledger: {book: 积分, amount: 100}
`

func TestWhatWasBookedIsTakenBackByAnEntryAndNotByUndo(t *testing.T) {
	p := write(t, booked)
	p.open(wang)
	p.do(secretary, with(p.say("批准", ""), choose("pass")))
	assert.Contains(t, p.effects, procedure.Effect{Kind: procedure.Book, Book: "积分", Amount: 100, Round: 1})
	assert.Equal(t, "#1 最近这一步不能撤销。可以请书记来更正。", bot.MessageOf(p.try(secretary, procedure.Act{Op: procedure.Undo})))
	p.do(secretary, with(p.say("复核", ""), choose("again")))
	assert.Contains(t, p.effects, procedure.Effect{Kind: procedure.Book, Book: "积分", Amount: -100, Round: -1})
	p.do(secretary, with(p.say("批准", ""), choose("pass")))
	assert.Contains(t, p.effects, procedure.Effect{Kind: procedure.Book, Book: "积分", Amount: 100, Round: 2})
}

func TestNobodyJudgesWhatTheyTypedForAnother(t *testing.T) {
	p := write(t, strings.Replace(booked, "by: 党员", "by: anyone", 1))
	p.do(secretary, with(p.say("申请", "值班"), func(a *procedure.Act) { a.OnBehalf = "aunt" }))
	assert.Equal(t, "自己的事要请别人来批准。", bot.MessageOf(p.try(secretary, with(p.say("批准", ""), choose("pass")))))
}

func TestOnePersonIsOnePersonAfterTheirAccountsAreJoined(t *testing.T) {
	joined := procedure.Actor{Person: "new", Was: []bot.PersonID{"wang"}, Posts: []string{"书记"}, Member: true}
	p := write(t, booked)
	p.open(wang)
	assert.Equal(t, bot.Forbidden, bot.CodeOf(p.try(joined, with(p.say("批准", ""), choose("pass")))))

	p = write(t, threeOfUs)
	p.open(wang)
	p.do(wang, p.say("参加", ""))
	assert.Equal(t, bot.Wrong, bot.CodeOf(p.try(joined, p.say("参加", ""))))
	p.do(joined, p.say("做好", ""))
	p.do(joined, with(p.say("打分", ""), score(5)))
	assert.Equal(t, bot.PersonID("wang"), p.acts[3].By, "acts keep the id the matter knows")
	assert.Equal(t, procedure.Done, p.matter.Outcome)
	again, err := procedure.Fold(p.tmpl, beijing, p.acts)
	require.NoError(t, err)
	assert.Equal(t, state(t, p.matter), state(t, again))
}

func TestEachSideSpeaksOnceAndNobodyForTwo(t *testing.T) {
	p := begin(t, "report.double")
	p.open(secretary)
	p.do(leader, with(p.say("确认报到", ""), choose("pass")))
	p.do(secretary, p.say("报告", "修了灯"))
	p.do(secretary, with(p.say("双评", ""), score(5)))
	assert.Equal(t, "本人", p.acts[3].Choice, "one speaks for oneself before one speaks by a post")
	assert.Equal(t, "#1 您已经双评过了，等等其他方。现在书记、网格长可以“双评 1”。", bot.MessageOf(p.try(secretary, with(p.say("双评", ""), score(5)))))
	p.do(leader, with(p.say("双评", ""), score(4)))
	assert.Equal(t, procedure.Done, p.matter.Outcome)
}

func TestWhatDoesNotBelongToAnActIsNotRecorded(t *testing.T) {
	p := write(t, threeOfUs)
	p.open(resident)
	p.do(wang, with(p.say("参加", "好的"), func(a *procedure.Act) {
		a.Score, a.Choice, a.Amount, a.Count, a.People = 5, "social/club", 7, 9, []bot.PersonID{"sun"}
		a.Content["junk"] = "手机 138"
		a.Key, a.Other, a.OnBehalf, a.Until = "k", "M9", "sun", p.now
	}))
	got := p.acts[1]
	assert.Equal(t, []string{"reason"}, got.Has)
	for _, junk := range []string{"score", "choice", "amount", "count", "people", "key", "other", "on_behalf", "until"} {
		assert.NotContains(t, asJSON(t, got), `"`+junk+`"`)
	}
	assert.Equal(t, bot.Invalid, bot.CodeOf(p.try(wang, p.say("做好", strings.Repeat("长", 2001)))))
}

func TestUndoneAssignmentsAreTold(t *testing.T) {
	p := begin(t, "order.three-slips")
	p.open(resident)
	p.do(leader, with(p.say("下单", ""), people("wang", "wang", "")))
	assert.Len(t, p.matter.Holders, 1)
	p.do(leader, procedure.Act{Op: procedure.Undo})
	assert.Contains(t, p.effects, procedure.Effect{Kind: procedure.Tell, Notice: procedure.NoticeUndone, People: []bot.PersonID{"wang"}})
}

func TestSupplementsOutliveTheUndoOfSomethingElse(t *testing.T) {
	p := begin(t, "order.three-slips")
	p.open(resident)
	p.do(resident, procedure.Act{Op: procedure.Supplement, Content: map[string]string{procedure.Note: "二楼"}})
	p.do(leader, p.say("下单", ""))
	p.do(leader, procedure.Act{Op: procedure.Undo})
	assert.Len(t, p.matter.Notes, 1)
	p.do(resident, procedure.Act{Op: procedure.Supplement, Content: map[string]string{procedure.Note: "三楼"}})
	p.do(resident, procedure.Act{Op: procedure.Undo})
	assert.Len(t, p.matter.Notes, 1)
}

func TestNoticeCountsFullDaysFromAnyHour(t *testing.T) {
	for _, c := range []struct{ at, due string }{
		{"2026-11-23 00:00", "2026-11-29 00:00"},
		{"2026-11-23 12:00", "2026-11-29 00:00"},
		{"2026-11-23 23:59", "2026-11-29 00:00"},
		{"2026-12-28 08:00", "2027-01-03 00:00"},
	} {
		p := begin(t, "points.claim")
		var err error
		p.now, err = time.ParseInLocation("2006-01-02 15:04", c.at, beijing)
		require.NoError(t, err)
		p.open(wang)
		p.do(secretary, with(p.say("审核", ""), func(a *procedure.Act) { a.Choice, a.Amount = "pass", 100 }))
		assert.Equal(t, c.due, p.matter.Steps["show"].Due.In(beijing).Format("2006-01-02 15:04"), c.at)
		p.now = p.matter.Steps["show"].Due
		assert.Equal(t, bot.Wrong, bot.CodeOf(p.try(zhao, p.say("异议", "晚了"))), "its time is over")
	}
}

func TestAStepMayBeNarrowerThanThePractice(t *testing.T) {
	p := write(t, strings.Replace(threeOfUs, "kind: rate,", "kind: rate, audience: handlers,", 1))
	p.open(resident)
	p.do(wang, p.say("参加", ""))
	p.do(wang, p.say("做好", ""))
	p.do(resident, with(p.say("打分", "有点慢"), score(3)))
	last := p.acts[len(p.acts)-1]
	assert.Equal(t, "#1 resident打分。这一件办完了，谢谢大家。", p.env(clock).Did(p.matter, last, names(p.acts)))
	group := p.env(clock).Card(p.matter, procedure.Viewer{Group: true}, names(p.acts))
	private := p.env(clock).Card(p.matter, procedure.Viewer{Actor: wang}, names(p.acts))
	assert.NotContains(t, asJSON(t, group), "3分")
	assert.Contains(t, asJSON(t, private), "3分")
	assert.Equal(t, procedure.ForGroup, p.tmpl.AudienceOf("what"))
}

func TestAMatterThatIsNotForTheGroupIsToldToWhoIsNext(t *testing.T) {
	p := begin(t, "admission.affairs")
	p.open(resident)
	assert.Contains(t, p.effects, procedure.Effect{Kind: procedure.Tell, Notice: procedure.NoticeWaiting, Step: "approve", Posts: []string{"书记"}})
	p.do(secretary, with(p.say("准入", ""), choose("pass")))
	assert.Contains(t, p.effects, procedure.Effect{Kind: procedure.Tell, Notice: procedure.NoticeEnded, People: []bot.PersonID{"resident"}})
}

func TestNothingEndsOrRemindsEarly(t *testing.T) {
	p := begin(t, "points.claim")
	p.open(wang)
	late := procedure.Act{Step: "check", Op: procedure.Nudge, Key: "late"}
	assert.Equal(t, bot.Stale, bot.CodeOf(p.try(clock, late)))
	p.do(secretary, with(p.say("审核", ""), func(a *procedure.Act) { a.Choice, a.Amount = "pass", 100 }))
	p.now = p.matter.Steps["show"].Due.Add(-time.Second)
	over := procedure.Act{Step: "show", Op: procedure.Expire, Key: "days"}
	assert.Equal(t, bot.Stale, bot.CodeOf(p.try(clock, over)))
	assert.Equal(t, bot.Wrong, bot.CodeOf(p.try(clock, late)), "its step is past")
	p.now = p.now.Add(time.Second)
	p.do(clock, over)
	assert.Equal(t, procedure.Done, p.matter.Outcome)
}
