package apptest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/sim"
)

// onBoth plays a test on each platform, and checks the records at the end.
func onBoth(t *testing.T, play func(t *testing.T, s *street)) {
	for _, pl := range both {
		t.Run(string(pl), func(t *testing.T) {
			t.Parallel()
			s := newStreet(t, apptest.Setup{}, pl)
			play(t, s)
			s.whole()
		})
	}
}

func only(t *testing.T, heard []string) string {
	t.Helper()
	require.Len(t, heard, 1, "one short answer")
	return heard[0]
}

// TestRefusedSentences: each is answered once, kindly, and leaves no trace.
func TestRefusedSentences(t *testing.T) {
	for name, c := range map[string]struct{ who, says, want string }{
		"a number that does not exist":   {"王建国", "接单 99", "没有 #99，请核对一下号码，或发“我的单”看看。"},
		"numbers that do not exist":      {"王建国", "接单 98、99", "没有找到这几个号，请核对一下。"},
		"a huge number":                  {"王建国", "接单 99999999999999999999", ""},
		"number zero":                    {"王建国", "接单 0", ""},
		"the wrong step":                 {"王建国", "办结 1", "#1 现在不到这一步。现在党员可以“接单 1”。"},
		"the wrong person":               {"刘桂兰", "接单 1", "“接单”要由党员来做。现在党员可以“接单 1”。"},
		"a person on no list":            {"生人", "接单 1", "“接单”要由党员来做。现在党员可以“接单 1”。"},
		"a stranger who gives orders":    {"生人", "下单 1", ""},
		"a stranger who appoints":        {"生人", "任命 生人 书记", "“任命”要由管理员或上一级的负责人来做。"},
		"a stranger who asks for a book": {"生人", "出 台账", "台账只给负责人出。"},
		"a stranger who asks for names":  {"生人", "名册", "名册只给负责人看。"},
		"the code in the group":          {"生人", "认领管理员 123456", "请私聊我发这一句，别在群里发口令。"},
		"somebody unknown":               {"李红梅", "转 1 给 诸葛亮", ""},
		"a day that is none":             {"李红梅", "下单 2 2月30日前", ""},
		"100 kB":                         {"刘桂兰", strings.Repeat("长", 34_000), "这条消息太长了，请用一句话说。"},
		"100 kB after a verb":            {"刘桂兰", "点单 " + strings.Repeat("长", 34_000), "这条消息太长了，请用一句话说。"},
		"a rating out of range":          {"刘桂兰", "评价 1 9", ""},
		"merged into itself":             {"李红梅", "并入 1 到 1", ""},
		"merged into nothing":            {"李红梅", "并入 1 到 99", "没有 #99，请核对一下号码，或发“我的单”看看。"},
		"a name that is a link":          {"生人", "我是 [王建国](https://evil.example)", "请写上姓名，例如：我是 王建国。"},
		"a name of one sign":             {"生人", "我是 @", "请写上姓名，例如：我是 王建国。"},
		"on behalf of a paragraph":       {"陈志强", "代 " + strings.Repeat("很长的名字", 9) + " 点单 灯坏了", ""},
		"nothing but signs":              {"刘桂兰", "。。。！！", ""},
		"nothing but zero width":         {"刘桂兰", "\u200b\u200d\u2060", ""},
		"a NUL byte":                     {"刘桂兰", "查 99\x00", ""},
		"half a surrogate":               {"刘桂兰", "查 99\xed\xa0\x80", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(t *testing.T, s *street) {
				s.say("刘桂兰", "点单 声控灯坏了")
				s.say("李红梅", "下单 1")
				s.say("刘桂兰", "点单 门坏了")
				before := s.records()
				got := only(t, s.say(c.who, c.says))
				if c.want != "" {
					assert.Equal(t, c.want, got)
				}
				assert.NotContains(t, got, "系统出了点问题")
				assert.Less(t, len([]rune(got)), 200, "a short answer")
				assert.Equal(t, before, s.records(), "nothing half done")
			})
		})
	}
}

