package procedure

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yiqun/bot"
)

// survey asks several questions of everybody, without names. Like ballots, the
// answers are no acts: they are kept apart, one for each person and question, and one
// act closes them all with their number and hash.
type survey struct{}

// The bounds of what a survey asks, in questions, answers and characters.
const (
	MaxQuestions = 7 // 需求调查: three to seven questions
	MaxAnswers   = 6 // what a card has buttons for
	// LongestAsk and LongestAnswer are what a phone's card shows whole.
	LongestAsk    = 40
	LongestAnswer = 8
)

func (survey) check(t *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
	if s.Within == 0 {
		ps = append(ps, s.problem("within", "survey 没有 within", "没说截止时间时收多久，例如 within: 3d"))
	}
	if s.QuestionsFrom != "" {
		return append(ps, checkTyped(t, s)...)
	}
	if n := len(s.Questions); n == 0 || n > MaxQuestions {
		ps = append(ps, s.problem("questions", fmt.Sprintf("questions 有 %d 题", n), fmt.Sprintf("要有 1 到 %d 题，多了没人答得完", MaxQuestions)))
	}
	seen := map[string]bool{}
	for i, q := range s.Questions {
		if !idShape.MatchString(q.ID) || seen[q.ID] {
			ps = append(ps, s.problem(fmt.Sprintf("questions[%d]", i), fmt.Sprintf("题目的 id %q 不合格", q.ID), "请用小写字母和数字，每一题不同，例如 id: q1"))
		}
		seen[q.ID] = true
		ps = append(ps, checkQuestion(s, i, q)...)
	}
	return ps
}

func checkQuestion(s *Step, i int, q Question) []Problem {
	at := fmt.Sprintf("questions[%d]", i)
	var ps []Problem
	add := func(what, cure string) { ps = append(ps, s.problem(at, what, cure)) }
	if n := utf8.RuneCountInString(q.Ask); n == 0 || n > LongestAsk {
		add(fmt.Sprintf("题目 %s 的 ask 有 %d 个字", q.ID, n), fmt.Sprintf("请写一句 %d 个字以内的问话", LongestAsk))
	}
	ways := 0
	for _, way := range []bool{len(q.Options) > 0, q.Scale, q.Text} {
		if way {
			ways++
		}
	}
	if ways != 1 {
		add(fmt.Sprintf("题目 %s 要写 options、scale、text 里的一样", q.ID), "几个里选一个写 options；满意不满意写 scale: true；自己写写 text: true")
	}
	if n := len(q.Options); n == 1 || n > MaxAnswers {
		add(fmt.Sprintf("题目 %s 有 %d 个选项", q.ID, n), fmt.Sprintf("要有 2 到 %d 个", MaxAnswers))
	}
	used := map[string]bool{}
	for _, o := range q.Options {
		if o == "" || utf8.RuneCountInString(o) > LongestAnswer || used[o] {
			add(fmt.Sprintf("题目 %s 的选项 %q 不合格", q.ID, short(o)), fmt.Sprintf("每个选项 1 到 %d 个字，不能重复", LongestAnswer))
		}
		used[o] = true
	}
	return append(ps, checkBurden(s.problem(at, "", "").Line, q.Ask+strings.Join(q.Options, ""))...)
}

// Answers are what one can choose from; none where the question is answered in
// words.
func (q Question) Answers() []string {
	if !q.Scale {
		return q.Options
	}
	out := make([]string, len(scoreWords))
	for i, w := range scoreWords {
		out[len(scoreWords)-1-i] = w
	}
	return out
}

func (survey) Verbs(s *Step) []Verb {
	return []Verb{{Word: s.Verb, Also: s.Also, Op: Do, Who: s.By}}
}

func (survey) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if a.Op == Do {
		if err := e.allow(m, s.By, s.Verb, a); err != nil {
			return nil, err
		}
		return nil, ask("answer", "请私聊我发 %d，一题一题回数字就行。", m.Number)
	}
	if a.Op == Amend {
		return e.amend(m, s, a)
	}
	return nil, e.closeBox(m, s, a)
}

// closeBox ends a step that collects ballots: by the clock when its time has come, or
// earlier by who may. Whether the rule allows that was judged when they were counted.
func (e Env) closeBox(m *Matter, s *Step, a *Act) error {
	switch {
	case a.Op == Close && a.Tally != nil && slices.ContainsFunc(a.Tally.Tellers, e.isBy(a)):
		a.Post = Teller
	case a.Op == Close && s.Close != nil:
		if err := e.allow(m, s.Close.who(s), s.Close.Verb, a); err != nil {
			return err
		}
	case a.Op == Expire:
		if a.At.Before(m.Steps[s.ID].Due) {
			return bot.Errorf(bot.Stale, "%s 还没到截止时间。%s", m.Ref(), e.Now(*m))
		}
	default:
		return e.wrongStep(m)
	}
	if a.Tally == nil {
		return bot.Errorf(bot.Missing, "%s 还没有计票。", m.Ref())
	}
	st := m.Steps[s.ID]
	st.Tally = a.Tally
	m.Steps[s.ID] = st
	m.end(s, a)
	if e.leadsOn(s) {
		m.Deadline = time.Time{} // it was the box's; the work to come has its own
	}
	return nil
}

// leadsOn reports whether other steps follow a step.
func (e Env) leadsOn(s *Step) bool { return !s.after && s.index < len(e.Template.Steps)-1 }

// Ballots reports whether a step collects ballots or answers, which are no acts.
func (s *Step) Ballots() bool { return s != nil && (s.Kind == kindVote || s.Kind == kindSurvey) }

// IsSurvey reports whether a step asks questions.
func (s *Step) IsSurvey() bool { return s != nil && s.Kind == kindSurvey }

func (survey) Due(_ Env, m *Matter, s *Step) []Timer {
	return []Timer{{Key: "close", At: m.Steps[s.ID].Due, Op: Expire}}
}

func (survey) View(e Env, m *Matter, s *Step) View {
	return View{
		Status:  fmt.Sprintf("%s中，%s截止", s.Name(), e.Moment(m.Steps[s.ID].Due)),
		Buttons: []Button{{Label: s.Name(), Op: Do, Who: s.By, Primary: true}},
	}
}
