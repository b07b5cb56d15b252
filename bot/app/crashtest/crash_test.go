package crashtest

import (
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	// shortKills is how often a plain `go test` kills, shortKillsOfTwo where that takes
	// servers too.
	shortKills      = 12
	shortKillsOfTwo = 5
	// perTown is how often one town is killed; after that a new one is founded, so
	// that the month's calls last.
	perTown = 100
	// enough is how many kills of each class a run of long must have, and one in shareOf
	// how many of a shorter one: each is aimed at the rarest class, and most hit.
	long    = 100
	enough  = 20
	shareOf = 8
	// sayEvery is after how many kills a run says how far it is.
	sayEvery = 10
)

// least is how many kills of each class a run must have.
func least(kills int) int {
	if kills >= long {
		return enough
	}
	return kills / shareOf
}

// setting reads a number from the environment.
func setting(t testing.TB, name string, otherwise int) int {
	t.Helper()
	raw := os.Getenv(name)
	if raw == "" {
		return otherwise
	}
	value, err := strconv.Atoi(raw)
	require.NoError(t, err, name)
	return value
}

func seed(t testing.TB) uint64 {
	t.Helper()
	s := uint64(setting(t, "YIQUN_CRASH_SEED", int(time.Now().UnixNano()%1_000_000)))
	t.Logf("YIQUN_CRASH_SEED=%d", s)
	return s
}

// TestKilled kills the program with its records in a SQLite file.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a program again and again, which takes most of a minute")
	}
	t.Parallel()
	besiege(t, setting(t, "YIQUN_CRASH_KILLS", shortKills), 1, func(*testing.T) engine { return engine{} })
}

// TestKilledOfTwo kills one of two instances again and again, with their records in
// PostgreSQL and what they share in Redis, which is emptied, while the database goes
// away and comes back.
func TestKilledOfTwo(t *testing.T) {
	if testing.Short() {
		t.Skip("kills programs again and again, which takes most of a minute")
	}
	t.Parallel()
	besiege(t, setting(t, "YIQUN_CRASH_KILLS", shortKillsOfTwo), 2, servers)
}

// besiege kills so often, in as many towns as that takes.
func besiege(t *testing.T, kills, instances int, engine func(*testing.T) engine) {
	var all tally
	first := seed(t)
	for i := 0; all.kills < kills; i++ {
		n := newTown(t, first+uint64(i), engine(t), instances, program(t, "./cmd/yiqun", ""), "serve")
		all.join(n.siege(all, min(perTown, kills-all.kills)))
		require.Empty(t, n.wrong, "YIQUN_CRASH_SEED=%d", n.seed)
	}
	t.Log(all)
	for c, name := range classNames {
		assert.GreaterOrEqual(t, all.hit[c], least(kills), "kills %s are too few to prove anything", name)
	}
}

// TestAckFirstIsCaught: a program that acknowledges before it commits does not pass.
func TestAckFirstIsCaught(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a program again and again, which takes a while")
	}
	t.Parallel()
	n := newTown(t, seed(t), engine{}, 1, program(t, "./bot/app/crashtest/ackfirst", "crashbroken"))
	n.found()
	for range 40 {
		s := n.slots[0]
		a := aim{place: ackUp, nth: 1 + n.rng.IntN(3)}
		s.point(a)
		n.live(s, a.patience(1))
		s.bury()
		n.inspect(s)
		if len(n.wrong) > 0 {
			t.Logf("caught: %s", n.wrong[0])
			return
		}
		s.start()
	}
	t.Fatal("a program that acknowledges before it commits was not caught")
}

// siege founds the town, kills its programs so many times, and checks. so is what fell
// where in the towns before.
func (n *town) siege(so tally, kills int) (found tally) {
	n.t.Helper()
	began := time.Now()
	n.found()
	n.t.Logf("founded in %v", time.Since(began).Round(time.Millisecond))
	for _, s := range n.slots[1:] {
		s.start()
	}
	for range kills {
		s := n.slots[n.rng.IntN(len(n.slots))]
		n.mischief()
		if n.engine.shake != nil && n.rng.IntN(6) == 0 {
			n.engine.shake()
		}
		a := n.aims(so)
		s.point(a)
		n.live(s, a.patience(len(n.slots)))
		s.bury()
		fell := n.inspect(s)
		found.add(fell)
		so.add(fell)
		if len(n.wrong) > 0 {
			n.t.Logf("after %d kills; its log ended:\n%s", found.kills, tail(s.child.said(), 2000))
			return found
		}
		s.start()
		if found.kills%sayEvery == 0 {
			n.t.Logf("%s after %v", so.line(), time.Since(began).Round(time.Second))
		}
		// What was not acknowledged comes again after 16 s, and after 60 s.
		n.clock.Advance(time.Duration(16+n.rng.IntN(2)*46) * time.Second)
	}
	n.roll()
	n.rest()
	n.t.Logf("rested by %v", time.Since(began).Round(time.Second))
	n.check()
	n.t.Logf("seed %d: %s", n.seed, n.summary)
	return found
}

func (t *tally) join(o tally) {
	t.kills += o.kills
	for c := range classes {
		t.hit[c] += o.hit[c]
		t.things[c] += o.things[c]
	}
}
