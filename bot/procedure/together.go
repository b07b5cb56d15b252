package procedure

import (
	"fmt"
	"slices"
)

// What must hold between one template and the others of an installation.

// clashes finds a word that opens one practice and does something in another: whoever
// says it could mean either. The later template is told.
func clashes(list []*Template) error {
	opens, inside := map[string]*Template{}, map[string]*Template{}
	for _, t := range list {
		if !t.Enabled() {
			continue
		}
		for _, w := range t.First().words() {
			if other := opens[w]; other != nil && (t.Meeting() == nil || other.Meeting() == nil) {
				return t.clash(t.First(), w, fmt.Sprintf("和 %s（%s）都用“%s”开头", other.ID, other.Name, w))
			}
			if other := inside[w]; other != nil {
				return t.clash(t.First(), w, fmt.Sprintf("“%s”在 %s（%s）里是另一步的词，不能用来开头", w, other.ID, other.Name))
			}
		}
		for s := range t.AllSteps() {
			if s == t.First() {
				continue
			}
			for _, w := range s.words() {
				if other := opens[w]; other != nil {
					return t.clash(s, w, fmt.Sprintf("“%s”是 %s（%s）开头的词，说了会另开一件", w, other.ID, other.Name))
				}
			}
		}
		t.remember(opens, inside)
	}
	return nil
}

func (t *Template) remember(opens, inside map[string]*Template) {
	for _, w := range t.First().words() {
		opens[w] = t
	}
	for s := range t.AllSteps() {
		for _, w := range s.words() {
			if s != t.First() {
				inside[w] = t
			}
		}
	}
}

func (t *Template) clash(s *Step, word, what string) error {
	path := "verb"
	if s.Verb != word && slices.Contains(s.Also, word) {
		path = "also"
	}
	return fmt.Errorf("模板 %s 有一个词不行：%w", t.ID, CheckError{s.problem(path, what, "请换个词，或停用其中一个")})
}

// TwiceIn says that another file holds a template of this id; the later one would silently
// take the other's place.
func (t *Template) TwiceIn(file string) error {
	return CheckError{t.problem("id", fmt.Sprintf("id %s 在 %s 里已经用了", t.ID, file), "每个文件的 id 要不同")}
}

// Complete checks that the practices to which one leads are in the set: one that is
// misspelt would only be missed on the evening itself.
func (s Set) Complete() error {
	for _, t := range s.list {
		if err := s.Leads(t); err != nil {
			return err
		}
	}
	return nil
}

// Leads checks that the practices to which one template leads are in the set: its
// meeting's, those it makes orders of, those it draws from.
func (s Set) Leads(t *Template) error {
	var ps []Problem
	for step := range t.AllSteps() {
		if step.Kind == kindSpawn && s.ByID(step.Spawns) == nil {
			ps = append(ps, step.problem("spawns", fmt.Sprintf("没有 %s 这个做法", step.Spawns), "请写有的做法的 id，例如 spawns: task.assigned"))
		}
	}
	if d := t.Sample; d != nil && s.ByID(d.Of) == nil {
		ps = append(ps, t.problem(at(t, "sample.of", "sample"), fmt.Sprintf("没有 %s 这个做法", d.Of), "请写有的做法的 id，例如 of: order.three-slips"))
	}
	if step := t.Meeting(); step != nil {
		ps = append(ps, s.meetingLeads(step)...)
	}
	if len(ps) == 0 {
		return nil
	}
	return fmt.Errorf("模板 %s 用到别的做法：%w", t.ID, sorted(ps))
}

func (s Set) meetingLeads(step *Step) []Problem {
	var ps []Problem
	add := func(key, what, cure string) { ps = append(ps, step.problem("meet."+key, what, cure)) }
	for _, ref := range []struct{ key, id string }{{"vote", step.Meet.Vote}, {"order", step.Meet.Order}, {"slips", step.Meet.Slips}} {
		other := s.ByID(ref.id)
		switch {
		case ref.id == "":
		case other == nil:
			add(ref.key, fmt.Sprintf("meet.%s 写了 %s，没有这个模板", ref.key, ref.id), "请改成有的，或去掉这一行")
		case ref.key == "vote" && other.Vote() == nil:
			add(ref.key, fmt.Sprintf("meet.vote 写了 %s，那里没有表决", ref.id), "请改成有 kind: vote 的模板")
		case ref.key == "slips" && len(other.Slips()) == 0:
			add(ref.key, fmt.Sprintf("meet.slips 写了 %s，那里没有单子", ref.id), "请改成步骤里写了 slip 的模板")
		}
	}
	return ps
}

// RulesFrom checks that every rule by which the template votes or counts who is there is
// one of those known. The error is a CheckError.
func (t *Template) RulesFrom(known []string) error {
	var ps []Problem
	for s := range t.AllSteps() {
		rules := map[string]string{"rule": s.Rule}
		if s.Meet != nil {
			rules["meet.rule"], rules["meet.votes"] = s.Meet.Rule, s.Meet.Votes
		}
		for path, rule := range rules {
			if rule != "" && !slices.Contains(known, rule) {
				ps = append(ps, s.problem(path, fmt.Sprintf("没有 %s 这条规则", rule), ruleMeant(rule, known)))
			}
		}
	}
	if len(ps) == 0 {
		return nil
	}
	return sorted(ps)
}
