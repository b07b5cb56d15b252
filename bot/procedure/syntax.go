package procedure

import (
	"bytes"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

var lineOf = regexp.MustCompile(`line (\d+)`)

// cures are what most often went wrong, by what the YAML reader says.
var cures = []struct {
	says, what, cure string
	block, opens     bool // see syntaxProblem: how far off the reader's own line is
}{
	{says: "cannot start any token", what: "有一个不能这样开头的符号", cure: "缩进请用空格，不要用 Tab；以 @、%、` 开头的文字请加引号"},
	{says: "tab", what: "缩进里有 Tab", cure: "缩进请用空格"},
	{says: "mapping values are not allowed", what: "这里不该有冒号", cure: "文字里有冒号时请加引号；看看上一行的缩进"},
	{says: "could not find expected ':'", what: "少了一个冒号", cure: "每一项都写成“字段: 值”，用英文冒号，后面空一格"},
	{says: "did not find expected ',' or", what: "花括号或方括号没有配对", cure: "请补上 } 或 ]，各项之间用英文逗号", opens: true},
	{says: "did not find expected key", what: "缩进没有对齐", cure: "同一层的字段要从同一列开始", block: true},
	{says: "did not find expected '-'", what: "列表没有对齐", cure: "同一个列表的短横要在同一列", block: true},
	{says: "unknown anchor", what: "不能用 & 和 * 引用", cure: "请把内容照写一遍"},
	{says: "unexpected end of stream", what: "引号没有配对", cure: "请补上引号"},
	{says: "UTF-8", what: "文件不是 UTF-8", cure: "请把文件存成 UTF-8 编码"},
	{says: "control characters", what: "文件里有看不见的控制符号", cure: "请把文件存成 UTF-8 的纯文本"},
	{says: "max depth", what: "嵌套太深", cure: "可以从 templates 里的一个文件改起"},
}

// syntaxProblem says in plain words what the YAML reader could not read.
func syntaxProblem(source []byte, err error) Problem {
	p := Problem{1, "这里读不懂", "请检查缩进、冒号后面的空格和引号"}
	if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
	}
	for _, c := range cures {
		if !strings.Contains(err.Error(), c.says) {
			continue
		}
		p.What, p.Cure = c.what, c.cure
		switch {
		case c.block:
			p.Line = firstUnread(source, c.says)
		case c.opens:
			p.Line++
		}
		break
	}
	return p
}

// firstUnread is the line at which a text first cannot be read for a reason: the YAML
// reader itself names the line before the one on which the whole list or mapping began.
func firstUnread(source []byte, says string) int {
	lines := bytes.SplitAfter(source, []byte("\n"))
	fails := func(i int) bool {
		var doc yaml.Node
		err := yaml.Unmarshal(bytes.Join(lines[:i+1], nil), &doc)
		return err != nil && strings.Contains(err.Error(), says)
	}
	return 1 + sort.Search(len(lines)-1, fails)
}
