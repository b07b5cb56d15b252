package service

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot"
)

// What looks like a citizen's number is taken out; other long numbers, and what has
// none, stay as they are.
func TestWithoutIdentity(t *testing.T) {
	for said, want := range map[string]string{
		"我身份证110101199003077715":                  "我身份证（略）",
		"11010119900307771X，张三":                   "（略），张三",
		"110101 19900307 7715":                    "（略）",
		"１１０１０１１９９００３０７７７１５":                      "（略）",
		"两个110101199003077715、110101200012317715": "两个（略）、（略）",
		"电话13812345678":                           "电话13812345678",
		"产权证号202311012345678":                     "产权证号202311012345678",
		"110101199013077715":                      "110101199013077715",
		"110101199003997715":                      "110101199003997715",
		"3栋2单元 2026-11-23 19:00":                  "3栋2单元 2026-11-23 19:00",
	} {
		clean, hid := withoutIdentity(bot.Event{Message: &bot.Message{Text: said}})
		assert.Equal(t, want, clean.Message.Text)
		assert.Equal(t, want != said, hid, said)
	}
}

// Whoever is in danger is told where help is; who only speaks of such things is not.
func TestHelpFirstOfPeople(t *testing.T) {
	for said, tells := range map[string]bool{
		"我不想活了": true, "活着没意思": true, "隔壁老李说要自杀": true, "有人家暴": true, "我老公又打我": true, "孙女走丢了": true, "我妈找不到了": true,
		"反家暴宣传周六上午": false, "热得不想活了": false, "防走失手环什么时候发": false, "孩子的书包丢在门口": false, "老公打电话来了": false,
		"垃圾桶不见了": false, "自行车丢了": false, "钥匙找不到了": false, "儿子打算回来": false, "物业打人工费": false, "老人证办丢了吗": false,
		"心理讲座：预防自杀": false, "家庭暴力法讲座": false,
	} {
		assert.Equal(t, tells, helpFirst(said) != "", said)
	}
}

// Nobody who may not mean to go on living is asked about an order.
func TestDespair(t *testing.T) {
	for said, is := range map[string]bool{
		"我不想活了": true, "真的活不下去了": true, "活着没意思": true, "我不如死了算了": true,
		"这棵树活不下去了": false, "热得不想活了": false, "隔壁要自杀快来人": false, "预防自杀讲座我报名": false,
	} {
		assert.Equal(t, is, desperate(said), said)
	}
}
