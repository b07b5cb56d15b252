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
)

const (
	desktopWidth, desktopHeight = 1280, 860
	phoneWidth, phoneHeight     = 375, 760
)

func TestPage_OrderOnBothPhones(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	b.shot("empty")
	b.click(id("who-dingtalk-张秀英"))
	b.say(bot.DingTalk, "点单 3栋2单元声控灯坏了")
	b.sees(`document.querySelector('[data-testid=log-dingtalk] [data-testid=card]')`)
	said := b.fakes[bot.DingTalk].sayings()
	require.Len(t, said, 1)
	assert.Equal(t, "@议群 点单 3栋2单元声控灯坏了", said[0].Text, "the mention stood in the input already")
	assert.Equal(t, "张秀英", said[0].Person.Name)

	b.click(id("who-dingtalk-王建国"))
	b.click(id("log-dingtalk") + ` [data-key="claim"]`)
	b.sees(logHas(bot.DingTalk, "你已接单"))
	b.click(id("who-dingtalk-赵敏"))
	b.sees(logHas(bot.DingTalk, "已接单：王建国"))

	b.say(bot.WeCom, "点单 3栋2单元声控灯坏了")
	b.sees(`document.querySelector('[data-testid=log-wecom] [data-form=button_interaction]')`)
	b.say(bot.WeCom, "投票")
	b.sees(`document.querySelector('[data-testid=log-wecom] [data-form=vote_interaction]')`)
	b.click(`[data-option="fast"]`)
	b.click(`[data-option="kind"]`)
	b.click(id("log-wecom") + ` [data-testid="submit"]`)
	b.sees(logHas(bot.WeCom, "已提交"))
	require.Len(t, b.fakes[bot.WeCom].presses(), 1)
	press := b.fakes[bot.WeCom].presses()[0]
	assert.Equal(t, "submit", press.Key)
	assert.Equal(t, map[string][]string{"score": {"fast", "kind"}}, press.Picked)

	b.say(bot.DingTalk, "帮助")
	b.sees(`document.querySelector('[data-testid=log-dingtalk] .md strong')`)
	b.sees(`document.querySelectorAll('[data-testid=wire-row]').length >= 8`)
	b.shot("desktop")
	b.noComplaints()
}

func TestPage_NarrowScreen(t *testing.T) {
	b := openPage(t, phoneWidth, phoneHeight)
	b.say(bot.DingTalk, "点单 3栋2单元声控灯坏了")
	b.sees(`document.querySelector('[data-testid=log-dingtalk] [data-testid=card]')`)
	b.shot("narrow-dingtalk")
	b.click(id("tab-wecom"))
	b.say(bot.WeCom, "点单 3栋2单元声控灯坏了")
	b.sees(`document.querySelector('[data-testid=log-wecom] [data-testid=card]')`)
	b.click(id("log-wecom") + ` [data-key="claim"]`)
	b.sees(logHas(bot.WeCom, "你已接单"))
	b.shot("narrow-wecom")
	b.click(id("tab-wire"))
	b.shot("narrow-wire")
	b.click(id("faults-open"))
	b.click(id("fault-dingtalk-offline"))
	b.sees(`document.querySelector('[data-testid=fault-dingtalk-offline]').ariaPressed === 'true'`)
	assert.True(t, b.fakes[bot.DingTalk].Faults().Offline)
	b.shot("narrow-faults")
	b.noComplaints()
}

func TestPage_PrivateChat(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	chen := id("who-wecom-陈晓燕")
	chat := bot.Chat{Platform: bot.WeCom, ID: "w-chen", Private: true}
	b.world.Post(sim.Bubble{Chat: chat, Text: "派给你一单", Route: "push"})
	b.sees(`document.querySelector('` + chen + `').classList.contains('has-news')`)
	b.click(chen)
	b.click(id("chat-wecom-private"))
	b.sees(logHas(bot.WeCom, "派给你一单"))
	b.sees(`!document.querySelector('` + chen + `').classList.contains('has-news')`)
	b.say(bot.WeCom, "接单 1")
	b.sees(logHas(bot.WeCom, "收到，陈晓燕"))
	said := b.fakes[bot.WeCom].sayings()
	require.Len(t, said, 1)
	assert.Equal(t, "接单 1", said[0].Text, "no mention in a private chat")
	assert.Equal(t, chat, said[0].Bubble.Chat)
	assert.Equal(t, []string{"陈晓燕"}, b.fakes[bot.WeCom].visitors())
	assert.Equal(t, true, b.eval(`document.querySelector('[data-testid="who-wecom-王建国"] input').disabled`), "not on WeCom")
	b.noComplaints()
}

