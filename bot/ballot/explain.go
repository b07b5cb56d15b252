package ballot

import (
	"fmt"
	"slices"
	"strings"
)

// Explain is the arithmetic in words, then the other numbers, then the rule with its
// article and state. Options are the texts of a selection's options; those not given
// are called by their number.
func (r Result) Explain(options ...string) string {
	lines := []string{r.arithmetic(options) + "。"}
	if s := r.others(); s != "" {
		lines = append(lines, s+"。")
	}
	if s := r.standing(); s != "" {
		lines = append(lines, s)
	}
	on := DateOf(r.Poll.Opens)
	return strings.Join(append(lines, "依据："+r.Rule.Cited(on)+"。"), "\n")
}

// arithmetic is the sentence one reads aloud.
func (r Result) arithmetic(options []string) string {
	parts := []string{r.turnout()}
	switch {
	case r.Verdict == Withheld, r.Verdict == NoQuorum, r.Verdict == VoidVote:
	case r.Poll.Selection():
		parts = append(parts, r.selection(options))
	default:
		parts = append(parts, r.motion())
	}
	s := strings.Join(parts, "；")
	switch r.Verdict {
	case Consultation, Record, Sheet:
		return s // what it is stands in a line of its own
	case Passed:
		if r.Poll.Selection() {
			return s // so many of so many were elected says it
		}
	}
	return s + "，" + r.Verdict.Word()
}

// turnout says how many there are and came, and whether that is enough.
func (r Result) turnout() string {
	f := r.Count.Figures
	if r.Poll.RollHash == "" {
		return fmt.Sprintf("收到%d人的意见", f.Cast.Heads)
	}
	checks := r.Judgement.Quorum
	if len(checks) == 0 || r.Verdict == Withheld {
		return fmt.Sprintf("%s%d%s，%s%d", r.due(), f.Entitled.Heads, r.unit(Heads), r.came(), f.Present.Heads) + r.unit(Heads)
	}
	var out []string
	for _, c := range checks {
		out = append(out, r.quorumCheck(c))
	}
	return strings.Join(out, "；")
}

func (r Result) quorumCheck(c Check) string {
	came := "参加"
	if c.Count == OfPresent {
		came = r.came()
	}
	return fmt.Sprintf("%s%s%s，%s%s%s，", r.due(), c.Measure.say(c.From), r.unit(c.Measure), came, c.Measure.say(c.Got), r.unit(c.Measure)) + c.Spoken()
}

// due and came are what people call the bases of a meeting and of other votes.
func (r Result) due() string {
	if r.Poll.InRoom || r.Rule.Form == Meeting {
		return "应到会"
	}
	return "应参加"
}

func (r Result) came() string {
	if r.Poll.InRoom || r.Rule.Form == Meeting {
		return "实到"
	}
	return "参加"
}

func (r Result) unit(m Measure) string {
	switch {
	case m == FloorArea:
		return ""
	case m == Households, m == Heads && r.Poll.Unit == Household:
		return "户"
	case m == Groups:
		return "个小组"
	case m == Weight:
		return "票"
	case r.Poll.Unit == Seat:
		return "席"
	}
	return "人"
}

// motion says the yes votes against what they must reach.
func (r Result) motion() string {
	if len(r.Judgement.Pass) == 0 {
		f := r.Count.Figures
		return fmt.Sprintf("%s%d，%s%d，%s%d", Yes.Word(), f.Yes.Heads, No.Word(), f.No.Heads, Abstain.Word(), f.Abstain.Heads)
	}
	var out []string
	for _, c := range r.Judgement.Pass {
		out = append(out, Yes.Word()+c.Measure.say(c.Got)+"，"+r.must(c))
	}
	return strings.Join(out, "；")
}

// must says what a check asks: 须超过15, 须至少16（实到的半数）.
func (r Result) must(c Check) string {
	bound, least := c.Compare.needed(c.From, c.Share)
	s := "须至少" + c.Measure.say(least)
	if bound > 0 {
		s = "须" + c.Compare.Spoken() + c.Measure.say(bound)
	}
	of := map[Base]string{OfPresent: r.came(), OfCast: "参加投票", OfValid: "有效票", OfDecided: Yes.Word() + "加" + No.Word()}[c.Base]
	if of == "" {
		return s
	}
	return s + "（" + of + "的" + c.Share.Spoken() + "）"
}

