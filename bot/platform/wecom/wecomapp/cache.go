package wecomapp

import (
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"yiqun/bot"
)

// maxMargin is how long before its end a token is no longer used, so that none
// dies on its way; a short-lived one loses a tenth of its life.
const maxMargin = 5 * time.Minute

// cache keeps what PowerWeChat would keep in a file in the home directory: here in
// memory, for one app, and gone with it. It satisfies PowerWeChat's CacheInterface.
//
// Values are kept as JSON and come back decoded, as they would from Redis, because
// PowerWeChat asserts the types that decoding gives.
type cache struct {
	clock bot.Clock

	mu      sync.Mutex
	entries map[string]entry
}

type entry struct {
	data  []byte
	until time.Time // zero: for ever
}

var errNotCached = errors.New("not in the cache")

// Get returns the decoded value of key, or fallback and an error.
func (c *cache) Get(key string, fallback any) (any, error) {
	data, ok := c.find(key)
	if !ok {
		return fallback, errNotCached
	}
	var value any
	if err := json.Unmarshal(data, &value); err != nil {
		return fallback, fmt.Errorf("reading cache: %w", err)
	}
	return value, nil
}

// Has reports whether key has a value that is still good.
func (c *cache) Has(key string) bool {
	_, ok := c.find(key)
	return ok
}

func (c *cache) find(key string) ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if ok && !e.until.IsZero() && !c.clock.Now().Before(e.until) {
		delete(c.entries, key)
		return nil, false
	}
	return e.data, ok
}

// Set keeps value, a margin less long than life says; for ever if life is 0.
func (c *cache) Set(key string, value any, life time.Duration) error {
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Errorf("filling cache: %w", err)
	}
	e := entry{data: data}
	if life > 0 {
		e.until = c.clock.Now().Add(life - min(maxMargin, life/10))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = map[string]entry{}
	}
	c.entries[key] = e
	return nil
}

// AddNX keeps value if key has none, and reports whether it did.
func (c *cache) AddNX(key string, value any, life time.Duration) bool {
	return !c.Has(key) && c.Set(key, value, life) == nil
}

// Add is AddNX; a key that has a value is an error.
func (c *cache) Add(key string, value any, life time.Duration) error {
	if c.Has(key) {
		return errors.New("in the cache already")
	}
	return c.Set(key, value, life)
}

// Remember returns the value of key, or what make gives, which it keeps.
func (c *cache) Remember(key string, life time.Duration, make func() (any, error)) (any, error) {
	if value, err := c.Get(key, nil); err == nil {
		return value, nil
	}
	value, err := make()
	if err != nil {
		return nil, err
	}
	return value, c.Set(key, value, life)
}
