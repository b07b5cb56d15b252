package apptest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/bot/sim"
)

// crowdSize is how many people vote in a storm, each of whom presses four times, and
// atOnce how many of them in the same moment.
const crowdSize, atOnce = 500, 50

// TestAVoteStorm: five hundred people press two thousand times on both platforms
// within minutes, changing their minds, pressing twice, and some of them on both
// platforms; DingTalk delivers every press twice. The count is exact, and what it
// cost stays within what the platforms allow.
func TestAVoteStorm(t *testing.T) {
	if testing.Short() {
		t.Skip("two thousand presses take a while")
	}
	t.Parallel()
	var setup apptest.Setup
	for i := range crowdSize {
		setup.People = append(setup.People, sim.Person{Name: resident(i)})
	}
	s := newStreet(t, setup, both...)
	roll := crowdSize + len(residents)
	s.say("陈志强", fmt.Sprintf("表决 周六大扫除改到上午九点 按 投票过半数 应到%d人 截止今天18:00", roll))
	cards, spentBefore := s.storm(), map[bot.Platform]int{}
	for _, p := range both {
		spentBefore[p] = spent(s.World, p)
	}
	s.World.Backend(bot.DingTalk).SetFaults(sim.Faults{Twice: true})
	presses := 0
	press := func(i int, on bot.Platform, say ballot.Say) {
		require.NoError(t, s.World.Press(resident(i), cards[on].bubble, cards[on].keys[say], nil))
		presses++
	}
	home := func(i int) bot.Platform { return both[i%2] }
	rounds := []func(i int){
		func(i int) { press(i, home(i), ballot.Yes) },
		func(i int) { press(i, home(i), ballot.Yes) },     // again
		func(i int) { press(i, home(i+1), ballot.No) },    // on the other platform
		func(i int) { press(i, home(i), finalChoice(i)) }, // and what stands
	}
	began := time.Now()
	for _, round := range rounds {
		for i := range crowdSize {
			round(i)
			if i%atOnce == atOnce-1 {
				s.Quiet()
			}
		}
		s.Clock.Advance(time.Minute)
	}
	t.Logf("%d presses in %v", presses, time.Since(began).Round(time.Millisecond))
	require.Equal(t, 4*crowdSize, presses)
	s.Clock.Set(monday.Add(9 * time.Hour))
	said := strings.Join(s.heard(), "\n")
	want := map[ballot.Say]int{}
	for i := range crowdSize {
		want[finalChoice(i)]++
	}
	assert.Contains(t, said, fmt.Sprintf("应参加%d人，参加%d人；赞成%d，须超过%d（参加投票的半数），通过", roll, crowdSize, want[ballot.Yes], crowdSize/2))
	assert.Contains(t, said, fmt.Sprintf("反对%d，弃权%d", want[ballot.No], want[ballot.Abstain]))
	for _, p := range both {
		n := spent(s.World, p) - spentBefore[p]
		t.Logf("%s: %d calls", p.Spoken(), n)
		assert.LessOrEqual(t, n, budget, p.Spoken())
	}
	s.once()
	s.whole()
}

func finalChoice(i int) ballot.Say {
	return []ballot.Say{ballot.Yes, ballot.No, ballot.Abstain, ballot.Yes, ballot.Yes}[i%5]
}

// shown is a vote's card on one platform.
type shown struct {
	bubble string
	keys   map[ballot.Say]string
}

// storm finds the card of the vote on each platform.
func (s *street) storm() map[bot.Platform]shown {
	s.t.Helper()
	out := map[bot.Platform]shown{}
	for _, p := range both {
		for _, b := range s.World.Bubbles(func(b *sim.Bubble) bool { return b.Card != nil && b.Chat == s.group[p] }) {
			c := shown{bubble: b.ID, keys: map[ballot.Say]string{}}
			for _, btn := range b.Card.Buttons {
				if k, ok := procedure.ParseKey(btn.Key); ok {
					c.keys[ballot.Say(k.Choice)] = btn.Key
				}
			}
			out[p] = c
		}
	}
	require.Len(s.t, out, len(both))
	return out
}

// once checks that nobody has two entries.
func (s *street) once() {
	s.t.Helper()
	m := s.matters()[0]
	require.NoError(s.t, s.Store.View(s.t.Context(), func(ctx context.Context, tx service.Tx) error {
		all, err := tx.EntriesIn(ctx, ballot.PollID{Matter: m.ID, Step: "vote", Round: 1})
		assert.Len(s.t, all, crowdSize)
		return err
	}))
}
