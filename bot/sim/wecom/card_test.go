package wecom_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/bot/sim/wecom"
)

func with(card m, changes m) m {
	out := maps.Clone(card)
	for k, v := range changes {
		if v == nil {
			delete(out, k)
		} else {
			out[k] = v
		}
	}
	return out
}

// many repeats an item, with a key of its own.
func many(n int, item func(i int) m) []m {
	out := make([]m, n)
	for i := range out {
		out[i] = item(i)
	}
	return out
}

func options(n int) []m {
	return many(n, func(i int) m { return m{"id": fmt.Sprint(i), "text": "项"} })
}

func noticeCard() m {
	return m{
		"card_type": "text_notice", "main_title": m{"title": "公示"},
		"card_action": m{"type": 1, "url": "https://example.invalid/1"},
	}
}

func newsCard() m {
	return with(noticeCard(), m{"card_type": "news_notice", "card_image": m{"url": "https://example.invalid/1.png"}})
}

func multipleCard(selects ...m) m {
	return m{
		"card_type": "multiple_interaction", "main_title": m{"title": "报名"}, "select_list": selects,
		"submit_button": m{"text": "提交", "key": "join:1"}, "task_id": "m@1",
	}
}

func selection(key string) m {
	return m{"question_key": key, "title": "哪天", "option_list": options(2)}
}

