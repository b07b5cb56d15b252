package dingtalk_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/platform/platformtest"
)

// TestTwoApplicationsHaveTwoTokens: a token is kept by the adapter that fetched it.
func TestTwoApplicationsHaveTwoTokens(t *testing.T) {
	play(t, func(t *testing.T, one *rig, _ *heard) {
		two := newRig(t, platformtest.Setup{Net: platformtest.NewNetwork(), Logger: slog.New(slog.DiscardHandler)})
		start(t, two, &heard{})
		for range 2 {
			for _, r := range []*rig{one, two} {
				_, err := r.adapter.Send(t.Context(), textTo(group, "在"))
				require.NoError(t, err)
				assert.Equal(t, 1, r.tokens)
			}
		}
	})
}
