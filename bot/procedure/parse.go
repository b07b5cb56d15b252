package procedure

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is one thing wrong with a template: where, what, and how to mend it.
type Problem struct {
	Line int
	What string
	Cure string
}

func (p Problem) String() string {
	s := p.What
	if p.Line > 0 {
		s = fmt.Sprintf("第%d行：%s", p.Line, p.What)
	}
	if p.Cure != "" {
		s += "。" + p.Cure
	}
	return s
}

// CheckError is every problem of one template.
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
	var doc yaml.Node
	if err := yaml.Unmarshal(source, &doc); err != nil {
		return nil, CheckError{{What: "不是能读的 YAML：" + err.Error(), Cure: "请检查缩进和冒号后面的空格"}}
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, CheckError{{Line: 1, What: "文件是空的，或不是“字段: 值”的形式", Cure: "可以从 templates 里的一个文件改起"}}
	}
	root := doc.Content[0]
	t := &Template{Hash: contentHash(source), Raw: slices.Clone(source)}
	problems := unknownFields(root, reflect.TypeFor[Template]())
	if err := root.Decode(t); err != nil {
		if te, ok := errors.AsType[*yaml.TypeError](err); ok {
			for _, e := range te.Errors {
				problems = append(problems, Problem{What: e, Cure: "请按同类模板的写法改"})
			}
		} else {
			problems = append(problems, Problem{What: err.Error()})
		}
		return nil, CheckError(problems)
	}
	t.settle(root)
	problems = append(problems, t.check()...)
	if len(problems) > 0 {
		slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
		return nil, CheckError(problems)
	}
	return t, nil
}

// settle fills in defaults and remembers the lines of the steps.
func (t *Template) settle(root *yaml.Node) {
	t.Audience = cmp.Or(t.Audience, ForGroup)
	t.Spoken = cmp.Or(t.Spoken, "件")
	t.Rank = cmp.Or(t.Rank, 100)
	for key, list := range map[string][]Step{"steps": t.Steps, "after": t.After} {
		lines := stepLines(root, key)
		for i := range list {
			s := &list[i]
			s.index, s.after = i, key == "after"
			if i < len(lines) {
				s.line = lines[i]
			}
			for j := range s.Fields {
				s.Fields[j].Type = cmp.Or(s.Fields[j].Type, TextField)
			}
			if s.Kind == kindClaim && s.Capacity == 0 {
				s.Capacity = 1
			}
		}
	}
}

func stepLines(root *yaml.Node, key string) []int {
	for i := 0; i+1 < len(root.Content); i += 2 {
		if root.Content[i].Value != key {
			continue
		}
		var out []int
		for _, n := range root.Content[i+1].Content {
			out = append(out, n.Line)
		}
		return out
	}
	return nil
}

// unknownFields finds misspelt keys, which decoding alone would drop silently.
func unknownFields(n *yaml.Node, t reflect.Type) []Problem {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[yaml.Unmarshaler]()) {
		return nil
	}
	var out []Problem
	switch {
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			out = append(out, unknownFields(item, t.Elem())...)
		}
	case t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		known := map[string]reflect.Type{}
		var names []string
		for f := range t.Fields() {
			if name := f.Tag.Get("yaml"); name != "" && name != "-" {
				known[name] = f.Type
				names = append(names, name)
			}
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			ft, ok := known[key.Value]
			if !ok {
				out = append(out, Problem{key.Line, fmt.Sprintf("不认识的字段 %s", key.Value), "可用的有 " + strings.Join(names, "、")})
				continue
			}
			out = append(out, unknownFields(n.Content[i+1], ft)...)
		}
	}
	return out
}