func TestRefusesCardsOverTheHardLimits(t *testing.T) {
	long := strings.Repeat("k", 1025)
	order, vote := orderCard("t@1"), voteCard("v@1")
	box := func(changes m) m { return with(vote, m{"checkbox": with(vote["checkbox"].(m), changes)}) }
	pairs := func(item m) m { return with(order, m{"horizontal_content_list": []m{item}}) }
	jumps := func(items ...m) m { return with(noticeCard(), m{"jump_list": items}) }
	for name, c := range map[string]struct {
		card m
		code int
	}{
		"card type":               {with(order, m{"card_type": "poll"}), 42031},
		"no task_id":              {with(order, m{"task_id": nil}), 42014},
		"task_id characters":      {with(order, m{"task_id": "单#1"}), 42014},
		"task_id length":          {with(order, m{"task_id": strings.Repeat("t", 129)}), 42014},
		"no title":                {with(order, m{"main_title": nil}), 42033},
		"no title nor subtitle":   {with(noticeCard(), m{"main_title": m{"desc": "x"}}), 42033},
		"feedback id":             {with(order, m{"feedback": m{"id": strings.Repeat("f", 257)}}), 40058},
		"seven pairs":             {with(order, m{"horizontal_content_list": many(7, func(int) m { return m{"keyname": "k"} })}), 42035},
		"pair without name":       {pairs(m{"value": "v"}), 42027},
		"pair without url":        {pairs(m{"keyname": "k", "type": 1}), 42028},
		"pair without member":     {pairs(m{"keyname": "k", "type": 3}), 42050},
		"pair with attachment":    {pairs(m{"keyname": "k", "type": 2}), 40058},
		"no buttons":              {with(order, m{"button_list": nil}), 40058},
		"seven buttons":           {with(order, m{"button_list": many(7, func(i int) m { return m{"text": "b", "key": fmt.Sprint(i)} })}), 40058},
		"button without text":     {with(order, m{"button_list": []m{{"key": "k"}}}), 42038},
		"button without key":      {with(order, m{"button_list": []m{{"text": "b"}}}), 42039},
		"button key length":       {with(order, m{"button_list": []m{{"text": "b", "key": long}}}), 42039},
		"button key twice":        {with(order, m{"button_list": many(2, func(int) m { return m{"text": "b", "key": "k"} })}), 42039},
		"button style":            {with(order, m{"button_list": []m{{"text": "b", "key": "k", "style": 5}}}), 40058},
		"selection without key":   {with(order, m{"button_selection": m{"option_list": options(2)}}), 42043},
		"no checkbox":             {with(vote, m{"checkbox": nil}), 40058},
		"checkbox mode":           {box(m{"mode": 2}), 40058},
		"question key length":     {box(m{"question_key": long}), 42043},
		"no options":              {box(m{"option_list": nil}), 42037},
		"twenty-one options":      {box(m{"option_list": options(21)}), 42037},
		"option without id":       {box(m{"option_list": []m{{"text": "x"}}}), 42040},
		"option id length":        {box(m{"option_list": []m{{"text": "x", "id": strings.Repeat("i", 129)}}}), 42040},
		"option id twice":         {box(m{"option_list": []m{{"text": "x", "id": "i"}, {"text": "y", "id": "i"}}}), 42040},
		"option without text":     {box(m{"option_list": []m{{"id": "i"}}}), 42041},
		"no submit":               {with(vote, m{"submit_button": nil}), 42046},
		"submit key length":       {with(vote, m{"submit_button": m{"text": "交", "key": long}}), 42046},
		"submit without text":     {with(vote, m{"submit_button": m{"key": "k"}}), 42049},
		"no selects":              {multipleCard(), 42047},
		"four selects":            {multipleCard(selection("1"), selection("2"), selection("3"), selection("4")), 42047},
		"question key twice":      {multipleCard(selection("1"), selection("1")), 42043},
		"eleven options":          {multipleCard(with(selection("1"), m{"option_list": options(11)})), 42037},
		"multiple without task":   {with(multipleCard(selection("1")), m{"task_id": nil}), 42014},
		"notice leading nowhere":  {with(noticeCard(), m{"card_action": nil}), 42045},
		"notice without url":      {with(noticeCard(), m{"card_action": m{"type": 1}}), 42028},
		"notice without appid":    {with(noticeCard(), m{"card_action": m{"type": 2}}), 42030},
		"four jumps":              {jumps(many(4, func(int) m { return m{"title": "x"} })...), 42042},
		"jump without title":      {jumps(m{"type": 1, "url": "u"}), 42033},
		"jump without url":        {jumps(m{"type": 1, "title": "x"}), 42028},
		"jump question length":    {jumps(m{"type": 3, "title": "x", "question": strings.Repeat("q", 201)}), 40058},
		"news without picture":    {with(newsCard(), m{"card_image": nil}), 42044},
		"news picture shape":      {with(newsCard(), m{"card_image": m{"url": "u", "aspect_ratio": 2.5}}), 40058},
		"five vertical items":     {with(newsCard(), m{"vertical_content_list": many(5, func(int) m { return m{"title": "x"} })}), 42036},
		"vertical without title":  {with(newsCard(), m{"vertical_content_list": []m{{"desc": "x"}}}), 42033},
		"menu without task":       {with(noticeCard(), m{"action_menu": m{"desc": "d", "action_list": []m{{"text": "x", "key": "k"}}}}), 42014},
		"menu without desc":       {with(order, m{"action_menu": m{"action_list": []m{{"text": "x", "key": "k"}}}}), 40058},
		"menu of four":            {with(order, m{"action_menu": m{"desc": "d", "action_list": many(4, func(i int) m { return m{"text": "x", "key": fmt.Sprint(i)} })}}), 40058},
		"menu key twice":          {with(order, m{"action_menu": m{"desc": "d", "action_list": many(2, func(int) m { return m{"text": "x", "key": "k"} })}}), 42051},
		"title that is no object": {with(order, m{"main_title": "x"}), 40058},
		"number as key":           {with(order, m{"button_list": []m{{"text": "b", "key": 1}}}), 40058},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, wecom.Options{})
			l := b.connect()
			f := l.answer("aibot_respond_msg", l.heard(wang, grid), cardBody(c.card))
			assert.Equal(t, c.code, f.Code, f.Message)
			assert.Zero(t, b.said())
		})
	}
}

func TestRefusesReusedTaskID(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	require.Zero(t, l.answer("aibot_respond_msg", id, cardBody(orderCard("t@1"))).Code)
	assert.Equal(t, 42014, l.answer("aibot_respond_msg", id, cardBody(orderCard("t@1"))).Code)
	assert.Equal(t, 42014, l.ask("aibot_send_msg", pushBody(grid, cardBody(voteCard("t@1")))).Code)
	assert.Equal(t, 1, b.said())
}

