package ballot

// Figures are the numbers a rule judges, each in every measure.
type Figures struct {
	// Entitled is 应到会 or 应参加: everyone on the roll with a vote, less those
	// whom a conflict takes out of the base.
	Entitled Amount `json:"entitled"`
	// Present is 实到会: who was there and had a vote. Where there was no meeting
	// it is who took part.
	Present Amount `json:"present"`
	// Cast is who gave a ballot, whatever it said: void and abstaining ones too.
	Cast    Amount `json:"cast"`
	Yes     Amount `json:"yes"`
	No      Amount `json:"no"`
	Abstain Amount `json:"abstain"`
	// Void are paper ballots that say nothing clear.
	Void Amount `json:"void,omitzero"`
	// Recused declared a conflict (回避), in the base or not.
	Recused Amount `json:"recused,omitzero"`
}

// Base is what a share is taken of.
type Base string

// The bases. Who takes part in a written vote is Cast; an abstention is a ballot.
const (
	OfEntitled Base = "entitled" // 应到会
	OfPresent  Base = "present"  // 实到会
	OfCast     Base = "cast"     // 参与表决: ballots given, void ones included
	OfValid    Base = "valid"    // 有效票: ballots given, less void ones
	OfDecided  Base = "decided"  // yes and no only
)

var bases = []Base{OfEntitled, OfPresent, OfCast, OfValid, OfDecided}

// of returns the base in a measure.
func (f Figures) of(b Base, m Measure) int64 {
	switch b {
	case OfPresent:
		return f.Present.Of(m)
	case OfCast:
		return f.Cast.Of(m)
	case OfValid:
		return max(0, f.Cast.Of(m)-f.Void.Of(m))
	case OfDecided:
		return f.Yes.Plus(f.No).Of(m)
	}
	return f.Entitled.Of(m)
}

// Test is one comparison of a rule.
type Test struct {
	// Count is what is compared with the base: present or cast in a quorum, always
	// the yes votes (or a candidate's) in a threshold, where it stays empty.
	Count   Base       `yaml:"count" json:"count,omitempty"`
	Measure Measure    `yaml:"measure" json:"measure"`
	Base    Base       `yaml:"base" json:"base"`
	Share   Fraction   `yaml:"share" json:"share"`
	Compare Comparison `yaml:"compare" json:"compare"`
}

// Requirement is several tests of which all or any must hold. None at all asks for
// nothing.
type Requirement struct {
	Need  Need   `yaml:"need"`
	Tests []Test `yaml:"tests"`
}

// Need is how many tests of a requirement must hold.
type Need string

// The needs. Double majority (户数 and 面积) is All; residents or households is Any.
const (
	All Need = "all"
	Any Need = "any"
)

// Check is a test with the numbers put in.
type Check struct {
	Test
	Got  int64 `json:"got"`
	From int64 `json:"from"` // the base
	Met  bool  `json:"met"`
}

// judge puts the numbers into each test. got says what is compared.
func (r Requirement) judge(f Figures, got func(Test) int64) (checks []Check, met bool) {
	held := 0
	for _, t := range r.Tests {
		c := Check{Test: t, Got: got(t), From: f.of(t.Base, t.Measure)}
		c.Met = t.Compare.reaches(c.Got, c.From, t.Share)
		if c.Met {
			held++
		}
		checks = append(checks, c)
	}
	return checks, held == len(checks) || r.Need == Any && held > 0
}

// Judgement is the arithmetic of a rule, before it is said what kind of vote it was.
type Judgement struct {
	Quorum []Check `json:"quorum,omitempty"`
	Valid  bool    `json:"valid"`
	Pass   []Check `json:"pass,omitempty"`
	// Passed is never set when Valid is not.
	Passed bool `json:"passed"`
}

// Judge applies the rule to the figures of a motion.
func (r *Rule) Judge(f Figures) Judgement {
	j := r.quorum(f)
	j.Pass, j.Passed = r.Pass.judge(f, func(t Test) int64 { return f.Yes.Of(t.Measure) })
	j.Passed = j.Passed && j.Valid && len(j.Pass) > 0
	return j
}

func (r *Rule) quorum(f Figures) Judgement {
	var j Judgement
	j.Quorum, j.Valid = r.Quorum.judge(f, func(t Test) int64 { return f.of(t.Count, t.Measure) })
	return j
}
