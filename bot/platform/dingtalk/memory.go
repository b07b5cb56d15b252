package dingtalk

import "sync"

// memory remembers something of the newest cards sent. It is lost with the
// process: whoever reads it has another way, or asks.
type memory[V any] struct {
	mu    sync.Mutex
	kept  map[string]V
	order []string // oldest first
}

const rememberedCards = 4096

func (m *memory[V]) put(key string, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[string]V{}
	}
	if _, known := m.kept[key]; !known {
		m.order = append(m.order, key)
	}
	m.kept[key] = value
	if len(m.order) > rememberedCards {
		delete(m.kept, m.order[0])
		m.order = m.order[1:]
	}
}

func (m *memory[V]) get(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.kept[key]
	return value, ok
}
