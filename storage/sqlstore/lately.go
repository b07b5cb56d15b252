package sqlstore

import (
	"bytes"
	"sync"

	"yiqun/bot/deliver"
)

// latelyMost bounds how many messages of one generation are kept in memory: without
// files some 2 KB each.
const latelyMost = 8192

// lately is what messages say that this process queued lately. Whoever sends them mostly
// asks at once, and need not have them opened and decoded again. It is no record: a message
// counts as known only where the records hold it sealed exactly as it was kept here, so
// that one whose transaction came to nothing is never taken for one that is queued.
//
// There are two generations; when the young one is full it becomes the old one, whose
// messages go: others sent them, or nobody will. It is safe for concurrent use.
type lately struct {
	mu         sync.Mutex
	young, old map[string]said
}

// said is a message and its sealed form.
type said struct {
	sealed []byte
	body   deliver.Body
}

func (l *lately) put(id string, sealed []byte, body deliver.Body) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.young) >= latelyMost || l.young == nil {
		l.old, l.young = l.young, map[string]said{}
	}
	l.young[id] = said{sealed, body}
}

// take returns a message, once: who is given it may change it.
func (l *lately) take(id string, sealed []byte) (deliver.Body, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, generation := range []map[string]said{l.young, l.old} {
		if s, ok := generation[id]; ok {
			delete(generation, id)
			return s.body, bytes.Equal(s.sealed, sealed)
		}
	}
	return deliver.Body{}, false
}
