package procedure

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Walk tells in one line who says what, step by step, so that whoever wrote a template
// sees what it came to.
func (t *Template) Walk() string {
	var steps []string
	for s := range t.AllSteps() {
		var said []string
		for _, v := range VerbsOf(s) {
			said = append(said, fmt.Sprintf("%s（%s）", v.Word, v.Who.Spoken()))
		}
		line := strings.Join(said, "、")
		if s.Kind == kindNotice {
			line = fmt.Sprintf("%s%d天，%s", s.Name(), s.Days, line)
		}
		steps = append(steps, line)
	}
	return strings.Join(steps, " → ")
}

// Posts are the titles that the template names, in order of their first step.
func (t *Template) Posts() []string {
	var out []string
	add := func(who Who) {
		for _, w := range who {
			if isPost(w) && w != Above && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	for s := range t.AllSteps() {
		for _, v := range VerbsOf(s) {
			add(v.Who)
		}
	}
	add(t.Managers)
	return out
}

// Notes are sentences about what is allowed and yet may not have been meant, for who
// puts a template beside those of the set.
func (s Set) Notes(t *Template) []string {
	var out []string
	if other := s.ByID(t.ID); other != nil {
		out = append(out, fmt.Sprintf("id 和已有的“%s”一样，会顶替它。要另立一个做法，请换个 id。", other.Name))
	}
	for _, other := range s.list {
		if other.Name == t.Name && other.ID != t.ID {
			out = append(out, fmt.Sprintf("%s 也叫“%s”，大家会分不清。请换个 name。", other.ID, t.Name))
		}
	}
	if len(t.Managers) == 0 {
		out = append(out, "没有 managers：超期了没有人管，发起人以外没有人能取消、转交。请写职务，例如 managers: [书记]。")
	}
	for step := range t.AllSteps() {
		for _, w := range step.words() {
			if utf8.RuneCountInString(w) == 1 {
				out = append(out, fmt.Sprintf("“%s”只有一个字，平常话里常有。换个两个字以上的词，少误会。", w))
			}
		}
	}
	return out
}
