package ballot_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

func TestExplain(t *testing.T) {
	meeting := func(entitled, present, for_, against int) ballot.Result {
		b := open(t, "party.resolve", entitled, nil)
		signIn(t, b, 0, present)
		cast(t, b, yes, 0, for_)
		cast(t, b, no, for_, for_+against)
		return closed(t, b)
	}
	const cited = "依据：党员大会表决（《中国共产党支部工作条例（试行）》第11条；《基层组织选举工作条例》第5条，已核对）。"
	assert.Equal(t, "应到会30人，实到16人，达到半数；赞成15，须超过15，未通过。\n反对1，弃权0。\n"+cited, meeting(30, 16, 15, 1).Explain())
	assert.Equal(t, "应到会31人，实到16人，达到半数；赞成16，须至少16，通过。\n反对0，弃权0。\n"+cited, meeting(31, 16, 16, 0).Explain())
	assert.Equal(t, "应到会29人，实到14人，未达到半数（须至少15），无效，人数不够。\n赞成10，反对4，弃权0。\n"+cited, meeting(29, 14, 10, 4).Explain())

	b := open(t, "consult", 0, nil)
	cast(t, b, yes, 0, 15)
	cast(t, b, no, 15, 17)
	cast(t, b, abstain, 17, 18)
	res := closed(t, b)
	assert.Equal(t, ballot.Consultation, res.Verdict)
	assert.Equal(t, "收到18人的意见；赞成15，反对2，弃权1。\n这是征求意见，不作结论：没有名册，不说过没过。\n依据：征求意见（本地约定）。", res.Explain())

	b = open(t, "grid.majority.present", 10, nil)
	cast(t, b, yes, 0, 3)
	cast(t, b, no, 3, 6)
	assert.Contains(t, closed(t, b).Explain(), "应参加10人，参加6人；赞成3，须超过3（参加的半数），未通过。")
}

// estate is the roll of 300 flats of 100 m².
func estate(t testing.TB) *ballot.Roll {
	t.Helper()
	rows := make([]ballot.Row, 300)
	for i := range rows {
		rows[i] = ballot.Row{Line: i + 2, Name: fmt.Sprint("业主", i), Unit: fmt.Sprint(i), Area: "100", Person: person(i)}
	}
	roll, problems := ballot.Import(ballot.Deed, nil, rows)
	require.Empty(t, problems)
	return roll
}

func TestOwnersFiguresGoToTheOfficialSystem(t *testing.T) {
	p := ballot.Poll{Opens: opens, Closes: closes, Noticed: opens.AddDate(0, 0, -15)}
	b, err := ballot.Open(p, rule(t, "owners.general"), estate(t), seeded(1))
	require.NoError(t, err)
	cast(t, b, yes, 0, 101)
	cast(t, b, no, 101, 200)
	res := closed(t, b)
	assert.Equal(t, ballot.Sheet, res.Verdict)
	assert.True(t, res.Judgement.Passed)
	text := res.Explain()
	assert.Contains(t, text, "应参加300人，参加200人，达到三分之二；应参加30000平方米，参加20000平方米，达到三分之二；赞成101，须超过100（参加投票的半数）；赞成10100平方米，须超过10000平方米（参加投票的半数）。")
	assert.Contains(t, text, "以官方系统的表决为准")
	assert.NotContains(t, text, "，通过")

	p.Secret = true
	_, err = ballot.Open(p, rule(t, "owners.general"), estate(t), seeded(1))
	refused(t, err, bot.Invalid, "不能匿名")
}

func TestResultsOfFewAreWithheld(t *testing.T) {
	for n, want := range map[int]ballot.Verdict{4: ballot.Withheld, 5: ballot.Consultation} {
		b := open(t, "survey", 20, func(p *ballot.Poll) { p.Options = 5 })
		cast(t, b, pick(4), 0, n)
		res := closed(t, b)
		assert.Equal(t, want, res.Verdict)
		if want == ballot.Withheld {
			assert.Empty(t, res.Candidates)
			assert.Empty(t, res.Count.Votes)
			assert.Contains(t, res.Explain(), "参加4人，人数太少，结果不公布。")
		}
	}
}

// elect counts a selection by tellers: seats, and the votes for each candidate.
func elect(t *testing.T, id string, entitled, returned, void int64, seats int, runoff bool, votes ...int64) ballot.Result {
	t.Helper()
	b := open(t, id, int(entitled), func(p *ballot.Poll) {
		p.Options, p.Seats, p.Runoff = len(votes), seats, runoff
	})
	_, err := b.TakeCount(ballot.TellerCount{At: during, First: "one", Second: "two", Present: returned, Issued: returned, Returned: returned, Void: void, Votes: votes})
	require.NoError(t, err)
	return closed(t, b)
}

