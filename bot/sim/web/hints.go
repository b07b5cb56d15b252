package web

// Hints are sentences worth trying for one kind of person. The page offers a few
// at a time, those not yet used first; {n} becomes the number of the matter last
// seen in the chat.
type Hints struct {
	// About is part of what the person is about, 书记; the first that fits wins,
	// and the empty string fits everyone.
	About string   `json:"about"`
	Say   []string `json:"say"`
}

// DefaultHints walks a newcomer through one order and what lies beside it.
func DefaultHints() []Hints {
	return []Hints{
		{About: "居民", Say: []string{
			"点单 3栋2单元声控灯坏了", "我的单", "补充 {n} 晚上七点后在家", "评价 {n} 5 很快", "取消 {n}",
		}},
		{About: "书记", Say: []string{
			"待办", "下单 {n} 明天下午五点前", "核单 {n} 通过", "任务 周六8点 桶边值守 要5人", "名册", "出 台账",
		}},
		{About: "网格", Say: []string{
			"待办", "下单 {n} 明天下午五点前", "代 李阿姨 点单 3栋灯坏", "查 {n}", "回访 {n} 5 满意",
		}},
		{About: "党员", Say: []string{
			"接单", "待办", "办结 {n} 已换新灯", "延期 {n} 周五 等配件", "退单 {n} 临时有事",
		}},
		{About: "物业", Say: []string{"查 {n}", "接单", "点单 东门路灯不亮"}},
		{About: "", Say: []string{"点单 3栋2单元声控灯坏了", "接单", "我的单"}},
	}
}
