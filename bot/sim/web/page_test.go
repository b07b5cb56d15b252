package web

import (
	_ "embed"
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/bot/sim/web/webtest"
)

const (
	desktopWidth, desktopHeight = 1280, 860
	phoneWidth, phoneHeight     = 375, 760
)

func TestPage_OrderOnBothPhones(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	b.shot("empty")
	b.Click(webtest.ID("who-dingtalk-张秀英"))
	b.Say(bot.DingTalk, "点单 3栋2单元声控灯坏了")
	b.Sees(`document.querySelector('[data-testid=log-dingtalk] [data-testid=card]')`)
	said := b.fakes[bot.DingTalk].sayings()
	require.Len(t, said, 1)
	assert.Equal(t, "@议群 点单 3栋2单元声控灯坏了", said[0].Text, "the mention stood in the input already")
	assert.Equal(t, "张秀英", said[0].Person.Name)

	b.Click(webtest.ID("who-dingtalk-王建国"))
	b.Click(webtest.ID("log-dingtalk") + ` [data-key="claim"]`)
	b.Sees(logHas(bot.DingTalk, "你已接单"))
	b.Click(webtest.ID("who-dingtalk-赵敏"))
	b.Sees(logHas(bot.DingTalk, "已接单：王建国"))

	b.Say(bot.WeCom, "点单 3栋2单元声控灯坏了")
	b.Sees(`document.querySelector('[data-testid=log-wecom] [data-form=button_interaction]')`)
	b.Say(bot.WeCom, "投票")
	b.Sees(`document.querySelector('[data-testid=log-wecom] [data-form=vote_interaction]')`)
	b.Click(`[data-option="fast"]`)
	b.Click(`[data-option="kind"]`)
	b.Click(webtest.ID("log-wecom") + ` [data-testid="submit"]`)
	b.Sees(logHas(bot.WeCom, "已提交"))
	require.Len(t, b.fakes[bot.WeCom].presses(), 1)
	press := b.fakes[bot.WeCom].presses()[0]
	assert.Equal(t, "submit", press.Key)
	assert.Equal(t, map[string][]string{"score": {"fast", "kind"}}, press.Picked)

	b.Say(bot.DingTalk, "帮助")
	b.Sees(`document.querySelector('[data-testid=log-dingtalk] .md strong')`)
	b.Sees(`document.querySelectorAll('[data-testid=wire-row]').length >= 8`)
	b.shot("desktop")
	b.NoComplaints()
}

func TestPage_NarrowScreen(t *testing.T) {
	b := openPage(t, phoneWidth, phoneHeight)
	b.Say(bot.DingTalk, "点单 3栋2单元声控灯坏了")
	b.Sees(`document.querySelector('[data-testid=log-dingtalk] [data-testid=card]')`)
	b.shot("narrow-dingtalk")
	b.Click(webtest.ID("tab-wecom"))
	b.Say(bot.WeCom, "点单 3栋2单元声控灯坏了")
	b.Sees(`document.querySelector('[data-testid=log-wecom] [data-testid=card]')`)
	b.Click(webtest.ID("log-wecom") + ` [data-key="claim"]`)
	b.Sees(logHas(bot.WeCom, "你已接单"))
	b.shot("narrow-wecom")
	b.Click(webtest.ID("tab-wire"))
	b.shot("narrow-wire")
	b.Click(webtest.ID("faults-open"))
	b.Click(webtest.ID("fault-dingtalk-offline"))
	b.Sees(`document.querySelector('[data-testid=fault-dingtalk-offline]').ariaPressed === 'true'`)
	assert.True(t, b.fakes[bot.DingTalk].Faults().Offline)
	b.shot("narrow-faults")
	b.NoComplaints()
}

func TestPage_PrivateChat(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	chen := webtest.ID("who-wecom-陈晓燕")
	chat := bot.Chat{Platform: bot.WeCom, ID: "w-chen", Private: true}
	b.world.Post(sim.Bubble{Chat: chat, Text: "派给你一单", Route: "push"})
	b.Sees(`document.querySelector('` + chen + `').classList.contains('has-news')`)
	b.Click(chen)
	b.Click(webtest.ID("chat-wecom-private"))
	b.Sees(logHas(bot.WeCom, "派给你一单"))
	b.Sees(`!document.querySelector('` + chen + `').classList.contains('has-news')`)
	b.Say(bot.WeCom, "接单 1")
	b.Sees(logHas(bot.WeCom, "收到，陈晓燕"))
	said := b.fakes[bot.WeCom].sayings()
	require.Len(t, said, 1)
	assert.Equal(t, "接单 1", said[0].Text, "no mention in a private chat")
	assert.Equal(t, chat, said[0].Bubble.Chat)
	assert.Equal(t, []string{"陈晓燕"}, b.fakes[bot.WeCom].visitors())
	assert.Equal(t, true, b.eval(`document.querySelector('[data-testid="who-wecom-王建国"] input').disabled`), "not on WeCom")
	b.NoComplaints()
}

