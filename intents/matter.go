package intents

import (
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/intents/zhnum"
)

// refKind says how plainly a number refers to a matter.
type refKind uint8

const (
	noRef   refKind = iota
	bareRef         // 12
	haoRef          // 12号: also a day of the month
	sureRef         // #12, 12号单, 单号12
)

// maxMatter bounds what is taken for a matter's number; longer ones are
// telephone numbers and codes.
const maxMatter = 999_999

// measures are characters that make a count or a place of the number before
// them: 12个, 3栋, 5点.
const measures = "个人名位户家只件条块张元角毛米栋幢楼层座室门点时分秒刻天日月年周岁度瓦升斤吨公厘千万亿%％℃袋箱盏把台辆次遍步期届级" +
	"网排组区路街巷弄小多几成折倍届场本份根片间套棵颗星桶车支瓶顿番者项批群波趟回处口头匹面桩堆声圈半"

// hanNext may follow a bare 十二 that is a matter; anything else makes it part of
// a word (一样, 三轮车).
const hanNext = "和跟与及给到至我号单转@、接"

// refAt reads one reference to a matter at s[i:].
func (v *vocabulary) refAt(s string, i int) (n, end int, kind refKind) {
	if i >= len(s) {
		return 0, i, noRef
	}
	if n, end, ok := hashRef(s, i); ok {
		return n, end, sureRef
	}
	p, labelled := i, false
	for _, label := range [...]string{"单号", "编号", "工单号", "工单", "单子", "no.", "no", "单"} {
		if rest, ok := strings.CutPrefix(s[i:], label); ok {
			p, labelled = len(s)-len(strings.TrimLeft(rest, " :.")), true
			break
		}
	}
	if f, ok := v.verbAt(s, i); ok && !labelled && v.words[f.word].Opens { // 任务12
		p, labelled = i+len(f.text), true
	}
	num, size := numberAt(s, p)
	n, whole := num.Int()
	if size == 0 || !whole || num.Approximate() || n < 1 || n > maxMatter || num.Digits > 6 {
		return 0, i, noRef
	}
	end, kind = v.refTail(s, p+size, num)
	switch {
	case kind == noRef:
		return 0, i, noRef
	case labelled && kind == bareRef:
		kind = sureRef
	}
	return n, end, kind
}

// hashRef reads #12, [#12], # 12.
func hashRef(s string, i int) (n, end int, ok bool) {
	p := i
	if s[p] == '[' {
		p++
	}
	if p >= len(s) || s[p] != '#' {
		return 0, i, false
	}
	p++
	for p < len(s) && s[p] == ' ' {
		p++
	}
	num, size := numberAt(s, p)
	n, whole := num.Int()
	if size == 0 || !whole || n < 1 || n > maxMatter {
		return 0, i, false
	}
	end = p + size
	if s[i] == '[' && end < len(s) && s[end] == ']' {
		end++
	}
	return n, end, true
}

// refNouns may stand between a number and the rest: 12号单, 12号工单.
var refNouns = [...]string{"号工单", "号单子", "号订单", "号单", "号事项", "号议题", "号件", "工单", "单子", "单"}

// refTail decides by what follows a number whether it is a matter.
func (v *vocabulary) refTail(s string, i int, num zhnum.Number) (end int, kind refKind) {
	rest := s[i:]
	for _, noun := range refNouns {
		if strings.HasPrefix(rest, noun) && !strings.HasPrefix(rest[len(noun):], "元") {
			return i + len(noun), sureRef
		}
	}
	if after, ok := strings.CutPrefix(rest, "号"); ok {
		return v.haoTail(s, i+len("号"), after)
	}
	if strings.HasPrefix(rest, "#") && boundaryAfter(rest, 1) {
		return i + 1, sureRef
	}
	if rest != "" && latin(rest[0]) && !v.spelledAt(s, i) {
		return i, noRef // 12kg
	}
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case num.Ordinal, rest != "" && strings.ContainsRune(measures, r), splitsDecimal(rest):
		return i, noRef
	case num.Han && num.Digits <= 1 && rest != "" && !separator(r) && !strings.ContainsRune(hanNext, r) && !v.startsVerb(s, i):
		return i, noRef
	}
	return i, bareRef
}

// dayTails stand behind a day of the month: 15号之前.
var dayTails = [...]string{"之前", "以前", "前", "之后", "以后", "后", "左右", "那天", "当天", "早", "上午", "中午", "下午", "晚", "凌晨"}

// haoTail decides about 12号 by what follows it: 12号楼 is a place, 15号之前 a day, 12号心愿
// a matter.
func (v *vocabulary) haoTail(s string, i int, after string) (end int, kind refKind) {
	r, _ := utf8.DecodeRuneInString(after)
	if after != "" && strings.ContainsRune("楼院线门桌机井位车库房厅厂仓馆铺摊坑泵", r) {
		return i, noRef
	}
	for _, tail := range dayTails {
		if strings.HasPrefix(after, tail) {
			return i, noRef
		}
	}
	if f, ok := v.verbAt(s, i); ok && v.words[f.word].Opens && !boundaryAfter(s, i+len(f.text)) {
		return i + len(f.text), sureRef
	}
	return i, haoRef
}

// spelledAt reports that a verb in letters begins at i.
func (v *vocabulary) spelledAt(s string, i int) bool {
	_, ok := v.pinyinAt(s, i)
	return ok || v.startsVerb(s, i)
}

