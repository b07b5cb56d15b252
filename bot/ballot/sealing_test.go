package ballot_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

func secret(p *ballot.Poll) { p.Secret = true }

func TestSealedBallotsTellNothing(t *testing.T) {
	b := open(t, "consult", 4, func(p *ballot.Poll) { p.Secret, p.Options, p.Most = true, 9, 9 })
	var length int
	for i, c := range []ballot.Choice{pick(0), pick(0, 1, 2, 3, 4, 5, 6, 7, 8), abstain, pick(0)} {
		e, err := b.Cast(person(i), c, during)
		require.NoError(t, err)
		assert.Nil(t, e.Choice)
		if length > 0 {
			assert.Len(t, e.Sealed, length, "all ballots have one length")
		}
		length = len(e.Sealed)
	}
	assert.NotEqual(t, b.Entries[voter(0)].Sealed, b.Entries[voter(3)].Sealed)
	_, mine, err := b.Mine(person(0))
	require.NoError(t, err)
	assert.Equal(t, pick(0), *mine)
}

func TestSealedBallotOpensOnlyInItsPlace(t *testing.T) {
	s := seeded(1)
	p := ballot.Poll{ID: ballot.PollID{Matter: "m", Step: "vote", Round: 1}}
	sealed, err := s.Key.Seal(s.Random, p, "r", yes)
	require.NoError(t, err)
	c, err := s.Key.Open(p, "r", sealed)
	require.NoError(t, err)
	assert.Equal(t, yes, c)

	other := p
	other.ID.Round = 2
	altered := slices.Clone(sealed)
	altered[len(altered)-1] ^= 1
	stranger := seeded(2)
	for name, open := range map[string]func() (ballot.Choice, error){
		"another receipt": func() (ballot.Choice, error) { return s.Key.Open(p, "q", sealed) },
		"another vote":    func() (ballot.Choice, error) { return s.Key.Open(other, "r", sealed) },
		"another key":     func() (ballot.Choice, error) { return stranger.Key.Open(p, "r", sealed) },
		"altered":         func() (ballot.Choice, error) { return s.Key.Open(p, "r", altered) },
		"cut short":       func() (ballot.Choice, error) { return s.Key.Open(p, "r", sealed[:5]) },
	} {
		_, err := open()
		assert.Error(t, err, name)
	}
	kept := s.Key.Bytes()
	again, err := ballot.LoadKey(kept)
	require.NoError(t, err)
	_, err = again.Open(p, "r", sealed)
	require.NoError(t, err)
	s.Key.Destroy()
	_, err = s.Key.Open(p, "r", sealed)
	assert.ErrorContains(t, err, "destroyed")
	_, err = s.Key.Seal(s.Random, p, "r", yes)
	assert.ErrorContains(t, err, "destroyed")
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v", again, again, again), fmt.Sprint(kept[0], " ", kept[1]))
	assert.NotContains(t, fmt.Sprintf("%v %#v", no, &no), string(ballot.No))
}

// TestNothingKeptLinksVoterToChoice holds what is kept after the close of two votes
// that differ in who chose what, and in nothing else: under the same randomness it must
// be the same, byte for byte. Whatever a reader of storage could learn of a voter's
// choice would have to show as a difference.
func TestNothingKeptLinksVoterToChoice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 12).Draw(t, "voters")
		choices := rapid.SliceOfN(rapid.SampledFrom([]ballot.Choice{yes, no, abstain}), n, n).Draw(t, "choices")
		swapped := rapid.Permutation(choices).Draw(t, "swapped")
		seed := rapid.Uint64().Draw(t, "seed")
		one, another := keptAfter(t, choices, seed), keptAfter(t, swapped, seed)
		assert.Equal(t, one, another)
		for _, mark := range []string{"sealed", `"choice":{"say"`} {
			assert.NotContains(t, string(withoutBallots(t, one)), mark)
		}
	})
}

func keptAfter(t *rapid.T, choices []ballot.Choice, seed uint64) []byte {
	b := secretBox(t, len(choices), seed)
	for i, c := range choices {
		_, err := b.Cast(person(i), c, during)
		require.NoError(t, err)
	}
	c, err := b.Close(closes)
	require.NoError(t, err)
	kept, err := json.Marshal(struct {
		Closing ballot.Closing
		Entries map[ballot.VoterID]ballot.Entry
	}{c, b.Entries})
	require.NoError(t, err)
	return kept
}

func withoutBallots(t *rapid.T, kept []byte) []byte {
	var v struct {
		Closing ballot.Closing
		Entries map[ballot.VoterID]ballot.Entry
	}
	require.NoError(t, json.Unmarshal(kept, &v))
	v.Closing.Ballots = nil
	out, err := json.Marshal(v)
	require.NoError(t, err)
	return out
}

func secretBox(t *rapid.T, n int, seed uint64) *ballot.Box {
	all, err := shipped()
	require.NoError(t, err)
	rows := make([]ballot.Row, n)
	for i := range rows {
		rows[i] = ballot.Row{Name: string(person(i)), Person: person(i)}
	}
	roll, _ := ballot.Import(ballot.Person, nil, rows)
	b, err := ballot.Open(ballot.Poll{Secret: true, Opens: opens, Closes: closes}, all.ByID("grid.majority.cast"), roll, seeded(seed))
	require.NoError(t, err)
	return b
}

