package procedure

import (
	"cmp"
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
)

//go:embed templates/*.yaml
var shipped embed.FS

// Shipped returns the templates that come with the program.
func Shipped() (Set, error) {
	dir, err := fs.Sub(shipped, "templates")
	if err != nil {
		return Set{}, err
	}
	return Load(dir)
}

// Set is the templates of one installation. It is immutable.
type Set struct {
	list []*Template
}

// Load reads every .yaml file of a directory. A file with problems is named in
// the error, with all of them.
func Load(dir fs.FS) (Set, error) {
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return Set{}, err
	}
	var list []*Template
	files := map[string]string{}
	for _, name := range names {
		source, err := fs.ReadFile(dir, name)
		if err != nil {
			return Set{}, err
		}
		t, err := Parse(source)
		if err != nil {
			return Set{}, fmt.Errorf("template %s: %w", path.Base(name), err)
		}
		if other, ok := files[t.ID]; ok {
			return Set{}, fmt.Errorf("template %s: %w", path.Base(name), t.TwiceIn(path.Base(other)))
		}
		files[t.ID] = name
		list = append(list, t)
	}
	return NewSet(list...)
}

// NewSet puts templates together. A later template replaces an earlier one of the
// same id; a word that opens one may do nothing in another, but for meetings, which are
// told apart by their names.
func NewSet(list ...*Template) (Set, error) {
	var s Set
	for _, t := range list {
		s.list = slices.DeleteFunc(s.list, func(o *Template) bool { return o.ID == t.ID })
		s.list = append(s.list, t)
	}
	if err := clashes(s.list); err != nil {
		return Set{}, err
	}
	slices.SortFunc(s.list, func(a, b *Template) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.ID, b.ID))
	})
	return s, nil
}

// With returns the set with more templates in it.
func (s Set) With(more ...*Template) (Set, error) {
	return NewSet(append(slices.Clone(s.list), more...)...)
}

// All returns the templates, those used most often first.
func (s Set) All() []*Template { return slices.Clone(s.list) }

// ByID returns a template; nil if there is none.
func (s Set) ByID(id string) *Template {
	i := slices.IndexFunc(s.list, func(t *Template) bool { return t.ID == id })
	if i < 0 {
		return nil
	}
	return s.list[i]
}

// Opening returns the enabled template that a word opens; nil if there is none.
func (s Set) Opening(word string) *Template {
	for _, t := range s.list {
		f := t.First()
		if t.Enabled() && (f.Verb == word || slices.Contains(f.Also, word)) {
			return t
		}
	}
	return nil
}

// Verbs returns every word of every enabled template, in order.
func (s Set) Verbs() []string {
	var out []string
	for _, t := range s.list {
		if !t.Enabled() {
			continue
		}
		for step := range t.AllSteps() {
			for _, v := range VerbsOf(step) {
				out = append(out, v.Word)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// FindVerb returns what a word does in a template: the step and the verb; nil if
// the template does not know it.
func (t *Template) FindVerb(word string) (*Step, *Verb) {
	for s := range t.AllSteps() {
		for _, v := range VerbsOf(s) {
			if v.Word == word || slices.Contains(v.Also, word) {
				return s, &v
			}
		}
	}
	return nil, nil
}
