package ballot_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

var (
	opens  = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	closes = opens.Add(24 * time.Hour)
	during = opens.Add(time.Hour)

	yes     = ballot.Choice{Say: ballot.Yes}
	no      = ballot.Choice{Say: ballot.No}
	abstain = ballot.Choice{Say: ballot.Abstain}
	clerk   = ballot.Clerk{Person: "clerk", Post: "网格长"}
	second  = ballot.Clerk{Person: "second", Post: "书记"}
)

func pick(options ...int) ballot.Choice { return ballot.Choice{Say: ballot.Pick, Picks: options} }

func person(i int) bot.PersonID { return bot.PersonID(fmt.Sprintf("p%03d", i)) }

func voter(i int) ballot.VoterID { return ballot.VoterID(person(i)) }

// seeded is a source of randomness that a test can repeat.
func seeded(n uint64) ballot.Sealing {
	var seed [32]byte
	for i := range 8 {
		seed[i] = byte(n >> (8 * i))
	}
	random := rand.NewChaCha8(seed)
	key, err := ballot.NewKey(random)
	if err != nil {
		panic(err)
	}
	return ballot.Sealing{Key: key, Random: random}
}

// people is a roll of n persons, two to a household.
func people(t testing.TB, n int) *ballot.Roll {
	t.Helper()
	rows := make([]ballot.Row, n)
	for i := range rows {
		rows[i] = ballot.Row{Line: i + 2, Name: fmt.Sprintf("居民%d", i), Person: person(i), Household: fmt.Sprintf("户%d", i/2)}
	}
	roll, problems := ballot.Import(ballot.Person, nil, rows)
	require.Empty(t, problems)
	return roll
}

// open opens a vote among n persons; change may alter the poll.
func open(t testing.TB, id string, n int, change func(*ballot.Poll)) *ballot.Box {
	t.Helper()
	r := rule(t, id)
	p := ballot.Poll{ID: ballot.PollID{Matter: "m", Step: "vote", Round: 1}, Opens: opens, Closes: closes, Noticed: opens.AddDate(0, 0, -30)}
	p.InRoom = r.Form == ballot.Meeting
	p.Secret = r.Ballot == ballot.SecretBallot
	if change != nil {
		change(&p)
	}
	var roll *ballot.Roll
	if n > 0 {
		roll = people(t, n)
	}
	box, err := ballot.Open(p, r, roll, seeded(1))
	require.NoError(t, err)
	return box
}

func signIn(t testing.TB, b *ballot.Box, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		_, err := b.SignIn(voter(i), person(i), during)
		require.NoError(t, err)
	}
}

func cast(t testing.TB, b *ballot.Box, c ballot.Choice, from, to int) {
	t.Helper()
	for i := from; i < to; i++ {
		_, err := b.Cast(person(i), c, during)
		require.NoError(t, err)
	}
}

func closed(t testing.TB, b *ballot.Box) ballot.Result {
	t.Helper()
	c, err := b.Close(closes)
	require.NoError(t, err)
	require.True(t, c.Intact(c.Hash))
	return ballot.Tally(c.Poll, b.Rule, c.Count)
}

// refused expects a sentence for the member, of a code.
func refused(t testing.TB, err error, code bot.Code, says string) {
	t.Helper()
	require.Error(t, err)
	assert.Equal(t, code, bot.CodeOf(err))
	assert.Contains(t, bot.MessageOf(err), says)
	assert.Contains(t, bot.MessageOf(err), "。")
}

func TestVoteIsChangedUntilTheClose(t *testing.T) {
	b := open(t, "grid.majority.cast", 4, nil)
	first, err := b.Cast(person(0), yes, during)
	require.NoError(t, err)
	again, err := b.Cast(person(0), no, during.Add(time.Minute))
	require.NoError(t, err)
	assert.Equal(t, first.Receipt, again.Receipt)
	assert.Equal(t, 2, again.Version)
	_, choice, err := b.Mine(person(0))
	require.NoError(t, err)
	assert.Equal(t, no, *choice)

	_, err = b.Cast(person(0), yes, during)
	refused(t, err, bot.Stale, "较早的一次点击")
	_, err = b.Cast(person(1), yes, opens.Add(-time.Second))
	refused(t, err, bot.Wrong, "还没开始")
	_, err = b.Cast(person(1), yes, closes)
	refused(t, err, bot.Wrong, "已经截止")
	_, err = b.Cast("stranger", yes, during)
	refused(t, err, bot.Forbidden, "不在这次的名册里")
	_, err = b.Cast(person(1), pick(0), during)
	refused(t, err, bot.Invalid, "赞成、反对、弃权")
	_, _, err = b.Mine(person(3))
	refused(t, err, bot.NotFound, "还没有投")

	c, err := b.Count()
	require.NoError(t, err)
	assert.EqualValues(t, 1, c.Cast.Heads)
	assert.EqualValues(t, 1, c.No.Heads)
}

