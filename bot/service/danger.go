package service

import (
	"regexp"
	"strings"

	"yiqun/intents/zhtext"
)

// dangers are what cannot wait until somebody takes it on, with what helps first. The
// numbers are those of the whole country: 110 police, 119 fire, 120 ambulance, 12356 for
// who despairs, 12338 for women's rights.
var dangers = []struct {
	told  *regexp.Regexp
	first string
}{
	{
		regexp.MustCompile(`(煤气|燃气|天然气|液化气|瓦斯).{0,4}(味|泄漏|泄露|漏)|(闻到|一股|好大).{0,4}(煤气|燃气|天然气)`),
		"煤气要紧：先开窗、到屋外，别点火别开关灯，再打119。",
	},
	{
		regexp.MustCompile(`救命|晕倒|昏倒|昏迷|昏过去|晕过去|不省人事|(没有?|停止)呼吸|(人|老人|孩子|爷爷|奶奶|他|她)没气了|喘不上气|喘不过气|心脏病(犯|发作)|心梗|中风了($|[^解])|大出血|流血不止|触电|电到人|溺水|落水|掉(进|到)(水|河|池|湖|井)|跳楼|要跳下|出人命|割腕|着火|起火|失火|冒浓烟|爆炸|被?困在?.{0,4}电梯|电梯.{0,6}(困人|困住|被困|困着)|持刀|砍人|打起来了|入室抢劫|抢劫|(摔|跌)(倒|伤|下|了).{0,8}(起不来|爬不起|站不起|不能动|动不了|不动|流血|出血|昏|晕)|(有人|人|老人|老太太|老奶奶|奶奶|爷爷|大爷|大妈|大娘|阿姨|叔|孩子|小孩).{0,6}(摔倒|跌倒|摔伤|摔了一跤)`),
		"人命关天，请先打120、119或110。",
	},
	{
		regexp.MustCompile(`轻生|自杀|不想活|活不下去|活着没(意思|意义|劲|盼头)|不如死了`),
		"人命关天：请马上打110或120；心里难受，打心理援助热线12356。",
	},
	{
		regexp.MustCompile(`家暴|家庭暴力|(老公|丈夫|男人|老婆|妻子|儿子|女婿|媳妇|儿媳).{0,3}(打我|打人|动手打|又打|在打)`),
		"先保护好自己，请马上打110；也可以打妇女维权热线12338。",
	},
	{
		regexp.MustCompile(`(孙子|孙女|孩子|小孩|儿子|女儿|老人|爷爷|奶奶|外公|外婆|老伴|我妈|我爸|大爷|大妈)(人|又|也|自己|今天|昨天|刚才|刚刚|早上|下午|晚上|一个人|出门|从.{1,4})*(走丢|走失|失踪|丢了|不见了|找不到了|找不着了)`),
		"人不见了请马上打110，越早越好。",
	},
}

// despair is what somebody says who may not mean to go on living. Nobody of those is asked
// whether it was meant as an order.
var despair = regexp.MustCompile(`(我|俺).{0,4}(轻生|自杀|不想活|活不下去)|^(真的?|都|实在)*(不想活|活不下去)|活着没(意思|意义|劲|盼头)|不如死了`)

// despairs answers who may not mean to go on living with where help is, and a kind word.
func (s *session) despairs() bool {
	if !desperate(s.plain()) {
		return false
	}
	s.reply("也请马上告诉身边的人，别一个人扛。")
	return true
}

func desperate(said string) bool {
	return despair.MatchString(noDanger.ReplaceAllString(zhtext.Fold(said).Text, ""))
}

// inDanger answers who tells of a danger, and whose sentence was not understood: what helps
// first is put before it.
func (s *session) inDanger() bool {
	if s.node.ID == "" || helpFirst(s.e.Message.Text) == "" {
		return false
	}
	s.reply("要请邻里来帮忙，再发“" + s.someOpening() + "”加一句话。")
	return true
}

// noDanger is what is said of stoves and engines, of prices and benefactors, and of what has
// not happened. A fear is none where it is a guess: 怕是中风了; and what is told behind a comma
// has happened: 小心点，我妈摔倒了.
var noDanger = regexp.MustCompile(`(打|点)不?着火|爆炸性|救命(之?恩|稻草|钱)|跳楼(价|大?甩卖)|(反|防|拒绝|抵制|预防|防止)(家暴|家庭暴力)|(家暴|家庭暴力|防走失|自杀)(法|宣传|讲座|知识|手环|预防|条例)|防(走失|走丢|自杀)|自杀式|(热|冷|累|吵|臭|痒|疼|气)得.{0,3}不想活|(容易|防止?|怕|预防|小心|以免|担心|避免|万一)([^是\s,，。.;；!！?？][^\s,，。.;；!！?？]{0,7}?)?(摔|跌|溺水|落水|触电|着火|起火|失火|爆炸|中风|心梗|晕倒)(倒|伤|了|下)*`)

// omens are characters of which every danger has one. Most sentences have none, and need
// not be searched for the words: that would take a tenth of all the time an order takes.
const omens = "气瓦救晕昏省呼喘脏梗风血触电溺落掉跳命割火烟炸困持砍打抢摔跌轻杀活死暴丢失见找"

// helpFirst sends whoever tells of a danger to those who come at once; "" for anything
// else.
func helpFirst(said string) string {
	text := zhtext.Fold(said).Text
	if !strings.ContainsAny(text, omens) {
		return ""
	}
	text = noDanger.ReplaceAllString(text, "")
	for _, d := range dangers {
		if d.told.MatchString(text) {
			return d.first
		}
	}
	return ""
}

// warnFirst puts what helps first before the answer to somebody who tells of a danger.
// Only what could be a call for help is looked at: what was not understood, and what
// opens a matter that has a place. Minutes and reminders speak of dangers too, and
// whoever answers a question has been told already.
func (s *session) warnFirst() {
	if !s.callsForHelp() {
		return
	}
	first := helpFirst(s.e.Message.Text)
	if first == "" {
		return
	}
	for i, r := range s.rows {
		if r.To != s.e.Chat || r.Refresh != "" {
			continue
		}
		if c := r.Body.Card; c != nil {
			c.Body = first + lineBreakBefore(c.Body)
		} else {
			s.rows[i].Body.Text = first + "\n" + r.Body.Text
		}
		return
	}
}

func lineBreakBefore(text string) string {
	if text == "" {
		return ""
	}
	return "\n" + text
}

func (s *session) callsForHelp() bool {
	switch s.verb {
	case "unsure", "lost", "question", "small":
		return true
	}
	return tellsPlace(s.templateFor(s.verb))
}
