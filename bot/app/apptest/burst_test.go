package apptest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app/apptest"
	"yiqun/bot/ballot"
	"yiqun/bot/sim"
)

// TestAFullHallPressesAtOnce: five hundred people press in the same instant, in one
// group. However long the last of them waits, every ballot counts, once.
func TestAFullHallPressesAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("five hundred presses take a while")
	}
	for _, on := range both {
		t.Run(string(on), func(t *testing.T) {
			var setup apptest.Setup
			for i := range crowdSize {
				setup.People = append(setup.People, sim.Person{Name: resident(i)})
			}
			s := newStreet(t, setup, on)
			s.say("陈志强", "表决 周六大扫除改到上午九点 截止今天18:00")
			bubble, yes := s.newest(ballot.Yes.Word())
			_, no := s.newest(ballot.No.Word())
			began := time.Now()
			for i := range crowdSize {
				require.NoError(t, s.World.Press(resident(i), bubble, []string{yes, yes, no}[i%3], nil))
			}
			s.Quiet()
			t.Logf("%s: %d presses at one instant in %v", on.Spoken(), crowdSize, time.Since(began).Round(time.Millisecond))
			s.Clock.Set(monday.Add(9 * time.Hour))
			said := strings.Join(s.heard(), "\n")
			assert.Contains(t, said, fmt.Sprintf("收到%d人的意见；赞成%d，反对%d", crowdSize, crowdSize-crowdSize/3, crowdSize/3))
			s.whole()
		})
	}
}