// startsVerb reports that a verb begins at i.
func (v *vocabulary) startsVerb(s string, i int) bool {
	_, ok := v.verbAt(s, i)
	return ok
}

// splitsDecimal reports that the number before rest was only the first part of
// an address, a time or a version: 12:30, 1.2.3.
func splitsDecimal(rest string) bool {
	return len(rest) > 1 && strings.IndexByte(".:", rest[0]) >= 0 && digit(rest[1])
}

// refList is several references read together.
type refList struct {
	numbers []int
	end     int
	kind    refKind // of the first
	span    bool    // said as 3到5, 3-5
}

// joiners stand between the numbers of one list.
var joiners = [...]string{"以及", "还有", "、", "和", "跟", "与", "及", "/", "&", "+"}

// refsAt reads references at s[i:]: 12, 3、5、8, 3和5, 3号 5号. With goal set,
// 3到1 is read as two numbers and not as a span. What the verb takes besides
// decides whether a second number after a space is one more matter.
func (v *vocabulary) refsAt(s string, i int, goal bool, takes Takes) refList {
	n, end, kind := v.refAt(s, i)
	if kind == noRef {
		return refList{end: i}
	}
	list := refList{numbers: []int{n}, end: end, kind: kind}
	for len(list.numbers) < 50 {
		p, how := joinerAt(s, list.end)
		if how == noJoin {
			break
		}
		n, end, kind := v.refAt(s, p)
		if kind == noRef || !joins(s, end, kind, how, goal, takes) {
			break
		}
		if how == toJoin && !goal {
			list.span = true
		}
		list.end = end
		list.add(n)
	}
	return list
}

func (l *refList) add(n int) {
	if slices.Contains(l.numbers, n) {
		return
	}
	l.numbers = append(l.numbers, n)
}

// joins decides whether a reference that ends at end belongs to the list.
func joins(s string, end int, kind refKind, how join, goal bool, takes Takes) bool {
	switch how {
	case tightJoin:
		return true
	case toJoin:
		return goal || !takes.Time && !takes.Score && boundaryAfter(s, end) || kind == sureRef
	case closeJoin: // 3号5号
		return kind == sureRef || kind == haoRef
	}
	switch {
	case kind == sureRef:
		return true
	case takes.Score, takes.Time && kind == haoRef: // 评价 1 5, 延期 1 3号
		return false
	}
	return boundaryAfter(s, end)
}

type join uint8

const (
	noJoin    join = iota
	tightJoin      // 3、5
	looseJoin      // 3 5 and 3,5
	closeJoin      // 3号5号
	toJoin         // 3到5
)

// joinerAt reads what stands between two numbers and returns where the second
// begins.
func joinerAt(s string, i int) (next int, how join) {
	p := skipSpaces(s, i)
	for _, j := range joiners {
		if strings.HasPrefix(s[p:], j) {
			return skipSpaces(s, p+len(j)), tightJoin
		}
	}
	for _, j := range [...]string{"到", "至", "进", "入", "-", "~"} {
		if strings.HasPrefix(s[p:], j) {
			return skipSpaces(s, p+len(j)), toJoin
		}
	}
	switch {
	case p < len(s) && s[p] == ',':
		return skipSpaces(s, p+1), looseJoin
	case p >= len(s):
		return p, noJoin
	case p > i:
		return p, looseJoin
	}
	return p, closeJoin
}

func skipSpaces(s string, i int) int {
	for i < len(s) && s[i] == ' ' {
		i++
	}
	return i
}

// lastWords mean the matter spoken of just now.
var lastWords = newTable(map[class]string{
	filler: `
		刚才那个单 刚才那个 刚才那单 刚才的单 刚才的 刚才这个 刚才这单 刚刚那个单 刚刚那个 刚刚那单 刚刚的 刚发的那个 刚发的 刚那个 刚那单
		上一单 上一个单 上一个 上一条 上个单 上单 上面那个 上面那单 上面的 最后一单 最后那个 最新的单 最新那个 最新一单 就是刚才那个 刚才我那个`,
})

// thisWords mean the quoted message, or else the matter spoken of just now.
var thisWords = newTable(map[class]string{
	filler: `这个单 这个单子 这单 这一单 该单 此单 这条 这个工单 那单 那个单 那个单子 本单`,
})

// quotedMatter returns the number after # in a quoted message, 0 if none. Every
// message about a matter begins with its number, so the first one counts; a list of
// several, each on a line of its own, is about none of them in particular.
func quotedMatter(quoted string) int {
	first := 0
	for line := range strings.Lines(quoted) {
		line = strings.TrimLeft(line, " 　")
		if !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, "＃") {
			continue
		}
		switch n := numberMarked(line); {
		case n == 0 || n == first:
		case first > 0:
			return 0
		default:
			first = n
		}
	}
	return numberMarked(quoted)
}

// numberMarked returns the first number after # in a text, 0 if none.
func numberMarked(quoted string) int {
	for i := range len(quoted) {
		var p int
		switch {
		case quoted[i] == '#':
			p = i + 1
		case strings.HasPrefix(quoted[i:], "＃"):
			p = i + len("＃")
		default:
			continue
		}
		if num, size := numberAt(quoted, p); size > 0 {
			if n, ok := num.Int(); ok && n > 0 && n <= maxMatter {
				return n
			}
		}
	}
	return 0
}
