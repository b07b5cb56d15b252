package apptest_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/service"
	"yiqun/bot/sim"
)

// TestAFloodDoesNotSlowAnotherGroup: everybody in one group talks at once; what one
// person says elsewhere after all of them is answered before most of the flood, and
// the flood is answered too in the end.
func TestAFloodDoesNotSlowAnotherGroup(t *testing.T) {
	onBoth(t, func(t *testing.T, s *street) {
		flooded := s.group[s.on]
		for i := range 20 {
			for _, r := range residents {
				_, err := s.World.Say(sim.Utterance{Who: r.Name, Chat: flooded, Text: fmt.Sprintf("@议群 点单 %d栋灯坏了", i)})
				require.NoError(t, err)
			}
		}
		_, err := s.World.Say(sim.Utterance{Who: "生人", Chat: s.elsewhere, Text: "@议群 点单 井盖丢了"})
		require.NoError(t, err)
		for range 60 {
			s.heard()
			s.Clock.Advance(20 * time.Second)
		}
		s.heard()
		answers := s.World.Bubbles(func(b *sim.Bubble) bool { return b.From == "" && b.Card != nil })
		at := slices.IndexFunc(answers, func(b sim.Bubble) bool { return b.Chat == s.elsewhere })
		require.GreaterOrEqual(t, at, 0, "answered")
		said := len(s.matters()) - 1
		t.Logf("answer %d of %d", at+1, len(answers))
		assert.Less(t, at, 10+said/4, "before most of the flood")
		assert.Greater(t, len(answers), said*9/10, "the flood is answered too")
	})
}

// TestTenThousandMembers: a community of ten thousand is listed in one message that
// can be read, and costs others nothing.
func TestTenThousandMembers(t *testing.T) {
	if testing.Short() {
		t.Skip("ten thousand members take a while")
	}
	s := newStreet(t, apptest.Setup{}, bot.DingTalk)
	seed := service.Seed{Nodes: []string{"翠湖社区", "翠湖社区第三网格党支部"}}
	for i := range 10_000 {
		seed.People = append(seed.People, service.SeedPerson{
			Name: string([]rune{'赵', '一' + rune(i/100), '丁' + rune(i%100)}), Member: true,
			Accounts: []bot.Account{{Platform: bot.DingTalk, User: bot.UserID(fmt.Sprintf("m%05d", i))}},
		})
	}
	require.NoError(t, s.App.Service.Plant(t.Context(), seed))
	last := seed.People[9_999].Name
	before := len(s.World.Calls(0))
	got := only(t, s.say("李红梅", "名册"))
	assert.Less(t, len([]rune(got)), 2000, "it can be read")
	assert.Contains(t, got, "李红梅")
	calls := 0
	for _, c := range s.World.Calls(before) {
		if !c.Inbound && strings.HasPrefix(c.Name, "POST ") {
			calls++
		}
	}
	assert.LessOrEqual(t, calls, 2)
	assert.Contains(t, only(t, s.say("李红梅", "派单 给 "+last+" 周五前 打印公示")), last)
}
