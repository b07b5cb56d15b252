package wecom

import "sync"

// memorySize bounds a Memory: far more than can be on their way at once.
const memorySize = 512

// Memory remembers a number for each of the last few ids. It only helps a repeat
// soon after a failure; losing it costs a message shown twice.
type Memory struct {
	mu     sync.Mutex
	values map[string]int
	order  []string // oldest first
}

// Get returns what was put for id, 0 if nothing is known.
func (m *Memory) Get(id string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.values[id]
}

// Put keeps value for id, and forgets the oldest id when there are too many.
func (m *Memory) Put(id string, value int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.values == nil {
		m.values = map[string]int{}
	}
	if _, known := m.values[id]; !known {
		m.order = append(m.order, id)
	}
	m.values[id] = value
	if len(m.order) > memorySize {
		delete(m.values, m.order[0])
		m.order = m.order[1:]
	}
}
