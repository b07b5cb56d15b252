package service

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// TestEveryDangerHasAnOmen: a sentence without one is not searched.
func TestEveryDangerHasAnOmen(t *testing.T) {
	for _, d := range dangers {
		words := rapid.StringMatching(d.told.String())
		rapid.Check(t, func(t *rapid.T) {
			said := words.Draw(t, "said")
			assert.True(t, strings.ContainsAny(said, omens), said)
		})
	}
}
