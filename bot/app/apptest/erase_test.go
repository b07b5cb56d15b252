package apptest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/service"
)

// TestWordsInMeetingsAreErased: after 删除我的信息 one's own words are gone from filed
// minutes, the body's stay, and everything is as it was sealed.
func TestWordsInMeetingsAreErased(t *testing.T) {
	s := ReadScript(t, Root()+"/testdata/transcripts/privacy-meeting.txt")
	p := newPlay(t, s, []bot.Platform{bot.DingTalk}, SQLite)
	for _, step := range s.Steps {
		p.step(step)
	}
	kept := map[meeting.Kind][]string{}
	require.NoError(t, p.Store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		ids, err := tx.SealedSittings(ctx)
		require.NoError(t, err)
		require.Len(t, ids, 1)
		entries, err := tx.Logged(ctx, ids[0])
		for _, e := range entries {
			kept[e.Kind] = append(kept[e.Kind], e.Text)
		}
		return err
	}))
	assert.Equal(t, []string{""}, kept[meeting.Excuse])
	assert.Equal(t, []string{""}, kept[meeting.Speech])
	assert.Equal(t, []string{"先听一楼的意见"}, kept[meeting.Resolve])
	p.verify()
}
