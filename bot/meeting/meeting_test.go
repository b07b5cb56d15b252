package meeting_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
)

var (
	zone = time.FixedZone("Asia/Shanghai", 8*3600)
	noon = time.Date(2026, 11, 26, 12, 0, 0, 0, zone)
)

func roll(n int) *ballot.Roll {
	r := &ballot.Roll{Unit: ballot.Person, Taken: noon, From: "名册"}
	for i := range n {
		r.Voters = append(r.Voters, ballot.Voter{ID: id(i), Name: fmt.Sprintf("党员%02d", i), Votes: true, People: []bot.PersonID{bot.PersonID(id(i))}})
	}
	return r
}

func id(i int) ballot.VoterID { return ballot.VoterID(fmt.Sprintf("v%03d", i)) }

func ids(from, to int) []ballot.VoterID {
	var out []ballot.VoterID
	for i := from; i < to; i++ {
		out = append(out, id(i))
	}
	return out
}

func rule(t require.TestingT, name string) *ballot.Rule {
	all, err := ballot.ShippedRules()
	require.NoError(t, err)
	r := all.ByID(name)
	require.NotNil(t, r)
	return r
}

// in gives entries their ids and times, one minute apart.
func in(entries ...meeting.Entry) []meeting.Entry {
	for i := range entries {
		entries[i].ID, entries[i].At = fmt.Sprintf("e%03d", i), noon.Add(time.Duration(i)*time.Minute)
		entries[i] = entries[i].Sealed([]byte("salt"))
	}
	return entries
}

func TestQuorumOfAMeetingOfMembers(t *testing.T) {
	for _, c := range []struct {
		entitled, came int
		reached        bool
		says           string
	}{
		{30, 16, true, "应到30人，实到16人；达到半数，可以表决"},
		{30, 15, true, "应到30人，实到15人；达到半数，可以表决"},
		{29, 14, false, "应到29人，实到14人；未达到半数（须至少15），现在不能表决"},
		{31, 16, true, "应到31人，实到16人；达到半数，可以表决"},
	} {
		got := meeting.Count(roll(c.entitled), meeting.Fold(in(
			meeting.Entry{Kind: meeting.Start}, meeting.Entry{Kind: meeting.Arrive, Voters: ids(0, c.came)},
		)), rule(t, "party.resolve"))
		assert.Equal(t, c.reached, got.Reached, "%d of %d", c.came, c.entitled)
		assert.Equal(t, c.says, got.String())
	}
}

func TestWithoutARuleNobodyIsToldWhetherThereAreEnough(t *testing.T) {
	got := meeting.Count(roll(3), meeting.Fold(in(meeting.Entry{Kind: meeting.Arrive, Voters: ids(0, 1)})), nil)
	assert.False(t, got.Judged)
	assert.Equal(t, "应到3人，实到1人", got.String())
}

func TestWhoSitsInHasNoVoteAndIsInNoBase(t *testing.T) {
	s := meeting.Fold(in(
		meeting.Entry{Kind: meeting.Guest, Voters: ids(0, 1)},
		meeting.Entry{Kind: meeting.Guest, Who: "社区张主任"},
		meeting.Entry{Kind: meeting.Arrive, Voters: ids(0, 3)},
	))
	got := meeting.Count(roll(5), s, rule(t, "party.resolve"))
	assert.Equal(t, "应到4人，实到2人，列席2人；达到半数，可以表决", got.String())
	assert.Len(t, meeting.Attending(roll(5), s, rule(t, "party.resolve")), 2)
}

func TestARepresentativeCountsForAnOrganisationAndNotForAPerson(t *testing.T) {
	s := meeting.Fold(in(meeting.Entry{Kind: meeting.Represent, Voters: ids(0, 4), Who: "王经理"}))
	units := roll(6)
	units.Unit = ballot.Seat
	assert.Equal(t, int64(4), meeting.Count(units, s, nil).Present)
	assert.Equal(t, int64(0), meeting.Count(roll(6), s, rule(t, "owners.committee.nb")).Present)
	assert.Equal(t, "应到6家，实到4家，代表出席4家", meeting.Count(units, s, nil).String())
}