func TestLongTextsAreCutOnTheScreen(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	card := with(orderCard("t@1"), m{
		"main_title":              m{"title": strings.Repeat("题", 27), "desc": strings.Repeat("述", 30)},
		"sub_title_text":          strings.Repeat("文", 113),
		"horizontal_content_list": []m{{"keyname": "六个字的标签", "value": strings.Repeat("值", 27)}},
		"button_list":             []m{{"text": "十一个字的按钮会被截断", "key": "k", "style": 2}},
	})
	require.Zero(t, l.answer("aibot_respond_msg", l.heard(wang, grid), cardBody(card)).Code)
	assert.Equal(t, &sim.Shown{
		ID: "t@1", Form: "button_interaction", Title: strings.Repeat("题", 25) + "…", Desc: strings.Repeat("述", 30),
		Text:    strings.Repeat("文", 111) + "…",
		Pairs:   []sim.ShownPair{{Key: "六个字的…", Value: strings.Repeat("值", 25) + "…"}},
		Buttons: []sim.ShownButton{{Text: "十一个字的按钮会被…", Key: "k", Style: "2"}},
	}, b.last().Card)
}

func TestEveryTypeIsDrawnWithWhatItHas(t *testing.T) {
	b := newBench(t, wecom.Options{})
	l := b.connect()
	id := l.heard(wang, grid)
	draw := func(card m) *sim.Shown {
		f := l.answer("aibot_respond_msg", id, cardBody(card))
		require.Zero(t, f.Code, f.Message)
		return b.last().Card
	}
	assert.Equal(t, &sim.Shown{
		ID: "v@1", Form: "vote_interaction", Title: "#13 装电梯", Submit: &sim.ShownButton{Text: "提交", Key: "vote:1"},
		Selects: []sim.ShownSelect{{Key: "q", Multiple: true, Options: []sim.ShownOption{
			{ID: "yes", Text: "同意"}, {ID: "no", Text: "不同意", Picked: true},
		}}},
	}, draw(with(voteCard("v@1"), m{"sub_title_text": "这种卡没有这一行"})))
	assert.Equal(t, &sim.Shown{
		ID: "m@1", Form: "multiple_interaction", Title: "报名", Submit: &sim.ShownButton{Text: "提交", Key: "join:1"},
		Selects: []sim.ShownSelect{{Key: "day", Title: "哪天", Options: []sim.ShownOption{
			{ID: "0", Text: "项"}, {ID: "1", Text: "项", Picked: true},
		}}},
	}, draw(multipleCard(with(selection("day"), m{"selected_id": "1"}))))
	assert.Equal(t, &sim.Shown{
		Form: "text_notice", Title: "公示", Link: "https://example.invalid/1", Tips: "议群 3天 剩余 原话",
		Links: []sim.ShownButton{{Text: "看全文", URL: "https://example.invalid/2"}},
	}, draw(with(noticeCard(), m{
		"source": m{"desc": "议群"}, "emphasis_content": m{"title": "3天", "desc": "剩余"}, "quote_area": m{"quote_text": "原话"},
		"jump_list": []m{{"type": 1, "url": "https://example.invalid/2", "title": "看全文"}},
	})))
	assert.Equal(t, &sim.Shown{
		ID: "n@1", Form: "news_notice", Title: "公示", Link: "https://example.invalid/1",
		Pairs:   []sim.ShownPair{{Key: "议题", Value: "装电梯"}},
		Buttons: []sim.ShownButton{{Text: "有异议", Key: "object:1", Style: "menu"}},
	}, draw(with(newsCard(), m{
		"task_id": "n@1", "vertical_content_list": []m{{"title": "议题", "desc": "装电梯"}},
		"action_menu": m{"desc": "更多", "action_list": []m{{"text": "有异议", "key": "object:1"}}},
	})))
}