func TestElections(t *testing.T) {
	for name, c := range map[string]struct {
		seats   int
		votes   []int64
		winners []int
		tied    []int
		left    int
		verdict ballot.Verdict
	}{
		"all seats filled":    {2, []int64{20, 9, 18}, []int{0, 2}, nil, 0, ballot.Passed},
		"fewer elected":       {2, []int64{20, 15, 8}, []int{0}, nil, 1, ballot.Further},
		"more pass than fit":  {2, []int64{17, 18, 16}, []int{1, 0}, nil, 0, ballot.Passed},
		"tie at the cut":      {2, []int64{19, 17, 17}, []int{0}, []int{1, 2}, 1, ballot.Further},
		"tie above the cut":   {2, []int64{18, 18, 10}, []int{0, 1}, nil, 0, ballot.Passed},
		"three tie for two":   {2, []int64{17, 17, 17}, nil, []int{0, 1, 2}, 2, ballot.Further},
		"exactly half":        {1, []int64{15, 5}, nil, nil, 1, ballot.Further},
		"nobody got anything": {1, []int64{0, 0}, nil, nil, 1, ballot.NotPassed},
	} {
		t.Run(name, func(t *testing.T) {
			res := elect(t, "grid.majority.entitled", 30, 28, 1, c.seats, false, c.votes...)
			assert.Equal(t, c.verdict, res.Verdict)
			assert.Equal(t, c.winners, res.Winners())
			assert.Equal(t, c.tied, res.Tied())
			assert.Equal(t, c.left, res.Left)
		})
	}
}

func TestElectionTextNamesTheOptions(t *testing.T) {
	res := elect(t, "grid.majority.entitled", 30, 28, 1, 2, false, 20, 15, 17)
	assert.Contains(t, res.Explain("甲", "乙", "丙"),
		"应参加30人，参加28人；须超过15；要选2个，选出2个；选上的有 甲 20票、丙 17票；没选上的有 乙 15票。\n废票1。")
	assert.Contains(t, res.Explain(), "第1项 20票")
}

func TestRunoffAsksLess(t *testing.T) {
	first := elect(t, "village.elect", 200, 120, 0, 1, false, 40, 39)
	assert.Equal(t, ballot.Record, first.Verdict, "the room decides")
	assert.Empty(t, first.Winners())
	again := elect(t, "village.elect", 200, 120, 0, 1, true, 40, 39)
	assert.Equal(t, []int{0}, again.Winners())
	assert.Contains(t, again.Explain(), "以会上宣布的为准")
}

func TestTieIsVotedOnAgainWhereTheRuleSays(t *testing.T) {
	source := []byte(tieAgain)
	r, err := ballot.ParseRule(source)
	require.NoError(t, err)
	b, err := ballot.Open(ballot.Poll{Opens: opens, Closes: closes}, r, people(t, 8), seeded(1))
	require.NoError(t, err)
	cast(t, b, yes, 0, 4)
	cast(t, b, no, 4, 8)
	assert.Equal(t, ballot.Again, closed(t, b).Verdict)

	b, err = ballot.Open(ballot.Poll{Opens: opens, Closes: closes, Options: 3}, r, people(t, 8), seeded(1))
	require.NoError(t, err)
	cast(t, b, pick(0), 0, 4)
	cast(t, b, pick(1), 4, 8)
	res := closed(t, b)
	assert.Equal(t, ballot.Further, res.Verdict, "half is not over half: nobody tied for a seat")

	b, err = ballot.Open(ballot.Poll{Opens: opens, Closes: closes, Options: 3, Most: 2}, r, people(t, 8), seeded(1))
	require.NoError(t, err)
	cast(t, b, pick(0, 1), 0, 8)
	res = closed(t, b)
	assert.Equal(t, ballot.Again, res.Verdict)
	assert.Equal(t, []int{0, 1}, res.Tied())
	assert.Contains(t, res.Explain(), "票数相同的有 第1项 8票、第2项 8票")
}

const tieAgain = `id: again
name: 试平票
body: 试
source: 本地
state: local
ties: again
pass:
  tests: [{base: cast, share: 1/2, compare: ">"}]
cases:
  - {name: 恰好, entitled: 4, yes: 2, no: 2, verdict: failed}
  - {name: 过了, entitled: 4, yes: 3, no: 1, verdict: passed}
`