func TestShuffleFavoursNobody(t *testing.T) {
	// One yes among three: over many votes it lands in each row about as often.
	const rounds = 1500
	seen := map[int]int{}
	for i := range rounds {
		r := rule(t, "consult")
		b, err := ballot.Open(ballot.Poll{Secret: true, Opens: opens, Closes: closes}, r, people(t, 3), seeded(uint64(i)))
		require.NoError(t, err)
		cast(t, b, yes, 0, 1)
		cast(t, b, no, 1, 3)
		c, err := b.Close(closes)
		require.NoError(t, err)
		for _, x := range c.Ballots {
			if x.Choice.Say == ballot.Yes {
				seen[x.Row]++
			}
		}
	}
	for row := 1; row <= 3; row++ {
		assert.InDelta(t, rounds/3, seen[row], 120, "row %d", row)
	}
}

func TestReceiptsAreAllThereAndWithoutChoice(t *testing.T) {
	s := seeded(3)
	key := s.Key
	b, err := ballot.Open(ballot.Poll{Secret: true, Opens: opens, Closes: closes}, rule(t, "grid.majority.cast"), people(t, 20), s)
	require.NoError(t, err)
	mine := map[string]bool{}
	for i := range 15 {
		e, err := b.Cast(person(i), yes, during)
		require.NoError(t, err)
		assert.Regexp(t, `^\d{4}-\d{4}-\d{4}$`, e.Receipt)
		mine[e.Receipt] = true
	}
	c, err := b.Close(closes)
	require.NoError(t, err)
	_, err = key.Seal(bytes.NewReader(make([]byte, 64)), b.Poll, "r", yes)
	assert.ErrorContains(t, err, "destroyed", "the close destroys the key")
	assert.Len(t, mine, 15)
	assert.Len(t, c.Receipts, 15)
	assert.True(t, slices.IsSorted(c.Receipts))
	assert.Len(t, c.Ballots, 15)
	for _, r := range c.Receipts {
		assert.True(t, mine[r])
	}
	for _, x := range c.Ballots {
		kept, err := json.Marshal(x)
		require.NoError(t, err)
		for _, r := range c.Receipts {
			assert.NotContains(t, string(kept), r)
		}
		assert.NotContains(t, string(kept), "p0")
	}
	e, choice, err := b.Mine(person(0))
	require.NoError(t, err)
	assert.Nil(t, choice, "not even the voter is told after the close")
	assert.True(t, mine[e.Receipt])
	_, err = b.Cast(person(0), no, closes.Add(1))
	refused(t, err, bot.Wrong, "截止")
}

func TestFailedCloseChangesNothing(t *testing.T) {
	b := open(t, "grid.majority.cast", 3, secret)
	cast(t, b, yes, 0, 2)
	e := b.Entries[voter(0)]
	good := e.Sealed
	e.Sealed = bytes.Repeat([]byte{1}, len(good))
	b.Entries[voter(0)] = e
	_, err := b.Close(closes)
	require.Error(t, err)
	assert.Equal(t, bot.Internal, bot.CodeOf(err))
	assert.NotContains(t, err.Error(), "yes")
	e.Sealed = good
	b.Entries[voter(0)] = e
	assert.Equal(t, ballot.Passed, closed(t, b).Verdict)
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("no randomness") }

func TestWithoutRandomnessNothingIsCast(t *testing.T) {
	_, err := ballot.NewKey(broken{})
	assert.Error(t, err)
	_, err = ballot.LoadKey([]byte("short"))
	assert.Error(t, err)
	_, err = ballot.Open(ballot.Poll{Opens: opens, Closes: closes}, rule(t, "consult"), nil, ballot.Sealing{})
	assert.Equal(t, bot.Internal, bot.CodeOf(err))
	b, err := ballot.Open(ballot.Poll{Opens: opens, Closes: closes}, rule(t, "consult"), nil, ballot.Sealing{Random: broken{}})
	require.NoError(t, err)
	_, err = b.Cast("a", yes, during)
	assert.Equal(t, bot.Internal, bot.CodeOf(err))
	assert.Empty(t, b.Entries)
}

func TestAlteredClosingIsNoticed(t *testing.T) {
	b := open(t, "grid.majority.cast", 5, secret)
	cast(t, b, yes, 0, 3)
	c, err := b.Close(closes)
	require.NoError(t, err)
	hash := c.Hash
	kept, err := json.Marshal(c)
	require.NoError(t, err)
	var again ballot.Closing
	require.NoError(t, json.Unmarshal(kept, &again))
	assert.True(t, again.Intact(hash), "what storage keeps as JSON is still whole")
	for i := range again.Entries {
		again.Entries[i].At = again.Entries[i].At.In(time.FixedZone("Asia/Shanghai", 8*60*60)).Add(time.Microsecond)
	}
	assert.True(t, again.Intact(hash), "the zone and less than a millisecond do not matter")
	again.Ballots[0].Choice = no
	assert.False(t, again.Intact(hash))
}
