package procedure

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

var (
	idShape     = regexp.MustCompile(`^[a-z][a-z0-9]*([.-][a-z0-9]+)*$`)
	placeholder = regexp.MustCompile(`\{([^{}]*)\}`)
)

// letterWords are the placeholders a letter may hold besides its fields.
var letterWords = []string{"name", "node", "number", "date"}

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

// check finds everything wrong with a decoded template.
func (t *Template) check() []Problem {
	var ps []Problem
	add := func(line int, what, cure string) { ps = append(ps, Problem{line, what, cure}) }
	if !idShape.MatchString(t.ID) {
		add(1, fmt.Sprintf("id %q 不合格", t.ID), "请用小写字母、数字、点和短横，例如 order.my-place")
	}
	if t.Name == "" {
		add(1, "没有 name", "请写上大家叫它什么，例如 name: 民情工作单")
	}
	if t.Source == "" {
		add(1, "没有 source", "请写明做法的出处；本地自定的写 source: 本地")
	}
	if t.State != "" && t.State != "需核对" && t.State != "需填写" {
		add(1, fmt.Sprintf("state %q 不认识", t.State), "留空，或写 需核对、需填写")
	}
	ps = append(ps, checkAudience(1, t.Audience)...)
	for _, h := range t.Hide {
		if h != Asker {
			add(1, fmt.Sprintf("hide 里的 %q 不认识", h), "目前只能隐去 asker（发起人）")
		}
	}
	if len(t.Steps) == 0 {
		add(1, "没有 steps", "至少要有一步，第一步是 kind: submit")
		return ps
	}
	if t.Steps[0].Kind != kindSubmit {
		add(t.Steps[0].line, "第一步必须是 submit", "请把 kind 改为 submit")
	}
	seen := map[string]bool{}
	verbs := map[string]string{}
	for _, list := range [][]Step{t.Steps, t.After} {
		for i := range list {
			s := &list[i]
			if seen[s.ID] {
				add(s.line, fmt.Sprintf("步骤 id %q 用了两次", s.ID), "每一步的 id 要不同")
			}
			seen[s.ID] = true
			ps = append(ps, t.checkStep(s)...)
			for _, v := range s.words() {
				if was, ok := verbs[v]; ok {
					add(s.line, fmt.Sprintf("动词 %q 在步骤 %s 已经用过", v, was), "同一模板里一个词只能有一个意思")
				}
				verbs[v] = s.ID
			}
		}
	}
	for _, p := range []string{t.Help, t.Name} {
		ps = append(ps, checkBurden(1, p)...)
	}
	ps = append(ps, t.checkClose()...)
	return ps
}

func (t *Template) checkStep(s *Step) []Problem {
	var ps []Problem
	add := func(what, cure string) { ps = append(ps, Problem{s.line, what, cure}) }
	if !idShape.MatchString(s.ID) {
		add(fmt.Sprintf("步骤 id %q 不合格", s.ID), "请用小写字母和数字，例如 id: ask")
	}
	k, ok := kinds[s.Kind]
	if !ok {
		add(fmt.Sprintf("不认识的 kind %q", s.Kind), "可用的有 "+strings.Join(KindNames(), "、"))
		return ps
	}
	for _, w := range s.words() {
		if n := utf8.RuneCountInString(w); n == 0 || n > 8 {
			add(fmt.Sprintf("动词 %q 太长或为空", w), "动词要短，一到八个字")
		}
		ps = append(ps, checkBurden(s.line, w)...)
	}
	for _, f := range s.Fields {
		ps = append(ps, checkField(s, f)...)
	}
	if s.Reopen != "" {
		target := t.Step(s.Reopen)
		if target == nil || target.after || !s.after && target.index >= s.index {
			add(fmt.Sprintf("reopen: %s 不是前面的步骤", s.Reopen), "请写前面某一步的 id")
		}
	}
	if s.Need != "" && s.Need != "any" && s.Need != "all" {
		if n, err := strconv.Atoi(s.Need); err != nil || n < 1 {
			add(fmt.Sprintf("need: %s 不认识", s.Need), "请写 any、all 或一个数")
		}
	}
	if s.Audience != "" {
		ps = append(ps, checkAudience(s.line, s.Audience)...)
	}
	for _, b := range []*Branch{s.Refuse, s.Callback, s.Object} {
		if b == nil {
			continue
		}
		if b.Verb == "" {
			add("分支没有 verb", "请写上动词，例如 refuse: {verb: 不受理, reason: required}")
		}
		if b.Reason != "" && b.Reason != reasonRequired && b.Reason != "optional" {
			add(fmt.Sprintf("reason: %s 不认识", b.Reason), "请写 required 或 optional")
		}
	}
	for _, p := range k.check(t, s) {
		add(p, "")
	}
	return ps
}

