package procedure

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// maxSource is how long a template may be, in bytes. The longest known practice
// takes a twentieth of it.
const maxSource = 64 << 10

// maxSteps is how many steps a template may have; members could not follow more.
const maxSteps = 40

// Problem is one thing wrong with a template: where, what, and how to mend it.
type Problem struct {
	Line int
	What string
	Cure string
}

func (p Problem) String() string {
	return fmt.Sprintf("第%d行：%s。%s", p.Line, p.What, p.Cure)
}

// CheckError is every problem of one template, in order of lines.
type CheckError []Problem

func (e CheckError) Error() string {
	lines := make([]string, len(e))
	for i, p := range e {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Parse reads and checks a template. Its error is a CheckError that names every
// line that needs mending and how.
func Parse(source []byte) (*Template, error) {
	root, problems := document(source)
	if len(problems) > 0 {
		return nil, problems
	}
	sh := shape{lines: map[string]int{}}
	sh.walk(root, reflect.TypeFor[Template](), "")
	if len(sh.problems) > 0 {
		return nil, sorted(sh.problems)
	}
	t := &Template{Hash: contentHash(source), Raw: slices.Clone(source)}
	if err := root.Decode(t); err != nil {
		return nil, CheckError{syntaxProblem(err)}
	}
	if len(t.Steps)+len(t.After) > maxSteps {
		return nil, CheckError{{max(1, sh.lines["steps"]), fmt.Sprintf("步骤超过%d步", maxSteps), "大家跟不上，请分成几个做法"}}
	}
	t.settle(sh.lines)
	if problems := t.check(); len(problems) > 0 {
		return nil, sorted(problems)
	}
	return t, nil
}

func sorted(ps []Problem) CheckError {
	slices.SortFunc(ps, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.What, b.What))
	})
	return slices.Compact(ps)
}

// document reads the one YAML document of a file.
func document(source []byte) (*yaml.Node, CheckError) {
	if len(source) > maxSource {
		return nil, CheckError{{1, "文件太大了", fmt.Sprintf("一个模板不要超过%dKB", maxSource>>10)}}
	}
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(source))
	if err := d.Decode(&doc); err != nil && !errors.Is(err, io.EOF) {
		return nil, CheckError{syntaxProblem(err)}
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, CheckError{{1, "文件是空的，或不是“字段: 值”的形式", "可以从 templates 里的一个文件改起"}}
	}
	switch err := d.Decode(&more); {
	case errors.Is(err, io.EOF):
		return doc.Content[0], nil
	case err != nil:
		return nil, CheckError{syntaxProblem(err)}
	}
	return nil, CheckError{{more.Line, "一个文件里有两个模板", "一个文件只写一个，去掉 --- 和后面的"}}
}

var lineOf = regexp.MustCompile(`line (\d+)`)

// cures are what most often went wrong, by what the YAML reader says.
var cures = []struct{ says, what, cure string }{
	{"cannot start any token", "有一个不能这样开头的符号", "缩进请用空格，不要用 Tab；以 @、%、` 开头的文字请加引号"},
	{"tab", "缩进里有 Tab", "缩进请用空格"},
	{"mapping values are not allowed", "这里不该有冒号", "文字里有冒号时请加引号；看看上一行的缩进"},
	{"could not find expected ':'", "少了一个冒号", "每一项都写成“字段: 值”，用英文冒号，后面空一格"},
	{"did not find expected ',' or", "花括号或方括号没有配对", "请补上 } 或 ]，各项之间用英文逗号"},
	{"did not find expected key", "缩进没有对齐", "同一层的字段要从同一列开始"},
	{"did not find expected '-'", "列表没有对齐", "同一个列表的短横要在同一列"},
	{"unknown anchor", "不能用 & 和 * 引用", "请把内容照写一遍"},
	{"unexpected end of stream", "引号没有配对", "请补上引号"},
	{"UTF-8", "文件不是 UTF-8", "请把文件存成 UTF-8 编码"},
	{"control characters", "文件里有看不见的控制符号", "请把文件存成 UTF-8 的纯文本"},
	{"max depth", "嵌套太深", "可以从 templates 里的一个文件改起"},
}

// syntaxProblem says in plain words what the YAML reader could not read.
func syntaxProblem(err error) Problem {
	p := Problem{1, "这里读不懂", "请检查缩进、冒号后面的空格和引号"}
	if m := lineOf.FindStringSubmatch(err.Error()); m != nil {
		p.Line, _ = strconv.Atoi(m[1])
	}
	for _, c := range cures {
		if strings.Contains(err.Error(), c.says) {
			p.What, p.Cure = c.what, c.cure
			break
		}
	}
	return p
}

// settle fills in defaults and remembers where everything stands.
func (t *Template) settle(lines map[string]int) {
	t.Audience = cmp.Or(t.Audience, ForGroup)
	t.Spoken = cmp.Or(t.Spoken, "件")
	t.Rank = cmp.Or(t.Rank, 100)
	t.lines = lines
	for key, list := range map[string][]Step{"steps": t.Steps, "after": t.After} {
		for i := range list {
			list[i].settle(lines, fmt.Sprintf("%s[%d]", key, i))
			list[i].index, list[i].after = i, key == "after"
		}
	}
}

func (s *Step) settle(lines map[string]int, path string) {
	s.lines = map[string]int{}
	for at, line := range lines {
		if rest, ok := strings.CutPrefix(at, path); ok {
			s.lines[strings.TrimPrefix(rest, ".")] = line
		}
	}
	for j := range s.Fields {
		s.Fields[j].Type = cmp.Or(s.Fields[j].Type, TextField)
	}
	if s.Kind == kindClaim && s.lines["capacity"] == 0 {
		s.Capacity = 1
	}
}

func contentHash(source []byte) string {
	sum := sha256.Sum256(source)
	return hex.EncodeToString(sum[:])
}
