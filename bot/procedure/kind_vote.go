package procedure

import (
	"cmp"
	"fmt"
	"slices"
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
	// Open: by name, as its asker said; without a word it is too, where its rule does
	// not say otherwise.
	Open bool `json:"open,omitempty"`
	// Hidden: no result before the close, as its asker wishes.
	Hidden bool `json:"hidden,omitempty"`
	// Noticed is when the vote was announced, where its rule asks for that.
	Noticed time.Time `json:"noticed,omitzero"`
	// Meeting is the matter of the meeting it is taken in: its roll and its attendance
	// are the vote's.
	Meeting bot.MatterID `json:"meeting,omitempty"`
	// Entitled is how many have a vote, as whoever opened it vouched for: 应到4人.
	Entitled int `json:"entitled,omitempty"`
	// Items are how many answers each question of a survey has whose asker wrote the
	// questions; 0 for one that is answered in words.
	Items []int `json:"items,omitempty"`
	// Roll names the roll by file that it counts by; empty for the roster's own.
	Roll string `json:"roll,omitempty"`
}

// Tally is what a closed vote leaves in its matter.
type Tally struct {
	Ballots int    `json:"ballots"`
	Verdict string `json:"verdict"`
	Hash    string `json:"hash"` // hex SHA-256 of the sealed closing
	// Tellers are the two who counted in the room, where they did. Their word ends
	// the vote.
	Tellers []bot.PersonID `json:"tellers,omitempty"`
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
	if s.index > 0 && !s.after && t.Steps[s.index-1].endsByClock() && s.Rule != "" && s.Rule != "consult" {
		ps = append(ps, s.problem("rule", fmt.Sprintf("前面一步到期自动结束，没有人核对人数，不能用 %s", s.Rule), "前面加一步 review，由人来开始；或者写 rule: consult"))
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
	if a.Op == Do {
		if err := e.allow(m, s.By, s.Verb, a); err != nil {
			return nil, err
		}
		return nil, ask("ballot", "请在号码后面写上您的选择，例如：%d 弃权。", m.Number)
	}
	if a.Op == Lengthen && s.Close != nil {
		return nil, e.lengthen(m, s, a)
	}
	if a.Op == Amend {
		return e.amend(m, s, a)
	}
	if err := e.closeBox(m, s, a); err != nil {
		return nil, err
	}
	return e.ruled(m, s, a), nil
}

// ruled is what the verdict of a vote does to a longer procedure: what did not pass
// goes back to where it is to be mended, or ends there. A vote that is the last step
// ends its matter whatever came of it.
func (e Env) ruled(m *Matter, s *Step, a *Act) []Effect {
	switch {
	case !e.leadsOn(s) || !slices.Contains(stopping, a.Tally.Verdict):
		return nil
	case s.Reopen != "":
		return e.reopen(m, s.Reopen, a)
	}
	return e.close(m, Refused, a)
}

// stopping are the verdicts of bot/ballot after which nothing has been decided. What
// only asked for opinions, or keeps what a room decided, lets the procedure go on: its
// next step is somebody's who knows.
var stopping = []string{"not_passed", "no_quorum", "void", "again", "further", "withheld"}

// Teller is the relation by which somebody ends a vote that they counted in the room.
const Teller = "teller"

// isBy tells who does an act, under whatever id.
func (e Env) isBy(a *Act) func(bot.PersonID) bool {
	return func(p bot.PersonID) bool { return p == a.By || !e.replay && e.Actor.Is(p) }
}

// lengthen moves the close of a vote back. Whether its rule allows that is judged by
// who keeps the ballots.
func (e Env) lengthen(m *Matter, s *Step, a *Act) error {
	if err := e.allow(m, s.Close.who(s), "延长", a); err != nil {
		return err
	}
	st := m.Steps[s.ID]
	switch {
	case a.Until.IsZero():
		return ask("by", "%s 延长到什么时候？例如：延长 %d 到周六18:00。", m.Ref(), m.Number)
	case !a.Until.After(st.Due):
		return bot.Errorf(bot.Invalid, "%s 新的截止时间要比原来的晚。", m.Ref())
	}
	st.Due = a.Until
	m.Steps[s.ID] = st
	if !m.Deadline.IsZero() {
		m.Deadline = a.Until
	}
	return nil
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
	for s := range t.AllSteps() {
		if s.Kind == kindVote {
			return s
		}
	}
	return nil
}

// SetsVote reports whether what is said in a step may say how the vote is held: it
// lists the vote's options, or stands directly before it.
func (t *Template) SetsVote(s *Step) bool {
	v := t.Vote()
	if v == nil || s.after || s.index == 0 || s.index >= v.index {
		return false
	}
	return s.index == v.index-1 || v.OptionsFrom != "" && slices.ContainsFunc(s.Fields, func(f Field) bool { return f.ID == v.OptionsFrom })
}

// Last reports whether a step is the last before the close.
func (t *Template) Last(s *Step) bool { return !s.after && s.index == len(t.Steps)-1 }

// Next is the step that follows; nil after the last.
func (t *Template) Next(s *Step) *Step {
	if s.after || t.Last(s) {
		return nil
	}
	return &t.Steps[s.index+1]
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
	if e.Collecting(*m) != nil {
		return bot.Errorf(bot.Wrong, "%s 正在投票，不能%s，到时间会自动截止。刚发错的，发起人十分钟内可以撤销。", m.Ref(), verb)
	}
	if s := e.Asking(*m); s != nil {
		return bot.Errorf(bot.Wrong, "%s 正在收%s，不能%s，到时间会自动截止。%s", m.Ref(), s.Name(), verb, e.Now(*m))
	}
	return nil
}

// Asking is the live step of a survey; nil if there is none.
func (e Env) Asking(m Matter) *Step {
	for s := range e.Template.AllSteps() {
		if s.IsSurvey() && m.Steps[s.ID].Live() {
			return s
		}
	}
	return nil
}

// endsByClock reports whether a step can end with nobody there.
func (s *Step) endsByClock() bool {
	return s.Kind == kindNotice || s.Kind == kindRate || s.Kind == kindSurvey
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
