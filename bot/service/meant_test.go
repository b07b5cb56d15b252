package service_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestMeantAsSaid: words that look like a correction, a deadline, a danger or a wish, and are
// none. Each is said after the others; an answer has the first words in it, and not the
// second.
func TestMeantAsSaid(t *testing.T) {
	type said struct{ who, text, has, not string }
	for name, story := range map[string][]said{
		"a cry for help is no correction": {
			{"刘桂兰", "提醒我明天下午三点带老人去医院", "", ""},
			{"刘桂兰", "老人要晕倒了，救命", "120", "改成"},
		},
		"nor a question": {
			{"刘桂兰", "提醒我周五下午三点交物业费", "", ""},
			{"刘桂兰", "物业费是多少", "", "改成"},
		},
		"nor a command": {
			{"李红梅", "提醒我明天上午九点发起表决", "", ""},
			{"李红梅", "表决 要修电梯", "要修电梯", "改成"},
		},
		"this is one": {
			{"刘桂兰", "提醒我明天上午九点交材料", "", ""},
			{"刘桂兰", "不是交材料是交照片", "交照片", ""},
		},
		"nor is a ballot": {
			{"李红梅", "投票 哪天大扫除：周六，周日", "11月26日", ""},
			{"王建国", "提醒我明天九点吃药", "", ""},
			{"王建国", "周六", "", "改成"},
		},
		"what was done since is what 刚才 means": {
			{"李红梅", "投票 哪天大扫除：周六，周日", "11月26日", ""},
			{"王建国", "提醒我明天九点吃药", "", ""},
			{"王建国", "周六", "", "改成"},
			{"王建国", "刚才那个不算", "", "吃药"},
		},
		"the last of several options is no deadline": {
			{"李红梅", "投票 活动室开放到几点：到八点，到九点，到十点", "11月26日", ""},
		},
		"nor is a part of the motion": {
			{"李红梅", "表决 装修施工只许周一至周五，到晚上八点", "到晚上八点", ""},
		},
		"this is one, too": {
			{"李红梅", "表决 星期六大扫除 到周五", "大扫除", "大扫除 到周五"},
		},
		"a question about secret votes opens none": {
			{"李红梅", "无记名表决 是怎么回事", "", "#1"},
		},
		"what could happen has not": {
			{"刘桂兰", "点单 楼道请装扶手，防止老人摔倒", "", "120"},
			{"刘桂兰", "家里没气了怎么办", "", "120"},
			{"刘桂兰", "心脏病的药怎么报销", "", "120"},
			{"刘桂兰", "楼下有人摔倒了起不来", "120", ""},
		},
		"things of that sound": {
			{"刘桂兰", "明天上午九点提醒我把小时候的照片带上", "小时候的照片", ""},
			{"刘桂兰", "提醒我后天下午两点初三家长会", "初三家长会", "哪个月"},
			{"刘桂兰", "提醒我明天下午三点开双周例会", "双周例会", ""},
			{"刘桂兰", "医生提醒我少吃盐", "", "什么时候"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			for _, s := range story {
				say := r.tell
				if strings.HasPrefix(s.text, "投票") || strings.HasPrefix(s.text, "表决") {
					say = r.say
				}
				answer := strings.Join(say(s.who, s.text), "\n")
				assert.Contains(t, answer, s.has, s.text)
				if s.not != "" {
					assert.NotContains(t, answer, s.not, s.text)
				}
			}
		})
	}
}