func TestPage_QuoteMentionAndHints(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	b.click(id("hint-dingtalk"))
	assert.Equal(t, "@议群 点单 3栋2单元声控灯坏了", b.eval(`document.querySelector('[data-testid=input-dingtalk]').value`))
	b.click(id("send-dingtalk"))
	b.sees(logHas(bot.DingTalk, "民情工作单"))
	b.sees(`document.querySelector('[data-testid=hint-dingtalk]').textContent === '我的单'`)

	b.eval(`document.querySelector('[data-testid=log-dingtalk] [data-id=b2] [data-testid=quote]').click()`)
	b.sees(`document.querySelector('[data-testid=quoting-dingtalk]').textContent.includes('[卡片] #1')`)
	b.click(id("at-dingtalk"))
	b.shot("mention")
	b.click(id("at-list-dingtalk") + ` [data-name="王建国"]`)
	run(b, chromedp.SendKeys(chromedp.CSS(id("input-dingtalk")), "麻烦你"+kb.Enter))
	b.sees(logHas(bot.DingTalk, "收到"))
	said := b.fakes[bot.DingTalk].sayings()
	require.Len(t, said, 2)
	assert.Equal(t, "@议群 @王建国 麻烦你", said[1].Text)
	require.NotNil(t, said[1].Quote)
	assert.Equal(t, "b2", said[1].Quote.ID)
	require.Len(t, said[1].Mentions, 1)
	b.noComplaints()
}

func TestPage_ByKeyboard(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	b.world.Post(sim.Bubble{Chat: dingGroup, From: "王建国", Text: "灯修好了"})
	b.sees(logHas(bot.DingTalk, "灯修好了"))
	run(b, chromedp.Focus(chromedp.CSS(id("log-dingtalk"))))
	run(b, chromedp.KeyEvent(kb.ArrowUp+kb.Tab+kb.Enter))
	b.sees(`document.querySelector('[data-testid=quoting-dingtalk]').textContent.includes('灯修好了')`)
	b.sees(`document.activeElement.dataset.testid === 'input-dingtalk'`)
	run(b, chromedp.KeyEvent("谢谢"+kb.Enter))
	b.sees(logHas(bot.DingTalk, "收到"))
	require.Len(t, b.fakes[bot.DingTalk].sayings(), 1)
	assert.Equal(t, "b1", b.fakes[bot.DingTalk].sayings()[0].Quote.ID)

	run(b, chromedp.Focus(chromedp.CSS(id("who-dingtalk-张秀英")+" input")))
	run(b, chromedp.KeyEvent(kb.ArrowRight))
	b.sees(`document.querySelector('.dingtalk .phone-me').textContent === '我是 赵敏'`)
	b.noComplaints()
}

func TestPage_ClockAndWire(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	b.click(id("clock-tomorrow"))
	b.sees(`document.querySelector('[data-testid=clock-now]').dateTime === '2026-11-22T09:00:00'`)
	b.click(id("clock-10m"))
	b.sees(`document.querySelector('[data-testid=clock-now]').textContent === '09:10:00'`)
	b.sees(`document.querySelector('.clock-day').textContent === '11月22日 周日'`)

	b.say(bot.WeCom, "帮助")
	b.sees(`document.querySelector('[data-testid=wire-row]')?.dataset.name === 'aibot_send_msg'`)
	b.sees(`document.querySelector('[data-testid=meter-wecom-minute]').dataset.used === '1'`)
	b.click(`[data-testid="wire-row"][data-seq="1"] summary`)
	b.sees(`document.querySelector('[data-seq="1"] [data-testid=wire-body]').textContent.includes('@议群 帮助')`)
	b.shot("wire")
	run(b, chromedp.SendKeys(chromedp.CSS(id("wire-filter")), "callback"))
	b.sees(`document.querySelectorAll('[data-testid=wire-row]').length === 1`)

	b.click(id("faults-open"))
	b.click(id("fault-wecom-status-429"))
	b.sees(`document.querySelector('.faults-count').textContent === '企业微信 1 项'`)
	assert.Equal(t, sim.Faults{Status: 429, Next: 1}, b.fakes[bot.WeCom].Faults())
	b.click(id("drop-wecom"))
	b.sees(`document.querySelector('[data-testid=toast]').textContent.includes('切断')`)
	assert.Equal(t, 1, b.fakes[bot.WeCom].dropped())
	b.click(id("fault-dingtalk-expire_tokens"))
	b.sees(`document.querySelector('[data-testid=toast]').textContent.includes('作废')`)
	assert.True(t, b.fakes[bot.DingTalk].Faults().ExpireTokens)
	b.shot("faults")
	b.noComplaints()
}