func TestClassWithoutVote(t *testing.T) {
	roll, problems := ballot.Import(ballot.Person,
		[]ballot.Class{{Name: "正式党员", Votes: true}, {Name: "预备党员"}},
		[]ballot.Row{
			{Line: 2, Name: "甲", Class: "正式党员", Person: "a"},
			{Line: 3, Name: "乙", Class: "正式党员", Person: "b"},
			{Line: 4, Name: "丙", Class: "预备党员", Person: "c"},
		})
	require.Empty(t, problems)
	assert.EqualValues(t, 2, roll.Entitled().Heads)
	b, err := ballot.Open(ballot.Poll{Opens: opens, Closes: closes, InRoom: true}, rule(t, "party.resolve"), roll, seeded(1))
	require.NoError(t, err)
	_, err = b.SignIn("c", "c", during)
	refused(t, err, bot.Forbidden, "没有表决权")
	_, err = b.Cast("c", yes, during)
	refused(t, err, bot.Forbidden, "预备党员")
}

func TestOnlyWhoIsThereVotesInAMeeting(t *testing.T) {
	b := open(t, "party.resolve", 30, nil)
	_, err := b.Cast(person(0), yes, during)
	refused(t, err, bot.Wrong, "请先发“签到”")
	signIn(t, b, 0, 16)
	cast(t, b, yes, 0, 15)
	assert.True(t, b.Turnout().Reached)
	assert.Len(t, b.Waiting(), 1)
	_, err = b.Record(clerk, voter(20), yes, during)
	refused(t, err, bot.Forbidden, "不能电话投票")
}

func TestConflictLeavesTheBaseAsTheRuleSays(t *testing.T) {
	for id, entitled := range map[string]int64{"grid.majority.entitled": 9, "owners.committee.nb": 10} {
		b := open(t, id, 10, nil)
		if b.Poll.InRoom {
			signIn(t, b, 0, 8)
		}
		cast(t, b, yes, 0, 5)
		_, err := b.Recuse(person(0), during.Add(time.Minute))
		require.NoError(t, err)
		_, err = b.Cast(person(0), yes, during.Add(2*time.Minute))
		refused(t, err, bot.Wrong, "已经声明回避")
		c, err := b.Count()
		require.NoError(t, err)
		assert.Equal(t, entitled, c.Entitled.Heads, id)
		assert.EqualValues(t, 4, c.Yes.Heads, id)
		assert.EqualValues(t, 1, c.Recused.Heads, id)

		_, err = b.Reinstate(ballot.Clerk{Person: "x"}, voter(0), during)
		refused(t, err, bot.Forbidden, "主持人")
		_, err = b.Reinstate(second, voter(0), during)
		require.NoError(t, err)
		cast(t, b, yes, 0, 1)
	}
}

func TestTelephoneVoteNeedsTwo(t *testing.T) {
	b := open(t, "grid.majority.cast", 5, nil)
	_, err := b.Record(ballot.Clerk{Person: "neighbour"}, voter(0), yes, during)
	refused(t, err, bot.Forbidden, "代录")
	e, err := b.Record(clerk, voter(0), yes, during)
	require.NoError(t, err)
	c, err := b.Count()
	require.NoError(t, err)
	assert.Zero(t, c.Yes.Heads, "not counted before it is checked")
	assert.EqualValues(t, 1, c.Unchecked)

	_, err = b.Verify(clerk, voter(0), e.Version, during)
	refused(t, err, bot.Forbidden, "换一个人")
	_, err = b.Verify(ballot.Clerk{Person: "x"}, voter(0), e.Version, during)
	refused(t, err, bot.Forbidden, "另一位")
	_, err = b.Verify(second, voter(0), e.Version+1, during)
	refused(t, err, bot.Stale, "刚刚改过")
	_, err = b.Verify(second, voter(0), e.Version, during)
	require.NoError(t, err)
	c, err = b.Count()
	require.NoError(t, err)
	assert.EqualValues(t, 1, c.Yes.Heads)

	cast(t, b, no, 0, 1) // the voter's own press prevails
	_, err = b.Record(clerk, voter(0), yes, during)
	refused(t, err, bot.Wrong, "以本人投的为准")
	c, err = b.Count()
	require.NoError(t, err)
	assert.EqualValues(t, 0, c.Yes.Heads)
	assert.EqualValues(t, 1, c.No.Heads)
}