func TestWordsAreWhole(t *testing.T) {
	for _, s := range []ballot.Say{ballot.Yes, ballot.No, ballot.Abstain, ballot.Recuse} {
		assert.NotEmpty(t, s.Words(), s)
		for _, w := range s.Words() {
			assert.Equal(t, s, ballot.SayOf(w))
		}
	}
	assert.Empty(t, ballot.SayOf("随便"))
	for _, v := range []ballot.Verdict{ballot.Passed, ballot.NotPassed, ballot.NoQuorum, ballot.VoidVote, ballot.Again, ballot.Further, ballot.Consultation, ballot.Record, ballot.Sheet, ballot.Withheld} {
		assert.NotEmpty(t, v.Word(), v)
	}
}

// drawn is a random open motion: who is there, who chose what, in what order.
type drawn struct {
	n       int
	order   []int
	choices map[int]ballot.Choice
}

func draw(t *rapid.T) drawn {
	d := drawn{n: rapid.IntRange(1, 25).Draw(t, "n"), choices: map[int]ballot.Choice{}}
	for i := range d.n {
		if rapid.Bool().Draw(t, "votes") {
			d.choices[i] = rapid.SampledFrom([]ballot.Choice{yes, no, abstain}).Draw(t, "choice")
			d.order = append(d.order, i)
		}
	}
	return d
}

// decisive are the shipped rules that give verdicts on motions of persons.
func decisive(t testing.TB) []*ballot.Rule {
	var out []*ballot.Rule
	for _, r := range rules(t).Usable(day) {
		if r.Decisive() && r.Ballot != ballot.SecretBallot {
			out = append(out, r)
		}
	}
	require.NotEmpty(t, out)
	return out
}

func (d drawn) count(t *rapid.T, r *ballot.Rule, order []int) ballot.Result {
	rows := make([]ballot.Row, d.n)
	for i := range rows {
		rows[i] = ballot.Row{Name: string(person(i)), Person: person(i), Household: fmt.Sprint(i / 2)}
	}
	roll, _ := ballot.Import(ballot.Person, nil, rows)
	p := ballot.Poll{Opens: opens, Closes: closes, Noticed: opens.AddDate(-1, 0, 0), InRoom: r.Form == ballot.Meeting}
	b, err := ballot.Open(p, r, roll, seeded(1))
	require.NoError(t, err)
	for _, i := range order {
		if p.InRoom {
			_, err = b.SignIn(voter(i), person(i), during)
			require.NoError(t, err)
		}
		_, err = b.Cast(person(i), d.choices[i], during)
		require.NoError(t, err)
	}
	c, err := b.Close(closes)
	require.NoError(t, err)
	return ballot.Tally(c.Poll, r, c.Count)
}

func TestAddingAYesNeverFails(t *testing.T) {
	all := decisive(t)
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		r := rapid.SampledFrom(all).Draw(t, "rule")
		before := d.count(t, r, d.order)
		i := rapid.IntRange(0, d.n-1).Draw(t, "more")
		if _, voted := d.choices[i]; !voted {
			d.order = append(d.order, i)
		}
		d.choices[i] = yes
		after := d.count(t, r, d.order)
		if before.Verdict == ballot.Passed {
			assert.Equal(t, ballot.Passed, after.Verdict, r.ID)
		}
	})
}

func TestOrderOfBallotsChangesNothing(t *testing.T) {
	all := decisive(t)
	rapid.Check(t, func(t *rapid.T) {
		d := draw(t)
		r := rapid.SampledFrom(all).Draw(t, "rule")
		one := d.count(t, r, d.order)
		another := d.count(t, r, rapid.Permutation(d.order).Draw(t, "order"))
		assert.Equal(t, one.Count, another.Count)
		assert.Equal(t, one.Verdict, another.Verdict)
		f := one.Count.Figures
		sum := f.Yes.Heads + f.No.Heads + f.Abstain.Heads + f.Void.Heads
		assert.Equal(t, f.Cast.Heads, sum, "every ballot is counted once")
		assert.EqualValues(t, len(d.order), sum)
		assert.LessOrEqual(t, f.Cast.Heads, f.Entitled.Heads)
	})
}

