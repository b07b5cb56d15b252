package ballot

import (
	"cmp"
	"slices"
)

// Verdict is what came of a vote.
type Verdict string

// The verdicts.
const (
	Passed       Verdict = "passed"
	NotPassed    Verdict = "not_passed"
	NoQuorum     Verdict = "no_quorum"    // invalid: too few took part
	VoidVote     Verdict = "void"         // more ballots came back than were given out
	Again        Verdict = "again"        // a tie that the rule has voted on again
	Further      Verdict = "further"      // fewer were elected than there are seats
	Consultation Verdict = "consultation" // no roll, or asked for opinions only
	Record       Verdict = "record"       // the room decided; this keeps its numbers
	Sheet        Verdict = "sheet"        // the official system decides
	Withheld     Verdict = "withheld"     // too few answered for anything to be shown
)

// Candidate is one option of a selection, with its votes.
type Candidate struct {
	Option int    `json:"option"` // from 0
	Votes  Amount `json:"votes"`
	Checks []Check
	// Elected has a seat; Tied shares the place at the cut with others, of whom not
	// all can have one.
	Elected bool `json:"elected,omitempty"`
	Tied    bool `json:"tied,omitempty"`
}

// Result is a counted vote with its verdict. It is a function of poll, rule and
// count, so it need not be stored: whoever has those three gets it again.
type Result struct {
	Poll    Poll
	Rule    *Rule
	Count   Count
	Verdict Verdict
	// Judgement is the arithmetic. For a record, a sheet or a consultation it is
	// information, not a verdict.
	Judgement Judgement
	// Candidates are the options by votes, most first; for a selection only.
	Candidates []Candidate
	// Left is how many seats are still free.
	Left int
}

// Tally judges a count by its rule. It is the only way to a verdict.
func Tally(p Poll, r *Rule, c Count) Result {
	if p.Runoff {
		r = r.forRunoff()
	}
	res := Result{Poll: p, Rule: r, Count: c}
	if r.MinShown > 0 && c.Cast.Heads < int64(r.MinShown) {
		res.Verdict = Withheld
		res.Count = Count{Figures: Figures{Entitled: c.Entitled, Present: c.Present, Cast: c.Cast, Recused: c.Recused}}
		return res
	}
	switch {
	case p.Selection():
		res.elect()
	case p.RollHash != "": // without a roll there is no base to judge by
		res.Judgement = r.Judge(c.Figures)
	}
	res.Verdict = res.verdict()
	return res
}

func (r *Result) verdict() Verdict {
	switch {
	case r.Count.Overfull:
		return VoidVote
	case r.Rule.Outcome == Consults, r.Poll.RollHash == "":
		return Consultation
	case r.Rule.Outcome == HandsOn:
		return Sheet
	case !r.Rule.Decisive():
		return Record
	case !r.Judgement.Valid:
		return NoQuorum
	case r.Judgement.Passed:
		return Passed
	case r.Poll.Selection():
		return r.unfilled()
	case r.Rule.Ties == TieAgain && r.tied():
		return Again
	}
	return NotPassed
}

// tied reports whether as many are for a motion as against it.
func (r *Result) tied() bool {
	m := r.primary()
	return r.Count.Yes.Of(m) > 0 && r.Count.Yes.Of(m) == r.Count.No.Of(m)
}

// unfilled says why not every seat was filled: a tie that is voted on again, or too
// few who reached what the rule asks.
func (r *Result) unfilled() Verdict {
	if slices.ContainsFunc(r.Candidates, func(c Candidate) bool { return c.Tied }) && r.Rule.Ties == TieAgain {
		return Again
	}
	if r.Left == r.Poll.seats() && !slices.ContainsFunc(r.Candidates, func(c Candidate) bool { return c.Votes.Heads > 0 }) {
		return NotPassed
	}
	return Further
}

// primary is the measure candidates are put in order by.
func (r *Result) primary() Measure {
	if len(r.Rule.Pass.Tests) > 0 {
		return r.Rule.Pass.Tests[0].Measure
	}
	return Heads
}

// elect fills the seats with those who reach the threshold, most votes first. Who
// ties for the last seats gets none of them: a count does not draw lots.
func (r *Result) elect() {
	r.Judgement = r.Rule.quorum(r.Count.Figures)
	m, passing := r.primary(), []int{}
	for i, v := range r.Count.Votes {
		r.Candidates = append(r.Candidates, Candidate{Option: i, Votes: v})
	}
	slices.SortStableFunc(r.Candidates, func(a, b Candidate) int { return cmp.Compare(b.Votes.Of(m), a.Votes.Of(m)) })
	for i := range r.Candidates {
		c := &r.Candidates[i]
		f := r.Count.Figures
		f.Yes = c.Votes
		j := r.Rule.Judge(f)
		c.Checks = j.Pass
		if j.Passed {
			passing = append(passing, i)
		}
	}
	r.Left = r.Poll.seats()
	r.seat(passing, m)
	r.Judgement.Passed = r.Judgement.Valid && r.Left == 0
}

// seat gives the seats to the passing candidates, whose places are in order of votes.
// Everyone with as many votes gets a seat, or none of them does.
func (r *Result) seat(passing []int, m Measure) {
	votes := func(n int) int64 { return r.Candidates[passing[n]].Votes.Of(m) }
	seats := r.Poll.seats()
	for start := 0; start < len(passing); {
		end := start + 1
		for end < len(passing) && votes(end) == votes(start) {
			end++
		}
		fits := end <= seats
		for _, at := range passing[start:end] {
			r.Candidates[at].Elected = fits
			r.Candidates[at].Tied = !fits && start < seats
		}
		if fits {
			r.Left -= end - start
		}
		start = end
	}
}

// Winners are the options that have a seat, most votes first.
func (r Result) Winners() []int { return r.options(func(c Candidate) bool { return c.Elected }) }

// Tied are the options to vote on again.
func (r Result) Tied() []int { return r.options(func(c Candidate) bool { return c.Tied }) }

func (r Result) options(keep func(Candidate) bool) []int {
	var out []int
	for _, c := range r.Candidates {
		if keep(c) {
			out = append(out, c.Option)
		}
	}
	return out
}
