package web

import (
	"strings"
	"sync"
	"testing"
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// morning is when every test's world begins: a Saturday.
var morning = time.Date(2026, 11, 21, 9, 0, 5, 0, China)

var (
	dingGroup = bot.Chat{Platform: bot.DingTalk, ID: "cid3grid"}
	weGroup   = bot.Chat{Platform: bot.WeCom, ID: "wr3grid"}
)

// newWorld is a small neighbourhood on two fake platforms.
func newWorld(t testing.TB) (*sim.World, map[bot.Platform]*fake) {
	t.Helper()
	people := []sim.Person{
		{Name: "李红梅", About: "书记", DingTalk: "d-li", WeCom: "w-li"},
		{Name: "周志强", About: "网格长", DingTalk: "d-zhou", WeCom: "w-zhou"},
		{Name: "王建国", About: "党员", DingTalk: "d-wang"},
		{Name: "陈晓燕", About: "党员", DingTalk: "d-chen", WeCom: "w-chen"},
		{Name: "刘伟", About: "党员", WeCom: "w-liu"},
		{Name: "欧阳春", About: "党员", WeCom: "w-ouyang"},
		{Name: "张秀英", Nick: "3栋张阿姨", About: "居民", DingTalk: "d-zhang"},
		{Name: "赵敏", About: "居民", DingTalk: "d-zhao"},
		{Name: "孙浩", About: "居民", WeCom: "w-sun"},
		{Name: "马师傅", About: "物业", DingTalk: "d-ma", WeCom: "w-ma"},
	}
	group := func(chat bot.Chat) sim.Group {
		g := sim.Group{Chat: chat, Title: "翠湖社区第三网格党支部"}
		for _, p := range people {
			if p.On(chat.Platform) != "" {
				g.Members = append(g.Members, p.Name)
			}
		}
		return g
	}
	w := sim.NewWorld(sim.NewClock(morning), "议群", people, []sim.Group{group(dingGroup), group(weGroup)})
	fakes := map[bot.Platform]*fake{}
	for _, p := range []bot.Platform{bot.DingTalk, bot.WeCom} {
		fakes[p] = &fake{platform: p, world: w}
		w.Attach(fakes[p])
	}
	return w, fakes
}

// fake plays a platform and, in a few words, the bot.
type fake struct {
	platform bot.Platform
	world    *sim.World

	mu      sync.Mutex
	faults  sim.Faults
	said    []sim.Said
	pressed []sim.Pressed
	entered []string
	drops   int
}

func (f *fake) Platform() bot.Platform { return f.platform }
func (f *fake) Pending() int           { return 0 }
func (f *fake) Close()                 {}

func (f *fake) Delivered() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return int64(len(f.said) + len(f.pressed))
}

func (f *fake) Faults() sim.Faults {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.faults
}

func (f *fake) SetFaults(faults sim.Faults) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.faults = faults
}

func (f *fake) Drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drops++
}

func (f *fake) Enter(p sim.Person) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.entered = append(f.entered, p.Name)
}

// Redeliver does what DingTalk does and WeCom never.
func (f *fake) Redeliver(string) bool { return f.platform == bot.DingTalk }

func (f *fake) Say(said sim.Said) {
	f.mu.Lock()
	f.said = append(f.said, said)
	f.mu.Unlock()
	if !said.ToBot {
		return
	}
	f.heard(said.Bubble.Chat, said.Text)
	switch {
	case strings.Contains(said.Text, "点单"):
		f.order(said.Bubble.Chat)
	case strings.Contains(said.Text, "投票"):
		f.vote(said.Bubble.Chat)
	case strings.Contains(said.Text, "台账"):
		f.sendFile(said.Bubble.Chat)
	case strings.Contains(said.Text, "帮助"):
		f.answer(said.Bubble.Chat, sim.Bubble{Markdown: "**可以这样说**\n\n- `点单` 说清地点和事情\n- `接单` 接最近一单\n- `我的单` 看看到哪一步了\n\n> 私聊我也可以，不用 @。"})
	default:
		f.answer(said.Bubble.Chat, sim.Bubble{Text: "收到，" + said.Person.Shows() + "。", Quote: said.Bubble.ID})
	}
}

func (f *fake) heard(chat bot.Chat, text string) {
	name := "CALLBACK /v1.0/im/bot/messages/get"
	counts := sim.DingTalkPushes
	if f.platform == bot.WeCom {
		name, counts = "aibot_msg_callback", sim.Free
	}
	f.world.Record(sim.Call{Platform: f.platform, Inbound: true, Name: name, Counts: counts, Chat: chat, Result: "ok",
		Request: `{"msgtype":"text","text":{"content":"` + text + `"}}`, Response: `{"code":200}`})
}