const proxies = `id: proxies
name: 试委托
body: 试
source: 本地
state: local
proxy: {allowed: true, written: true, cap: 2, kin: true}
pass:
  tests: [{base: entitled, share: 1/2, compare: ">"}]
cases:
  - {name: 恰好, entitled: 4, yes: 2, verdict: failed}
  - {name: 过了, entitled: 4, yes: 3, verdict: passed}
`

func TestProxy(t *testing.T) {
	r, err := ballot.ParseRule([]byte(proxies))
	require.NoError(t, err)
	b, err := ballot.Open(ballot.Poll{Opens: opens, Closes: closes}, r, people(t, 6), seeded(1))
	require.NoError(t, err)
	give := func(from int, change func(*ballot.Mandate)) error {
		m := ballot.Mandate{Voter: voter(from), To: person(5), Written: true, Kin: "子女", At: during}
		if change != nil {
			change(&m)
		}
		_, err := b.Appoint(m, ballot.Clerk{Person: person(from)})
		return err
	}
	refused(t, give(0, func(m *ballot.Mandate) { m.Written = false }), bot.Missing, "书面委托")
	refused(t, give(0, func(m *ballot.Mandate) { m.Kin = "" }), bot.Missing, "近亲属")
	refused(t, give(0, func(m *ballot.Mandate) { m.To = person(0) }), bot.Invalid, "不能委托给自己")
	_, err = b.CastFor(person(5), voter(0), yes, during)
	refused(t, err, bot.Forbidden, "还没有居民0给您的委托")
	require.NoError(t, give(0, nil))
	require.NoError(t, give(1, nil))
	require.NoError(t, give(1, nil), "the same again changes nothing")
	refused(t, give(2, nil), bot.Forbidden, "最多受2人委托")
	_, err = b.Appoint(ballot.Mandate{Voter: voter(2), To: person(4), Written: true, Kin: "配偶", At: during}, ballot.Clerk{Person: person(3)})
	refused(t, err, bot.Forbidden, "本人")

	_, err = b.CastFor(person(5), voter(0), yes, during)
	require.NoError(t, err)
	_, err = b.Revoke(person(1), during)
	require.NoError(t, err)
	_, err = b.CastFor(person(5), voter(1), yes, during)
	refused(t, err, bot.Forbidden, "委托")
	cast(t, b, no, 0, 1)
	_, err = b.CastFor(person(5), voter(0), yes, during)
	refused(t, err, bot.Wrong, "以本人投的为准")
}

func TestSecretVoteIsCastInPerson(t *testing.T) {
	b := open(t, "grid.majority.cast", 5, func(p *ballot.Poll) { p.Secret = true })
	_, err := b.Record(clerk, voter(0), yes, during)
	refused(t, err, bot.Forbidden, "要本人投")
	_, err = b.Appoint(ballot.Mandate{Voter: voter(0), To: person(1), Written: true, At: during}, ballot.Clerk{Person: person(0)})
	refused(t, err, bot.Forbidden, "要本人投")
	_, err = b.Count()
	refused(t, err, bot.Wrong, "截止后才计票")
}

