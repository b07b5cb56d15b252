package intents

import (
	"strings"
	"unicode/utf8"
)

// match is a person found in the text.
type match struct {
	from, to int // with its marker: 给王建国
	said     span
	ids      []string
	// at says that it was written as @王建国; marked that 给 or the like stood
	// before it.
	at, marked bool
}

// markers stand before the person something is given to.
var markers = [...]string{"安排给", "指派给", "移交给", "交给", "派给", "转给", "发给", "留给", "分给", "给到", "通知", "给", "让", "请", "由", "找", "叫", "派", "交", "到", "为", "为了"}

// surnames are the commonest, enough to see a name in two or three characters.
const surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐沿梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边净阴闫肖"

// titles follow a surname or stand alone for whoever is meant by them.
var titles = newTable(map[class]string{
	filler: `
		书记 副书记 主任 副主任 网格长 网格员 楼长 楼栋长 委员 组长 小组长 党小组长 队长 站长 经理 物业经理 会长 老师 师傅 医生 大夫 律师 警官 所长 校长 科长 处长 局长
		阿姨 大爷 大妈 大叔 大婶 大姐 大哥 奶奶 爷爷 叔叔 伯伯 婶婶 婶 叔 伯 姨 姐 哥 嫂 嫂子 老 总 工 同志 女士 先生 婆婆 大娘 大伯 老师傅 孃孃 嬢嬢 嬢 爹 妈`,
})

// personAt returns the person named at s[i:], with or without @ and marker. The
// loose readings (a surname with a title, an unknown name) are taken only where
// a person is expected.
func (rd *reading) personAt(i int, expected bool) (match, bool) {
	s := rd.s
	if i >= len(s) {
		return match{}, false
	}
	if s[i] == '@' {
		return rd.mentionAt(i)
	}
	if m, ok := rd.namedAt(i, expected, false); ok {
		return m, true
	}
	if !expected {
		return match{}, false
	}
	for _, marker := range markers {
		p := i + len(marker)
		if !strings.HasPrefix(s[i:], marker) {
			continue
		}
		p = skipSpaces(s, p)
		if p < len(s) && s[p] == '@' {
			if m, ok := rd.mentionAt(p); ok {
				m.from, m.marked = i, true
				return m, true
			}
		}
		if m, ok := rd.namedAt(p, true, true); ok {
			m.from, m.marked = i, true
			return m, true
		}
	}
	return match{}, false
}

// mentionAt reads @王建国: a known name if one fits, else all up to a space.
func (rd *reading) mentionAt(i int) (match, bool) {
	s := rd.s
	p := skipSpaces(s, i+1)
	if m, ok := rd.namedAt(p, true, true); ok {
		m.from, m.at = i, true
		return m, true
	}
	end := p
	for end < len(s) && !boundaryAfter(s, end) && s[end] != '@' {
		_, w := utf8.DecodeRuneInString(s[end:])
		end += w
	}
	if end == p {
		return match{}, false
	}
	return match{from: i, to: end, said: span{p, end}, at: true}, true
}

// namedAt reads a name, a nickname, a post or a form of address at s[i:].
func (rd *reading) namedAt(i int, expected, marked bool) (match, bool) {
	if i >= len(rd.s) {
		return match{}, false
	}
	f := rd.knownAt(i)
	if f.size == 0 && expected {
		f = rd.addressedAt(i)
	}
	if f.size == 0 && expected {
		f = rd.heardAt(i, marked)
	}
	if f.size == 0 && expected {
		f.size = rd.unknownAt(i, marked)
	}
	if f.size == 0 {
		return match{}, false
	}
	to := i + f.size
	return match{from: i, to: to, said: span{i, to}, ids: f.ids}, true
}
