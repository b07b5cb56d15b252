package procedure

import (
	"fmt"
	"slices"
	"strings"
)

// checkWriting finds what can be read and yet cannot have been meant: somebody who will
// never exist, a step that nobody may do, an answer that does something else. The engine
// could live with all of it, which is why a matter that has begun is read without
// (see Reread).
func (t *Template) checkWriting() []Problem {
	var ps []Problem
	if strings.ContainsAny(t.Name, "“”\"'《》") {
		ps = append(ps, t.problem("name", fmt.Sprintf("name %s 带着引号", t.Name), "去掉引号，大家看到的是原样"))
	}
	for _, p := range t.Managers {
		if cure := whoMeant("managers", p, t.Managers); cure != "" {
			ps = append(ps, t.problem("managers", fmt.Sprintf("managers 里的 %q 不是一个职务", p), cure))
		}
	}
	for s := range t.AllSteps() {
		ps = append(ps, s.checkPosts()...)
		ps = append(ps, s.checkSomebodyMay()...)
		ps = append(ps, t.checkChoiceWords(s)...)
	}
	return ps
}

// checkPosts finds those who are no post and no relation, though they are in Chinese.
func (s *Step) checkPosts() []Problem {
	lists := map[string]Who{"by": s.By}
	for path, b := range s.branches() {
		lists[path] = b.By
	}
	for i, v := range s.Entries {
		lists[fmt.Sprintf("entries[%d]", i)] = v.By
	}
	for i, seat := range s.Seats {
		lists[fmt.Sprintf("seats[%d]", i)] = seat.By
	}
	var ps []Problem
	for path, who := range lists {
		for _, w := range who {
			if cure := whoMeant("by", w, who); cure != "" {
				ps = append(ps, s.problem(path, fmt.Sprintf("%q 不是一个职务", w), cure))
			}
		}
	}
	return ps
}

// whoMeant is the cure for one of who under a key, empty where it may be a post.
func whoMeant(key, w string, who Who) string {
	if slices.Contains([]string{Anyone, Asker, Claimant}, w) {
		return ""
	}
	if relation, ok := relationWords[w]; ok {
		if key == "managers" {
			return "请写职务，例如 managers: [书记, 网格长]"
		}
		if len(who) > 1 {
			return "请写 " + relation
		}
		return "请写 " + key + ": " + relation
	}
	if !strings.ContainsAny(w, listed) {
		return ""
	}
	parts := strings.FieldsFunc(w, func(r rune) bool { return strings.ContainsRune(listed, r) })
	return fmt.Sprintf("几个要写成列表，用英文的方括号和逗号：%s: [%s]", key, strings.Join(parts, ", "))
}

// checkSomebodyMay finds a step that is closed to everybody whom it names.
func (s *Step) checkSomebodyMay() []Problem {
	own := func(w string) bool { return w == Asker || w == Claimant && s.Kind != kindClaim }
	if !s.NotSelf || len(s.By) == 0 || slices.ContainsFunc(s.By, func(w string) bool { return !own(w) }) {
		return nil
	}
	return []Problem{s.problem("by", fmt.Sprintf("by 只有 %s，又写了 not_self，谁也做不了", strings.Join(s.By, "、")), "by 里加上职务，例如 by: [书记]，或去掉 not_self")}
}

// checkChoiceWords finds an answer that is also a command of the same practice: who types
// it alone would do the other thing.
func (t *Template) checkChoiceWords(s *Step) []Problem {
	var ps []Problem
	for i, c := range s.Choices {
		for _, w := range append([]string{c.Word}, c.Also...) {
			for other := range t.AllSteps() {
				if slices.Contains(other.words(), w) {
					ps = append(ps, s.problem(fmt.Sprintf("choices[%d]", i), fmt.Sprintf("选择 %q 又是步骤 %s 的词", w, other.ID), "请给其中一个换个说法"))
				}
			}
		}
	}
	return ps
}
