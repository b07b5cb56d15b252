package procedure

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	idShape     = regexp.MustCompile(`^[a-z][a-z0-9]*([.-][a-z0-9]+)*$`)
	placeholder = regexp.MustCompile(`\{([^{}]*)\}`)
)

// maxID keeps a press key short: it holds two of them.
const maxID = 40

// letterWords are the placeholders a letter may hold besides its fields.
var letterWords = []string{"name", "node", "number", "date"}

// takenWords are no ids of fields: the engine and letters use them.
var takenWords = append([]string{Reason, Note}, letterWords...)

// forbidden are demands that the burden rules rule out (国办函〔2026〕12号;
// 中央网信委《关于防治“指尖上的形式主义”的若干意见》).
var forbidden = []struct{ word, rule string }{
	{"打卡", "不得强制打卡签到"},
	{"排名", "不得搞积分排名"},
	{"排行", "不得搞积分排名"},
	{"在线时长", "不得统计在线时长"},
	{"学习时长", "不得以学习时长作考核"},
	{"立即回复", "不得要求即时响应"},
	{"点赞量", "不得以点赞量作考核"},
}

// problem is about something in the template outside its steps.
func (t *Template) problem(path, what, cure string) Problem {
	return Problem{max(1, t.lines[path]), what, cure}
}

// check finds everything wrong with a decoded template.
func (t *Template) check() []Problem {
	ps := t.checkHead()
	if len(t.Steps) == 0 {
		return append(ps, t.problem("steps", "没有 steps", "至少要有一步，第一步是 kind: submit"))
	}
	first := t.First()
	if first.Kind != kindSubmit {
		ps = append(ps, first.problem("kind", "第一步必须是 submit", "请把 kind 改为 submit"))
	}
	if slices.Contains(first.By, Claimant) || slices.Contains(first.By, Asker) {
		ps = append(ps, first.problem("by", "第一步还没有发起人和办理人", "请写 anyone、党员或职务"))
	}
	for s := range t.AllSteps() {
		ps = append(ps, t.checkStep(s)...)
	}
	ps = append(ps, t.checkUnique()...)
	ps = append(ps, t.checkCategories()...)
	ps = append(ps, t.checkOpens()...)
	ps = append(ps, t.checkSample()...)
	ps = append(ps, t.checkPhrases()...)
	return append(ps, t.checkClose()...)
}

func (t *Template) checkHead() []Problem {
	var ps []Problem
	add := func(path, what, cure string) { ps = append(ps, t.problem(path, what, cure)) }
	if !idShape.MatchString(t.ID) || len(t.ID) > maxID {
		add("id", fmt.Sprintf("id %q 不合格", t.ID), "请用小写字母、数字、点和短横，例如 order.my-place")
	}
	if t.Name == "" {
		add("name", "没有 name", "请写上大家叫它什么，例如 name: 民情工作单")
	}
	if t.Source == "" {
		add("source", "没有 source", "请写明做法的出处；本地自定的写 source: 本地")
	}
	if t.State != "" && t.State != "需核对" && t.State != "需填写" {
		add("state", fmt.Sprintf("state %q 不认识", t.State), "留空，或写 需核对、需填写")
	}
	if !slices.Contains(audiences, t.Audience) {
		add("audience", fmt.Sprintf("audience %q 不认识", t.Audience), "请写 group、handlers 或 named")
	}
	for _, h := range t.Hide {
		if h != Asker {
			add("hide", fmt.Sprintf("hide 里的 %q 不认识", h), "目前只能隐去 asker（发起人）")
		}
	}
	for _, p := range t.Managers {
		if !isPost(p) {
			add("managers", fmt.Sprintf("managers 里的 %q 不是职务", p), "请写职务，例如 managers: [书记, 网格长]")
		}
	}
	for path, text := range map[string]string{"name": t.Name, "spoken": t.Spoken, "help": t.Help} {
		ps = append(ps, checkBurden(max(1, t.lines[path]), text)...)
	}
	return ps
}