func TestPage_KeepsTheReadersPlace(t *testing.T) {
	b := openPage(t, desktopWidth, desktopHeight)
	for i := range 40 {
		b.world.Post(sim.Bubble{Chat: dingGroup, From: "赵敏", Text: fmt.Sprintf("第 %d 句", i+1)})
	}
	const log = `document.querySelector('[data-testid=log-dingtalk]')`
	b.sees(logHas(bot.DingTalk, "第 40 句"))
	b.sees(log + `.scrollTop + ` + log + `.clientHeight >= ` + log + `.scrollHeight - 1`)
	b.eval(log + `.scrollTop = 100`)
	b.sees(`new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(() => r(true))))`)
	b.world.Post(sim.Bubble{Chat: dingGroup, From: "王建国", Text: "新的一句"})
	b.sees(`document.querySelector('[data-testid=newer-dingtalk]').textContent === '1 条新消息'`)
	assert.InDelta(t, 100, b.eval(log+`.scrollTop`), 1)
	assert.Contains(t, b.eval(`document.querySelector('[data-testid=live-dingtalk]').textContent`), "王建国：新的一句")
	b.shot("newer")
	b.click(id("newer-dingtalk"))
	b.sees(log + `.scrollTop > 1000 && document.querySelector('[data-testid=newer-dingtalk]').hidden`)
	b.noComplaints()
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
	b.sees(`document.querySelectorAll('[data-testid=log-dingtalk] [data-testid=card]').length === 1`)
	assert.Equal(t, "议群 · 试用", b.eval(`document.title`))
	assert.EqualValues(t, 0, b.eval(`document.querySelectorAll('img, #main script, #main a[href^="javascript"], #main b b').length`))
	assert.Equal(t, w, b.eval(`document.querySelector('[data-id=b1] .plain').textContent`), "shown as typed")
	assert.Equal(t, "粗 点我 [图片 p] "+evil, b.eval(`document.querySelector('[data-id=b2] .md').textContent`))
	b.noComplaints()
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
				b := openPage(t, size.width, size.height, scheme(look))
				b.playEverything(size.width < desktopWidth)
				for _, large := range []string{"", " large"} {
					assert.Empty(t, b.eval(measure))
					b.shot(size.name + " " + look + large)
					b.click(id("large-type"))
				}
				b.noComplaints()
			})
		}
	}
}

// playEverything leaves one of each thing on the screen.
func (b *browser) playEverything(narrow bool) {
	b.t.Helper()
	for _, text := range []string{"点单 3栋2单元声控灯坏了", "台账", "帮助", "谢谢"} {
		b.say(bot.DingTalk, text)
	}
	b.sees(logHas(bot.DingTalk, "收到"))
	if narrow {
		b.click(id("tab-wecom"))
	}
	for _, text := range []string{"点单 3栋2单元声控灯坏了", "投票"} {
		b.say(bot.WeCom, text)
	}
	b.world.Record(sim.Call{Platform: bot.WeCom, Name: "aibot_send_msg", Result: "846607 too frequent"})
	b.sees(`document.querySelector('.wire-result.bad')`)
	b.sees(logHas(bot.WeCom, "请给这次服务打分"))
	if narrow {
		b.click(id("tab-dingtalk"))
	}
}
