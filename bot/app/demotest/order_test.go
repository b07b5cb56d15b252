package demotest

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot"
	"yiqun/bot/sim/web/webtest"
)

const lamp = "3栋2单元声控灯坏了"

// The whole order on the page, each word and press by somebody who may.
func TestDemo_OrderOnThePage(t *testing.T) {
	b := openDemo(t, 1280, 960, 1)
	b.morning()
	b.order()
	b.shot("order")
	b.closed()
	b.withCalls()
	b.NoComplaints()
}

// morning moves the clock to nine, when nobody is to be left in peace.
func (b *browser) morning() {
	b.t.Helper()
	before := webtest.Eval[string](b.Browser, `document.querySelector('[data-testid=clock-now]').dateTime`)
	b.Click(webtest.ID("clock-tomorrow"))
	b.Sees(`document.querySelector('[data-testid=clock-now]').dateTime.slice(0, 10) > '` + before[:10] + `'`)
	b.Sees(`document.querySelector('[data-testid=clock-now]').textContent.startsWith('09:00')`)
}

// order brings the lamp from 点单 to 办结, over both platforms.
func (b *browser) order() {
	b.t.Helper()
	b.as("刘桂兰", bot.DingTalk)
	b.Say(bot.DingTalk, "点单 "+lamp)
	b.readsCard(bot.DingTalk, "#1", lamp, "等下单", "刘桂兰")
	b.readsCard(bot.WeCom, "#1", lamp, "等下单", "刘桂兰")

	b.as("陈志强", bot.DingTalk)
	b.press(bot.DingTalk, "下单")
	b.readsCard(bot.DingTalk, "等接单（0/3）")
	b.readsCard(bot.WeCom, "等接单（0/3）")

	b.as("王建国", bot.WeCom)
	b.press(bot.WeCom, "接单")
	b.readsCard(bot.WeCom, "办理中", "王建国")
	b.reads(bot.DingTalk, "#1 王建国接单（1/3）")

	b.Say(bot.WeCom, "办结 1 已换新灯")
	b.readsCard(bot.WeCom, "等评价", "已换新灯")
	b.readsCard(bot.DingTalk, "等评价", "已换新灯")
	b.as("刘桂兰", bot.DingTalk)
	b.readsCard(bot.DingTalk, "5 很满意")
}

// closed brings it to 核单.
func (b *browser) closed() {
	b.t.Helper()
	b.press(bot.DingTalk, "5 很满意")
	b.readsCard(bot.DingTalk, "已经办完", "5分")
	b.reads(bot.WeCom, "#1 评价5分")
	b.as("李红梅", bot.WeCom)
	b.Say(bot.WeCom, "核单 1 通过")
	b.reads(bot.WeCom, "#1 核单通过")
	b.reads(bot.DingTalk, "#1 核单通过")
}

// withCalls checks that the wire was counted, and cheap: what a finished order may
// cost, and one more for the 核单.
func (b *browser) withCalls() {
	b.t.Helper()
	b.counted("dingtalk-api", "接口 +1")
	b.counted("dingtalk-pushes", "推送 +1")
	assert.LessOrEqual(b.t, b.used("dingtalk-api"), 7)
	assert.LessOrEqual(b.t, b.used("wecom-hour"), 7)
}

func (b *browser) used(meter string) int {
	b.t.Helper()
	return webtest.Eval[int](b.Browser, `Number(document.querySelector('`+webtest.ID("meter-"+meter)+`').dataset.used)`)
}

// counted waits until a meter shows as many calls as the list does, and some.
func (b *browser) counted(meter, cost string) {
	b.t.Helper()
	b.Sees(`(() => {
		const used = Number(document.querySelector('` + webtest.ID("meter-"+meter) + `').dataset.used);
		const rows = [...document.querySelectorAll('.cost')].filter((e) => e.textContent === '` + cost + `').length;
		return used > 0 && used === rows;
	})()`)
}

// A private chat, a quote, the next morning, and platforms that behave badly.
func TestDemo_BesidesTheOrder(t *testing.T) {
	b := openDemo(t, 1280, 960, 1)
	b.morning()
	b.as("刘桂兰", bot.DingTalk)
	b.Say(bot.DingTalk, "点单 "+lamp)
	b.readsCard(bot.DingTalk, "#1", lamp)

	b.privately()
	b.quoting()
	b.morning()
	b.twice()
	b.withoutCards()
	b.NoComplaints()
}

