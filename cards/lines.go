package cards

import "strings"

// Head is the first line of every rendering, "#12 民情工作单 · 等接单 (0/3)":
// the number first, so that a quote of the message can be resolved. It falls
// back on the title for a card about no matter. Untrusted, as in [Card].
func (c Card) Head() string {
	name := join(" ", c.Ref, c.Kind)
	if name == "" {
		name = c.Title
	}
	return join(" · ", name, c.Status)
}

// Subject is the title, unless [Card.Head] has said it already.
func (c Card) Subject() string {
	if c.Ref == "" && c.Kind == "" {
		return ""
	}
	return c.Title
}

// Way is the progress line, 点单✓ → 下单● → 接单 → 办结; empty without stages.
// Each state is marked by a sign and never by colour alone.
func (c Card) Way() string {
	var b strings.Builder
	for _, s := range c.Progress {
		if strings.TrimSpace(s.Name) == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" → ")
		}
		b.WriteString(s.Name)
		b.WriteString(s.State.mark())
	}
	return b.String()
}

func (s StageState) mark() string {
	switch s {
	case Passed:
		return "✓"
	case Current:
		return "●"
	case Skipped:
		return "（略）"
	default:
		return ""
	}
}

func join(sep string, parts ...string) string {
	var b strings.Builder
	for _, p := range parts {
		if p = strings.TrimSpace(p); p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(sep)
		}
		b.WriteString(p)
	}
	return b.String()
}
