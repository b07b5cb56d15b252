package wecomapp

import "sync"

// turns lets one go at a time for each key. An idle key costs nothing.
type turns struct {
	mu   sync.Mutex
	keys map[string]*turn
}

type turn struct {
	sync.Mutex
	wanted int // holding or waiting
}

// take waits for key's turn and returns how to give it back.
func (t *turns) take(key string) (giveBack func()) {
	t.mu.Lock()
	if t.keys == nil {
		t.keys = map[string]*turn{}
	}
	k := t.keys[key]
	if k == nil {
		k = &turn{}
		t.keys[key] = k
	}
	k.wanted++
	t.mu.Unlock()
	k.Lock()
	return func() {
		k.Unlock()
		t.mu.Lock()
		defer t.mu.Unlock()
		if k.wanted--; k.wanted == 0 {
			delete(t.keys, key)
		}
	}
}
