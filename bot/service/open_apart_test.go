package service

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/procedure"
	"yiqun/bot/talk"
	"yiqun/intents"
)

func TestApartOrOne(t *testing.T) {
	set, err := procedure.Shipped()
	require.NoError(t, err)
	s := &session{Service: New(nil, nil, nil, set, Config{})}
	p := &talk.Pending{Field: talk.WhichReading, Readings: []intents.Intent{
		{Verb: "点单", Text: "1. 3栋灯坏了\n2. 5栋下水道堵了"}, {Verb: "点单", Text: "3栋灯坏了，还有5栋下水道堵了"},
	}}
	for said, want := range map[string]int{
		"分开": 0, "分开吧": 0, "分开报": 0, "还是分开吧": 0, "分成2单": 0, "分两单": 0, "两单": 0, "2单": 0, "拆开": 0, "分别报": 0, "一件一单": 0, "那就分开来": 0, "请分开点": 0, "分开2单": 0,
		"合并": 1, "合成一单": 1, "合成1单吧": 1, "合在一起": 1, "一单": 1, "1单": 1, "一单就行": 1, "算一起吧": 1, "合到一起": 1, "写一起": 1, "并成一单": 1, "不用分": 1, "别分开": 1, "放一起报": 1, "就一单": 1, "一起吧": 1,
		"三单": -1, "分成5单": -1, "1": -1, "合适": -1, "分": -1, "算了": -1, "报": -1, "合": -1, "不用了": -1, "分钱": -1, "合不来": -1, "点单": -1, "": -1, "一件灯坏了": -1,
	} {
		assert.Equal(t, want, s.apartAnswer(p, said), said)
	}
	p.Readings = p.Readings[:1]
	assert.Equal(t, -1, s.apartAnswer(p, "分开"), "nothing was asked")
}
