package web

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

func TestPage_OrderOnBothPhones(t *testing.T) {
	b := openPage(t, 1280, 860)
	b.click(id("who-dingtalk-张秀英"))
	b.say(bot.DingTalk, "点单 3栋2单元声控灯坏了")
	b.sees(`document.querySelector('[data-testid=log-dingtalk] [data-testid=card]')`)
	said := b.fakes[bot.DingTalk].sayings()
	require.Len(t, said, 1)
	assert.Equal(t, "@议群 点单 3栋2单元声控灯坏了", said[0].Text, "the mention stood in the input already")
	assert.Equal(t, "张秀英", said[0].Person.Name)

	b.click(id("who-dingtalk-王建国"))
	b.click(id("log-dingtalk") + ` [data-key="claim"]`)
	b.sees(`document.querySelector('[data-testid=log-dingtalk] [data-testid=card]').textContent.includes('你已接单')`)
	b.click(id("who-dingtalk-赵敏"))
	b.sees(`document.querySelector('[data-testid=log-dingtalk] [data-testid=card]').textContent.includes('已接单：王建国')`)

	b.say(bot.WeCom, "点单 3栋2单元声控灯坏了")
	b.sees(`document.querySelector('[data-testid=log-wecom] [data-form=button_interaction]')`)
	b.say(bot.WeCom, "投票")
	b.sees(`document.querySelector('[data-testid=log-wecom] [data-form=vote_interaction]')`)
	b.click(`[data-option="fast"]`)
	b.click(`[data-option="kind"]`)
	b.click(id("log-wecom") + ` [data-testid="submit"]`)
	require.Eventually(t, func() bool { return len(b.fakes[bot.WeCom].presses()) == 1 }, waitAtMost, waitStep)
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
	b := openPage(t, 375, 760)
	b.say(bot.DingTalk, "点单 3栋2单元声控灯坏了")
	b.sees(`document.querySelector('[data-testid=log-dingtalk] [data-testid=card]')`)
	b.shot("narrow-dingtalk")
	b.click(id("tab-wecom"))
	b.say(bot.WeCom, "点单 3栋2单元声控灯坏了")
	b.sees(`document.querySelector('[data-testid=log-wecom] [data-testid=card]')`)
	b.click(id("log-wecom") + ` [data-key="claim"]`)
	b.sees(`document.querySelector('[data-testid=log-wecom] [data-testid=card]').textContent.includes('你已接单')`)
	b.shot("narrow-wecom")
	b.click(id("tab-wire"))
	b.shot("narrow-wire")
	b.click(id("faults-open"))
	b.click(id("fault-dingtalk-offline"))
	require.Eventually(t, func() bool { return b.fakes[bot.DingTalk].Faults().Offline }, waitAtMost, waitStep)
	b.shot("narrow-faults")

	assert.Equal(t, false, b.eval(`document.documentElement.scrollWidth > innerWidth`), "nothing sticks out to the side")
	b.noComplaints()
}
