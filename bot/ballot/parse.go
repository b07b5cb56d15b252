package ballot

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Problem is one thing wrong with a rule file or with a row of an imported roll:
// where, what, and how to mend it.
type Problem struct {
	Line int // 0 if it concerns the whole
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

// Problems is everything wrong, in order of lines.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, one := range p {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

func (p Problems) inOrder() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return p
}

// maxSource bounds a rule file; the longest shipped one is a twentieth of it.
const maxSource = 64 << 10

// ParseRule reads and checks a rule. Its error is Problems.
func ParseRule(source []byte) (*Rule, error) {
	if len(source) > maxSource {
		return nil, Problems{{What: "文件太大", Cure: "一条规则请不要超过64KB"}}
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(source, &doc); err != nil {
		return nil, Problems{{What: "不是能读的 YAML：" + err.Error(), Cure: "请检查缩进和冒号后面的空格"}}
	}
	if len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, Problems{{Line: 1, What: "文件是空的，或不是“字段: 值”的形式", Cure: "可以从 rules 里的一个文件改起"}}
	}
	root := doc.Content[0]
	r := &Rule{Raw: slices.Clone(source)}
	sum := sha256.Sum256(source)
	r.Hash = hex.EncodeToString(sum[:])
	problems := unknownFields(root, reflect.TypeFor[Rule]())
	if err := root.Decode(r); err != nil {
		return nil, append(problems, decodeProblems(err)...).inOrder()
	}
	r.settle(root)
	problems = append(problems, r.check(root)...)
	if len(problems) == 0 {
		problems = r.checkCases()
	}
	if len(problems) > 0 {
		return nil, problems.inOrder()
	}
	return r, nil
}

// settle fills in defaults and remembers the lines of the cases. The defaults are
// the strict ones: what a rule does not allow is not allowed.
func (r *Rule) settle(root *yaml.Node) {
	r.Kind = cmp.Or(r.Kind, Decision)
	r.Unit = cmp.Or(r.Unit, Person)
	r.Form = cmp.Or(r.Form, Either)
	r.Ballot = cmp.Or(r.Ballot, EitherBallot)
	r.Outcome = cmp.Or(r.Outcome, Decides)
	r.Ties = cmp.Or(r.Ties, TieFails)
	r.CloseEarly = cmp.Or(r.CloseEarly, NeverEarly)
	r.Extend = cmp.Or(r.Extend, NoExtension)
	r.Recuse = cmp.Or(r.Recuse, StaysIn)
	for _, q := range []*Requirement{&r.Quorum, &r.Pass, &r.Runoff} {
		q.Need = cmp.Or(q.Need, All)
		for i := range q.Tests {
			q.Tests[i].Measure = cmp.Or(q.Tests[i].Measure, Heads)
		}
	}
	if n := lookup(root, "cases"); n != nil {
		for i := range min(len(r.Cases), len(n.Content)) {
			r.Cases[i].line = n.Content[i].Line
		}
	}
}

// lookup finds the value of a key; nil if it is not there.
func lookup(n *yaml.Node, key string) *yaml.Node {
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

// decodeProblems turns the decoder's errors, which begin "line 7: ", into Problems.
func decodeProblems(err error) Problems {
	messages := []string{err.Error()}
	if te, ok := errors.AsType[*yaml.TypeError](err); ok {
		messages = te.Errors
	}
	var out Problems
	for _, m := range messages {
		p := Problem{What: m, Cure: "请按同类规则的写法改"}
		if rest, ok := strings.CutPrefix(strings.TrimPrefix(m, "yaml: "), "line "); ok {
			if number, what, ok := strings.Cut(rest, ": "); ok {
				if n, err := strconv.Atoi(number); err == nil {
					p.Line, p.What = n, what
				}
			}
		}
		out = append(out, p)
	}
	return out
}

// unknownFields finds misspelt keys, which decoding alone would drop silently.
func unknownFields(n *yaml.Node, t reflect.Type) Problems {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if reflect.PointerTo(t).Implements(reflect.TypeFor[yaml.Unmarshaler]()) {
		return nil
	}
	var out Problems
	switch {
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for _, item := range n.Content {
			out = append(out, unknownFields(item, t.Elem())...)
		}
	case t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		known, names := fieldsOf(t)
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i]
			field, ok := known[key.Value]
			if !ok {
				out = append(out, Problem{key.Line, fmt.Sprintf("不认识的字段 %s", key.Value), "可用的有 " + strings.Join(names, "、")})
				continue
			}
			out = append(out, unknownFields(n.Content[i+1], field)...)
		}
	}
	return out
}

func fieldsOf(t reflect.Type) (map[string]reflect.Type, []string) {
	known := map[string]reflect.Type{}
	var names []string
	for f := range t.Fields() {
		if name := f.Tag.Get("yaml"); name != "" && name != "-" {
			known[name] = f.Type
			names = append(names, name)
		}
	}
	return known, names
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
