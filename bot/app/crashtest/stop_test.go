package crashtest

import (
	"maps"
	"syscall"
	"time"

	"github.com/stretchr/testify/require"
)

// busyAround is how long people act before a program is told to stop, and go on after.
const busyAround = 500 * time.Millisecond

// roll tells the programs one after the other to stop, as a new version is rolled out:
// while people go on, and of several instances the others work on.
func (n *town) roll() {
	n.t.Helper()
	n.behave()
	for _, s := range n.slots {
		lost := n.ledger.callsOf(s) // with a connection that was dropped: nothing is in the middle of them
		n.live(s, busyAround)
		began := time.Now()
		require.NoError(n.t, s.child.cmd.Process.Signal(syscall.SIGTERM))
		n.live(s, busyAround)
		n.world.Await(3*patience, s.gone)
		took := time.Since(began)
		if !s.gone() {
			n.wrongf("%stold to stop, it goes on", s.name)
		} else if code := s.child.cmd.ProcessState.ExitCode(); code != 0 {
			n.wrongf("%stold to stop, it ended with status %d", s.name, code)
		}
		s.bury()
		left := n.ledger.callsOf(s)
		maps.DeleteFunc(left, func(c *call, _ bool) bool { return lost[c] })
		if len(left) > 0 {
			n.wrongf("%stold to stop, it left %d calls in the middle", s.name, len(left))
		}
		found := n.inspect(s)
		if len(n.slots) > 1 {
			n.until("the other to have WeCom's connection", n.we.Subscribed)
		}
		n.t.Logf("%stold to stop, it took %v, and WeCom was back after %v; %d events were on their way", s.name,
			took.Round(time.Millisecond), time.Since(began).Round(time.Millisecond), found[beforeCommit])
		s.start()
	}
}
