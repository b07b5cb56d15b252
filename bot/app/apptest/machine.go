package apptest

import (
	"sync/atomic"
	"time"

	"yiqun/bot/sim"
)

// Machine is the clock of the machine that the bot runs on: the world's, until somebody
// sets it wrong. It is safe for concurrent use.
type Machine struct {
	*sim.Clock
	wrong atomic.Int64
}

// Now implements bot.Clock.
func (m *Machine) Now() time.Time { return m.Clock.Now().Add(time.Duration(m.wrong.Load())) }

// SetWrong sets the clock so far ahead of the world's, or behind it if negative. Zero puts
// it right.
func (m *Machine) SetWrong(by time.Duration) { m.wrong.Store(int64(by)) }