// answer posts what the bot says and records what it cost.
func (f *fake) answer(chat bot.Chat, b sim.Bubble) {
	call := sim.Call{Platform: f.platform, Name: "POST /robot/sendBySession", Counts: sim.DingTalkPushes, Result: "ok", Chat: chat}
	if f.platform == bot.WeCom {
		call.Name, call.Counts = "aibot_send_msg", sim.WeComMessages
	}
	if b.Card != nil && f.platform == bot.DingTalk {
		call.Name, call.Counts = "POST /v1.0/card/instances/createAndDeliver", sim.DingTalkAPI
	}
	f.world.Record(call)
	b.Chat, b.Route = chat, "reply"
	f.world.Post(b)
}

func (f *fake) order(chat bot.Chat) {
	if f.platform == bot.DingTalk {
		f.answer(chat, sim.Bubble{Card: &sim.Shown{
			ID: "o1", Form: "dingtalk", Title: "#1 民情工作单",
			Markdown: "**3栋2单元声控灯坏了**\n\n- 状态：等接单（0/3）\n- 时限：明天 17:00\n\n点单 ✓ → 下单 ✓ → **接单 ●** → 办结 → 评价",
			Buttons: []sim.ShownButton{
				{Text: "接单", Key: "claim", Style: "blue"},
				{Text: "看详情", Key: "show", Style: "gray"},
				{Text: "不受理", Key: "refuse", Style: "red"},
			},
			Tips: "也可以说：接单 1",
		}})
		return
	}
	f.answer(chat, sim.Bubble{Card: &sim.Shown{
		ID: "o1", Form: "button_interaction", Title: "#1 3栋2单元声控灯坏了", Desc: "民情工作单 · 等接单（0/3）",
		Pairs: []sim.ShownPair{{Key: "地点", Value: "3栋2单元"}, {Key: "点单", Value: "3栋张阿姨"}, {Key: "时限", Value: "明天 17:00"}},
		Text:  "点单 ✓ → 下单 ✓ → 接单 ● → 办结",
		Buttons: []sim.ShownButton{
			{Text: "接单", Key: "claim", Style: "1"}, {Text: "看详情", Key: "show", Style: "2"},
		},
	}})
}

func (f *fake) vote(chat bot.Chat) {
	f.answer(chat, sim.Bubble{Card: &sim.Shown{
		ID: "v1", Form: "vote_interaction", Title: "请给这次服务打分", Desc: "#1 3栋2单元声控灯坏了",
		Selects: []sim.ShownSelect{{Key: "score", Multiple: true, Options: []sim.ShownOption{
			{ID: "fast", Text: "很快"}, {ID: "kind", Text: "态度好"}, {ID: "again", Text: "还没修好"},
		}}},
		Submit: &sim.ShownButton{Text: "提交", Key: "submit"},
	}})
}

func (f *fake) sendFile(chat bot.Chat) {
	data := []byte("PK\x03\x04 not really a workbook")
	f.answer(chat, sim.Bubble{File: &sim.SentFile{Name: "民情工作单台账 11月.xlsx", Size: len(data), Data: data}})
}

func (f *fake) Press(p sim.Pressed) {
	f.mu.Lock()
	f.pressed = append(f.pressed, p)
	f.mu.Unlock()
	f.world.Record(sim.Call{Platform: f.platform, Inbound: true, Name: "CALLBACK card", Result: "ok", Request: `{"key":"` + p.Key + `"}`})
	f.world.Change(p.Bubble.ID, func(b *sim.Bubble) {
		card := *b.Card
		if card.Submit != nil {
			card.Tips, card.Submit = "已提交，谢谢", &sim.ShownButton{Text: "已提交", Key: "done"}
			b.Card = &card
			return
		}
		card.Tips = "已接单：" + p.Person.Shows()
		own := card
		own.Tips = "你已接单，辛苦了"
		own.Buttons = []sim.ShownButton{{Text: "退单", Key: "return", Style: "gray"}, {Text: "办结", Key: "finish", Style: "blue"}}
		b.Card, b.Views = &card, map[string]*sim.Shown{p.Person.Name: &own}
		b.Changes++
	})
}

func (f *fake) presses() []sim.Pressed {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]sim.Pressed(nil), f.pressed...)
}

func (f *fake) sayings() []sim.Said {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]sim.Said(nil), f.said...)
}

func (f *fake) dropped() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.drops
}

func (f *fake) visitors() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]string(nil), f.entered...)
}
