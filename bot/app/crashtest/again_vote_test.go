package crashtest

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
	"yiqun/storage/storagetest"
)

// TestBallotsAgain is TestAgain for ballots: of a secret vote, of several choices, given
// anew, and of a vote that has been closed meanwhile. The second ballot of a member stays
// the one that counts, and what came after the end stays refused.
func TestBallotsAgain(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]string{"named": "", "secret": " 匿名", "one of several": ""} {
		t.Run(name, func(t *testing.T) {
			ballotsAgain(t, how, name == "one of several", func(t *testing.T, on bot.Platform) *rig { return newRig(t, on) }, func() {})
		})
	}
}

// TestBallotsAgainOnServers is TestBallotsAgain for a secret vote, with PostgreSQL and a
// Redis that is flushed.
func TestBallotsAgainOnServers(t *testing.T) {
	storagetest.Postgres(t)
	server := miniredis.RunT(t)
	ballotsAgain(t, " 匿名", false, func(t *testing.T, on bot.Platform) *rig { return newRigOn(t, on, onServers(server)) }, server.FlushAll)
}

func ballotsAgain(t *testing.T, how string, single bool, open func(t *testing.T, on bot.Platform) *rig, forget func()) {
	t.Helper()
	several, first, second := " 可选2个", []string{"湿地公园", "抚仙湖"}, []string{"博物馆", "抚仙湖"}
	if single {
		several, first, second = "", first[:1], second[:1]
	}
	for _, on := range []bot.Platform{bot.DingTalk, bot.WeCom} {
		t.Run(string(on), func(t *testing.T) {
			r := open(t, on)
			r.say(clerk.Name, "投票 选秋游地点：湿地公园、博物馆、抚仙湖"+several+how+" 截止周五18:00")
			r.settle()
			for _, b := range []struct {
				who     string
				options []string
			}{{helper.Name, first}, {clerk.Name, first}, {helper.Name, second}} {
				r.clock.Advance(time.Minute)
				r.choice(b.who, 1, how != "", b.options...)()
				r.settle()
			}
			late := r.choice(helper.Name, 1, how != "", first...)
			r.say(clerk.Name, "截止 1")
			r.settle()
			late()
			r.settle()
			said := r.said()
			require.Contains(t, said, "抚仙湖")

			events, answered := r.allAgain(dayLater, forget)
			require.Equal(t, 6, events)
			require.Equal(t, map[bot.Platform]int{bot.DingTalk: 6, bot.WeCom: 4}[on], answered, "all events, or the presses")
			report, err := r.app.Service.Verify(t.Context())
			require.NoError(t, err)
			require.Empty(t, report.Bad)
		})
	}
}

// choice returns what chooses options of a vote, the only one with a card to choose on, as its card stands now: ticked or
// pressed on it, or typed where cards have nothing to tick, a secret ballot privately.
func (r *rig) choice(who string, number int, secret bool, options ...string) func() {
	r.t.Helper()
	if r.on == bot.DingTalk {
		words := fmt.Sprint(number, " ") + strings.Join(options, "、")
		if !secret {
			return func() { r.say(who, words) }
		}
		for _, p := range []sim.Person{clerk, helper} {
			if p.Name == who {
				return func() { r.whisper(p, words) }
			}
		}
		require.FailNow(r.t, "nobody is called "+who)
	}
	for _, b := range r.world.Bubbles(func(b *sim.Bubble) bool { return b.Card != nil }) {
		for _, button := range b.Card.Buttons {
			if button.Text == options[0] {
				return func() { require.NoError(r.t, r.world.Press(who, b.ID, button.Key, nil)) }
			}
		}
		if len(b.Card.Selects) == 0 {
			continue
		}
		asked, picked := b.Card.Selects[0], []string{}
		for _, o := range asked.Options {
			if slices.Contains(options, o.Text) {
				picked = append(picked, o.ID)
			}
		}
		require.Len(r.t, picked, len(options))
		return func() {
			require.NoError(r.t, r.world.Press(who, b.ID, b.Card.Submit.Key, map[string][]string{asked.Key: picked}))
		}
	}
	require.FailNow(r.t, "no card to choose on")
	return nil
}
