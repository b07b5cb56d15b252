package procedure

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	reasonRequired = "required"
	reasonOptional = "optional"
)

// audiences from the widest to the narrowest.
var audiences = []Audience{ForGroup, ForHandlers, ForNamed}

// wordShape is what members can type as one word.
var wordShape = regexp.MustCompile(`^\pL{1,8}$`)

// everyStep are the keys that any kind of step may have.
var everyStep = []string{"id", "kind", "stage", "sets", "audience"}

// keysOf are the other keys of a step, by kind. A key that does nothing is a
// mistake of whoever wrote it.
var keysOf = map[string][]string{
	kindSubmit:  {"verb", "also", "by", "fields", "due", "slip"},
	kindReview:  {"verb", "also", "by", "seats", "not_self", "fields", "due", "choices", "reopen"},
	kindVerify:  {"verb", "also", "by", "seats", "not_self", "fields", "due", "choices", "reopen"},
	kindAssign:  {"verb", "also", "by", "not_self", "fields", "due", "refuse"},
	kindClaim:   {"verb", "also", "by", "not_self", "due", "capacity", "capacity_from", "lease", "release"},
	kindFinish:  {"verb", "also", "by", "fields", "due", "need", "extend"},
	kindRate:    {"verb", "also", "by", "within", "callback", "seats", "reopen_below", "reopen"},
	kindNotice:  {"days", "object", "choices", "reopen"},
	kindMeet:    {"verb", "also", "by", "within", "meet"},
	kindVote:    {"verb", "also", "by", "within", "rule", "options_from", "secret", "close", "reopen"},
	kindCollect: {"by", "seats", "entries", "least", "close", "due"},
	kindSurvey:  {"verb", "also", "by", "within", "rule", "questions", "questions_from"},
	kindSpawn:   {"verb", "also", "by", "spawns", "fields", "entries", "close", "due"},
	kindFile:    {"verb", "also", "by", "fields", "due"},
}

// afterKinds may stand after the close: nothing there can refuse or hand out.
var afterKinds = []string{kindSubmit, kindVerify, kindReview, kindRate, kindSurvey}

// problem is about something in the step; its line is that of path if it is there.
func (s *Step) problem(path, what, cure string) Problem {
	line := s.lines[path]
	if line == 0 {
		line = s.lines[""]
	}
	return Problem{max(1, line), what, cure}
}

func (t *Template) checkStep(s *Step) []Problem {
	var ps []Problem
	switch {
	case s.ID == "":
		ps = append(ps, s.problem("id", "这一步没有 id", "请用小写字母起个名，例如 id: ask"))
	case !idShape.MatchString(s.ID) || len(s.ID) > maxID:
		ps = append(ps, s.problem("id", fmt.Sprintf("步骤 id %q 不合格", s.ID), "请用小写字母和数字，例如 id: ask"))
	}
	k, ok := kinds[s.Kind]
	if !ok {
		return append(ps, s.strangeKind())
	}
	if s.after && !slices.Contains(afterKinds, s.Kind) {
		ps = append(ps, s.problem("kind", "after 里不能有 "+s.Kind, "可用的有 "+strings.Join(afterKinds, "、")))
	}
	ps = append(ps, s.checkKeys()...)
	ps = append(ps, s.checkWords()...)
	ps = append(ps, s.checkFields()...)
	ps = append(ps, s.checkWho(t)...)
	ps = append(ps, t.checkReopen(s)...)
	if s.Kind == kindClaim && !s.after && s.index == len(t.Steps)-1 {
		ps = append(ps, s.problem("kind", "claim 是最后一步，永远办不完", "后面加一步，例如 kind: finish"))
	}
	ps = append(ps, s.checkBranches()...)
	ps = append(ps, t.checkAudience(s)...)
	ps = append(ps, s.checkSlip(t)...)
	ps = append(ps, s.checkAbove(t)...)
	return append(ps, k.check(t, s)...)
}

// checkKeys finds keys that mean nothing in a step of this kind.
func (s *Step) checkKeys() []Problem {
	var ps []Problem
	may := slices.Concat(everyStep, keysOf[s.Kind])
	for path := range s.lines {
		if path != "" && !strings.ContainsAny(path, ".[") && !slices.Contains(may, path) {
			ps = append(ps, s.problem(path, fmt.Sprintf("%s 用不到 %s", s.Kind, path), "请去掉；"+s.Kind+" 可用 "+strings.Join(keysOf[s.Kind], "、")))
		}
	}
	return ps
}

func (s *Step) checkWords() []Problem {
	ps := checkBurden(s.problem("stage", "", "").Line, s.Stage)
	for _, w := range s.words() {
		ps = append(ps, checkWord(s, "verb", w)...)
	}
	return ps
}

// checkWord checks one word that members type.
func checkWord(s *Step, path, w string) []Problem {
	var ps []Problem
	if !wordShape.MatchString(w) {
		ps = append(ps, s.problem(path, fmt.Sprintf("词 %q 不合格", w), "一到八个字，不带数字、空格和符号"))
	}
	return append(ps, checkBurden(s.problem(path, "", "").Line, w)...)
}

func needVerbAndBy(s *Step) []Problem {
	var ps []Problem
	if s.Verb == "" {
		ps = append(ps, s.problem("verb", s.Kind+" 没有 verb", "请写上大家怎么说，例如 verb: 接手"))
	}
	if len(s.By) == 0 {
		ps = append(ps, s.problem("by", s.Kind+" 没有 by", "请写明谁可以做：anyone、asker、claimant、党员或职务"))
	}
	return ps
}