const reasonRequired = "required"

func checkField(s *Step, f Field) []Problem {
	var ps []Problem
	if f.ID == "" {
		ps = append(ps, Problem{s.line, "有一个 field 没有 id", "每个 field 都要有 id"})
	}
	if !slices.Contains(fieldTypes, f.Type) {
		ps = append(ps, Problem{s.line, fmt.Sprintf("field %s 的 type %q 不认识", f.ID, f.Type), "可用的有 " + join(fieldTypes)})
	}
	if utf8.RuneCountInString(f.Label) > 5 {
		ps = append(ps, Problem{s.line, fmt.Sprintf("label %q 超过五个字，企业微信卡片显示不下", f.Label), "请缩短"})
	}
	if f.Type == PhotoField && f.Required && !f.Proof {
		ps = append(ps, Problem{s.line, "不得强制上传照片（国办函〔2026〕12号）", "改为 optional: true；确需照片才能办的事项写 proof: true"})
	}
	return append(ps, checkBurden(s.line, f.Label+f.Ask)...)
}

func checkAudience(line int, a Audience) []Problem {
	switch a {
	case ForGroup, ForHandlers, ForNamed:
		return nil
	}
	return []Problem{{line, fmt.Sprintf("audience %q 不认识", a), "请写 group、handlers 或 named"}}
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

func (t *Template) checkClose() []Problem {
	var ps []Problem
	if l := t.Ledger; l != nil {
		if l.Book == "" || (l.From == "") == (l.Amount == 0) {
			ps = append(ps, Problem{1, "ledger 要有 book，以及 from 或 amount 之一", "例如 ledger: {book: 党员积分, from: points}"})
		}
		if l.From != "" && t.Field(l.From) == nil {
			ps = append(ps, Problem{1, fmt.Sprintf("ledger.from %q 不是任何一步的 field", l.From), "请写某个 points 或 hours 字段的 id"})
		}
		ps = append(ps, checkBurden(1, l.Book)...)
	}
	if l := t.Letter; l != nil {
		if l.To == "" || l.Body == "" {
			ps = append(ps, Problem{1, "letter 要有 to 和 body", "to 写职务，body 写正文"})
		}
		for _, m := range placeholder.FindAllStringSubmatch(l.Title+l.Body, -1) {
			if t.Field(m[1]) == nil && !slices.Contains(letterWords, m[1]) {
				ps = append(ps, Problem{1, fmt.Sprintf("letter 里的 {%s} 没有来处", m[1]), "可用字段的 id，或 " + strings.Join(letterWords, "、")})
			}
		}
	}
	return ps
}

// words are all verbs of a step.
func (s *Step) words() []string {
	var out []string
	if s.Verb != "" {
		out = append(append(out, s.Verb), s.Also...)
	}
	for _, b := range []*Branch{s.Refuse, s.Callback, s.Object} {
		if b != nil {
			out = append(append(out, b.Verb), b.Also...)
		}
	}
	for _, v := range []string{s.Release, s.Extend} {
		if v != "" {
			out = append(out, v)
		}
	}
	return out
}

func join[T ~string](list []T) string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return strings.Join(out, "、")
}
