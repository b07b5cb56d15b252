package group

import (
	"strings"
	"sync"
)

// knownMost bounds how many answers are known at once.
const knownMost = 20_000

// known is what commands were told before and is still so. Only a writer that sees
// every write can know that: those of other programs show in the version.
type known struct {
	mu      sync.Mutex
	answers map[string]map[string]any // by query and what it was asked of
	size    int
}

func (k *known) get(query, of string) (any, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.answers[query][of]
	return v, ok
}

func (k *known) put(query, of string, v any) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.size >= knownMost || k.answers == nil {
		k.answers, k.size = map[string]map[string]any{}, 0
	}
	if k.answers[query] == nil {
		k.answers[query] = map[string]any{}
	}
	k.answers[query][of] = v
	k.size++
}

// change forgets what writes may have changed.
func (k *known) change(c changes) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for query, answers := range k.answers {
		for table := range c {
			if strings.Contains(query, table) {
				k.size -= len(answers)
				delete(k.answers, query)
				break
			}
		}
	}
}

// forget forgets everything.
func (k *known) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.answers, k.size = nil, 0
}

// Recall implements sqlstore.Querier.
func (m *member) Recall(query, of string) (any, bool) {
	if m.writer.aside == nil || m.touches(query) {
		return nil, false
	}
	return m.writer.known.get(query, of)
}

// Keep implements sqlstore.Querier.
func (m *member) Keep(query, of string, answer any) {
	if m.writer.aside != nil && !m.touches(query) {
		m.writer.known.put(query, of, answer)
	}
}

// touches reports whether anything that is not committed may change what a query
// reads.
func (m *member) touches(query string) bool {
	b := m.batch
	return m.pile.touches("", query) || b.touches("", query) || b.before != nil && b.before.touches("", query)
}
