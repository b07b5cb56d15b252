package ballot

import (
	"fmt"
	"time"

	"go.yaml.in/yaml/v3"

	"yiqun/bot"
)

// Rule says how a body decides: when its vote is valid, what passes, and how it may
// be held. A rule is read from YAML by ParseRule, never changed, and kept by its
// content hash, so that a vote finishes under the rule it began with.
type Rule struct {
	ID   string `yaml:"id"`
	Name string `yaml:"name"`
	// Body is who decides: 党员大会, 业主.
	Body string `yaml:"body"`
	// Source is the text the rule is taken from, Article the place in it.
	Source  string `yaml:"source"`
	Article string `yaml:"article"`
	State   State  `yaml:"state"`
	// Off says why the rule must not be used; Instead is the rule to use.
	Off     string `yaml:"off"`
	Instead string `yaml:"instead"`
	// From and Until bound when the text is in force: on From and before Until.
	From  Date `yaml:"from"`
	Until Date `yaml:"until"`
	// Recheck is from when on the text must be compared again, and why.
	Recheck *Recheck `yaml:"recheck"`

	// Kind is what the rule is about: decision (default), counting or channel.
	Kind RuleKind `yaml:"kind"`
	// Provisions are what a rule says in words, where it is not arithmetic.
	Provisions []string `yaml:"provisions"`

	// Unit is what has one vote on the roll.
	Unit    Unit    `yaml:"unit"`
	Form    Form    `yaml:"form"`
	Ballot  Secrecy `yaml:"ballot"`
	Outcome Outcome `yaml:"outcome"`
	// Quorum makes a vote valid. Without it every vote is.
	Quorum Requirement `yaml:"quorum"`
	// Pass is what the yes votes, or a candidate's votes, must reach.
	Pass Requirement `yaml:"pass"`
	// Runoff replaces Pass in a further round.
	Runoff Requirement `yaml:"runoff"`
	Ties   Ties        `yaml:"ties"`
	// NoticeDays is how many full days before it opens a vote is announced.
	NoticeDays int   `yaml:"notice_days"`
	Proxy      Proxy `yaml:"proxy"`
	// Phone: an authorised person may record a vote given by telephone.
	Phone      bool       `yaml:"phone"`
	CloseEarly CloseEarly `yaml:"close_early"`
	Extend     Extend     `yaml:"extend"`
	// Recuse says whether 回避 takes the voter out of the base.
	Recuse Recusal `yaml:"recuse"`
	// MinShown is how many ballots there must be before results are shown at all.
	MinShown int      `yaml:"min_shown"`
	Notes    []string `yaml:"notes"`
	// Cases are worked examples. A rule whose arithmetic does not give them, or
	// whose comparisons they do not pin down, does not load.
	Cases []Case `yaml:"cases"`

	// Hash is the hex SHA-256 of the source.
	Hash string `yaml:"-"`
	// Raw is the source.
	Raw []byte `yaml:"-"`
}

// State is how well a rule's text is known.
type State string

// The states.
const (
	Verified   State = "V"     // compared with the text
	Secondary  State = "S"     // seen in a secondary source
	Unverified State = "U"     // not found: never decides anything
	Local      State = "local" // the place's own agreement
)

// RuleKind is what a rule is about.
type RuleKind string

// The kinds of rule. Only decisions govern a vote.
const (
	Decision RuleKind = "decision"
	Counting RuleKind = "counting" // what counts as one vote
	Channel  RuleKind = "channel"  // where a vote may be held
)

// Form is how voters come together.
type Form string

// The forms.
const (
	Meeting Form = "meeting" // only who is present may vote; presence is recorded
	Written Form = "written" // without a meeting, over days
	Either  Form = "either"
)

// Secrecy is whether others may know who chose what.
type Secrecy string

// The secrecies.
const (
	OpenBallot   Secrecy = "open"
	SecretBallot Secrecy = "secret"
	EitherBallot Secrecy = "either"
)

// Outcome is what kind of thing comes out.
type Outcome string

// The outcomes.
const (
	Decides  Outcome = "decision"     // passed or not
	Consults Outcome = "consultation" // 征求意见: numbers, no verdict
	Records  Outcome = "record"       // the vote is taken in the room; this keeps its numbers
	HandsOn  Outcome = "sheet"        // figures for the official system, which alone decides
)

// Ties is what a tie leads to.
type Ties string

// The ways with a tie: a motion fails; candidates at the cut are voted on again.
const (
	TieFails Ties = "fail"
	TieAgain Ties = "again"
)

// CloseEarly is when a vote may end before its time.
type CloseEarly string

