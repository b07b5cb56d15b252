package ballot

import (
	"fmt"
	"strings"
)

// Case is a worked example of a rule: the numbers of a vote and what must come of
// it. Counting rules have title deeds instead.
type Case struct {
	Name     string `yaml:"name"`
	Entitled int64  `yaml:"entitled"`
	Present  int64  `yaml:"present"`
	Cast     int64  `yaml:"cast"` // yes + no + abstain + void when left out
	Yes      int64  `yaml:"yes"`
	No       int64  `yaml:"no"`
	Abstain  int64  `yaml:"abstain"`
	Void     int64  `yaml:"void"`
	// Area, Households and Groups are the same votes in other measures.
	Area       *CaseArea  `yaml:"area"`
	Households *CaseCount `yaml:"households"`
	Groups     *CaseCount `yaml:"groups"`
	// Runoff tests the requirement of a further round.
	Runoff bool `yaml:"runoff"`
	// Verdict is what the arithmetic must give: passed, failed or invalid.
	Verdict CaseVerdict `yaml:"verdict"`
	// Deeds are rows of a roll, for a counting rule, with what they must come to.
	Deeds []CaseDeed `yaml:"deeds"`
	Heads int64      `yaml:"heads"`
	Total Area       `yaml:"total"`

	line int
}

// CaseArea is a case counted by floor area, in square metres.
type CaseArea struct {
	Entitled Area `yaml:"entitled"`
	Present  Area `yaml:"present"`
	Cast     Area `yaml:"cast"`
	Yes      Area `yaml:"yes"`
	No       Area `yaml:"no"`
}

// CaseCount is how many of a second counting unit there are and are represented.
type CaseCount struct {
	Entitled int64 `yaml:"entitled"`
	Present  int64 `yaml:"present"`
}

// CaseDeed is one title deed of a counting case.
type CaseDeed struct {
	Deed  string `yaml:"deed"`
	Owner string `yaml:"owner"`
	Area  string `yaml:"area"`
}

// CaseVerdict is the outcome of a rule's arithmetic.
type CaseVerdict string

// The outcomes of a case.
const (
	CasePassed  CaseVerdict = "passed"
	CaseFailed  CaseVerdict = "failed"
	CaseInvalid CaseVerdict = "invalid" // no quorum
)

// Spoken names the outcome.
func (v CaseVerdict) Spoken() string {
	switch v {
	case CasePassed:
		return "表决有效且达到要求"
	case CaseFailed:
		return "表决有效但没达到要求"
	}
	return "人数不够，表决无效"
}

// Figures are the numbers of the case.
func (c Case) Figures() Figures {
	f := Figures{
		Entitled: heads(c.Entitled), Present: heads(c.Present), Cast: heads(c.Cast),
		Yes: heads(c.Yes), No: heads(c.No), Abstain: heads(c.Abstain), Void: heads(c.Void),
	}
	if c.Cast == 0 {
		f.Cast = heads(c.Yes + c.No + c.Abstain + c.Void)
	}
	if a := c.Area; a != nil {
		f.Entitled.Area, f.Present.Area, f.Cast.Area, f.Yes.Area, f.No.Area = a.Entitled, a.Present, a.Cast, a.Yes, a.No
	}
	if h := c.Households; h != nil {
		f.Entitled.Households, f.Present.Households = h.Entitled, h.Present
	}
	if g := c.Groups; g != nil {
		f.Entitled.Groups, f.Present.Groups = g.Entitled, g.Present
	}
	return f
}

// Works reports whether the rule's arithmetic gives what the case says, and what it
// gives instead.
func (c Case) Works(r *Rule) (got string, ok bool) {
	if len(c.Deeds) > 0 {
		return c.count()
	}
	if c.Runoff {
		r = r.forRunoff()
	}
	v := r.Judge(c.Figures()).outcome()
	return v.Spoken(), v == c.Verdict
}

func (j Judgement) outcome() CaseVerdict {
	switch {
	case !j.Valid:
		return CaseInvalid
	case j.Passed:
		return CasePassed
	}
	return CaseFailed
}

// forRunoff is the rule with the requirement of a further round in the place of the
// first one's.
func (r *Rule) forRunoff() *Rule {
	if len(r.Runoff.Tests) == 0 {
		return r
	}
	again := *r
	again.Pass = r.Runoff
	return &again
}

// count builds a roll from the deeds and compares its sums.
func (c Case) count() (string, bool) {
	rows := make([]Row, len(c.Deeds))
	for i, d := range c.Deeds {
		rows[i] = Row{Line: i + 1, Name: d.Owner, Owner: d.Owner, Unit: d.Deed, Area: d.Area}
	}
	roll, problems := Import(Deed, nil, rows)
	if len(problems) > 0 {
		return problems.Error(), false
	}
	sum := roll.Entitled()
	return fmt.Sprintf("%d票、%s平方米", sum.Heads, sum.Area), sum.Heads == c.Heads && sum.Area == c.Total
}

// broken lists the rule with one comparison turned at a time, each with where.
func (r *Rule) broken() map[string]*Rule {
	out := map[string]*Rule{}
	turn := func(where string, at func(*Rule) *Requirement) {
		for i := range at(r).Tests {
			b := *r
			q := at(&b)
			q.Tests = append([]Test(nil), q.Tests...)
			t := &q.Tests[i]
			t.Compare = map[Comparison]Comparison{Over: AtLeast, AtLeast: Over}[t.Compare]
			out[fmt.Sprintf("%s 的第%d项", where, i+1)] = &b
		}
	}
	turn("quorum", func(r *Rule) *Requirement { return &r.Quorum })
	turn("pass", func(r *Rule) *Requirement { return &r.Pass })
	turn("runoff", func(r *Rule) *Requirement { return &r.Runoff })
	return out
}

// proves reports whether some case comes out otherwise under a broken rule.
func proves(cases []Case, broken *Rule) bool {
	for _, c := range cases {
		if _, ok := c.Works(broken); !ok {
			return true
		}
	}
	return false
}

// checkCases runs the worked cases, and asks that they pin down each comparison.
func (r *Rule) checkCases() Problems {
	var out Problems
	for _, c := range r.Cases {
		if got, ok := c.Works(r); !ok {
			want := c.Verdict.Spoken()
			if len(c.Deeds) > 0 {
				want = fmt.Sprintf("%d票、%s平方米", c.Heads, c.Total)
			}
			out = append(out, Problem{c.line, fmt.Sprintf("算例“%s”写的是%s，按这条规则算出来是%s", c.Name, want, got), "请核对算例，或核对 quorum 和 pass"})
		}
	}
	if len(out) > 0 {
		return out
	}
	var loose []string
	for where, b := range r.broken() {
		if !proves(r.Cases, b) {
			loose = append(loose, where)
		}
	}
	if len(loose) > 0 {
		// Map order is random; problems are not.
		out = append(out, Problem{What: "算例没有试到边界：" + strings.Join(sorted(loose), "、"), Cure: "请加一个刚好等于分数的算例，证明“超过”和“达到”没有写反"})
	}
	return out
}
