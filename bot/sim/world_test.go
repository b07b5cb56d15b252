package sim_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// recorder is a platform that only takes note.
type recorder struct {
	sim.Backend
	said    []sim.Said
	pressed []sim.Pressed
}

func (r *recorder) Platform() bot.Platform { return bot.WeCom }
func (r *recorder) Say(s sim.Said)         { r.said = append(r.said, s) }
func (r *recorder) Press(p sim.Pressed)    { r.pressed = append(r.pressed, p) }

var group = bot.Chat{Platform: bot.WeCom, ID: "wrk1"}

func newWorld() (*sim.World, *recorder) {
	people := []sim.Person{
		{Name: "王建国", Nick: "老王", WeCom: "wang"}, {Name: "李红", WeCom: "hong"}, {Name: "李红梅", WeCom: "mei"},
		{Name: "张三", WeCom: "zhang"}, {Name: "钉钉人", DingTalk: "ding"}, {Name: "群外人", WeCom: "out"},
	}
	w := sim.NewWorld(sim.NewClock(nine), "议群", people, []sim.Group{{Chat: group, Members: []string{"王建国", "李红", "李红梅", "张三"}}})
	r := &recorder{}
	w.Attach(r)
	return w, r
}

func TestSayFindsMentions(t *testing.T) {
	for text, want := range map[string]struct {
		names []string
		toBot bool
	}{
		"@议群 接单":               {nil, true},
		"接单 ＠议群":               {nil, true},
		"接单":                   {nil, false},
		"@议群 派单 @李红梅 @老王":      {[]string{"李红梅", "王建国"}, true},
		"@议群 派单 @李红 @李红":       {[]string{"李红"}, true},
		"@王建国 @群外人 @张三":        {nil, false}, // by display name, members only, nobody themselves
		"@李红你来 @@老王":           {[]string{"李红", "王建国"}, false},
		"a@b.cn @ 议群 @老 王 @ @": {nil, false},
	} {
		w, r := newWorld()
		_, err := w.Say(sim.Utterance{Who: "张三", Chat: group, Text: text})
		require.NoError(t, err)
		var names []string
		for _, p := range r.said[0].Mentions {
			names = append(names, p.Name)
		}
		assert.Equal(t, want.names, names, text)
		assert.Equal(t, want.toBot, r.said[0].ToBot, text)
	}
}

func TestSayRefusesWhatNobodyCouldDo(t *testing.T) {
	w, _ := newWorld()
	mine := bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: "wang"})
	for name, u := range map[string]sim.Utterance{
		"nobody":               {Who: "谁", Chat: group},
		"not on the platform":  {Who: "钉钉人", Chat: group},
		"not in the group":     {Who: "群外人", Chat: group},
		"unknown group":        {Who: "李红", Chat: bot.Chat{Platform: bot.WeCom, ID: "wrk2"}},
		"chat of another":      {Who: "李红", Chat: mine},
		"platform of nobody's": {Who: "钉钉人", Chat: bot.PrivateChat(bot.Account{Platform: bot.DingTalk, User: "ding"})},
	} {
		_, err := w.Say(u)
		require.Error(t, err, name)
	}
	assert.Empty(t, w.Bubbles(nil))
	_, err := w.Say(sim.Utterance{Who: "王建国", Chat: mine, Text: "待办"})
	require.NoError(t, err)
}

func TestPressNeedsACardAndAPerson(t *testing.T) {
	w, r := newWorld()
	text := w.Post(sim.Bubble{Chat: group, Text: "x"})
	card := w.Post(sim.Bubble{Chat: group, Card: &sim.Shown{ID: "c"}})
	far := w.Post(sim.Bubble{Chat: bot.PrivateChat(bot.Account{Platform: bot.DingTalk, User: "ding"}), Card: &sim.Shown{ID: "d"}})
	only := w.Post(sim.Bubble{Chat: group, Only: []string{"李红梅"}, Card: &sim.Shown{ID: "o"}})
	require.Error(t, w.Press("李红", text.ID, "k", nil))
	require.Error(t, w.Press("谁", card.ID, "k", nil))
	require.Error(t, w.Press("钉钉人", card.ID, "k", nil))
	require.Error(t, w.Press("钉钉人", far.ID, "k", nil), "nobody plays DingTalk")
	require.Error(t, w.Press("群外人", card.ID, "k", nil), "does not see it")
	require.Error(t, w.Press("李红", only.ID, "k", nil), "does not see it")
	require.NoError(t, w.Press("李红", card.ID, "forged", nil))
	assert.Equal(t, "forged", r.pressed[0].Key)
}

func TestBubblesAreCopies(t *testing.T) {
	w, _ := newWorld()
	b := w.Post(sim.Bubble{Chat: group, Card: &sim.Shown{Title: "旧"}, Views: map[string]*sim.Shown{"李红": {Title: "她的"}}})
	before := w.Bubble(b.ID)
	require.True(t, w.Change(b.ID, func(b *sim.Bubble) { b.Card, b.Views = &sim.Shown{Title: "新"}, nil }))
	assert.False(t, w.Change("b9", func(*sim.Bubble) {}))
	assert.Equal(t, "旧", before.SeenBy("王建国").Title)
	assert.Equal(t, "她的", before.SeenBy("李红").Title)
	assert.Equal(t, "新", w.Bubble(b.ID).SeenBy("李红").Title)
	assert.Nil(t, w.Bubble("b9"))
}

func TestRecordCountsAndCuts(t *testing.T) {
	w, _ := newWorld()
	w.Record(sim.Call{Name: "a", Counts: sim.WeComMessages, Request: strings.Repeat("长", 2000)})
	w.Record(sim.Call{Name: "b"})
	calls := w.Calls(0)
	require.Len(t, calls, 2)
	assert.Less(t, len(calls[0].Request), 4100)
	assert.Equal(t, 2, calls[1].Seq)
	assert.Len(t, w.Calls(1), 1)
	assert.Empty(t, w.Calls(2))
	assert.Equal(t, map[sim.Quota]int{sim.WeComMessages: 1}, w.Totals())
}

func TestWireLogForgetsTheOldest(t *testing.T) {
	w, _ := newWorld()
	for range 25_000 {
		w.Record(sim.Call{Counts: sim.WeComMessages})
	}
	kept := w.Calls(0)
	assert.GreaterOrEqual(t, len(kept), 10_000)
	assert.LessOrEqual(t, len(kept), 20_000)
	assert.Equal(t, 25_000, kept[len(kept)-1].Seq)
	assert.Equal(t, 24_999, w.Calls(24_998)[0].Seq)
	assert.Equal(t, 25_000, w.Totals()[sim.WeComMessages])
}

func TestWatchTellsOfNews(t *testing.T) {
	w, _ := newWorld()
	news, stop := w.Watch()
	w.Post(sim.Bubble{})
	w.Post(sim.Bubble{})
	<-news
	assert.Empty(t, news, "repeats are merged")
	stop()
	w.Post(sim.Bubble{})
	assert.Empty(t, news)
}
