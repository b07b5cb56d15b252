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
	"slices"
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
	t, err := decode(source)
	if err != nil {
		return nil, err
	}
	if problems := append(t.check(), t.checkWriting()...); len(problems) > 0 {
		return nil, sorted(problems)
	}
	return t, nil
}

// Reread reads the template of a matter that has begun. Only what the engine stands on is
// checked: a slip of the pen that Parse has learned to see since then must not keep the
// matter from being finished.
func Reread(source []byte) (*Template, error) {
	t, err := decode(source)
	if err != nil {
		return nil, err
	}
	if problems := t.check(); len(problems) > 0 {
		return nil, sorted(problems)
	}
	return t, nil
}

// decode reads a template without judging it.
func decode(source []byte) (*Template, error) {
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
		return nil, CheckError{syntaxProblem(source, err)}
	}
	if len(t.Steps)+len(t.After) > maxSteps {
		return nil, CheckError{{max(1, sh.lines["steps"]), fmt.Sprintf("步骤超过%d步", maxSteps), "大家跟不上，请分成几个做法"}}
	}
	t.settle(sh.lines)
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
		return nil, CheckError{syntaxProblem(source, err)}
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, CheckError{{1, "文件是空的，或不是“字段: 值”的形式", "可以从 templates 里的一个文件改起"}}
	}
	switch err := d.Decode(&more); {
	case errors.Is(err, io.EOF):
		return doc.Content[0], nil
	case err != nil:
		return nil, CheckError{syntaxProblem(source, err)}
	}
	return nil, CheckError{{more.Line, "一个文件里有两个模板", "一个文件只写一个，去掉 --- 和后面的"}}
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
