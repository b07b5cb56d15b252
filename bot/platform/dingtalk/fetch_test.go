package dingtalk_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

const download = "/v1.0/robot/messageFiles/download"

func TestFetchGoesNowhereElse(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		for _, address := range []string{
			"http://169.254.169.254/latest/meta-data", "http://evil.test/x", "http://notdingtalk.test/x",
			"http://oss-internal.dingtalk.test/x", "http://user:pass@files.dingtalk.test/x", "file:///etc/passwd", "://", "",
		} {
			r.answerTo(download, 200, `{"downloadUrl":"`+address+`"}`)
			_, err := r.adapter.Fetch(t.Context(), bot.Attachment{Ref: "c"}, 100)
			assert.Equal(t, bot.Rejected, bot.CodeOf(err), address)
		}
	})
}

func TestFetchFollowsNoOneOut(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		away := r.Attach([]byte("redirect:http://169.254.169.254/latest"))
		_, err := r.adapter.Fetch(t.Context(), away, 100)
		assert.Equal(t, bot.Rejected, bot.CodeOf(err))
		assert.NotContains(t, err.Error(), "sign=")

		at := r.Attach([]byte("picture"))
		inside := r.Attach([]byte("redirect:http://" + fileHost + "/" + at.Ref))
		data, err := r.adapter.Fetch(t.Context(), inside, 100)
		require.NoError(t, err)
		assert.Equal(t, "picture", string(data))
	})
}

func TestFetchOfWhatIsGone(t *testing.T) {
	play(t, func(t *testing.T, r *rig, _ *heard) {
		_, err := r.adapter.Fetch(t.Context(), bot.Attachment{Ref: "unknown"}, 100)
		assert.Equal(t, bot.Expired, bot.CodeOf(err))
		r.answerTo(download, 200, `{"downloadUrl":"http://`+fileHost+`/unknown"}`)
		_, err = r.adapter.Fetch(t.Context(), bot.Attachment{Ref: "unknown"}, 100)
		assert.Equal(t, bot.Expired, bot.CodeOf(err))
	})
}