// The early closes. "All" means that everyone who may vote has.
const (
	NeverEarly CloseEarly = "never"
	WhenAll    CloseEarly = "all"
)

// Extend is when the time of a vote may be lengthened, once.
type Extend string

// The extensions.
const (
	NoExtension Extend = "never"
	ShortQuorum Extend = "quorum" // only while too few have voted for it to be valid
	Once        Extend = "once"
)

// Recusal is what a declared conflict does to the base.
type Recusal string

// The recusals.
const (
	StaysIn Recusal = "in"
	GoesOut Recusal = "out"
)

// Proxy says who may vote for another.
type Proxy struct {
	Allowed bool `yaml:"allowed"`
	// Written: the mandate must be in writing.
	Written bool `yaml:"written"`
	// Cap is how many mandates one person may hold; 0 = no bound in the rule.
	Cap int `yaml:"cap"`
	// Kin: only near relatives may hold one.
	Kin bool `yaml:"kin"`
}

// Recheck is a known change of the law that has not been compared with the rule.
type Recheck struct {
	From Date   `yaml:"from"`
	Why  string `yaml:"why"`
}

// Date is a calendar day, written 2021-01-01; the zero Date is no date.
type Date struct{ Year, Month, Day int }

// UnmarshalYAML reads 2021-01-01.
func (d *Date) UnmarshalYAML(n *yaml.Node) error {
	t, err := time.Parse(time.DateOnly, n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %q 不是日期；请写成 2021-01-01", n.Line, n.Value)
	}
	*d = DateOf(t)
	return nil
}

// DateOf is the day of t in its own time zone.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, int(m), d}
}

// IsZero reports whether there is no date.
func (d Date) IsZero() bool { return d == Date{} }

// Before reports whether d is an earlier day than e.
func (d Date) Before(e Date) bool { return d.number() < e.number() }

func (d Date) number() int { return d.Year*10000 + d.Month*100 + d.Day }

func (d Date) String() string { return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day) }

// Label says on a day how far the rule may be relied on: 已核对, 需核对 or 本地约定.
// It is printed with every result.
func (r *Rule) Label(on Date) string {
	switch {
	case r.State == Local:
		return "本地约定"
	case r.State != Verified, r.recheckOn(on):
		return "需核对"
	}
	return "已核对"
}

func (r *Rule) recheckOn(on Date) bool {
	return r.Recheck != nil && !on.Before(r.Recheck.From)
}

// Decisive reports whether a verdict may be given by the rule: an unverified one
// may at most keep the numbers of a vote taken in the room.
func (r *Rule) Decisive() bool { return r.Outcome == Decides && r.State != Unverified && r.Off == "" }

// Usable returns nil if a vote may be opened under the rule on a day, and otherwise
// the sentence that says why not and what to do.
func (r *Rule) Usable(on Date) error {
	instead := "请换一条规则，或由管理员核对原文后再启用。"
	if r.Instead != "" {
		instead = fmt.Sprintf("请改用“%s”。", r.Instead)
	}
	switch {
	case r.Kind != Decision:
		return bot.Errorf(bot.Invalid, "“%s”是计票口径，不能单独用来表决。", r.Name)
	case r.Off != "":
		return bot.Errorf(bot.Invalid, "“%s”已停用：%s。%s", r.Name, r.Off, instead)
	case r.State == Unverified && r.Outcome != Records:
		return bot.Errorf(bot.Invalid, "“%s”的条文还没核对（需核对），暂时不能用。%s", r.Name, instead)
	case !r.From.IsZero() && on.Before(r.From):
		return bot.Errorf(bot.Invalid, "“%s”从%s起才施行。", r.Name, r.From)
	case !r.Until.IsZero() && !on.Before(r.Until):
		return bot.Errorf(bot.Invalid, "“%s”从%s起不再适用。%s", r.Name, r.Until, instead)
	}
	return nil
}

// Measures reports whether quorum or threshold counts by m.
func (r *Rule) Measures(m Measure) bool {
	for _, q := range []Requirement{r.Quorum, r.Pass, r.Runoff} {
		for _, t := range q.Tests {
			if t.Measure == m {
				return true
			}
		}
	}
	return false
}

// Cited names the rule as results print it, with article and state:
// 党员大会表决（《…》第11条，已核对）.
func (r *Rule) Cited(on Date) string {
	s := r.Source
	if r.Article != "" {
		s += r.Article
	}
	label := r.Label(on)
	if r.recheckOn(on) {
		label += "：" + r.Recheck.Why
	}
	if s == label {
		return fmt.Sprintf("%s（%s）", r.Name, label)
	}
	return fmt.Sprintf("%s（%s，%s）", r.Name, s, label)
}
