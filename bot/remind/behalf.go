package remind

import (
	"regexp"
	"strings"

	"yiqun/intents/zhtext"
)

var (
	// onBehalf is for whom one asks, before the word: 替我妈提醒她, 帮王阿姨设个提醒.
	onBehalf = regexp.MustCompile(`^\s*(?:请|麻烦|你)*(?:帮忙|帮|替|代|给|为)(?:我家)?([^\s，,。、0-9]{1,8}?)(?:设置|设|定|订|建|弄|上|加|来|发|做)?(?:个|一个|一条|条|一下|下)?\s*$`)
	// him stands for somebody who was named before.
	him = regexp.MustCompile(`^\s*(?:一下|一声)?(?:他们|她们|他|她|它|人家)(?:一下|一声)?`)
	// nobodyElse are what stands behind 帮 without naming anybody.
	nobodyElse = regexp.MustCompile(`^(?:我|俺|咱|我们|咱们|俺们|忙|助|大家|各位|所有人|一下|个忙|我个忙)$`)
)

// behalf reads for whom a reminder is asked where that stands before the word: of who is
// known there it is for them, of anybody else it keeps the name. It returns the words
// around the verb without it.
func (r *Request) behalf(before, rest string, known Known) (string, string) {
	m := onBehalf.FindStringSubmatch(zhtext.Fold(before).Text)
	if m == nil || nobodyElse.MatchString(m[1]) || !r.For.Zero() {
		return before, rest
	}
	name := m[1]
	if strings.HasPrefix(rest, "我") {
		return before, rest
	}
	if left, ok := r.one(name, known, true); ok && strings.TrimSpace(left) == "" && !r.Me {
		return "", him.ReplaceAllString(rest, "")
	}
	r.For, r.Me = Audience{}, false
	r.Stranger = name
	return "", him.ReplaceAllString(rest, "")
}