func TestTellers(t *testing.T) {
	start := func() *ballot.Box {
		b := open(t, "party.resolve", 30, nil)
		signIn(t, b, 0, 16)
		return b
	}
	count := ballot.TellerCount{At: during, First: "one", Second: "two", Yes: 15, Abstain: 1}
	for says, change := range map[string]func(*ballot.TellerCount){
		"由谁计票":   func(c *ballot.TellerCount) { c.First = "" },
		"要两个人":   func(c *ballot.TellerCount) { c.Second = "one" },
		"对不上":    func(c *ballot.TellerCount) { c.Present = 17 },
		"多出来了":   func(c *ballot.TellerCount) { c.Yes = 17 },
		"负数":     func(c *ballot.TellerCount) { c.No = -1 },
		"不能发出":   func(c *ballot.TellerCount) { c.Issued = 17 },
		"加起来是":   func(c *ballot.TellerCount) { c.Issued, c.Returned = 16, 14 },
		"不像真的":   func(c *ballot.TellerCount) { c.Yes = 1 << 62 },
		"已经有1人投": nil,
	} {
		b, c := start(), count
		if change == nil {
			cast(t, b, yes, 0, 1)
		} else {
			change(&c)
		}
		_, err := b.TakeCount(c)
		refused(t, err, bot.CodeOf(err), says)
		assert.Nil(t, b.Tellers)
	}
	b := start()
	first := count
	first.Second = ""
	_, err := b.TakeCount(first)
	require.NoError(t, err)
	assert.Nil(t, b.Tellers, "one teller alone counts nothing")
	_, err = b.TakeCount(count)
	require.NoError(t, err)
	_, err = b.Cast(person(0), yes, during)
	refused(t, err, bot.Wrong, "已在现场计票")
	c, err := b.Close(during)
	require.NoError(t, err, "a count in the room ends the vote")
	res := ballot.Tally(c.Poll, b.Rule, c.Count)
	assert.Equal(t, ballot.NotPassed, res.Verdict)
	assert.Contains(t, res.Explain(), "应到会30人，实到16人，达到半数；赞成15，须超过15，未通过")
	assert.Contains(t, res.Explain(), "两名计票人")
}

func TestMoreBallotsThanIssuedIsVoid(t *testing.T) {
	b := open(t, "party.resolve", 30, nil)
	signIn(t, b, 0, 20)
	_, err := b.TakeCount(ballot.TellerCount{At: during, First: "one", Second: "two", Issued: 20, Returned: 21, Yes: 21})
	require.NoError(t, err)
	assert.Equal(t, ballot.VoidVote, closed(t, b).Verdict)
}

func TestClosedEarlyOrExtendedOnlyByRule(t *testing.T) {
	b := open(t, "party.resolve", 4, nil)
	signIn(t, b, 0, 4)
	cast(t, b, yes, 0, 4)
	_, err := b.Close(during)
	refused(t, err, bot.Forbidden, "不能提前截止")
	_, err = b.Extend(closes.Add(time.Hour), during)
	refused(t, err, bot.Forbidden, "不能延长")

	b = open(t, "practice.seven", 4, nil)
	_, err = b.Extend(closes, during)
	refused(t, err, bot.Invalid, "要比原来的晚")
	_, err = b.Extend(closes.Add(time.Hour), during)
	require.NoError(t, err)
	_, err = b.Extend(closes.Add(2*time.Hour), during)
	refused(t, err, bot.Forbidden, "已经延长过一次")
	cast(t, b, yes, 0, 3)
	_, err = b.Close(during)
	refused(t, err, bot.Forbidden, "还有1位没投")
	cast(t, b, no, 3, 4)
	_, err = b.Close(during)
	require.NoError(t, err)
	_, err = b.Close(closes)
	refused(t, err, bot.Wrong, "已经截止")

	b = open(t, "practice.seven", 4, nil)
	cast(t, b, yes, 0, 3)
	_, err = b.Extend(closes.Add(time.Hour), during)
	refused(t, err, bot.Forbidden, "已经够了")
}

func TestOpenAsksWhatTheRuleAsks(t *testing.T) {
	for name, c := range map[string]struct {
		rule   string
		n      int
		change func(*ballot.Poll)
		code   bot.Code
		says   string
	}{
		"no roll":       {"grid.majority.cast", 0, nil, bot.Missing, "要先有名册"},
		"not in a room": {"party.resolve", 3, nil, bot.Invalid, "要开会表决"},
		"open ballot":   {"party.admit", 3, func(p *ballot.Poll) { p.InRoom = true }, bot.Invalid, "无记名"},
		"secret ballot": {"owners.committee.nb", 3, func(p *ballot.Poll) { p.InRoom, p.Secret = true, true }, bot.Invalid, "记名"},
		"no notice":     {"village.meet", 3, func(p *ballot.Poll) { p.InRoom, p.Noticed = true, opens.AddDate(0, 0, -9) }, bot.Missing, "提前10天"},
		"wrong unit":    {"owners.general", 3, func(p *ballot.Poll) { p.Noticed = opens.AddDate(0, 0, -15) }, bot.Invalid, "名册单位"},
		"one option":    {"consult", 3, func(p *ballot.Poll) { p.Options = 1 }, bot.Invalid, "选项要有2"},
		"too many":      {"consult", 3, func(p *ballot.Poll) { p.Options, p.Seats = 2, 3 }, bot.Invalid, "选不出3个"},
		"ends before":   {"consult", 3, func(p *ballot.Poll) { p.Closes = opens }, bot.Invalid, "截止时间"},
		"unknown text":  {"resident.meet.new", 3, nil, bot.Invalid, "需核对"},
		"counting rule": {"owners.count.nb", 3, nil, bot.Invalid, "计票口径"},
	} {
		t.Run(name, func(t *testing.T) {
			p := ballot.Poll{Opens: opens, Closes: closes}
			if c.change != nil {
				c.change(&p)
			}
			var roll *ballot.Roll
			if c.n > 0 {
				roll = people(t, c.n)
			}
			_, err := ballot.Open(p, rule(t, c.rule), roll, seeded(1))
			refused(t, err, c.code, c.says)
		})
	}
}

