package roster

import (
	"fmt"
	"slices"

	"yiqun/bot"
)

// tree finds nodes by their path and makes those that are not there.
type tree struct {
	byName map[string][]Node
	made   []Node
	id     func() string
}

func newTree(nodes []Node, id func() string) tree {
	t := tree{byName: map[string][]Node{}, id: id}
	for _, n := range nodes {
		t.byName[n.Name] = append(t.byName[n.Name], n)
	}
	return t
}

// find returns the node at the end of a path that begins at the top or at any node
// whose name is unmistakable. What is missing is made, below what there is. wrong
// says why a path cannot be followed.
func (t *tree) find(path []string) (n Node, wrong string) {
	first := t.byName[path[0]]
	if len(first) > 1 {
		tops := slices.DeleteFunc(slices.Clone(first), func(n Node) bool { return n.Parent != "" })
		if len(tops) != 1 {
			return n, fmt.Sprintf("有%d个“%s”，请从上一级写起", len(first), short(path[0]))
		}
		first = tops
	}
	if len(first) == 1 {
		n = first[0]
	} else {
		n = t.add("", path[0])
	}
	for _, name := range path[1:] {
		n = t.below(n.ID, name)
	}
	return n, ""
}

func (t *tree) below(parent bot.NodeID, name string) Node {
	for _, n := range t.byName[name] {
		if n.Parent == parent {
			return n
		}
	}
	return t.add(parent, name)
}

func (t *tree) add(parent bot.NodeID, name string) Node {
	n := Node{ID: bot.NodeID(t.id()), Parent: parent, Name: name}
	t.byName[name] = append(t.byName[name], n)
	t.made = append(t.made, n)
	return n
}
