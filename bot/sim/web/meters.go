package web

import (
	"time"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// meter is how much of one allowance is used.
type meter struct {
	Name     string       `json:"name"`
	Platform bot.Platform `json:"platform"`
	Label    string       `json:"label"`
	Used     int          `json:"used"`
	Limit    int          `json:"limit"`
}

// The platforms' allowances: DingTalk counts per organisation and calendar month
// (standard edition), WeCom per conversation and sliding window.
const (
	dingtalkAPICalls = 5000
	dingtalkPushes   = 3000
	wecomPerMinute   = 30
	wecomPerHour     = 1000
)

// metersAt reads the allowances off the wire log as they stand at now. The clock
// can be moved, so that a count is never kept.
func metersAt(calls []sim.Call, now time.Time) []meter {
	return []meter{
		{"dingtalk-api", bot.DingTalk, "本月接口", inMonth(calls, sim.DingTalkAPI, now), dingtalkAPICalls},
		{"dingtalk-pushes", bot.DingTalk, "本月推送", inMonth(calls, sim.DingTalkPushes, now), dingtalkPushes},
		{"wecom-minute", bot.WeCom, "一分钟消息", busiest(calls, now, time.Minute), wecomPerMinute},
		{"wecom-hour", bot.WeCom, "一小时消息", busiest(calls, now, time.Hour), wecomPerHour},
	}
}

func inMonth(calls []sim.Call, quota sim.Quota, now time.Time) int {
	year, month, _ := now.In(China).Date()
	n := 0
	for _, c := range calls {
		y, m, _ := c.At.In(China).Date()
		if c.Counts == quota && y == year && m == month {
			n++
		}
	}
	return n
}

// busiest returns the messages of the WeCom conversation that had most of them in
// the window before now.
func busiest(calls []sim.Call, now time.Time, window time.Duration) int {
	from, most := now.Add(-window), 0
	count := map[string]int{}
	for _, c := range calls {
		if c.Counts == sim.WeComMessages && c.At.After(from) && !c.At.After(now) {
			count[c.Chat.Key()]++
			most = max(most, count[c.Chat.Key()])
		}
	}
	return most
}