// TestManyChannelsCountOnce lets everybody act through every channel there is, again
// and again: nobody ever counts more than once.
func TestManyChannelsCountOnce(t *testing.T) {
	all := rules(t)
	rapid.Check(t, func(t *rapid.T) {
		rows := []ballot.Row{}
		for i := range 6 {
			rows = append(rows, ballot.Row{Name: string(person(i)), Person: person(i)})
		}
		roll, _ := ballot.Import(ballot.Person, nil, rows)
		b, err := ballot.Open(ballot.Poll{Opens: opens, Closes: closes}, all.ByID("practice.seven"), roll, seeded(1))
		require.NoError(t, err)
		for range rapid.IntRange(0, 40).Draw(t, "acts") {
			i := rapid.IntRange(0, 5).Draw(t, "who")
			c := rapid.SampledFrom([]ballot.Choice{yes, no, abstain}).Draw(t, "choice")
			switch rapid.IntRange(0, 4).Draw(t, "channel") {
			case 0, 1:
				_, _ = b.Cast(person(i), c, during)
			case 2:
				_, _ = b.Record(clerk, voter(i), c, during)
			case 3:
				_, _ = b.Verify(second, voter(i), b.Entries[voter(i)].Version, during)
			case 4:
				_, _ = b.TakeCount(ballot.TellerCount{At: during, First: "one", Second: "two", Present: 6, Yes: 6})
			}
			c2, err := b.Count()
			require.NoError(t, err)
			f := c2.Figures
			assert.LessOrEqual(t, f.Cast.Heads+c2.Unchecked+f.Recused.Heads, int64(6))
			assert.Equal(t, f.Cast.Heads, f.Yes.Heads+f.No.Heads+f.Abstain.Heads)
			assert.LessOrEqual(t, f.Present.Heads, f.Entitled.Heads)
		}
	})
}

func TestHugeNumbersStayExact(t *testing.T) {
	r := rule(t, "owners.major")
	const e = int64(1)<<62 - 1
	f := ballot.Figures{}
	f.Entitled.Heads, f.Entitled.Area = e, ballot.Area(e)
	f.Cast, f.Yes = f.Entitled, f.Entitled
	f.Yes.Heads, f.Yes.Area = e/4*3, ballot.Area(e/4*3)
	assert.False(t, r.Judge(f).Passed, "3/4 of a number that 4 does not divide")
	f.Yes.Heads, f.Yes.Area = e/4*3+3, ballot.Area(e/4*3+3)
	assert.True(t, r.Judge(f).Passed)
}

func BenchmarkTally(b *testing.B) {
	const n = 10_000
	rows := make([]ballot.Row, n)
	for i := range rows {
		rows[i] = ballot.Row{Name: fmt.Sprint(i), Person: person(i), Household: fmt.Sprint(i / 3)}
	}
	roll, _ := ballot.Import(ballot.Person, nil, rows)
	r := rule(b, "grid.majority.present")
	box, err := ballot.Open(ballot.Poll{Opens: opens, Closes: closes}, r, roll, seeded(1))
	require.NoError(b, err)
	for i, v := range roll.Voters {
		c := ballot.Choice{Say: []ballot.Say{ballot.Yes, ballot.No}[i%2]}
		box.Entries[v.ID] = ballot.Entry{Voter: v.ID, Way: ballot.Self, Choice: &c}
	}
	b.ReportAllocs()
	for b.Loop() {
		c, err := box.Count()
		if err != nil || ballot.Tally(box.Poll, r, c).Count.Cast.Heads != n {
			b.Fatal("not all were counted")
		}
	}
}

func TestOfNothingNoShareIsReached(t *testing.T) {
	for _, id := range []string{"grid.unanimous.present", "grid.unanimous.cast", "grid.two-thirds.cast"} {
		b := open(t, id, 3, nil)
		assert.Equal(t, ballot.NotPassed, closed(t, b).Verdict, "%s: nobody voted", id)
	}
}

func TestUnitsAreSpoken(t *testing.T) {
	for unit, want := range map[ballot.Unit]string{ballot.Household: "应参加2户，参加1户", ballot.Seat: "应参加2席，参加1席"} {
		roll, problems := ballot.Import(unit, nil, []ballot.Row{
			{Line: 2, Name: "甲", Unit: "1", Person: "a"}, {Line: 3, Name: "乙", Unit: "2", Person: "b"},
		})
		require.Empty(t, problems)
		b, err := ballot.Open(ballot.Poll{Opens: opens, Closes: closes}, rule(t, "grid.majority.cast"), roll, seeded(1))
		require.NoError(t, err)
		_, err = b.Cast("a", yes, during)
		require.NoError(t, err)
		assert.Contains(t, closed(t, b).Explain(), want)
	}
}

func TestHouseholdsMakeAMeetingValid(t *testing.T) {
	b := open(t, "village.meet", 30, nil) // two to a household
	for i := range 10 {
		signIn(t, b, i*2, i*2+1)
	}
	cast(t, b, yes, 0, 1)
	for i := 1; i < 6; i++ {
		cast(t, b, yes, i*2, i*2+1)
	}
	res := closed(t, b)
	assert.Equal(t, ballot.Passed, res.Verdict)
	assert.Contains(t, res.Explain(), "应到会30人，实到10人，未超过半数（须至少16）；应到会15户，实到10户，达到三分之二；赞成6，须超过5（实到的半数），通过。")
	assert.Contains(t, res.Explain(), "需核对：按2018年文本")
}
