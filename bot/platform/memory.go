package platform

import "sync"

// remembered bounds a Memory: far more than can be on their way at once.
const remembered = 4096

// Memory remembers something of each of the last few ids. It is lost with the process:
// whoever reads it has another way, or asks, or shows a message twice. The zero Memory is
// empty and ready; it may be used by several goroutines.
type Memory[V any] struct {
	mu    sync.Mutex
	kept  map[string]V
	order []string // oldest first
}

// Get returns what was put for id; the zero value if nothing is known.
func (m *Memory[V]) Get(id string) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept[id]
}

// Put keeps value for id, and forgets the oldest id when there are too many.
func (m *Memory[V]) Put(id string, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string]V{}
	}
	if _, known := m.kept[id]; !known {
		m.order = append(m.order, id)
	}
	m.kept[id] = value
	if len(m.order) > remembered {
		delete(m.kept, m.order[0])
		m.order = m.order[1:]
	}
}
