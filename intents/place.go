package intents

import (
	"strings"
	"unicode/utf8"
)

// placeUnits make a part of an address of the number before them.
var placeUnits = [...]string{"号楼", "栋", "幢", "单元", "号院", "楼", "层", "座", "排", "门", "室", "号", "网格"}

// placeIn returns the first address in s[from:]: 3栋2单元501, 翠湖小区3栋,
// 第三网格.
func placeIn(s string, from int) (p span, ok bool) {
	for i := from; i < len(s); {
		if end := placeEnd(s, i); end > i {
			return span{estate(s, from, i), end}, true
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		if _, size := numberAt(s, i); size > w && r != '第' {
			w = size
		}
		i += w
	}
	return span{}, false
}

// placeEnd returns where the address that begins at i ends, i if none does.
func placeEnd(s string, i int) int {
	end, parts := i, 0
	for end < len(s) {
		p := end
		size := 0
		if s[p] >= 'a' && s[p] <= 'h' && !splitsLatin(s, p) && parts == 0 {
			size = 1
		} else {
			_, size = numberAt(s, p)
		}
		if size == 0 {
			break
		}
		unit := placeUnit(s, p+size, parts)
		if unit == "" {
			if parts > 0 && digit(s[p]) && size >= 3 && size <= 4 { // 501
				end = p + size
			}
			break
		}
		end = p + size + len(unit)
		parts++
		if rest, ok := strings.CutPrefix(s[end:], "-"); ok && rest != "" && digit(rest[0]) {
			end++
		}
	}
	if parts == 0 {
		return i
	}
	return end
}

func placeUnit(s string, i, parts int) string {
	if i > len(s) {
		return ""
	}
	for _, unit := range placeUnits {
		if !strings.HasPrefix(s[i:], unit) {
			continue
		}
		if parts == 0 && (unit == "门" || unit == "室" || unit == "号" || unit == "排" || unit == "层") {
			continue
		}
		return unit
	}
	return ""
}

// estate moves the beginning of an address back over the estate's name, if that
// begins a piece: 翠湖小区3栋.
func estate(s string, from, i int) int {
	if !startsAny(lastBytes(s[from:i], 6), "小区", "花园", "家园", "新村", "公寓", "社区", "大院") {
		return i
	}
	p := i
	for p > from && !boundaryBefore(s, p) && i-p < 8*3 {
		_, w := utf8.DecodeLastRuneInString(s[:p])
		p -= w
	}
	if !boundaryBefore(s, p) {
		return i
	}
	return p
}

func lastBytes(s string, n int) string {
	return s[max(0, len(s)-n):]
}
