package wecom_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/platform/wecom"
)

const sizeLimit = 1 << 20

// From the callback to the bytes, as a member's photo comes.
func TestFetchWhatAMessageBrought(t *testing.T) {
	scripted(t, func(t *testing.T, p *play) {
		photo := []byte("\xff\xd8 a photo of a broken lamp")
		link := map[string]any{"url": p.host(photo), "aeskey": base64.RawStdEncoding.EncodeToString(mediaKey)}
		p.message("m1", group, alice, "mixed", map[string]any{"msg_item": []any{
			map[string]any{"msgtype": "text", "text": map[string]any{"content": "@议群 点单 灯坏了"}},
			map[string]any{"msgtype": "image", "image": link},
		}})
		synctest.Wait()
		m := p.heard()[0].Message
		assert.Equal(t, "@议群 点单 灯坏了", m.Text)
		require.Len(t, m.Attachments, 1)
		assert.Equal(t, bot.Picture, m.Attachments[0].Kind)
		got, err := p.adapter.Fetch(t.Context(), m.Attachments[0], sizeLimit)
		require.NoError(t, err)
		assert.Equal(t, photo, got)

		p.pass(5 * time.Minute)
		_, err = p.adapter.Fetch(t.Context(), m.Attachments[0], sizeLimit)
		code(t, bot.Expired, err)
	})
}

func TestFetchRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, wecom.Config{MediaHosts: []string{"http://" + mediaHost, "http://down.test"}})
		good := base64.StdEncoding.EncodeToString(mediaKey)
		stranger := base64.StdEncoding.EncodeToString(make([]byte, 32))
		here := "http://" + mediaHost
		p.media["/short"] = []byte("not a block")
		p.media["/empty"] = nil
		for name, c := range map[string]struct {
			url, key string
			want     bot.Code
		}{
			"another host":          {"http://169.254.169.254/latest", good, bot.Rejected},
			"a host in disguise":    {"http://" + mediaHost + ".evil.example/x", good, bot.Rejected},
			"a user in the address": {"http://" + mediaHost + "@evil.example/x", good, bot.Rejected},
			"a file":                {"file:///etc/passwd", good, bot.Rejected},
			"no address":            {"", good, bot.Rejected},
			"not an address":        {"http://[::1", good, bot.Rejected},
			"a redirect elsewhere":  {here + "/redirect", good, bot.Rejected},
			"a dead link":           {here + "/gone?sign=bearer", good, bot.Expired},
			"a broken host":         {here + "/broken?sign=bearer", good, bot.Retryable},
			"a host that is down":   {"http://down.test/x?sign=bearer", good, bot.Retryable},
			"another's key":         {p.host([]byte("photo")), stranger, bot.Rejected},
			"no key":                {p.host([]byte("photo")), "", bot.Rejected},
			"half a key":            {p.host([]byte("photo")), good[:20], bot.Rejected},
			"half a block":          {here + "/short", good, bot.Rejected},
			"nothing":               {here + "/empty", good, bot.Rejected},
			"too much":              {p.host(make([]byte, sizeLimit+1)), good, bot.Rejected},
			"far too much":          {p.host(make([]byte, 2*sizeLimit)), good, bot.Rejected},
		} {
			ref, err := json.Marshal(map[string]any{"url": c.url, "key": c.key, "expires": time.Now().Add(time.Minute)})
			require.NoError(t, err)
			_, err = p.adapter.Fetch(t.Context(), bot.Attachment{Ref: string(ref)}, sizeLimit)
			require.Error(t, err, name)
			assert.Equal(t, c.want, bot.CodeOf(err), "%s: %v", name, err)
			assert.NotContains(t, err.Error(), "bearer", name)
		}
		_, err := p.adapter.Fetch(t.Context(), bot.Attachment{Ref: "forged"}, sizeLimit)
		code(t, bot.Rejected, err)
	})
}

func TestFetchTakesExactlyTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPlay(t, wecom.Config{})
		got, err := p.adapter.Fetch(t.Context(), p.Attach(make([]byte, sizeLimit)), sizeLimit)
		require.NoError(t, err)
		assert.Len(t, got, sizeLimit)
	})
}