func TestPresenceThroughAnEvening(t *testing.T) {
	for name, c := range map[string]struct {
		said []meeting.Kind
		want meeting.Kind
		late bool
	}{
		"came":                            {[]meeting.Kind{meeting.Arrive}, meeting.Arrive, false},
		"said they would, did not":        {[]meeting.Kind{meeting.Coming}, meeting.Coming, false},
		"asked for leave, came after all": {[]meeting.Kind{meeting.Excuse, meeting.Arrive}, meeting.Arrive, false},
		"came late":                       {[]meeting.Kind{meeting.Late}, meeting.Arrive, true},
		"signed in, then noted as late":   {[]meeting.Kind{meeting.Arrive, meeting.Late}, meeting.Arrive, true},
		"left early":                      {[]meeting.Kind{meeting.Arrive, meeting.Leave}, meeting.Leave, false},
		"left and came back":              {[]meeting.Kind{meeting.Arrive, meeting.Leave, meeting.Arrive}, meeting.Arrive, false},
		"cannot leave where one was not":  {[]meeting.Kind{meeting.Leave}, meeting.Excuse, false},
		"late press of 参加 in the room":    {[]meeting.Kind{meeting.Arrive, meeting.Coming}, meeting.Arrive, false},
		"called absent by mistake":        {[]meeting.Kind{meeting.Absent, meeting.Arrive}, meeting.Arrive, false},
	} {
		var entries []meeting.Entry
		for _, k := range c.said {
			entries = append(entries, meeting.Entry{Kind: k, Voters: ids(0, 1)})
		}
		got := meeting.Fold(in(entries...)).Present[id(0)]
		assert.Equal(t, c.want, got.Is, name)
		assert.Equal(t, c.late, got.Late, name)
	}
}

func TestCorrectionsAndWhatIsTakenBack(t *testing.T) {
	entries := in(
		meeting.Entry{Kind: meeting.Start},
		meeting.Entry{Kind: meeting.Note, Text: "经费三千元"},
		meeting.Entry{Kind: meeting.Note, Text: "说错了"},
		meeting.Entry{Kind: meeting.Correct, Of: "e001", Text: "经费三百元"},
		meeting.Entry{Kind: meeting.Strike, Of: "e002"},
		meeting.Entry{Kind: meeting.Correct, As: meeting.Excuse, Voters: ids(0, 1), Text: "看病"},
	)
	var texts []string
	for _, e := range meeting.Effective(entries) {
		if e.Kind == meeting.Note {
			texts = append(texts, e.Text)
		}
	}
	assert.Equal(t, []string{"经费三百元"}, texts)
	assert.Equal(t, meeting.Excuse, meeting.Fold(entries).Present[id(0)].Is)
	entries = append(entries, meeting.Entry{ID: "e006", Kind: meeting.Strike, Of: "e003"})
	assert.Equal(t, "经费三千元", meeting.Effective(entries)[1].Text, "a correction can be taken back too")
}

func TestNobodyHasConfirmedMinutesThatChangedAfterwards(t *testing.T) {
	entries := in(meeting.Entry{Kind: meeting.End}, meeting.Entry{Kind: meeting.Approve, By: "li"})
	assert.Equal(t, []bot.PersonID{"li"}, meeting.Fold(entries).Approved)
	entries = append(entries, meeting.Entry{Kind: meeting.Correct, Of: "e000"})
	assert.Empty(t, meeting.Fold(entries).Approved)
}

func TestLeadTimes(t *testing.T) {
	now := time.Date(2026, 11, 21, 23, 0, 0, 0, zone)
	lead := &meeting.Lead{Days: 15, Source: "宁波条例第24条"}
	_, err := lead.Check("业主大会", now, time.Date(2026, 12, 5, 19, 0, 0, 0, zone))
	assert.ErrorContains(t, err, "业主大会须提前15日通知：最早12月6日")
	_, err = lead.Check("业主大会", now, time.Date(2026, 12, 6, 0, 0, 0, 0, zone))
	assert.NoError(t, err)
	unsure := &meeting.Lead{Days: 3, Source: "某条例", State: "需核对"}
	warning, err := unsure.Check("会", now, now.AddDate(0, 0, 1))
	assert.NoError(t, err)
	assert.Contains(t, warning, "请您斟酌")
	var none *meeting.Lead
	warning, err = none.Check("会", now, now)
	assert.NoError(t, err)
	assert.Empty(t, warning)
}