func TestPage_QuoteMentionAndHints(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	b.Click(webtest.ID("hint-dingtalk"))
	assert.Equal(t, "@议群 点单 3栋2单元声控灯坏了", b.eval(`document.querySelector('[data-testid=input-dingtalk]').value`))
	b.Click(webtest.ID("send-dingtalk"))
	b.Sees(logHas(bot.DingTalk, "民情工作单"))
	b.Sees(`document.querySelector('[data-testid=hint-dingtalk]').textContent === '我的单'`)

	b.eval(`document.querySelector('[data-testid=log-dingtalk] [data-id=b2] [data-testid=quote]').click()`)
	b.Sees(`document.querySelector('[data-testid=quoting-dingtalk]').textContent.includes('[卡片] #1')`)
	b.Click(webtest.ID("at-dingtalk"))
	b.shot("mention")
	b.Click(webtest.ID("at-list-dingtalk") + ` [data-name="王建国"]`)
	webtest.Run(b.Browser, chromedp.SendKeys(chromedp.CSS(webtest.ID("input-dingtalk")), "麻烦你"+kb.Enter))
	b.Sees(logHas(bot.DingTalk, "收到"))
	said := b.fakes[bot.DingTalk].sayings()
	require.Len(t, said, 2)
	assert.Equal(t, "@议群 @王建国 麻烦你", said[1].Text)
	require.NotNil(t, said[1].Quote)
	assert.Equal(t, "b2", said[1].Quote.ID)
	require.Len(t, said[1].Mentions, 1)
	b.NoComplaints()
}

func TestPage_ByKeyboard(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	b.world.Post(sim.Bubble{Chat: dingGroup, From: "王建国", Text: "灯修好了"})
	b.Sees(logHas(bot.DingTalk, "灯修好了"))
	webtest.Run(b.Browser, chromedp.Focus(chromedp.CSS(webtest.ID("log-dingtalk"))))
	webtest.Run(b.Browser, chromedp.KeyEvent(kb.ArrowUp+kb.Tab+kb.Enter))
	b.Sees(`document.querySelector('[data-testid=quoting-dingtalk]').textContent.includes('灯修好了')`)
	b.Sees(`document.activeElement.dataset.testid === 'input-dingtalk'`)
	webtest.Run(b.Browser, chromedp.KeyEvent("谢谢"+kb.Enter))
	b.Sees(logHas(bot.DingTalk, "收到"))
	require.Len(t, b.fakes[bot.DingTalk].sayings(), 1)
	assert.Equal(t, "b1", b.fakes[bot.DingTalk].sayings()[0].Quote.ID)

	webtest.Run(b.Browser, chromedp.Focus(chromedp.CSS(webtest.ID("who-dingtalk-张秀英")+" input")))
	webtest.Run(b.Browser, chromedp.KeyEvent(kb.ArrowRight))
	b.Sees(`document.querySelector('.dingtalk .phone-me').textContent === '我是 赵敏'`)
	b.NoComplaints()
}

func TestPage_ClockAndWire(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	b.Click(webtest.ID("clock-tomorrow"))
	b.Sees(`document.querySelector('[data-testid=clock-now]').dateTime === '2026-11-22T09:00:00'`)
	b.Click(webtest.ID("clock-10m"))
	b.Sees(`document.querySelector('[data-testid=clock-now]').textContent === '09:10:00'`)
	b.Sees(`document.querySelector('.clock-day').textContent === '11月22日 周日'`)

	b.Say(bot.WeCom, "帮助")
	b.Sees(`document.querySelector('[data-testid=wire-row]')?.dataset.name === 'aibot_send_msg'`)
	b.Sees(`document.querySelector('[data-testid=meter-wecom-minute]').dataset.used === '1'`)
	b.Click(`[data-testid="wire-row"][data-seq="1"] summary`)
	b.Sees(`document.querySelector('[data-seq="1"] [data-testid=wire-body]').textContent.includes('@议群 帮助')`)
	b.shot("wire")
	webtest.Run(b.Browser, chromedp.SendKeys(chromedp.CSS(webtest.ID("wire-filter")), "callback"))
	b.Sees(`document.querySelectorAll('[data-testid=wire-row]').length === 1`)

	b.Click(webtest.ID("faults-open"))
	b.Click(webtest.ID("fault-wecom-status-429"))
	b.Sees(`document.querySelector('.faults-count').textContent === '企业微信 1 项'`)
	assert.Equal(t, sim.Faults{Status: 429, Next: 1}, b.fakes[bot.WeCom].Faults())
	b.Click(webtest.ID("drop-wecom"))
	b.Sees(`document.querySelector('[data-testid=toast]').textContent.includes('切断')`)
	assert.Equal(t, 1, b.fakes[bot.WeCom].dropped())
	b.Click(webtest.ID("fault-dingtalk-expire_tokens"))
	b.Sees(`document.querySelector('[data-testid=toast]').textContent.includes('作废')`)
	assert.True(t, b.fakes[bot.DingTalk].Faults().ExpireTokens)
	b.shot("faults")
	b.NoComplaints()
}

