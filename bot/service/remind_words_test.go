package service

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestButtonWords(t *testing.T) {
	for do, all := range map[string][]string{
		"ok":       {"知道了", "知道啦", "好的,知道了", "好,知道了", "收到", "收到了", "我知道了", "晓得了", "明白了", "记住了", "已收到"},
		"hour":     {"过一小时", "过1小时", "过一个小时", "等一个钟头再说", "一小时后再提醒我", "等会儿再说", "晚点再提醒我一下", "待会再叫我", "一个小时后提醒我", "晚一点再提醒一下", "晚些再喊我一声"},
		"tomorrow": {"明天再说", "明天再提醒我", "明早再说", "明天提醒", "明天早上再叫我"},
		"stop":     {"不再提醒", "别提醒了", "别再提醒我了", "不用提醒了", "这条不要再提醒", "以后别提醒我", "莫再提醒了", "不必提醒", "莫再喊了", "别叫我了"},
		"":         {"", "好的", "知道什么", "明天", "别提醒王建国", "别叫", "莫喊老王了", "提醒我", "收到通知怎么办", "一小时"},
	} {
		for _, said := range all {
			assert.Equal(t, do, buttonWord(said), said)
		}
	}
}

func TestAnswerOfOneAmongSeveral(t *testing.T) {
	for said, want := range map[string]remindAnswer{
		"不再提醒 2":   {do: "stop", which: 2},
		"不再提醒第二件":  {do: "stop", which: 2},
		"2不再提醒":    {do: "stop", which: 2},
		"第2件明天再说吧": {do: "tomorrow", which: 2},
		"二,知道了":    {do: "ok", which: 2},
		"过一小时 3":   {do: "hour", which: 3},
		"过一小时3件":   {do: "hour", which: 3},
		"过一小时":     {do: "hour"},
		"一小时后再提醒":  {do: "hour"},
	} {
		got, ok := (&session{}).answerWord(said)
		assert.True(t, ok, said)
		assert.Equal(t, want, got, said)
	}
}