func TestTwoPlatformsOneVote(t *testing.T) {
	b := open(t, "grid.majority.entitled", 4, nil)
	cast(t, b, yes, 0, 1)
	_, err := b.Cast(person(1), no, during.Add(time.Minute))
	require.NoError(t, err)
	put, drop := b.Resolve(func(p bot.PersonID) bot.PersonID {
		if p == person(1) {
			return person(0)
		}
		return p
	})
	require.Len(t, put, 1)
	require.Len(t, drop, 1)
	assert.Equal(t, voter(0), put[0].Voter)
	assert.Equal(t, voter(1), drop[0].Voter)
	c, err := b.Count()
	require.NoError(t, err)
	assert.EqualValues(t, 3, c.Entitled.Heads)
	assert.EqualValues(t, 0, c.Yes.Heads)
	assert.EqualValues(t, 1, c.No.Heads)
}

func TestResolvedMandatesFollow(t *testing.T) {
	r, err := ballot.ParseRule([]byte(proxies))
	require.NoError(t, err)
	b, err := ballot.Open(ballot.Poll{Opens: opens, Closes: closes}, r, people(t, 4), seeded(1))
	require.NoError(t, err)
	_, err = b.Appoint(ballot.Mandate{Voter: voter(1), To: person(3), Written: true, Kin: "配偶", At: during}, ballot.Clerk{Person: person(1)})
	require.NoError(t, err)
	b.Resolve(func(p bot.PersonID) bot.PersonID {
		return map[bot.PersonID]bot.PersonID{person(0): person(0), person(1): person(0), person(2): person(2), person(3): "new"}[p]
	})
	_, err = b.CastFor("new", voter(0), yes, during)
	require.NoError(t, err)
	assert.Equal(t, ballot.ByProxy, b.Entries[voter(0)].Way)
}

func TestWithoutARollOnePersonIsOneOpinion(t *testing.T) {
	b := open(t, "consult", 0, nil)
	_, err := b.Cast("phone", yes, during)
	require.NoError(t, err)
	_, err = b.Cast("desk", no, during.Add(time.Minute))
	require.NoError(t, err)
	_, err = b.Recuse("other", during)
	require.NoError(t, err)
	put, drop := b.Resolve(func(p bot.PersonID) bot.PersonID {
		if p == "phone" {
			return "desk"
		}
		return p
	})
	assert.Empty(t, put, "the later opinion stands as it is")
	assert.Len(t, drop, 1)
	c, err := b.Count()
	require.NoError(t, err)
	assert.EqualValues(t, 1, c.Cast.Heads)
	assert.EqualValues(t, 1, c.No.Heads)
	assert.EqualValues(t, 1, c.Recused.Heads)
	_, err = b.Close(during)
	refused(t, err, bot.Forbidden, "没有名册")
	_, err = b.Record(clerk, "x", yes, during)
	refused(t, err, bot.Invalid, "没有名册")
}

func TestPicksAreChecked(t *testing.T) {
	b := open(t, "consult", 4, func(p *ballot.Poll) { p.Options, p.Most = 3, 2 })
	for says, c := range map[string]ballot.Choice{
		"最多选2项":  pick(0, 1, 2),
		"没有这个选项": pick(3),
		"只能选一次":  pick(1, 1),
		"请选1到2项": yes,
	} {
		_, err := b.Cast(person(0), c, during)
		refused(t, err, bot.Invalid, says)
	}
	_, err := b.Cast(person(0), pick(2, 0), during)
	require.NoError(t, err)
	c, err := b.Count()
	require.NoError(t, err)
	assert.EqualValues(t, 1, c.Votes[0].Heads)
	assert.EqualValues(t, 0, c.Votes[1].Heads)
	assert.EqualValues(t, 1, c.Votes[2].Heads)
}
