package phrase

import (
	"strings"
	"unicode/utf8"

	"yiqun/intents/zhnum"
)

// Words around a sentence that change nothing about what it asks for.
var (
	// polite words may stand before anything.
	polite = []string{
		"麻烦你了", "麻烦您了", "麻烦了", "麻烦你们", "麻烦您", "麻烦你", "麻烦", "请问一下", "请问", "请您", "请你", "请", "劳驾", "拜托", "帮我", "帮忙", "帮下忙", "给我", "替我", "我想问一下", "我想问",
		"想问一下", "想问", "问一下", "问下", "我想", "我要", "不好意思", "打扰一下", "打扰了",
	}
	// calls stand before a pause, or before one speaks of oneself: 书记我赞成.
	calls = []string{
		"书记", "主任", "领导", "师傅", "老师", "各位领导", "各位邻居", "各位", "同志们", "大家好", "你好", "您好", "议群", "小议", "喂", "唉", "哎", "诶", "嗯嗯", "嗯", "啊", "哦", "噢", "呃", "额",
		"那个", "那", "那就", "好的", "好了", "好", "行", "收到", "对了", "话说", "另外", "还有", "王书记", "李书记", "张书记",
	}
	// before are the words that follow a call where there is no pause.
	before = []string{"我", "俺", "咱", "请", "麻烦", "帮", "给我", "能不能", "有没有"}
	// tails may stand behind anything.
	tails = []string{
		"谢谢大家", "谢谢你", "谢谢您", "谢谢啦", "谢谢了", "谢谢", "多谢", "谢了", "拜托了", "麻烦了", "辛苦了", "谢", "啊", "呀", "哈", "哦", "啦", "呢", "嘛", "哟", "咯", "呗", "噢", "吧", "喽", "哇", "来着", "哒", "阿", "把", "叭", "嘞", "勒", "咧", "噻", "撒", "喔",
	}
)

// ends is where a sentence ends, and whether it has a question mark, its tails aside.
func ends(s string) (to int, asked bool) {
	to = len(s)
	for {
		was := to
		for to > 0 {
			r, w := utf8.DecodeLastRuneInString(s[:to])
			if !pause(r) && r != '?' {
				break
			}
			asked = asked || r == '?'
			to -= w
		}
		for _, t := range tails {
			if strings.HasSuffix(s[:to], t) && to > len(t) {
				to -= len(t)
				break
			}
		}
		if to == was {
			return to, asked
		}
	}
}

// begins are the places where a sentence may be said to begin: the first pause aside,
// and behind each word before it that changes nothing.
func begins(s string, to int) []int {
	at := []int{skipPauses(s, 0, to)}
	for {
		last := at[len(at)-1]
		next := skipPauses(s, skipWords(s, last, to), to)
		if next == last || next >= to {
			return at
		}
		at = append(at, next)
	}
}

// skipWords takes one polite word or call off.
func skipWords(s string, from, to int) int {
	for _, p := range polite {
		if rest, ok := strings.CutPrefix(s[from:to], p); ok && rest != "" && !startsAny(rest, "不", "是", "别", "没", "假", "个") {
			return from + len(p)
		}
	}
	for _, c := range calls {
		rest, ok := strings.CutPrefix(s[from:to], c)
		if !ok || rest == "" {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(rest); pause(r) || startsAny(rest, before...) {
			return from + len(c)
		}
	}
	return from
}

func startsAny(s string, words ...string) bool {
	for _, w := range words {
		if strings.HasPrefix(s, w) {
			return true
		}
	}
	return false
}

func skipPauses(s string, from, to int) int {
	for from < to {
		r, w := utf8.DecodeRuneInString(s[from:to])
		if !pause(r) {
			break
		}
		from += w
	}
	return from
}

// pause reports what stands between the words of a sentence. A question mark is none.
func pause(r rune) bool { return strings.ContainsRune(" ,.。;:!、~…—\"“”()[]\t\n", r) }

// nouns may stand between a number and the rest: 12号那个我同意.
var nouns = []string{
	"号投票", "号表决", "号议题", "号工单", "号单子", "号单", "号的那个", "号那个", "号这个", "号那件事", "号的事情", "号的事", "号事", "号",
}

// places are what a number with 号 is of where it is of no matter: 2号楼, 12号线.
var places = []string{"楼", "栋", "幢", "院", "门", "线", "单元", "房", "铺", "车", "地", "口"}

// mostDigits is how many digits the number of a matter has at most.
const mostDigits = 6

// numbered takes the number of a matter off the front or the end of s[from:to]: 12号,
// #12, 第十二号, and 12 before a pause or 我.
func numbered(s string, from, to int) (n, inner, outer int) {
	i := from
	for _, lead := range []string{"#", "第"} {
		if strings.HasPrefix(s[i:to], lead) {
			i += len(lead)
		}
	}
	if n, end := numberAt(s, i, to); n > 0 {
		rest := s[end:to]
		for _, noun := range nouns {
			if after, ok := strings.CutPrefix(rest, noun); ok && !startsAny(after, places...) {
				return n, skipPauses(s, end+len(noun), to), to
			}
		}
		if r, _ := utf8.DecodeRuneInString(rest); rest != "" && (pause(r) || startsAny(rest, "我", "俺", "咱")) {
			return n, skipPauses(s, end, to), to
		}
	}
	return atEnd(s, from, to)
}

// atEnd takes the number off the end: 投赞成 12号.
func atEnd(s string, from, to int) (n, inner, outer int) {
	end := to
	marked := false
	for _, noun := range nouns {
		if strings.HasSuffix(s[from:end], noun) {
			end, marked = end-len(noun), true
			break
		}
	}
	start := end
	for start > from && end-start < mostDigits && s[start-1] >= '0' && s[start-1] <= '9' {
		start--
	}
	if start == end || start > from && s[start-1] >= '0' && s[start-1] <= '9' {
		return 0, from, to
	}
	n, _ = numberAt(s, start, end)
	outer = start
	for _, lead := range []string{"#", "第"} {
		if strings.HasSuffix(s[from:outer], lead) {
			outer, marked = outer-len(lead), true
		}
	}
	r, _ := utf8.DecodeLastRuneInString(s[from:outer])
	if n == 0 || !marked && !pause(r) {
		return 0, from, to
	}
	return n, from, len(strings.TrimRightFunc(s[:outer], pause))
}

// numberAt reads a whole number of a matter at s[i:to].
func numberAt(s string, i, to int) (n, end int) {
	num, size := zhnum.Parse(s[i:to])
	n, whole := num.Int()
	if size == 0 || !whole || num.Approximate() || n < 1 || num.Digits > mostDigits {
		return 0, i
	}
	return n, i + size
}