func TestAnEmptyMentionIsAnswered(t *testing.T) {
	onBoth(t, func(t *testing.T, s *street) {
		for _, text := range []string{"@议群", "@议群 ", "@议群\n\n", "@议群@议群 @议群"} {
			assert.Equal(t, "我在。有事直接说，或发“帮助”看看能做什么。", only(t, s.sayIn(s.group[s.on], "刘桂兰", text)), "%q", text)
		}
	})
}

func TestAnUnregisteredGroup(t *testing.T) {
	onBoth(t, func(t *testing.T, s *street) {
		before := s.records()
		for _, text := range []string{"点单 灯坏了", "接单 1", "查 1", "待办", "我是 王小明", "名册", "出 台账", "代 李阿姨 点单 灯坏"} {
			got := only(t, s.sayIn(s.unregistered, "刘桂兰", "@议群 "+text))
			assert.Equal(t, "这个群还没有登记，请管理员发：登记本群 名称 上级 社区。", got, text)
		}
		assert.Contains(t, only(t, s.sayIn(s.unregistered, "刘桂兰", "@议群 帮助")), "登记本群")
		assert.Equal(t, before, s.records())
	})
}

// TestAMatterOfAnotherCommunity: neither its number nor its card's key works here.
func TestAMatterOfAnotherCommunity(t *testing.T) {
	onBoth(t, func(t *testing.T, s *street) {
		s.say("刘桂兰", "点单 灯坏了")
		s.sayIn(s.elsewhere, "生人", "@议群 点单 井盖丢了")
		foreign := s.matters()[1]
		require.NotEqual(t, s.matters()[0].Node, foreign.Node)
		before := s.records()
		bubble, _ := s.newest("下单")
		s.forge("李红梅", bubble, fmt.Sprintf("m/%s/order/1/do//0", foreign.ID))
		s.forge("李红梅", bubble, fmt.Sprintf("m/%s/order/1/refuse//0", foreign.ID))
		assert.Equal(t, before, s.records(), "书记 of one place, nobody in the other")
		assert.Contains(t, only(t, s.sayIn(s.elsewhere, "李红梅", "@议群 下单 1")), "要由书记、网格长来做")
		assert.Equal(t, before, s.records())
	})
}

// TestForgedPresses: what a button says is a claim; every right is judged again.
func TestForgedPresses(t *testing.T) {
	onBoth(t, func(t *testing.T, s *street) {
		s.say("刘桂兰", "点单 声控灯坏了")
		s.say("李红梅", "下单 1")
		s.say("刘桂兰", "点单 门坏了")
		one, two := s.matters()[0].ID, s.matters()[1].ID
		bubble, _ := s.newest("接单")
		before := s.records()
		key := func(m bot.MatterID, rest string) string { return fmt.Sprintf("m/%s/%s", m, rest) }
		for name, k := range map[string]struct{ who, key string }{
			"another matter's step":       {"刘桂兰", key(two, "order/1/do//0")},
			"another step of this matter": {"赵敏", key(one, "work/1/do//0")},
			"a step that is over":         {"李红梅", key(one, "order/1/do//0")},
			"a refusal that is over":      {"李红梅", key(one, "order/1/refuse//0")},
			"a round that never was":      {"王建国", key(one, "take/7/do//0")},
			"a round below zero":          {"王建国", key(one, "take/-1/do//0")},
			"a step that never was":       {"王建国", key(one, "nosuch/1/do//0")},
			"an op that never was":        {"王建国", key(one, "take/1/nosuch//0")},
			"the clock's op":              {"王建国", key(one, "take/1/expire//0")},
			"the clock's reminder":        {"王建国", key(one, "take/1/nudge//0")},
			"a merge":                     {"王建国", key(one, "take/1/merge//0")},
			"an absorption":               {"王建国", key(one, "take/1/absorb//0")},
			"a transfer":                  {"王建国", key(one, "take/1/transfer//0")},
			"another's undo":              {"王建国", key(one, "take/1/undo//0")},
			"another's cancel":            {"王建国", key(one, "take/1/cancel//0")},
			"a rating before its time":    {"刘桂兰", key(one, "rate/1/do//5")},
			"a release of nothing":        {"王建国", key(one, "take/1/release//0")},
			"a choice that never was":     {"李红梅", key(one, "audit/1/do/nosuch/0")},
			"a matter that never was":     {"王建国", key("01ARZ3NDEKTSV4RRFFQ69G5FAV", "take/1/do//0")},
			"no right":                    {"刘桂兰", key(one, "take/1/do//0")},
			"on no list":                  {"生人", key(one, "take/1/do//0")},
			"garbage":                     {"王建国", "☃/☃/../../etc"},
			"almost a key":                {"王建国", key(one, "take/1/do//0/")},
			"a proposal that never was":   {"李红梅", "p/01ARZ3NDEKTSV4RRFFQ69G5FAV/yes"},
			"a proposal's prefix":         {"李红梅", "p/"},
			"10 kB":                       {"王建国", key(one, strings.Repeat("x", 10_000))},
			"10 kB of a proposal":         {"李红梅", "p/" + strings.Repeat("x", 10_000)},
		} {
			shown := s.forge(k.who, bubble, k.key)
			require.Equal(t, before, s.records(), name)
			assert.NotContains(t, shown, "系统出了点问题", name)
		}
		assert.Contains(t, s.press("刘桂兰", "接单"), "“接单”要由党员来做", "the presser is told")
	})
}

