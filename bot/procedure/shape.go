package procedure

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// shape compares a YAML tree with the types it is to be decoded into, before it
// is: decoding alone would drop a misspelt key silently and say the rest in
// English.
type shape struct {
	lines    map[string]int // where each value stands, by path: steps[0].by
	problems []Problem
}

func (sh *shape) add(n *yaml.Node, what, cure string, args ...any) {
	sh.problems = append(sh.problems, Problem{n.Line, fmt.Sprintf(what, args...), cure})
}

var (
	whoType   = reflect.TypeFor[Who]()
	spanType  = reflect.TypeFor[Span]()
	limitType = reflect.TypeFor[Limit]()
	stepType  = reflect.TypeFor[Step]()
)

func (sh *shape) walk(n *yaml.Node, t reflect.Type, path string) {
	sh.lines[path] = n.Line
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := path[strings.LastIndexByte(path, '.')+1:]
	switch {
	case n.Kind == yaml.AliasNode || n.Anchor != "":
		sh.add(n, "不能用 & 和 * 引用", "请把内容照写一遍")
	case n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null":
		// Left empty, which is as if it were not there.
	case t == spanType:
		sh.span(n, name)
	case t == limitType:
		if n.Kind == yaml.MappingNode {
			sh.mapping(n, path, func(string) (reflect.Type, bool) { return spanType, true }, nil)
			return
		}
		sh.span(n, name)
	case t == whoType:
		if n.Kind != yaml.ScalarNode {
			sh.list(n, reflect.TypeFor[string](), path, name)
		}
	case t.Kind() == reflect.Slice:
		sh.list(n, t.Elem(), path, name)
	case t.Kind() == reflect.Map:
		sh.mapping(n, path, func(string) (reflect.Type, bool) { return t.Elem(), true }, nil)
	case t.Kind() == reflect.Struct:
		known, names := keys(t)
		if t == stepType {
			names = keysOfStep(n, names)
		}
		sh.mapping(n, path, func(k string) (reflect.Type, bool) { f, ok := known[k]; return f, ok }, names)
	default:
		sh.scalar(n, t, name)
	}
}

// keys are the YAML keys of a struct.
func keys(t reflect.Type) (map[string]reflect.Type, []string) {
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

// mapping walks through keys and values; names are the keys there may be.
func (sh *shape) mapping(n *yaml.Node, path string, typeOf func(string) (reflect.Type, bool), names []string) {
	if n.Kind != yaml.MappingNode {
		sh.add(n, "这里要写成“字段: 值”", exampleOf(path, n.Value))
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		t, ok := typeOf(key.Value)
		switch {
		case key.Kind != yaml.ScalarNode || key.Anchor != "" || key.ShortTag() == "!!merge":
			sh.add(key, "不能用 & 和 * 引用", "请把内容照写一遍")
		case !ok:
			sh.add(key, "不认识的字段 %s", meant(key.Value, names), short(key.Value))
		case seen[key.Value]:
			sh.add(key, "字段 %s 写了两次", "请去掉一个", short(key.Value))
		default:
			sh.walk(n.Content[i+1], t, strings.TrimPrefix(path+"."+key.Value, "."))
		}
		seen[key.Value] = true
	}
}

func (sh *shape) list(n *yaml.Node, elem reflect.Type, path, name string) {
	if n.Kind != yaml.SequenceNode {
		sh.add(n, "%s 要写成列表", exampleOfList(name, n), name)
		return
	}
	for i, item := range n.Content {
		sh.walk(item, elem, fmt.Sprintf("%s[%d]", path, i))
	}
}

func (sh *shape) span(n *yaml.Node, name string) {
	if n.Kind == yaml.ScalarNode {
		if _, err := parseSpan(n.Value); err == nil {
			return
		}
	}
	sh.add(n, "%s: %s 不是时长", spanMeant(name, n.Value), name, short(n.Value))
}

func (sh *shape) scalar(n *yaml.Node, t reflect.Type, name string) {
	switch {
	case n.Kind != yaml.ScalarNode:
		sh.add(n, "%s 只能写一个值", "去掉列表或花括号", name)
	case t.Kind() == reflect.Bool && n.ShortTag() != "!!bool":
		sh.add(n, "%s: %s 不认识", "请写 true 或 false", name, short(n.Value))
	case t.Kind() == reflect.Int || t.Kind() == reflect.Int64:
		if _, err := strconv.Atoi(n.Value); err != nil {
			sh.add(n, "%s: %s 不是整数", "请只写数字，例如 3", name, short(n.Value))
		}
	}
}

// short is a value as problems quote it.
func short(v string) string {
	if r := []rune(v); len(r) > 20 {
		return strconv.Quote(string(r[:20]) + "…")
	}
	return v
}
