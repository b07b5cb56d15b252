package platform

import (
	"runtime"
	"sync"
)

// Dispatcher runs jobs in keyed serial queues: the jobs of one key one at a time
// and in the order they were submitted, those of different keys in parallel on
// at most a fixed number of goroutines. An idle key costs nothing. A goroutine that was
// needed once waits for the next job: reading and committing a command goes so deep
// that a fresh goroutine would spend a tenth of the whole on growing its stack.
//
// Adapters key it by chat (bot.Chat.Key), so that a reader never waits for a
// handler and one slow chat holds up no other. A chat that is flooded fills its own
// share of the places, and no other's.
type Dispatcher struct {
	mu      sync.Mutex
	running sync.WaitGroup
	queues  map[string][]func()
	ready   []string        // keys with a job to start, none of them running
	parked  []chan struct{} // of workers without a job; who came last is woken first
	workers int             // goroutines now
	waiting int             // jobs not started
	closed  bool

	maxWorkers, maxWaiting, share int
}

// shares is how many flooded keys it takes to fill all places.
const shares = 4

// NewDispatcher returns a dispatcher of at most workers goroutines that holds at
// most waiting jobs not yet started, a quarter of them of one key.
func NewDispatcher(workers, waiting int) *Dispatcher {
	return &Dispatcher{queues: map[string][]func(){}, maxWorkers: workers, maxWaiting: waiting, share: max(1, waiting/shares)}
}

// Submit queues job behind the other jobs of key. It never blocks. It reports
// false, and forgets job, when too many wait already, in all or for this key, or the
// dispatcher is closed; the caller then leaves the event unacknowledged.
func (d *Dispatcher) Submit(key string, job func()) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed || d.waiting >= d.maxWaiting {
		return false
	}
	queue, busy := d.queues[key]
	if len(queue) >= d.share {
		return false
	}
	d.queues[key] = append(queue, job)
	d.waiting++
	if !busy {
		d.ready = append(d.ready, key)
	}
	if len(d.ready) > 0 {
		d.wake()
	}
	return true
}

// wake has a worker look for a job, a new one if none is parked and there may be more.
func (d *Dispatcher) wake() {
	if last := len(d.parked) - 1; last >= 0 {
		close(d.parked[last])
		d.parked = d.parked[:last]
		return
	}
	if d.workers < d.maxWorkers {
		d.workers++
		d.running.Go(d.work)
	}
}

// work takes one job of one ready key at a time, so that a chat with a long queue
// does not keep a worker from the others, until the dispatcher is closed.
func (d *Dispatcher) work() {
	deepen()
	d.mu.Lock()
	defer d.mu.Unlock()
	for !d.closed {
		if len(d.ready) == 0 {
			d.park()
			continue
		}
		key := d.ready[0]
		d.ready = d.ready[1:]
		job := d.queues[key][0]
		d.queues[key] = d.queues[key][1:]
		d.waiting--

		d.mu.Unlock()
		job()
		d.mu.Lock()

		if len(d.queues[key]) == 0 {
			delete(d.queues, key)
			continue
		}
		d.ready = append(d.ready, key)
	}
}

// park waits to be woken.
func (d *Dispatcher) park() {
	mine := make(chan struct{})
	d.parked = append(d.parked, mine)
	d.mu.Unlock()
	<-mine
	d.mu.Lock()
}

// deepen makes room on a fresh stack in one step, while there is nothing on it to be
// copied.
//
//go:noinline
func deepen() {
	var room [24 << 10]byte
	runtime.KeepAlive(&room)
}

// Close refuses further jobs, forgets those not started and waits for those that
// were: what was begun is finished, the rest stays unacknowledged. It may be
// called more than once, but not from a job.
func (d *Dispatcher) Close() {
	d.mu.Lock()
	d.closed = true
	d.ready = nil
	for key := range d.queues {
		d.queues[key] = nil
	}
	d.waiting = 0
	for _, p := range d.parked {
		close(p)
	}
	d.parked = nil
	d.mu.Unlock()
	d.running.Wait()
}