func TestPressesAfterTheEnd(t *testing.T) {
	onBoth(t, func(t *testing.T, s *street) {
		s.say("刘桂兰", "点单 声控灯坏了")
		first, order := s.newest("下单")
		s.say("李红梅", "下单 1")
		second, take := s.newest("接单")
		s.say("王建国", "接单 1")
		s.say("王建国", "办结 1 换了灯泡")
		third, rate := s.newest("5 很满意")
		s.say("刘桂兰", "评价 1 5")
		before := s.records()
		assert.Contains(t, s.forge("李红梅", first, order), "#1 已经办完了。")
		assert.Contains(t, s.forge("赵敏", second, take), "#1 已经办完了。")
		assert.Contains(t, s.forge("刘桂兰", third, rate), "#1 已经办完了。")
		for _, text := range []string{"接单 1", "办结 1", "退单 1", "补充 1 又坏了", "取消 1", "转 1 给 赵敏"} {
			assert.Contains(t, only(t, s.say("王建国", text)), "#1 已经办完", text)
		}
		assert.Equal(t, before, s.records())
	})
}

// TestNicknames: what somebody calls themselves is never a link, a mention or a
// second line, and never a right.
func TestNicknames(t *testing.T) {
	for name, nick := range map[string]string{
		"the secretary's":  "李红梅",
		"everybody":        "@所有人",
		"markup":           "**[李](https://evil.example)** # 标题",
		"html":             "<font color=red>李</font>",
		"turned around":    "李\u202e梅红\u202c\u200f",
		"a line break":     "李\n\n# 李红梅书记",
		"a template":       "${params.id} {{name}}",
		"very long":        strings.Repeat("李", 3000),
		"nothing to see":   "\u200b\u2060",
		"only whitespace ": " \t\n ",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onBoth(t, func(t *testing.T, s *street) {
				s.World.AddPerson(sim.Person{Name: "怪名", Nick: nick, DingTalk: "odd", WeCom: "odd"})
				chat := chatNamed(s.on, "Odd")
				s.World.AddGroup(sim.Group{Chat: chat, Title: "新群", Members: []string{"怪名", "李红梅"}})
				register(t, s, chat)
				s.sayIn(chat, "怪名", "@议群 点单 灯坏了")
				refused := only(t, s.sayIn(chat, "怪名", "@议群 下单 1"))
				assert.Contains(t, refused, "要由书记、网格长来做")
				only(t, s.sayIn(chat, "怪名", "@议群 查 1"))
				only(t, s.sayIn(chat, "怪名", "@议群 我是 李小明"))
				for _, b := range s.World.Bubbles(func(b *sim.Bubble) bool { return b.Chat == chat && b.From == "" }) {
					assert.Empty(t, b.Mentions, "nobody is called")
					for _, source := range []string{b.Markdown, cardMarkdown(&b)} {
						assert.NotContains(t, source, "](http", "no link")
						assert.NotContains(t, source, "\n# ", "no heading")
						assert.NotContains(t, source, "<font color=red>", "no html")
						assert.NotContains(t, source, "@所有人")
					}
					text := apptest.Reads(&b, "")
					assert.NotContains(t, text, "\u202e")
					assert.Less(t, len([]rune(text)), 400)
				}
			})
		})
	}
}