// checkWho checks everyone the step names: words in Latin letters that are no
// relation are misspelt ones.
func (s *Step) checkWho(t *Template) []Problem {
	var ps []Problem
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
	for path, who := range lists {
		for _, w := range who {
			if w != Anyone && w != Asker && w != Claimant && w != Member && !isPost(w) {
				ps = append(ps, s.problem(path, fmt.Sprintf("不认识 %q", w), "请写 anyone（任何人）、asker（发起人）、claimant（办理人）、党员，或中文的职务"))
			}
			if w == Claimant && s.Kind != kindFinish && !s.after && !t.givenBefore(s) {
				ps = append(ps, s.problem(path, "写了 claimant，但前面没有人能接手", "前面加一步 claim 或 assign"))
			}
		}
	}
	return ps
}

func (t *Template) checkReopen(s *Step) []Problem {
	var ps []Problem
	targets := map[string]string{"reopen": s.Reopen}
	for i, c := range s.Choices {
		targets[fmt.Sprintf("choices[%d]", i)] = c.Reopen
	}
	for path, id := range targets {
		target := t.Step(id)
		if id != "" && (target == nil || target.after || !s.after && target.index >= s.index) {
			ps = append(ps, s.problem(path, fmt.Sprintf("reopen: %s 不是前面的步骤", id), "请写前面某一步的 id"))
		}
	}
	return ps
}

func (t *Template) checkAudience(s *Step) []Problem {
	if s.Audience == "" {
		return nil
	}
	i := slices.Index(audiences, s.Audience)
	switch {
	case i < 0:
		return []Problem{s.problem("audience", fmt.Sprintf("audience %q 不认识", s.Audience), "请写 group、handlers 或 named")}
	case i < slices.Index(audiences, t.Audience):
		return []Problem{s.problem("audience", "步骤的 audience 比整个模板的还宽", "步骤只能收窄，不能放宽")}
	}
	return nil
}

func (s *Step) branches() map[string]*Branch {
	out := map[string]*Branch{"refuse": s.Refuse, "callback": s.Callback, "object": s.Object, "close": s.Close}
	for path, b := range out {
		if b == nil {
			delete(out, path)
		}
	}
	return out
}

func (s *Step) checkBranches() []Problem {
	var ps []Problem
	for path, b := range s.branches() {
		if b.Verb == "" {
			ps = append(ps, s.problem(path, path+" 没有 verb", "请写上动词，例如 "+path+": {verb: 不接收, reason: required}"))
		}
		ps = append(ps, checkReason(s, path, b.Reason)...)
	}
	return ps
}

func checkReason(s *Step, path, reason string) []Problem {
	switch reason {
	case "", reasonRequired, reasonOptional:
		return nil
	}
	return []Problem{s.problem(path, fmt.Sprintf("reason: %s 不认识", reason), "请写 required 或 optional")}
}

func checkSeats(s *Step) []Problem {
	var ps []Problem
	seen := map[string]bool{}
	for i, seat := range s.Seats {
		at := fmt.Sprintf("seats[%d]", i)
		if utf8.RuneCountInString(seat.Name) > labelMost {
			ps = append(ps, s.problem(at, fmt.Sprintf("seats 的 name %q 超过五个字，卡片显示不下", seat.Name), "请缩短"))
		}
		if seat.Name == "" || len(seat.By) == 0 || seen[seat.Name] {
			ps = append(ps, s.problem(at, "每一方要有 name 和 by，name 不能重复", "例如 {name: 社区, by: [书记, 网格长]}"))
		}
		seen[seat.Name] = true
		ps = append(ps, checkBurden(s.problem(at, "", "").Line, seat.Name)...)
	}
	return ps
}

// checkNeed sees to it that work which waits for many can be ended without them.
func checkNeed(t *Template, s *Step) []Problem {
	n, err := strconv.Atoi(s.Need)
	claim := t.claim()
	many := err == nil && n > 1 || s.Need == "all" && claim != nil && claim.CapacityFrom != ""
	switch {
	case s.Need == "" || s.Need == "any" || s.Need == "all":
	case err != nil || n < 1:
		return []Problem{s.problem("need", fmt.Sprintf("need: %s 不认识", s.Need), "请写 any、all 或一个数")}
	case claim != nil && claim.CapacityFrom == "" && n > claim.Capacity:
		return []Problem{s.problem("need", fmt.Sprintf("need 要 %d 个人，claim 最多 %d 个", n, claim.Capacity), "把 capacity 改大，或把 need 改小")}
	}
	if many && !slices.ContainsFunc(s.By, isPost) {
		return []Problem{s.problem("by", "要等很多人都做完，却没有人能收尾", "by 里加上职务，例如 by: [claimant, 书记]，人不够时由他来办结")}
	}
	return nil
}

// words are all verbs of a step.
func (s *Step) words() []string {
	var out []string
	if s.Verb != "" {
		out = append(append(out, s.Verb), s.Also...)
	}
	for _, b := range []*Branch{s.Refuse, s.Callback, s.Object, s.Close} {
		if b != nil && b.Verb != "" {
			out = append(append(out, b.Verb), b.Also...)
		}
	}
	for _, v := range s.Entries {
		if v.Verb != "" {
			out = append(append(out, v.Verb), v.Also...)
		}
	}
	for _, v := range []string{s.Release, s.Extend} {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}
