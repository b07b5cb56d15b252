package procedure

import (
	"cmp"
	"fmt"
	"time"

	"yiqun/bot"
)

// vote collects ballots. They are no acts: they are kept apart, unique for each voter,
// and outside the matter's version, so that many may vote at once and none is waited
// for. One act closes the vote, with the number of ballots and the hash under which
// they were sealed; what anybody chose is in no act.
type vote struct{}

// Terms are how a vote is to be held, as its asker said it. Whether the rule allows
// it is judged when the vote opens.
type Terms struct {
	Rule string `json:"rule,omitempty"` // of the rule it follows; empty: the step's
	// Options is how many there are to choose from; 0 for a motion.
	Options int `json:"options,omitempty"`
	// Most is how many one ballot may pick; 0 counts as 1.
	Most   int  `json:"most,omitempty"`
	Secret bool `json:"secret,omitempty"`
	// Entitled is how many have a vote, as whoever opened it vouched for: 应到4人.
	Entitled int `json:"entitled,omitempty"`
}

// Tally is what a closed vote leaves in its matter.
type Tally struct {
	Ballots int    `json:"ballots"`
	Verdict string `json:"verdict"`
	Hash    string `json:"hash"` // hex SHA-256 of the sealed closing
}

func (vote) check(t *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
	if s.Within == 0 {
		ps = append(ps, s.problem("within", "vote 没有 within", "没说截止时间时投多久，例如 within: 3d"))
	}
	if f := t.Field(s.OptionsFrom); s.OptionsFrom != "" && (f == nil || f.Type != TextField) {
		ps = append(ps, s.problem("options_from", fmt.Sprintf("options_from %q 不是文字字段", s.OptionsFrom), "请写前面某个文字字段的 id"))
	}
	if s.Rule != "" && !idShape.MatchString(s.Rule) {
		ps = append(ps, s.problem("rule", fmt.Sprintf("rule %q 不合格", s.Rule), "请写规则的 id，例如 rule: consult"))
	}
	if other := t.Vote(); other != nil && other != s {
		ps = append(ps, s.problem("kind", "有两步 vote", "一个模板只能有一步 vote"))
	}
	return ps
}

func (vote) Verbs(s *Step) []Verb {
	out := []Verb{{Word: s.Verb, Also: s.Also, Op: Do, Who: s.By}}
	if s.Close != nil {
		out = append(out, branch(s.Close, Close, s))
	}
	return out
}

func (vote) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	switch {
	case a.Op == Do:
		if err := e.allow(m, s.By, s.Verb, a); err != nil {
			return nil, err
		}
		return nil, ask("ballot", "请在号码后面写上您的选择，例如：%d 弃权。", m.Number)
	case a.Op == Close && s.Close != nil:
		if err := e.allow(m, s.Close.who(s), s.Close.Verb, a); err != nil {
			return nil, err
		}
	case a.Op == Expire:
		if a.At.Before(m.Steps[s.ID].Due) {
			return nil, bot.Errorf(bot.Stale, "%s 还没到截止时间。%s", m.Ref(), e.Now(*m))
		}
	default:
		return nil, e.wrongStep(m)
	}
	if a.Tally == nil {
		return nil, bot.Errorf(bot.Missing, "%s 还没有计票。", m.Ref())
	}
	st := m.Steps[s.ID]
	st.Tally = a.Tally
	m.Steps[s.ID] = st
	m.end(s, a)
	return nil, nil
}

func (vote) Due(_ Env, m *Matter, s *Step) []Timer {
	return []Timer{{Key: "close", At: m.Steps[s.ID].Due, Op: Expire}}
}

func (vote) View(e Env, m *Matter, s *Step) View {
	return View{
		Status:  fmt.Sprintf("%s，%s截止", cmp.Or(s.Stage, s.Verb)+"中", e.Moment(m.Steps[s.ID].Due)),
		Buttons: []Button{{Label: s.Name(), Op: Do, Who: s.By, Primary: true}},
	}
}

// Vote is the template's vote; nil if it has none. A template has at most one.
func (t *Template) Vote() *Step {
	for s := range t.all() {
		if s.Kind == kindVote {
			return s
		}
	}
	return nil
}

// Collecting is the live step whose ballots are being collected; nil if there is none.
func (e Env) Collecting(m Matter) *Step {
	if s := e.Template.Vote(); s != nil && m.Steps[s.ID].Live() {
		return s
	}
	return nil
}

// running refuses to end a matter in the middle of its vote otherwise than by the
// vote's own rule.
func (e Env) running(m *Matter, verb string) error {
	if e.Collecting(*m) == nil {
		return nil
	}
	return bot.Errorf(bot.Wrong, "%s 正在投票，不能%s，到时间会自动截止。刚发错的，发起人十分钟内可以撤销。", m.Ref(), verb)
}

// voteDue is when a vote closes: what the asker said, else after the step's span.
func voteDue(m *Matter, s *Step, at time.Time) time.Time {
	if m.Deadline.After(at) {
		return m.Deadline
	}
	return at.Add(time.Duration(s.Within))
}

// takeTerms keeps how a vote is to be held.
func (e Env) takeTerms(m *Matter, a *Act) error {
	if a.Terms == nil {
		return nil
	}
	if err := inFuture(a); err != nil {
		return err
	}
	m.Terms = a.Terms
	if !a.Until.IsZero() {
		m.Deadline = a.Until
	}
	return nil
}