func cardMarkdown(b *sim.Bubble) string {
	if b.Card == nil {
		return ""
	}
	return b.Card.Markdown
}

// register makes a group one of the street's, by its administrator.
func register(t *testing.T, s *street, chat bot.Chat) {
	t.Helper()
	s.tell("李红梅", "认领管理员 "+s.Claim)
	require.Contains(t, only(t, s.sayIn(chat, "李红梅", "@议群 登记本群 新网格 上级 翠湖社区")), "好，本群是“新网格”")
}

// TestTheSameEventAgain: days later too, it changes nothing and says nothing.
func TestTheSameEventAgain(t *testing.T) {
	s := newStreet(t, apptest.Setup{}, bot.DingTalk)
	b, err := s.World.Say(sim.Utterance{Who: "刘桂兰", Chat: s.group[s.on], Text: "@议群 点单 灯坏了"})
	require.NoError(t, err)
	require.Len(t, s.heard(), 1)
	for range 3 {
		s.Clock.Advance(9 * time.Hour)
		s.heard()
		before := s.records() // 9 hours may bring a reminder
		require.True(t, s.World.Backend(bot.DingTalk).Redeliver(b.ID))
		assert.Empty(t, s.heard())
		assert.Equal(t, before, s.records())
	}
	s.whole()
}

func TestLateEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, s *street) {
		s.say("刘桂兰", "点单 灯坏了")
		s.say("李红梅", "下单 1")
		backend := s.World.Backend(s.on)
		backend.SetFaults(sim.Faults{Late: 2 * time.Hour})
		assert.Empty(t, s.say("王建国", "接单 1"), "still under way")
		backend.SetFaults(sim.Faults{})
		s.say("李红梅", "取消 1")
		before := s.records()
		s.Clock.Advance(2 * time.Hour)
		assert.Contains(t, only(t, s.heard()), "#1 已经取消")
		assert.Equal(t, before, s.records())
	})
}

// TestEventsOfNoKind: what a platform may invent one day is taken and forgotten.
func TestEventsOfNoKind(t *testing.T) {
	s := newStreet(t, apptest.Setup{}, bot.DingTalk)
	before := s.records()
	me := bot.Account{Platform: bot.DingTalk, User: "user00"}
	for name, e := range map[string]bot.Event{
		"nothing at all":     {},
		"nothing in a chat":  {ID: "1", Platform: bot.DingTalk, Chat: s.group[bot.DingTalk], From: me},
		"a message of none":  {ID: "2", Platform: bot.DingTalk, Chat: s.group[bot.DingTalk], Message: &bot.Message{Text: "点单 灯坏了"}},
		"a message nowhere":  {ID: "3", Platform: bot.DingTalk, From: me, Message: &bot.Message{Text: "点单 灯坏了"}},
		"a press of none":    {ID: "4", Platform: bot.DingTalk, Chat: s.group[bot.DingTalk], Press: &bot.Press{Key: "x"}},
		"a press on nothing": {ID: "5", Platform: bot.DingTalk, Chat: s.group[bot.DingTalk], From: me, Press: &bot.Press{}},
		"a platform unknown": {ID: "6", Platform: "qq", Chat: bot.Chat{Platform: "qq", ID: "1"}, From: bot.Account{Platform: "qq", User: "1"}, Enter: &bot.Enter{}},
		"an entrance":        {ID: "7", Platform: bot.DingTalk, Chat: bot.PrivateChat(me), From: me, Enter: &bot.Enter{}},
		"a gap of no length": {ID: "8", Platform: bot.DingTalk, Gap: &bot.Gap{}},
		"a gap backwards":    {ID: "9", Platform: bot.DingTalk, Gap: &bot.Gap{From: monday, Until: monday.Add(-time.Hour)}},
	} {
		_, err := s.App.Service.Handle(t.Context(), e)
		require.NoError(t, err, name)
		s.heard()
		require.Equal(t, before, s.records(), name)
	}
	s.whole()
}