// privately asks for one's own matters without a mention.
func (b *browser) privately() {
	b.t.Helper()
	b.Click(webtest.ID("chat-dingtalk-private"))
	b.Say(bot.DingTalk, "我的单")
	b.reads(bot.DingTalk, "#1 "+lamp)
	b.Click(webtest.ID("chat-dingtalk-cidCuihu3Grid=="))
}

// quoting orders what a quoted card is about, without its number.
func (b *browser) quoting() {
	b.t.Helper()
	b.as("李红梅", bot.WeCom)
	webtest.Eval[any](b.Browser, `[...document.querySelectorAll('[data-testid=log-wecom] [data-testid=quote]')].at(-1).click()`)
	b.Sees(`document.querySelector('[data-testid=quoting-wecom]').innerText.includes('#1')`)
	b.Say(bot.WeCom, "下单")
	b.readsCard(bot.WeCom, "#1", "等接单（0/3）")
}

// twice has DingTalk deliver everything two times: one matter comes of it.
func (b *browser) twice() {
	b.t.Helper()
	b.Click(webtest.ID("faults-open"))
	b.Click(webtest.ID("fault-dingtalk-twice"))
	b.Sees(`document.querySelector('.faults-count').textContent === '钉钉 1 项'`)
	b.Click(webtest.ID("faults-open"))
	b.as("吴秀英", bot.DingTalk)
	b.Say(bot.DingTalk, "点单 东门路灯不亮")
	b.readsCard(bot.DingTalk, "#2", "东门路灯不亮")
	b.Say(bot.DingTalk, "我的单")
	b.reads(bot.DingTalk, "#2 东门路灯不亮")
	assert.Equal(b.t, 1, webtest.Eval[int](b.Browser, `[...document.querySelectorAll('[data-testid=log-dingtalk] [data-testid=card]')]
		.filter((c) => c.innerText.includes('东门路灯不亮')).length`))
	b.flip("fault-dingtalk-twice")
}

// withoutCards has DingTalk refuse cards: what they say comes as words.
func (b *browser) withoutCards() {
	b.t.Helper()
	b.flip("fault-dingtalk-refuse_cards")
	b.Say(bot.DingTalk, "点单 西门下水道堵了")
	b.reads(bot.DingTalk, "西门下水道堵了", "等下单")
	b.Sees(`document.querySelector('.wire-result.bad')`)
	assert.Zero(b.t, webtest.Eval[int](b.Browser, `[...document.querySelectorAll('[data-testid=log-dingtalk] [data-testid=card]')]
		.filter((c) => c.innerText.includes('西门')).length`))
}

// flip turns a switch of the faults box.
func (b *browser) flip(fault string) {
	b.t.Helper()
	b.Click(webtest.ID("faults-open"))
	b.Click(webtest.ID(fault))
	b.Click(webtest.ID("faults-open"))
}

// The same page at a phone's width.
func TestDemo_OnAPhone(t *testing.T) {
	b := openDemo(t, 375, 760, 2)
	b.Click(webtest.ID("clock-open"))
	b.morning()
	b.Click(webtest.ID("clock-open"))
	b.as("刘桂兰", bot.DingTalk)
	b.Say(bot.DingTalk, "点单 "+lamp)
	b.readsCard(bot.DingTalk, "#1", lamp, "等下单")
	b.as("李红梅", bot.DingTalk)
	b.press(bot.DingTalk, "下单")
	b.readsCard(bot.DingTalk, "等接单（0/3）")
	b.Click(webtest.ID("tab-wecom"))
	b.as("王建国", bot.WeCom)
	b.press(bot.WeCom, "接单")
	b.readsCard(bot.WeCom, "办理中")
	b.shot("phone")
	b.Click(webtest.ID("tab-wire"))
	b.Sees(`document.querySelectorAll('[data-testid=wire-row]').length > 5`)
	assert.False(b.t, webtest.Eval[bool](b.Browser, `document.documentElement.scrollWidth > innerWidth`), "something sticks out to the side")
	b.shot("wire")
	b.NoComplaints()
}