// checkUnique finds ids and verbs that stand for two things.
func (t *Template) checkUnique() []Problem {
	var ps []Problem
	steps, verbs, fields := map[string]bool{}, map[string]string{}, map[string]bool{}
	claims := 0
	for s := range t.AllSteps() {
		if steps[s.ID] {
			ps = append(ps, s.problem("id", fmt.Sprintf("步骤 id %q 用了两次", s.ID), "每一步的 id 要不同"))
		}
		steps[s.ID] = true
		for _, v := range s.words() {
			if was, ok := verbs[v]; ok {
				ps = append(ps, s.problem("verb", fmt.Sprintf("动词 %q 在步骤 %s 已经用过", v, was), "同一模板里一个词只能有一个意思"))
			}
			verbs[v] = s.ID
		}
		for i, f := range s.Fields {
			if fields[f.ID] {
				ps = append(ps, s.problem(fmt.Sprintf("fields[%d]", i), fmt.Sprintf("field id %q 用了两次", f.ID), "每个 field 的 id 要不同"))
			}
			fields[f.ID] = true
		}
		if s.Kind == kindClaim {
			if claims++; claims > 1 {
				ps = append(ps, s.problem("kind", "有两步 claim", "一个模板只能有一步 claim；另一步可以用 assign"))
			}
		}
	}
	return ps
}

// ClearOf checks that the steps use no word that already means something else. What a
// word means is told by meaning, empty if nothing. The error is a CheckError.
func (t *Template) ClearOf(meaning func(word string) string) error {
	var ps []Problem
	for s := range t.AllSteps() {
		for _, w := range s.words() {
			if what := meaning(w); what != "" {
				ps = append(ps, s.problem("verb", fmt.Sprintf("“%s”已经有别的意思（%s）", w, what), "请换一个词"))
			}
		}
	}
	if len(ps) == 0 {
		return nil
	}
	return sorted(ps)
}

// checkCategories finds deadlines by category that could never apply.
func (t *Template) checkCategories() []Problem {
	var ps []Problem
	known, set := t.Categories(), false
	for s := range t.AllSteps() {
		c, ok := s.Sets[setCategory]
		set = set || ok
		if ok && len(known) > 0 && !slices.Contains(known, c) {
			ps = append(ps, s.problem("sets", fmt.Sprintf("类别 %q 没有期限", c), "due 里有 "+strings.Join(known, "、")))
		}
		for k := range s.Sets {
			if k != setCategory {
				ps = append(ps, s.problem("sets", fmt.Sprintf("sets 里的 %s 不认识", k), "目前只能写 category，例如 sets: {category: 一般}"))
			}
		}
	}
	if len(known) > 0 && !set {
		ps = append(ps, t.problem("steps", "due 按类别写了，却没有一步写默认的类别", "在前面某一步写 sets: {category: "+known[0]+"}"))
	}
	return ps
}

func (t *Template) checkClose() []Problem {
	var ps []Problem
	if l := t.Ledger; l != nil {
		if l.Book == "" || (l.From == "") == (l.Amount == 0) {
			ps = append(ps, t.problem("ledger", "ledger 要有 book，以及 from 或 amount 之一", "例如 ledger: {book: 党员积分, from: points}"))
		}
		if f := t.Field(l.From); l.From != "" && (f == nil || f.Type != HoursField && f.Type != PointsField) {
			ps = append(ps, t.problem("ledger.from", fmt.Sprintf("ledger.from %q 不是 points 或 hours 字段", l.From), "请写某个 points 或 hours 字段的 id"))
		}
		ps = append(ps, checkBurden(max(1, t.lines["ledger"]), l.Book)...)
	}
	if l := t.Letter; l != nil {
		if !isPost(l.To) || l.Body == "" {
			ps = append(ps, t.problem("letter", "letter 要有 to 和 body", "to 写职务，body 写正文"))
		}
		for _, m := range placeholder.FindAllStringSubmatch(l.Title+l.Body, -1) {
			if t.Field(m[1]) == nil && !slices.Contains(letterWords, m[1]) {
				ps = append(ps, t.problem("letter.body", fmt.Sprintf("letter 里的 {%s} 没有来处", m[1]), "可用字段的 id，或 "+strings.Join(letterWords, "、")))
			}
		}
		ps = append(ps, checkBurden(max(1, t.lines["letter.body"]), l.Title+l.Body)...)
	}
	return ps
}

func checkBurden(line int, text string) []Problem {
	var ps []Problem
	for _, f := range forbidden {
		if strings.Contains(text, f.word) {
			ps = append(ps, Problem{line, fmt.Sprintf("“%s”不能用：%s（国办函〔2026〕12号）", f.word, f.rule), "请去掉这一项"})
		}
	}
	return ps
}

// isPost reports whether a word can be a post: a Chinese title, no relation.
func isPost(w string) bool {
	return w != "" && w != Member && utf8.RuneCountInString(w) != len(w)
}
