package calendar

import (
	"bytes"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"

	"go.yaml.in/yaml/v3"
)

// Rule says how often something is held.
type Rule struct {
	// ID names the rule for operators: "party.general".
	ID string `yaml:"id"`
	// Name is what it is called: 支部党员大会.
	Name string `yaml:"name"`
	// Kinds are the names of the practices that fulfil it. Also are others into which
	// it may be merged.
	Kinds []string `yaml:"kinds"`
	Also  []string `yaml:"also"`
	// Every is the period, and Times how often in each; 0 means once.
	Every Period `yaml:"every"`
	Times int    `yaml:"times"`
	// Usually: the text says 一般, so that nobody is told they must.
	Usually bool `yaml:"usually"`
	// Local: the number is a place's own habit or law.
	Local bool `yaml:"local"`
	// IfHeld: it is only looked for where one was held before. Not every branch has
	// groups, or a committee.
	IfHeld bool `yaml:"if_held"`
	// Months are those in which it is usually held, where the text names some.
	Months []int `yaml:"months"`
	// Source is the text, and State V, S or U: read, read in a reprint, not verified.
	Source string `yaml:"source"`
	State  string `yaml:"state"`
	// Off: nobody is told by it until an operator sets it to false. A rule of state U
	// is off whatever it says.
	Off bool `yaml:"off"`
}

// unverified is the state of a rule whose text nobody has read.
const unverified = "U"

// On reports whether anybody is told by the rule.
func (r Rule) On() bool { return !r.Off && r.State != unverified }

// times is how often it is held in a period.
func (r Rule) times() int { return max(1, r.Times) }

// Counts reports whether what is called kind fulfils the rule.
func (r Rule) Counts(kind string) bool {
	return slices.Contains(r.Kinds, kind) || slices.Contains(r.Also, kind)
}

//go:embed rules.yaml
var shipped []byte

// Shipped returns the rules that come with the program, in the order of the file.
func Shipped() ([]Rule, error) { return Parse(shipped) }

// maxSource bounds a file of rules.
const maxSource = 64 << 10

// Parse reads a file of rules. Its error names every problem, for whoever wrote it.
func Parse(source []byte) ([]Rule, error) {
	if len(source) > maxSource {
		return nil, errors.New("文件太大，请不要超过64KB")
	}
	d := yaml.NewDecoder(bytes.NewReader(source))
	d.KnownFields(true)
	var rules []Rule
	if err := d.Decode(&rules); err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read cadence rules: %w", err)
	}
	var problems []error
	for i, r := range rules {
		for _, p := range r.problems() {
			problems = append(problems, fmt.Errorf("第%d条（%s）：%s", i+1, r.ID, p))
		}
	}
	return rules, errors.Join(problems...)
}

func (r Rule) problems() []string {
	var out []string
	must := func(ok bool, cure string) {
		if !ok {
			out = append(out, cure)
		}
	}
	must(r.ID != "", "请写 id")
	must(r.Name != "", "请写 name")
	must(len(r.Kinds) > 0, "kinds 请写哪些会算数，例如 [支部党员大会]")
	must(slices.Contains(Periods, r.Every), "every 请写 month、quarter 或 year")
	must(r.Times >= 0 && r.Times <= 31, "times 请写1到31")
	must(r.Source != "", "source 请写出处；本地自定的写“本地”")
	must(slices.Contains([]string{"V", "S", unverified}, r.State), "state 请写 V（核对过原文）、S（见于转载）或 U（需核对）")
	for _, m := range r.Months {
		must(m >= 1 && m <= 12, "months 请写1到12")
	}
	return out
}

// With returns the rules with more in them; a later one replaces an earlier one of
// the same id, in its place.
func With(rules []Rule, more ...Rule) []Rule {
	out := slices.Clone(rules)
	for _, r := range more {
		if i := slices.IndexFunc(out, func(o Rule) bool { return o.ID == r.ID }); i >= 0 {
			out[i] = r
			continue
		}
		out = append(out, r)
	}
	return out
}
