package redis

import (
	"context"
	"strings"
)

// Durability is how well a Redis keeps what it was given, as INFO tells it.
type Durability struct {
	Version    string // "7.2.4"
	AppendOnly bool   // what was acknowledged is on disk within a second
	// Policy is what is thrown away when the memory is full; "noeviction" is nothing.
	Policy string
}

// Durability asks the server; of several, one.
func (s *States) Durability(ctx context.Context) (Durability, error) {
	text, err := s.client.Info(ctx).Result()
	if err != nil {
		return Durability{}, fault("asking", err)
	}
	var d Durability
	for line := range strings.Lines(text) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch name {
		case "redis_version":
			d.Version = value
		case "aof_enabled":
			d.AppendOnly = value == "1"
		case "maxmemory_policy":
			d.Policy = value
		}
	}
	return d, nil
}
