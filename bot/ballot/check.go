package ballot

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// checker gathers the problems of one rule.
type checker struct {
	root *yaml.Node
	out  Problems
}

// at reports a problem at a key of the file, or at its first line.
func (c *checker) at(key, cure, format string, args ...any) {
	line := 1
	if n := lookup(c.root, key); n != nil {
		line = n.Line
	}
	c.out = append(c.out, Problem{line, fmt.Sprintf(format, args...), cure})
}

// oneOf reports a word that is not among those allowed.
func oneOf[T ~string](c *checker, key string, got T, allowed ...T) {
	if !slices.Contains(allowed, got) {
		may := make([]string, len(allowed))
		for i, w := range allowed {
			may[i] = string(w)
		}
		c.at(key, "可以写 "+strings.Join(may, "、"), "%s 不能是 %q", key, string(got))
	}
}

func (r *Rule) check(root *yaml.Node) Problems {
	c := &checker{root: root}
	for key, v := range map[string]string{"id": r.ID, "name": r.Name, "body": r.Body, "source": r.Source} {
		if strings.TrimSpace(v) == "" {
			c.at(key, "没有出处的规则不能用来表决", "缺少 %s", key)
		}
	}
	r.checkWords(c)
	if r.NoticeDays < 0 || r.NoticeDays > 365 {
		c.at("notice_days", "", "notice_days 要在 0 到 365 之间")
	}
	if r.Proxy.Cap < 0 || !r.Proxy.Allowed && r.Proxy != (Proxy{}) {
		c.at("proxy", "请写 allowed: true，或删去 proxy", "没有允许委托，却写了委托的条件，或上限是负数")
	}
	if r.MinShown < 0 || r.MinShown > 1000 {
		c.at("min_shown", "", "min_shown 要在 0 到 1000 之间")
	}
	if !r.From.IsZero() && !r.Until.IsZero() && !r.From.Before(r.Until) {
		c.at("until", "", "until 要晚于 from")
	}
	if r.Recheck != nil && (r.Recheck.From.IsZero() || r.Recheck.Why == "") {
		c.at("recheck", "", "recheck 要有 from 和 why")
	}
	if r.Ballot == SecretBallot && (r.Phone || r.Proxy.Allowed && r.Outcome == Decides) {
		c.at("ballot", "", "无记名表决不能由别人代投或电话代录")
	}
	r.checkArithmetic(c)
	return c.out
}

func (r *Rule) checkWords(c *checker) {
	oneOf(c, "state", r.State, Verified, Secondary, Unverified, Local)
	oneOf(c, "kind", r.Kind, Decision, Counting, Channel)
	oneOf(c, "unit", r.Unit, append([]Unit{AnyUnit}, units...)...)
	oneOf(c, "form", r.Form, Meeting, Written, Either)
	oneOf(c, "ballot", r.Ballot, OpenBallot, SecretBallot, EitherBallot)
	oneOf(c, "outcome", r.Outcome, Decides, Consults, Records, HandsOn)
	oneOf(c, "ties", r.Ties, TieFails, TieAgain)
	oneOf(c, "close_early", r.CloseEarly, NeverEarly, WhenAll)
	oneOf(c, "extend", r.Extend, NoExtension, ShortQuorum, Once)
	oneOf(c, "recuse", r.Recuse, StaysIn, GoesOut)
}

// checkArithmetic asks for tests and cases where the rule decides, and for none
// where it cannot.
func (r *Rule) checkArithmetic(c *checker) {
	c.requirement("quorum", r.Quorum, true, r.Unit)
	c.requirement("pass", r.Pass, false, r.Unit)
	c.requirement("runoff", r.Runoff, false, r.Unit)
	decides := r.Kind == Decision && r.Outcome != Consults
	tests := len(r.Quorum.Tests) + len(r.Pass.Tests) + len(r.Runoff.Tests)
	switch {
	case !decides && tests > 0:
		c.at("pass", "请删去 quorum 和 pass，或改 kind、outcome", "不作决定的规则没有门槛")
	case decides && len(r.Pass.Tests) == 0 && r.Off == "" && r.State != Unverified:
		c.at("pass", "例如 pass: {tests: [{base: entitled, share: 1/2, compare: \">\"}]}", "缺少 pass，不知道多少票才够")
	case tests > 0 && len(r.Cases) == 0:
		c.at("cases", "至少要有一个刚好等于分数的算例", "缺少 cases（算例）")
	}
	for _, k := range r.Cases {
		c.checkCase(r, k)
	}
}

func (c *checker) requirement(key string, q Requirement, quorum bool, u Unit) {
	oneOf(c, key, q.Need, All, Any)
	if len(q.Tests) > len(measures) {
		c.at(key, "", "%s 的 tests 太多了", key)
	}
	for _, t := range q.Tests {
		oneOf(c, key, t.Measure, measures...)
		oneOf(c, key, t.Base, bases...)
		oneOf(c, key, t.Compare, Over, AtLeast)
		if t.Share.Den == 0 {
			c.at(key, "例如 share: 1/2", "%s 缺少 share", key)
		}
		if t.Measure == FloorArea && u != Deed {
			c.at(key, "请写 unit: deed", "按面积计要以不动产权证为单位")
		}
		if quorum {
			oneOf(c, key, t.Count, OfPresent, OfCast)
			oneOf(c, key, t.Base, OfEntitled)
			continue
		}
		oneOf(c, key, t.Count, "")
		if t.Measure == Households || t.Measure == Groups {
			c.at(key, "户和小组只能用来算到会人数够不够", "%s 不能按户或小组计赞成票", key)
		}
	}
}

// checkCase asks that the numbers of a case can occur together.
func (c *checker) checkCase(r *Rule, k Case) {
	say := func(format string, args ...any) {
		c.out = append(c.out, Problem{k.line, fmt.Sprintf("算例“%s”", k.Name) + fmt.Sprintf(format, args...), "请核对这几个数"})
	}
	if r.Kind == Counting {
		if len(k.Deeds) == 0 {
			say("要有 deeds")
		}
		return
	}
	if len(k.Deeds) > 0 {
		say("不该有 deeds")
		return
	}
	oneOf(c, "cases", k.Verdict, CasePassed, CaseFailed, CaseInvalid)
	f := k.Figures()
	for _, m := range measures {
		given := f.Yes.Of(m) + f.No.Of(m) + f.Abstain.Of(m) + f.Void.Of(m)
		least := min(f.Entitled.Of(m), f.Present.Of(m), f.Cast.Of(m), f.Yes.Of(m), f.No.Of(m), f.Abstain.Of(m), f.Void.Of(m))
		if m == Households || m == Groups || m == FloorArea && k.Area == nil {
			continue
		}
		switch {
		case least < 0 || f.Entitled.Of(m) > int64(maxArea):
			say("里有负数，或大得不像真的")
		case f.Present.Of(m) > f.Entitled.Of(m):
			say("里到场的比应到的多")
		case f.Cast.Of(m) > f.Entitled.Of(m), given > f.Cast.Of(m):
			say("里票数对不上")
		}
	}
}
