package ballot

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:embed rules/*.yaml
var shipped embed.FS

// Rules are the rules of one installation. It is immutable.
type Rules struct {
	list []*Rule
}

// ShippedRules returns the rules that come with the program.
func ShippedRules() (Rules, error) {
	dir, err := fs.Sub(shipped, "rules")
	if err != nil {
		return Rules{}, err
	}
	return LoadRules(dir)
}

// LoadRules reads every .yaml file of a directory. A file with problems is named in
// the error, with all of them.
func LoadRules(dir fs.FS) (Rules, error) {
	names, err := fs.Glob(dir, "*.yaml")
	if err != nil {
		return Rules{}, err
	}
	var list []*Rule
	for _, name := range names {
		source, err := fs.ReadFile(dir, name)
		if err != nil {
			return Rules{}, err
		}
		r, err := ParseRule(source)
		if err != nil {
			return Rules{}, fmt.Errorf("rule %s: %w", path.Base(name), err)
		}
		list = append(list, r)
	}
	return Rules{}.With(list...), nil
}

// With returns the rules with more in them; a later one replaces an earlier one of
// the same id.
func (s Rules) With(more ...*Rule) Rules {
	list := slices.Clone(s.list)
	for _, r := range more {
		list = slices.DeleteFunc(list, func(o *Rule) bool { return o.ID == r.ID })
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *Rule) int { return strings.Compare(a.ID, b.ID) })
	return Rules{list}
}

// All returns the rules by id.
func (s Rules) All() []*Rule { return slices.Clone(s.list) }

// ByID returns a rule; nil if there is none.
func (s Rules) ByID(id string) *Rule {
	i := slices.IndexFunc(s.list, func(r *Rule) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return s.list[i]
}

// Usable returns the rules under which a vote may be opened on a day.
func (s Rules) Usable(on Date) []*Rule {
	return slices.DeleteFunc(s.All(), func(r *Rule) bool { return r.Usable(on) != nil })
}
