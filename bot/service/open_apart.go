package service

import (
	"regexp"
	"strings"

	"yiqun/bot/talk"
	"yiqun/intents/zhtext"
)

// What people answer to “分成2单，还是合成1单” instead of a number.
var (
	apartSaid = regexp.MustCompile(`^(?:还是|那就|那|就|请|帮我|给我|麻烦|你|要|都|想)*(?:(?:分开|拆开|分别|各报各的|各是各的|一件一单|一事一单|一个一单)(?:来|报|点|写|记|算|办|成)*(?:[2-5两二三四五](?:个|张|件)?单?)?|(?:分|拆|分成|拆成|报|点|下)?([2-5两二三四五])(?:个|张)?单(?:子)?)$`)
	oneSaid   = regexp.MustCompile(`^(?:还是|那就|那|就|请|帮我|给我|麻烦|你|要|都|想)*(?:(?:合并|合成|合为|并成|合到|合在|并到|并在|合|放|算|写|报|点|记)(?:在|成|到|为|作)?(?:一起|1起|一块儿?|1块儿?|一个|1个|一张|1张|一件|1件|一|1)(?:单子?|算|报|办|写)?|合并|合起来|合一起|(?:一|1)(?:个|张)?单(?:子)?(?:就行|就好|就够)?|(?:一起|1起|一块儿?)(?:报|办|写|算|来)?|不分(?:开)?|不用分(?:开)?|别分(?:开)?)$`)
)

// apartAnswer takes words for the answer to whether several things are to be opened one by
// one or as one; -1 where that was not asked, or this is no answer.
func (s *session) apartAnswer(p *talk.Pending, text string) int {
	if p.Field != talk.WhichReading || talk.Enough(text) || p.For != nil || len(p.Readings) != 2 || s.apartWords(p.Readings[0]) == "" {
		return -1
	}
	said := strings.TrimRight(strings.Trim(zhtext.Fold(text).Text, " ,.。!！~"), "吧啊呀呗哈了嘛好的")
	switch m := apartSaid.FindStringSubmatch(said); {
	case oneSaid.MatchString(said):
		return 1
	case m != nil && (m[1] == "" || smallNumber(m[1]) == len(numberedItems(p.Readings[0].Text))):
		return 0
	}
	return -1
}
