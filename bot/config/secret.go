package config

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a credential, or an address that may hold one. However it is printed,
// logged or marshalled it stays hidden; only Reveal tells it.
type Secret string

const hidden = "（不显示）"

// Reveal returns the secret itself, for whoever connects with it.
func (s Secret) Reveal() string { return string(s) }

// String hides the secret.
func (Secret) String() string { return hidden }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return hidden }

// Format hides the secret from every verb. Without it a mistaken %d would print
// the value to show what the mistake was about.
func (Secret) Format(w fmt.State, _ rune) { _, _ = io.WriteString(w, hidden) }

// MarshalJSON hides the secret.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + hidden + `"`), nil }

// MarshalText hides the secret from YAML and XML.
func (Secret) MarshalText() ([]byte, error) { return []byte(hidden), nil }

// LogValue hides the secret.
func (Secret) LogValue() slog.Value { return slog.StringValue(hidden) }
