package apptest_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/sim"
)

// TestTheLastPlace: two people press the last free place at once, on one platform
// or on two. One gets it, the other is told by whom; over and over.
func TestTheLastPlace(t *testing.T) {
	type claimer struct {
		who string
		on  bot.Platform
	}
	for name, c := range map[string]struct {
		platforms []bot.Platform
		claimers  [2]claimer
	}{
		"钉钉":   {[]bot.Platform{bot.DingTalk}, [2]claimer{{"王建国", bot.DingTalk}, {"赵敏", bot.DingTalk}}},
		"企业微信": {[]bot.Platform{bot.WeCom}, [2]claimer{{"王建国", bot.WeCom}, {"赵敏", bot.WeCom}}},
		"两边":   {both, [2]claimer{{"王建国", bot.DingTalk}, {"赵敏", bot.WeCom}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStreet(t, apptest.Setup{}, c.platforms...)
			won := map[string]int{}
			for range 10 {
				s.say("李红梅", "任务 巡逻 要1人")
				matter := s.matters()[len(s.matters())-1]
				since := len(s.World.Calls(0))
				s.race(matter.Ref(), c.claimers[0].who, c.claimers[0].on, c.claimers[1].who, c.claimers[1].on)

				all := s.matters()
				matter = all[len(all)-1]
				require.Len(t, matter.Holders, 1, "one place, one holder")
				winner, loser := c.claimers[0], c.claimers[1]
				if s.name(matter.Holders[0].Person) != winner.who {
					winner, loser = loser, winner
				}
				won[winner.who]++
				assert.Contains(t, s.answers(since), matter.Ref()+" 的名额已经满了，"+winner.who+"先接了，谢谢您。")
				// On DingTalk the change of the card for everybody may come right after.
				seen := s.lastCard(loser.on, matter.Ref(), loser.who)
				assert.Contains(t, seen, winner.who, "and the card keeps saying who it was")
				s.say(winner.who, "办结 "+strings.TrimPrefix(matter.Ref(), "#"))
			}
			t.Log("won:", won)
			s.whole()
		})
	}
}

// race has two people press 接单 on their group's newest card of a matter at the
// same moment.
func (s *street) race(ref, one string, onOne bot.Platform, two string, onTwo bot.Platform) {
	s.t.Helper()
	type press struct{ who, bubble, key string }
	var presses []press
	for _, p := range []struct {
		who string
		on  bot.Platform
	}{{one, onOne}, {two, onTwo}} {
		b := s.card(p.on, ref)
		presses = append(presses, press{p.who, b.ID, b.Card.Buttons[0].Key})
	}
	var ready, done sync.WaitGroup
	ready.Add(1)
	for _, p := range presses {
		done.Go(func() {
			ready.Wait()
			assert.NoError(s.t, s.World.Press(p.who, p.bubble, p.key, nil))
		})
	}
	ready.Done()
	done.Wait()
	s.heard()
}

// card is the newest card of a matter in the group on one platform.
func (s *street) card(on bot.Platform, ref string) *sim.Bubble {
	s.t.Helper()
	all := s.World.Bubbles(func(b *sim.Bubble) bool {
		return b.Chat == s.group[on] && b.Card != nil && strings.HasPrefix(apptest.Reads(b, "")+" ", ref+" ")
	})
	require.NotEmpty(s.t, all, "no card of %s", ref)
	return &all[len(all)-1]
}

// answers is everything sent in answer to presses since a call.
func (s *street) answers(since int) string {
	var b strings.Builder
	for _, c := range s.World.Calls(since) {
		if strings.HasPrefix(c.Name, "ACK ") || c.Name == "aibot_respond_update_msg" {
			b.WriteString(c.Request)
		}
	}
	return b.String()
}

func (s *street) lastCard(on bot.Platform, ref, who string) string {
	return apptest.Reads(s.card(on, ref), who)
}

// name is a person's name by their id.
func (s *street) name(id bot.PersonID) string {
	s.t.Helper()
	var name string
	s.view(func(v view) error {
		p, err := v.Person(s.t.Context(), id)
		name = p.Name
		return err
	})
	return name
}

// TestManyAtOnce: everybody talks at once in both groups. Nothing is lost, nothing
// doubled, and every record stands.
func TestManyAtOnce(t *testing.T) {
	s := newStreet(t, apptest.Setup{}, both...)
	const rounds = 8
	var talk sync.WaitGroup
	for _, pl := range both {
		for _, r := range residents {
			talk.Go(func() {
				for range rounds {
					_, err := s.World.Say(sim.Utterance{Who: r.Name, Chat: s.group[pl], Text: "@议群 点单 " + r.Name + "家门口的灯坏了"})
					assert.NoError(t, err)
				}
			})
		}
	}
	talk.Wait()
	s.heard()
	all := s.matters()
	numbers := map[int]bool{}
	for _, m := range all {
		require.False(t, numbers[m.Number], "#%d twice", m.Number)
		numbers[m.Number] = true
	}
	// WeCom's client lets nobody have more than three unanswered.
	said := 0
	for _, c := range s.World.Calls(0) {
		if c.Inbound && c.Result == "ok" && (strings.Contains(c.Name, "messages/get") || c.Name == "aibot_msg_callback") {
			said++
		}
	}
	assert.Len(t, all, said, "what was delivered is recorded")
	assert.Len(t, numbers, len(all))
	assert.GreaterOrEqual(t, said, rounds*len(residents), "all of DingTalk's")
	// Both platforms held most answers back; minute by minute they come through.
	for range 20 {
		s.Clock.Advance(time.Minute)
		s.heard()
	}
	s.whole()
	for _, m := range all {
		s.card(bot.DingTalk, m.Ref())
		s.card(bot.WeCom, m.Ref())
	}
}
