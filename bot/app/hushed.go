package app

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"time"
	"unicode"
)

const (
	// hushFor is how long a complaint that was written is not written again, hushMost how
	// many complaints are remembered.
	hushFor  = time.Minute
	hushMost = 256
)

// Hushed writes the same warning or error once a minute, and then how often it came
// meanwhile ("repeated"): while a database is away or a disk is full, every loop complains
// every second, and a log on that disk must not grow by it. Complaints are the same if
// their messages are and their errors differ in digits only.
func Hushed(h slog.Handler) slog.Handler {
	return hushed{Handler: h, last: &complaints{by: map[string]complaint{}}}
}

type hushed struct {
	slog.Handler
	last *complaints
	with string // the attributes it was given
}

// Handle implements slog.Handler.
func (h hushed) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelWarn || r.Time.IsZero() {
		return h.Handler.Handle(ctx, r)
	}
	said, missed := h.last.said(h.with+about(r), r.Time)
	if said {
		return nil
	}
	if missed > 0 {
		r = r.Clone()
		r.AddAttrs(slog.Int("repeated", missed))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements slog.Handler.
func (h hushed) WithAttrs(attrs []slog.Attr) slog.Handler {
	var with strings.Builder
	with.WriteString(h.with)
	for _, a := range attrs {
		with.WriteString(a.String() + " ")
	}
	return hushed{h.Handler.WithAttrs(attrs), h.last, with.String()}
}

// WithGroup implements slog.Handler.
func (h hushed) WithGroup(name string) slog.Handler {
	return hushed{h.Handler.WithGroup(name), h.last, h.with + name + "."}
}

// about is what a complaint is about: other attributes may be new each time.
func about(r slog.Record) string {
	what := r.Level.String() + " " + r.Message
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "error", "err", "platform", "code":
			what += " " + a.String()
		}
		return true
	})
	return strings.Map(func(c rune) rune {
		if unicode.IsDigit(c) {
			return -1
		}
		return c
	}, what)
}

// complaints are what was written lately. They are safe for concurrent use.
type complaints struct {
	mu sync.Mutex
	by map[string]complaint
}

type complaint struct {
	at     time.Time
	missed int
}

// said reports whether a complaint was written within hushFor; if not, it counts as
// written now, and missed is how often it was not.
func (c *complaints) said(what string, now time.Time) (said bool, missed int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last, known := c.by[what]
	if known && now.Sub(last.at).Abs() < hushFor {
		last.missed++
		c.by[what] = last
		return true, 0
	}
	if !known && len(c.by) >= hushMost {
		clear(c.by)
	}
	c.by[what] = complaint{at: now}
	return false, last.missed
}
