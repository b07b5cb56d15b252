package roster

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Row is one parsed line of a sheet of members. Empty cells are empty strings.
type Row struct {
	Line int // in the sheet, for problems
	Name string
	// Node is the path to where they belong, from the top: 翠湖社区/第三网格党支部.
	Node     string
	Class    string // 党员, 预备党员, 群众; empty is 群众
	Posts    string // 书记、组织委员
	Until    string // the end of the posts' term: 2028-12-31
	Phone    string
	DingTalk string // user id
	WeCom    string
	// Zone is by which clock people live at Node and below, as it is spoken of. A line
	// without a name may say that alone.
	Zone string
}

// Problem is what is wrong with a line of a sheet; Line 0 is the sheet itself.
type Problem struct {
	Line int
	What string
}

// String is the problem as one reads it: 第3行：没有写姓名。
func (p Problem) String() string {
	if p.Line == 0 {
		return p.What + "。"
	}
	return fmt.Sprintf("第%d行：%s。", p.Line, p.What)
}

// Bounds of what a sheet may hold.
const (
	MaxRows     = 20_000
	maxDepth    = 8  // levels of a path
	longestNode = 40 // characters
	longestPost = 8
	maxPosts    = 6 // of one line
	longestID   = 64
)

// Trim makes one short line of each cell: no control characters, no marks that turn
// the text around them, no blanks at the ends.
func (r Row) Trim() Row {
	for _, s := range []*string{&r.Name, &r.Node, &r.Class, &r.Posts, &r.Until, &r.Phone, &r.DingTalk, &r.WeCom, &r.Zone} {
		*s = strings.TrimSpace(strings.Map(func(c rune) rune {
			switch {
			case unicode.IsSpace(c):
				return ' '
			case !unicode.IsGraphic(c):
				return -1
			}
			return c
		}, *s))
	}
	return r
}

// PersonName reports whether a text can be somebody's name: two to twelve letters,
// perhaps with a dot between them.
func PersonName(name string) bool {
	n := utf8.RuneCountInString(name)
	return n >= 2 && n <= 12 && !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '·' && r != '•' && r != ' '
	})
}

// Path splits a path to a node at the separators people type.
func Path(text string) []string {
	var out []string
	for _, part := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("/／>＞\\＼|｜", r) }) {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// titlesIn splits a list of posts at the separators people type.
func titlesIn(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune("、，,;；/／ ", r) })
}

// Phone makes a telephone number comparable: its digits, without +86. ok is false if
// it cannot be one.
func Phone(text string) (number string, ok bool) {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r >= '0' && r <= '9':
			return r
		case strings.ContainsRune("+-－ ()（）", r):
			return -1
		}
		return 'x'
	}, text)
	if len(digits) == 13 || len(digits) == 15 {
		digits = strings.TrimPrefix(strings.TrimPrefix(digits, "00"), "86")
	}
	switch {
	case strings.Contains(digits, "x"):
		return "", false
	case len(digits) == 11 && digits[0] == '1' && digits[1] >= '3':
		return digits, true
	case len(digits) >= 10 && len(digits) <= 12 && digits[0] == '0', len(digits) == 7 || len(digits) == 8:
		return digits, true // a line at home
	}
	return "", false
}

// A class is what the column 政治面貌 says.
type class int

const (
	resident class = iota
	probationary
	member
)

var classes = map[class][]string{
	resident:     {"", "群众", "无", "居民", "共青团员", "团员", "无党派人士", "民主党派"},
	probationary: {"预备党员", "中共预备党员"},
	member:       {"党员", "中共党员", "正式党员", "是"},
}

func classOf(text string) (class, bool) {
	for c, words := range classes {
		if slices.Contains(words, text) {
			return c, true
		}
	}
	return resident, false
}