// history draws entries about attendance of a roll.
func history(t *rapid.T, n int) []meeting.Entry {
	kinds := []meeting.Kind{meeting.Coming, meeting.Excuse, meeting.Arrive, meeting.Late, meeting.Leave, meeting.Absent, meeting.Represent, meeting.Guest}
	return in(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) meeting.Entry {
		from := rapid.IntRange(0, n-1).Draw(t, "from")
		to := rapid.IntRange(from, n).Draw(t, "to")
		return meeting.Entry{Kind: rapid.SampledFrom(kinds).Draw(t, "kind"), Voters: ids(from, to)}
	}), 0, 12).Draw(t, "entries")...)
}

func TestAttendanceProperties(t *testing.T) {
	r := rule(t, "party.resolve")
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 12).Draw(t, "roll")
		members, entries := roll(n), history(t, n)
		s := meeting.Fold(entries)
		got := meeting.Count(members, s, r)

		sum := 0
		for _, c := range got.Classes {
			sum += c.Due
			assert.LessOrEqual(t, c.Here+c.Represented+c.Excused+c.Gone+c.Out, c.Due)
		}
		assert.Equal(t, n, sum, "everybody is in one class")
		assert.LessOrEqual(t, got.Present, got.Entitled)
		assert.Len(t, meeting.Attending(members, s, r), int(got.Present), "who counts is who may vote")
		assert.Equal(t, got.Entitled > 0 && 2*got.Present >= got.Entitled, got.Reached, "half of those entitled")

		// Saying a thing twice changes nothing.
		doubled := []meeting.Entry{}
		for _, e := range entries {
			doubled = append(doubled, e)
			if e.Kind == meeting.Arrive || e.Kind == meeting.Guest {
				doubled = append(doubled, e)
			}
		}
		assert.Equal(t, got, meeting.Count(members, meeting.Fold(doubled), r))

		// One more who comes never loses a quorum.
		more := append(entries[:len(entries):len(entries)], meeting.Entry{ID: "z", Kind: meeting.Arrive, Voters: ids(0, 1)})
		assert.False(t, got.Reached && !meeting.Count(members, meeting.Fold(more), r).Reached)
	})
}

func TestWhoWasThereAtAMomentDoesNotDependOnWhatCameAfter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := history(t, 6)
		at := rapid.IntRange(0, len(entries)).Draw(t, "moment")
		// The oracle looks at each person alone, backwards.
		s := meeting.Fold(entries[:at])
		for i := range 6 {
			here := false
			for _, e := range entries[:at] {
				for _, v := range e.Voters {
					if v != id(i) {
						continue
					}
					switch e.Kind {
					case meeting.Arrive, meeting.Late, meeting.Guest:
						here = true
					case meeting.Leave, meeting.Absent, meeting.Excuse, meeting.Represent:
						here = false
					}
				}
			}
			assert.Equal(t, here, s.Present[id(i)].Here(), "%s", id(i))
		}
	})
}

func TestStrikingAnEntryIsAsIfItHadNotBeen(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		entries := history(t, 6)
		if len(entries) == 0 {
			return
		}
		i := rapid.IntRange(0, len(entries)-1).Draw(t, "which")
		without := append(append([]meeting.Entry{}, entries[:i]...), entries[i+1:]...)
		struck := append(entries[:len(entries):len(entries)], meeting.Entry{ID: "zz", Kind: meeting.Strike, Of: entries[i].ID})
		a, b := meeting.Fold(without), meeting.Fold(struck)
		assert.Equal(t, a, b)
	})
}

func TestTheHashHoldsFactsAndOutlivesErasure(t *testing.T) {
	entries := in(meeting.Entry{Kind: meeting.Note, Text: "有人生病"}, meeting.Entry{Kind: meeting.Arrive, Voters: ids(0, 2)})
	was := meeting.Hash(roll(3), entries)
	assert.True(t, entries[0].Intact())

	forged := append([]meeting.Entry{}, entries...)
	forged[0].Text = "没有人生病"
	assert.False(t, forged[0].Intact(), "another text is not what was written")

	erased := append([]meeting.Entry{}, entries...)
	erased[0].Text, erased[0].Salt = "", nil
	assert.True(t, erased[0].Intact())
	assert.Equal(t, was, meeting.Hash(roll(3), erased))

	changed := append([]meeting.Entry{}, entries...)
	changed[1].Voters = ids(0, 3)
	assert.NotEqual(t, was, meeting.Hash(roll(3), changed))
	assert.NotEqual(t, was, meeting.Hash(roll(4), entries))
}