func TestPage_KeepsTheReadersPlace(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	for i := range 40 {
		b.world.Post(sim.Bubble{Chat: dingGroup, From: "赵敏", Text: fmt.Sprintf("第 %d 句", i+1)})
	}
	const log = `document.querySelector('[data-testid=log-dingtalk]')`
	b.Sees(logHas(bot.DingTalk, "第 40 句"))
	b.Sees(log + `.scrollTop + ` + log + `.clientHeight >= ` + log + `.scrollHeight - 1`)
	b.eval(log + `.scrollTop = 100`)
	b.Sees(`new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`)
	b.world.Post(sim.Bubble{Chat: dingGroup, From: "王建国", Text: "新的一句"})
	b.Sees(`document.querySelector('[data-testid=newer-dingtalk]').textContent === '1 条新消息'`)
	assert.InDelta(t, 100, b.eval(log+`.scrollTop`), 1)
	assert.Contains(t, b.eval(`document.querySelector('[data-testid=live-dingtalk]').textContent`), "王建国：新的一句")
	b.shot("newer")
	b.Click(webtest.ID("newer-dingtalk"))
	b.Sees(log + `.scrollTop > 1000 && document.querySelector('[data-testid=newer-dingtalk]').hidden`)
	b.NoComplaints()
}

// Whatever members write is text: it makes no elements, no links, no script.
func TestPage_HostileText(t *testing.T) {
	const evil = "<img src=x onerror=\"document.title='caught'\"><script>document.title='caught'</script>"
	w, b := "**粗** [点我](javascript:document.title='caught') ![p](http://x.example/p.png) "+evil, openPage(t, desktopWidth, desktopHeight)
	name := "\u202e李书记<b>"
	b.world.AddPerson(sim.Person{Name: name, About: evil, DingTalk: "d-evil"})
	b.world.Post(sim.Bubble{Chat: dingGroup, From: name, Text: w})
	b.world.Post(sim.Bubble{Chat: dingGroup, Markdown: w})
	b.world.Post(sim.Bubble{Chat: dingGroup, Card: &sim.Shown{
		Form: "dingtalk", Title: evil, Markdown: w, Link: "javascript:1", Tips: evil,
		Pairs:   []sim.ShownPair{{Key: evil, Value: evil}},
		Buttons: []sim.ShownButton{{Text: evil, Key: evil}},
	}})
	b.Sees(`document.querySelectorAll('[data-testid=log-dingtalk] [data-testid=card]').length === 1`)
	assert.Equal(t, "议群 · 试用", b.eval(`document.title`))
	assert.EqualValues(t, 0, b.eval(`document.querySelectorAll('img, #main script, #main a[href^="javascript"], #main b b').length`))
	assert.Equal(t, w, b.eval(`document.querySelector('[data-id=b1] .plain').textContent`), "shown as typed")
	assert.Equal(t, "粗 点我 [图片 p] "+evil, b.eval(`document.querySelector('[data-id=b2] .md').textContent`))
	b.NoComplaints()
}

//go:embed testdata/measure.js
var measure string

// Type that can be read and keys that can be hit, light and dark, large and small.
func TestPage_Readable(t *testing.T) {
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"desktop", desktopWidth, desktopHeight}, {"tablet", 820, 1100}, {"narrow", phoneWidth, phoneHeight}} {
		for _, look := range []string{"light", "dark"} {
			t.Run(size.name+" "+look, func(t *testing.T) {
				b := openPage(t, size.width, size.height, webtest.Looks(look))
				b.playEverything(size.width < desktopWidth)
				for _, large := range []string{"", " large"} {
					assert.Empty(t, b.eval(measure))
					b.shot(size.name + " " + look + large)
					b.Click(webtest.ID("large-type"))
				}
				b.NoComplaints()
			})
		}
	}
}

// playEverything leaves one of each thing on the screen.
func (b *browser) playEverything(narrow bool) {
	b.t.Helper()
	for _, text := range []string{"点单 3栋2单元声控灯坏了", "台账", "帮助", "谢谢"} {
		b.Say(bot.DingTalk, text)
	}
	b.Sees(logHas(bot.DingTalk, "收到"))
	if narrow {
		b.Click(webtest.ID("tab-wecom"))
	}
	for _, text := range []string{"点单 3栋2单元声控灯坏了", "投票"} {
		b.Say(bot.WeCom, text)
	}
	b.world.Record(sim.Call{Platform: bot.WeCom, Name: "aibot_send_msg", Result: "846607 too frequent"})
	b.Sees(`document.querySelector('.wire-result.bad')`)
	b.Sees(logHas(bot.WeCom, "请给这次服务打分"))
	if narrow {
		b.Click(webtest.ID("tab-dingtalk"))
	}
}
