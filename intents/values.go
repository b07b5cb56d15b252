package intents

import (
	"strings"

	"yiqun/intents/zhnum"
)

// numberWindow is how many bytes of a number are looked at. Anything longer is
// no number of ours, and would be read again from every digit of it.
const numberWindow = 48

func numberAt(s string, i int) (zhnum.Number, int) {
	return zhnum.Parse(s[i:min(len(s), i+numberWindow)])
}

func decimalAt(s string, i int) (zhnum.Number, int) {
	return zhnum.ParseDecimal(s[i:min(len(s), i+numberWindow)])
}

// wholeNumber reads a text that is nothing but a number, as one answers a list:
// 2, 第二个, 选2.
func wholeNumber(s string) (int, bool) {
	p := skip(s, 0)
	for _, lead := range [...]string{"我选择", "我选", "选择", "选"} {
		if rest, ok := strings.CutPrefix(s[p:], lead); ok {
			p = len(s) - len(strings.TrimLeft(rest, " "))
			break
		}
	}
	num, size := numberAt(s, p)
	n, whole := num.Int()
	if size == 0 || !whole || n < 1 || num.Approximate() {
		return 0, false
	}
	p += size
	for _, tail := range [...]string{"个", "项"} {
		if num.Ordinal && strings.HasPrefix(s[p:], tail) {
			p += len(tail)
		}
	}
	if skip(s, p) != len(s) || strings.Contains(s, "?") {
		return 0, false
	}
	return n, true
}

// verdicts are the words for a mark out of five.
var verdicts = []struct {
	word  string
	score int
}{
	{"非常不满意", 1}, {"很不满意", 1}, {"十分不满意", 1}, {"太不满意", 1}, {"不太满意", 2}, {"不怎么满意", 2}, {"不是很满意", 2}, {"不够满意", 2}, {"不满意", 2}, {"不满", 2},
	{"非常满意", 5}, {"十分满意", 5}, {"特别满意", 5}, {"相当满意", 5}, {"很满意", 5}, {"满意", 4}, {"比较满意", 4}, {"基本满意", 4}, {"还算满意", 4},
	{"好评", 5}, {"中评", 3}, {"差评", 1}, {"一般般", 3}, {"一般", 3}, {"马马虎虎", 3},
}

// verdictAt reads a mark said in words.
func verdictAt(s string, i int) (score, end int) {
	best := 0
	for _, v := range verdicts {
		if len(v.word) > best && strings.HasPrefix(s[i:], v.word) && !startsAny(s[i+len(v.word):], "度", "来说", "性") {
			score, best = v.score, len(v.word)
		}
	}
	return score, i + best
}

// scoreAt reads 5分, 五星, 5颗星; never 5分钟.
func scoreAt(s string, i int) (score, end int) {
	num, size := numberAt(s, i)
	n, whole := num.Int()
	if size == 0 || !whole || n < 1 || n > 5 || num.Approximate() {
		return 0, i
	}
	for _, unit := range [...]string{"分", "颗星", "个星", "星级", "星"} {
		rest, ok := strings.CutPrefix(s[i+size:], unit)
		if !ok || unit == "分" && startsAny(rest, "钟", "之", "半", "前", "后") || unit == "星" && startsAny(rest, "期") {
			continue
		}
		end = len(s) - len(rest)
		for _, noun := range [...]string{"好评", "中评", "差评"} {
			if strings.HasPrefix(s[end:], noun) {
				end += len(noun)
			}
		}
		return n, end
	}
	return 0, i
}

