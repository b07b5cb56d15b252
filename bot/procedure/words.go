package procedure

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Who lists who may do something: anyone, asker, claimant, 党员, or post titles.
type Who []string

// The relations that are no posts.
const (
	Anyone   = "anyone"
	Asker    = "asker"
	Claimant = "claimant"
	Member   = "党员"
)

// UnmarshalYAML takes one word or a list.
func (w *Who) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.ScalarNode {
		*w = Who{n.Value}
		return nil
	}
	var list []string
	if err := n.Decode(&list); err != nil {
		return err
	}
	*w = list
	return nil
}

// Spoken names who may, for sentences.
func (w Who) Spoken() string {
	var out []string
	for _, s := range w {
		switch s {
		case Anyone:
			out = append(out, "任何人")
		case Asker:
			out = append(out, "发起人")
		case Claimant:
			out = append(out, "办理人")
		default:
			out = append(out, s)
		}
	}
	return strings.Join(out, "、")
}

// Span is a length of time written 30m, 2h, 6d.
type Span time.Duration

// UnmarshalYAML reads 30m, 2h or 6d.
func (s *Span) UnmarshalYAML(n *yaml.Node) error {
	d, err := parseSpan(n.Value)
	if err != nil {
		return fmt.Errorf("read line %d: %w", n.Line, err)
	}
	*s = Span(d)
	return nil
}

const (
	day     = 24 * time.Hour
	longest = 3660 * day
)

func parseSpan(v string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(v, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n > 0 {
			d := time.Duration(min(n, 1e4)) * day
			if d <= longest {
				return d, nil
			}
		}
		return 0, fmt.Errorf("%q is not a span of days", v)
	}
	d, err := time.ParseDuration(v)
	if err != nil || d < time.Minute || d > longest {
		return 0, fmt.Errorf("%q is not a span such as 30m, 2h or 6d", v)
	}
	return d, nil
}

// Limit is how long a step may take: one span, or one by category.
type Limit struct {
	All Span
	By  map[string]Span
}

// UnmarshalYAML takes a span or a mapping from category to span.
func (d *Limit) UnmarshalYAML(n *yaml.Node) error {
	if n.Kind == yaml.MappingNode {
		return n.Decode(&d.By)
	}
	return n.Decode(&d.All)
}

// For returns the span for a category; zero if none is set.
func (d Limit) For(category string) time.Duration {
	if s, ok := d.By[category]; ok {
		return time.Duration(s)
	}
	return time.Duration(d.All)
}
