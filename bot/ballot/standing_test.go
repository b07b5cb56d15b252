package ballot_test

import (
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

// TestALightBoxSaysWhatTheWholeOneSays casts at random into a whole box, and into light
// ones that each know one voter and the sums of the others: turnout and numbers agree
// after every step.
func TestALightBoxSaysWhatTheWholeOneSays(t *testing.T) {
	rules, err := ballot.ShippedRules()
	require.NoError(t, err)
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		rule := rules.ByID(rapid.SampledFrom([]string{"grid.majority.cast", "grid.two-thirds.entitled", "practice.seven"}).Draw(t, "rule"))
		var rows []ballot.Row
		for i := range 5 {
			rows = append(rows, ballot.Row{Line: i + 1, Name: fmt.Sprint("人", i), Person: bot.PersonID(fmt.Sprint("p", i))})
		}
		roll, _ := ballot.Import(ballot.Person, nil, rows)
		random := ballot.Sealing{Random: rand.Reader}
		whole, err := ballot.Open(ballot.Poll{ID: ballot.PollID{Matter: "m"}, Opens: at, Closes: at.Add(time.Hour)}, rule, roll, random)
		require.NoError(t, err)
		require.True(t, whole.Poll.Addable(rule))
		for i := range rapid.IntRange(1, 12).Draw(t, "steps") {
			who := bot.PersonID(fmt.Sprint("p", rapid.IntRange(0, 4).Draw(t, "who")))
			say := rapid.SampledFrom([]ballot.Say{ballot.Yes, ballot.No, ballot.Abstain, ballot.Recuse}).Draw(t, "say")
			light := ballot.Light(whole.Poll, rule, roll, random, sums(whole))
			if e, ok := whole.Entries[ballot.VoterID(who)]; ok {
				light.Own(e)
			}
			for _, b := range []*ballot.Box{whole, light} {
				if say == ballot.Recuse {
					_, _ = b.Recuse(who, at.Add(time.Duration(i)*time.Minute))
				} else {
					_, _ = b.Cast(who, ballot.Choice{Say: say, Reason: "因为"}, at.Add(time.Duration(i)*time.Minute))
				}
			}
			require.Equal(t, whole.Turnout(), light.Turnout())
			want, err := whole.Count()
			require.NoError(t, err)
			got, err := light.Count()
			require.NoError(t, err)
			require.Equal(t, want, got)
			require.Equal(t, int64(len(whole.Entries)), light.Size())
			_, err = light.Close(at.Add(2 * time.Hour))
			require.Error(t, err, "what it does not hold would be lost")
		}
	})
}

// sums is what storage adds up of a box.
func sums(b *ballot.Box) ballot.Standing {
	s := ballot.Standing{Entries: int64(len(b.Entries))}
	for _, e := range b.Entries {
		if e.Recused() {
			s.Recused = s.Recused.Plus(e.Amount)
			continue
		}
		s.Cast = s.Cast.Plus(e.Amount)
		s.Choices = append(s.Choices, ballot.Share{Choice: *e.Public, Amount: e.Amount})
	}
	return s
}

// TestAReasonIsSealedAndLeavesTheBallot: every sealed ballot is as long as any other,
// and after the close reasons stand apart, with nobody's name.
func TestAReasonIsSealedAndLeavesTheBallot(t *testing.T) {
	rules, err := ballot.ShippedRules()
	require.NoError(t, err)
	key, err := ballot.NewKey(rand.Reader)
	require.NoError(t, err)
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	p := ballot.Poll{ID: ballot.PollID{Matter: "m"}, Secret: true, Opens: at, Closes: at.Add(time.Hour)}
	b, err := ballot.Open(p, rules.ByID("consult"), nil, ballot.Sealing{Key: key, Random: rand.Reader})
	require.NoError(t, err)
	short, err := b.Cast("p1", ballot.Choice{Say: ballot.Yes}, at)
	require.NoError(t, err)
	long, err := b.Cast("p2", ballot.Choice{Say: ballot.No, Reason: "早上有课，孩子没人送"}, at)
	require.NoError(t, err)
	require.Len(t, long.Sealed, len(short.Sealed))
	require.Nil(t, long.Public)
	c, err := b.Close(at.Add(time.Hour))
	require.NoError(t, err)
	require.Equal(t, []ballot.Reason{{Say: ballot.No, Text: "早上有课，孩子没人送"}}, c.Reasons)
	for _, ballot := range c.Ballots {
		require.Empty(t, ballot.Choice.Reason)
	}
	hash := c.Hash
	c.Reasons = nil
	require.True(t, c.Intact(hash), "a reason may be erased")
}
