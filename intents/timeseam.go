package intents

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

var simpleTime = regexp.MustCompile(`(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})月(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?|(?:这|本|上|下)*(?:周|星期|礼拜)[一二三四五六日天]|(?:今|明|后|昨|前)天|月底|年底|上个?月|\d{1,2}号|(?:\d+|[一二三四五六七八九十两半])个?(?:天|小时|分钟|周|星期)(?:内|后|以内|之内)?)?(?:(?:早上|上午|中午|下午|晚上|早|晚)?(?:(?:\d{1,2}|[一二三四五六七八九十两]{1,3})(?:点|:)(?:\d{1,2}|半)?(?:到(?:\d{1,2}|[一二三四五六七八九十]{1,3})点)?)?)?(?:之前|以前|前)?`)

func findTimes(s string, ctx *Context) []timeSpan {
	var out []timeSpan
	for i := 0; i < len(s); {
		if mayBeginTime(s[i:]) {
			loc := simpleTime.FindStringIndex(s[i:])
			if loc != nil && loc[0] == 0 && loc[1] > 3 {
				out = append(out, timeSpan{i, i + loc[1], When{Start: ctx.Now, End: ctx.Now}})
				i += loc[1]
				continue
			}
		}
		_, w := utf8.DecodeRuneInString(s[i:])
		i += max(w, 1)
	}
	return out
}

func mayBeginTime(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return r >= '0' && r <= '9' || strings.ContainsRune("一二三四五六七八九十两半廿这本上下周星礼今明后昨前大早中晚凌傍月年季节元除正腊国端清重冬每工隔到截现", r)
}