// selection lists the options by votes.
func (r Result) selection(options []string) string {
	name := func(i int) string {
		if i < len(options) && options[i] != "" {
			return options[i]
		}
		return fmt.Sprintf("第%d项", i+1)
	}
	list := func(keep func(Candidate) bool) string {
		var out []string
		for _, c := range r.Candidates {
			if keep(c) {
				out = append(out, name(c.Option)+" "+r.votes(c.Votes))
			}
		}
		return strings.Join(out, "、")
	}
	if r.Verdict == Consultation {
		return list(func(Candidate) bool { return true })
	}
	var parts []string
	for _, c := range r.Candidates[0].Checks {
		parts = append(parts, r.must(c))
	}
	parts = append(parts, fmt.Sprintf("要选%d个，选出%d个", r.Poll.seats(), r.Poll.seats()-r.Left))
	for _, g := range []struct {
		title string
		keep  func(Candidate) bool
	}{
		{"选上的有", func(c Candidate) bool { return c.Elected }},
		{"票数相同的有", func(c Candidate) bool { return c.Tied }},
		{"没选上的有", func(c Candidate) bool { return !c.Elected && !c.Tied }},
	} {
		if slices.ContainsFunc(r.Candidates, g.keep) {
			parts = append(parts, g.title+" "+list(g.keep))
		}
	}
	return strings.Join(parts, "；")
}

// votes says a candidate's votes: 20票, or 20票（1800平方米）.
func (r Result) votes(a Amount) string {
	n := a.Heads
	if r.primary() == Weight {
		n = a.Weight
	}
	s := fmt.Sprintf("%d票", n)
	if r.Rule.Measures(FloorArea) {
		s += "（" + FloorArea.say(int64(a.Area)) + "）"
	}
	return s
}

// others are the numbers the first sentence left out.
func (r Result) others() string {
	f := r.Count.Figures
	var out []string
	say := func(n int64, always bool, format string, args ...any) {
		if n > 0 || always {
			out = append(out, fmt.Sprintf(format, append(args, n)...))
		}
	}
	if r.Verdict != Withheld {
		// What the first sentence did not say: of a motion all but the yes votes, and
		// all where it broke off before them.
		broken := r.Verdict == NoQuorum || r.Verdict == VoidVote
		motion := !r.Poll.Selection() && len(r.Judgement.Pass) > 0
		if motion && broken {
			say(f.Yes.Heads, true, "%s%d", Yes.Word())
		}
		if motion {
			say(f.No.Heads, true, "%s%d", No.Word())
		}
		if motion || r.Poll.Selection() {
			say(f.Abstain.Heads, motion, "%s%d", Abstain.Word())
		}
		say(f.Void.Heads, false, "废票%d")
	}
	if f.Recused.Heads > 0 {
		out = append(out, fmt.Sprintf("%s%d（%s）", Recuse.Word(), f.Recused.Heads,
			map[Recusal]string{GoesOut: "不计入应到", StaysIn: "仍计入应到"}[r.Rule.Recuse]))
	}
	say(r.Count.Unchecked, false, "没有复核的电话投票%d张，不计")
	return strings.Join(out, "，")
}

// standing says what kind of vote it was, where that is not a decision.
func (r Result) standing() string {
	reached := "按下面的规则核算，没有达到要求"
	if r.Judgement.Passed {
		reached = "按下面的规则核算，达到了要求"
	}
	switch r.Verdict {
	case Consultation:
		if r.Poll.RollHash == "" {
			return "这是" + Consultation.Word() + "：没有名册，不说过没过。"
		}
		return "这是" + Consultation.Word() + "。"
	case Record:
		return "这是" + Record.Word() + "：" + reached + "；以会上宣布的为准。"
	case Sheet:
		return "这是" + Sheet.Word() + "：" + reached + "；以官方系统的表决为准。"
	}
	if r.Count.ByTellers {
		return "由两名计票人现场计票。"
	}
	return ""
}
