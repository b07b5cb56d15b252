package apptest_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/bot/sim"
)

// meetingOf is the meeting of the newest matter.
func (s *street) meetingOf(m procedure.Matter) (entries []meeting.Entry, turnout meeting.Turnout) {
	s.t.Helper()
	s.view(func(tx view) error {
		id := meeting.ID{Matter: m.ID, Step: "meet", Round: 1}
		roll, err := tx.SittingRoll(s.t.Context(), id)
		require.NoError(s.t, err)
		entries, err = tx.Logged(s.t.Context(), id)
		turnout = meeting.Count(roll, meeting.Fold(entries), nil)
		return err
	})
	return entries, turnout
}

// TestThreeHundredSignInWithinAMinute has a room of three hundred press 签到, twenty-
// five at the same moment, many of them twice: the count is exact, and what it costs is within every quota.
func TestThreeHundredSignInWithinAMinute(t *testing.T) {
	if testing.Short() {
		t.Skip("three hundred people take a while")
	}
	for _, on := range both {
		t.Run(string(on), func(t *testing.T) {
			var setup apptest.Setup
			for i := range 300 {
				setup.People = append(setup.People, sim.Person{Name: fmt.Sprintf("居民%03d", i)})
			}
			s := newStreet(t, setup, on)
			s.say("陈志强", "开会 居民会议 今天10:00 社区广场 议题：加装电梯")
			s.Clock.Advance(time.Hour)
			s.say("陈志强", "会议开始")
			bubble, key := s.newest("签到")
			before := spent(s.World, on)
			const atOnce = 25
			for from := 0; from < len(setup.People); from += atOnce {
				var all sync.WaitGroup
				for i := from; i < from+atOnce; i++ {
					all.Go(func() {
						assert.NoError(t, s.World.Press(setup.People[i].Name, bubble, key, nil))
						if i%5 == 0 {
							assert.NoError(t, s.World.Press(setup.People[i].Name, bubble, key, nil))
						}
					})
				}
				all.Wait()
				s.heard()
				s.Clock.Advance(5 * time.Second)
			}
			s.heard()
			entries, turnout := s.meetingOf(s.matters()[0])
			assert.Equal(t, int64(300), turnout.Present)
			arrived := 0
			for _, e := range entries {
				if e.Kind == meeting.Arrive {
					arrived++
				}
			}
			assert.Equal(t, 300, arrived, "who presses twice is there once")
			n := spent(s.World, on) - before
			t.Logf("%s: %d calls for 300 who sign in", on.Spoken(), n)
			assert.LessOrEqual(t, n, 6)
			s.whole()
		})
	}
}

// TestTwoMeetingsAtOnceInTwoGroups: what is said in a group goes into its own meeting,
// and in private into the one that the speaker records.
func TestTwoMeetingsAtOnceInTwoGroups(t *testing.T) {
	for _, on := range both {
		t.Run(string(on), func(t *testing.T) {
			t.Parallel()
			s := newStreet(t, apptest.Setup{}, on)
			s.say("李红梅", "开会 党课 今天10:00 活动室 议题：学条例")
			there := func(text string) { s.sayIn(s.elsewhere, "赵敏", "@"+apptest.BotName+" "+text) }
			s.appointElsewhere("赵敏", "书记")
			there("开会 党课 今天10:00 会议室 议题：讲党史")
			s.Clock.Advance(time.Hour)
			s.say("李红梅", "会议开始")
			there("会议开始")
			s.say("李红梅", "记 这边学第一章")
			there("记 那边讲长征")
			s.tell("赵敏", "那边提了两个问题")
			texts := map[string][]string{}
			for _, m := range s.matters() {
				entries, _ := s.meetingOf(m)
				for _, e := range entries {
					if e.Kind == meeting.Note {
						texts[string(m.Node)] = append(texts[string(m.Node)], e.Text)
					}
				}
			}
			require.Len(t, texts, 2, "each node has its own")
			var flat []string
			for _, notes := range texts {
				flat = append(flat, strings.Join(notes, "，"))
			}
			assert.ElementsMatch(t, []string{"这边学第一章", "那边讲长征，那边提了两个问题"}, flat)
		})
	}
}

// appointElsewhere gives somebody a post in the other community.
func (s *street) appointElsewhere(name, title string) {
	s.t.Helper()
	require.NoError(s.t, s.Store.Update(s.t.Context(), func(ctx context.Context, tx view) error {
		who, err := tx.PeopleNamed(ctx, name)
		if err != nil {
			return err
		}
		g, err := tx.Group(ctx, s.elsewhere)
		if err != nil {
			return err
		}
		return tx.PutPost(ctx, roster.Post{ID: "elsewhere", Person: who[0].ID, Node: g.Node, Title: title, From: monday})
	}))
}