func startsAny(s string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// countLeads stand before a number of people wanted.
var countLeads = [...]string{"需要", "大概要", "还要", "招募", "要", "来", "招", "限", "共", "找", "缺", "差"}

// countAt reads how many people are wanted: 要5人, 来3个人, and, where a piece
// begins, 5人.
func countAt(s string, i int, piece bool) (count, end int) {
	p := i
	for _, lead := range countLeads {
		if strings.HasPrefix(s[i:], lead) {
			p = i + len(lead)
			break
		}
	}
	if p == i && !piece {
		return 0, i
	}
	num, size := numberAt(s, p)
	n, whole := num.Int()
	if size == 0 || !whole || n < 1 || n > 100_000 || num.Ordinal {
		return 0, i
	}
	rest := strings.TrimPrefix(s[p+size:], "个")
	for _, unit := range [...]string{"人", "名", "位"} {
		after, ok := strings.CutPrefix(rest, unit)
		if !ok {
			continue
		}
		for _, noun := range [...]string{"志愿者", "党员", "同志", "帮手", "居民", "左右", "就够了", "就够", "就行"} {
			after = strings.TrimPrefix(after, noun)
		}
		return n, len(s) - len(after)
	}
	return 0, i
}

// hoursAt reads a time spent: 2小时, 一个半小时, 半小时, 2.5h.
func hoursAt(s string, i int) (hours float64, end int) {
	num, size := decimalAt(s, i)
	if size == 0 || num.Ordinal || num.Value <= 0 || num.Value > 10_000 {
		return 0, i
	}
	rest := s[i+size:]
	hours = num.Value
	if after, ok := strings.CutPrefix(rest, "个半"); ok {
		hours += 0.5
		rest = after
	} else {
		rest = strings.TrimPrefix(rest, "个")
	}
	for _, unit := range [...]string{"小时", "钟头", "工时", "h"} {
		after, ok := strings.CutPrefix(rest, unit)
		if !ok || unit == "h" && after != "" && latin(after[0]) {
			continue
		}
		if half, ok := strings.CutPrefix(after, "半"); ok {
			return hours + 0.5, len(s) - len(half)
		}
		if startsAny(after, "后", "前", "内", "以内", "之") {
			return 0, i
		}
		return hours, len(s) - len(after)
	}
	return 0, i
}

// pointsAt reads 2分, 1.5积分; never 2分钟.
func pointsAt(s string, i int) (points float64, end int) {
	num, size := decimalAt(s, i)
	if size == 0 || num.Ordinal || num.Value <= 0 || num.Value > 10_000 {
		return 0, i
	}
	for _, unit := range [...]string{"个积分", "积分", "分"} {
		after, ok := strings.CutPrefix(s[i+size:], unit)
		if ok && !startsAny(after, "钟", "之", "半", "类", "店", "公司") {
			return num.Value, len(s) - len(after)
		}
	}
	return 0, i
}

// phoneLeads stand before a telephone number and go with it.
var phoneLeads = [...]string{
	"我的电话是", "我的电话", "我电话是", "我电话", "我的手机号是", "我的手机号", "我的手机", "我手机号", "我手机", "打我电话", "请联系我", "联系我", "本人电话", "联系电话", "联系方式", "电话号码", "手机号码", "电话是", "电话号", "手机号", "打电话", "电话", "手机", "座机", "号码", "联系", "tel", "☎",
}

// phoneAt reads a mobile or fixed-line number, with the word before it. The
// number comes out as digits, with a dash after an area code that had one.
func phoneAt(s string, i int) (phone string, end int) {
	p := i
	for _, lead := range phoneLeads {
		if strings.HasPrefix(s[i:], lead) {
			p = i + len(lead)
			break
		}
	}
	for p > i && p < len(s) && strings.IndexByte(" :,.-", s[p]) >= 0 {
		p++
	}
	if p >= len(s) || !digit(s[p]) || p > 0 && digit(s[p-1]) {
		return "", i
	}
	var digits [16]byte
	n, dash := 0, 0
	for end = p; end < len(s) && n < len(digits); end++ {
		switch {
		case digit(s[end]):
			digits[n] = s[end]
			n++
		case (s[end] == '-' || s[end] == ' ') && end+1 < len(s) && digit(s[end+1]) && n < 11:
			if s[end] == '-' && (n == 3 || n == 4) && dash == 0 {
				dash = n
			}
			continue
		default:
			return telephone(digits[:n], dash, i, end)
		}
		if n == 11 && digits[0] == '1' {
			end++
			if end < len(s) && digit(s[end]) {
				return "", i
			}
			break
		}
	}
	return telephone(digits[:n], dash, i, end)
}

// telephone checks the digits of what may be a telephone number.
func telephone(d []byte, dash, start, end int) (phone string, to int) {
	switch {
	case len(d) == 11 && d[0] == '1' && d[1] >= '3':
		return string(d), end
	case len(d) < 10 || len(d) > 12:
	case d[0] == '0' && dash > 0:
		return string(d[:dash]) + "-" + string(d[dash:]), end
	case d[0] == '0' && len(d) >= 10, len(d) == 10 && string(d[:3]) == "400":
		return string(d), end
	}
	return "", start
}
