package wecom

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Which addresses attachments may be fetched from, and which not.
func TestMediaHosts(t *testing.T) {
	wecom := defaultMediaHosts
	for _, c := range []struct {
		hosts []string
		link  string
		want  bool
	}{
		{wecom, "https://ww-aibot-img-1258476243.cos.ap-guangzhou.myqcloud.com/x?sign=1", true},
		{wecom, "https://A.MyQCloud.com:443/x", true},
		{wecom, "https://a.myqcloud.com:8443/x", false},
		{wecom, "http://a.myqcloud.com/x", false},
		{wecom, "https://myqcloud.com/x", false},
		{wecom, "https://evilmyqcloud.com/x", false},
		{wecom, "https://a.myqcloud.com.evil.example/x", false},
		{wecom, "https://a.myqcloud.com@evil.example/x", false},
		{wecom, "https://127.0.0.1/x", false},
		{[]string{"media.example"}, "https://media.example/x", true},
		{[]string{"media.example"}, "https://sub.media.example/x", false},
		{[]string{"media.example:8443"}, "https://media.example:8443/x", true},
		{[]string{"media.example:8443"}, "https://media.example/x", false},
		{[]string{"http://127.0.0.1:8081"}, "http://127.0.0.1:8081/x", true},
		{[]string{"http://127.0.0.1:8081"}, "http://127.0.0.1:8082/x", false},
		{[]string{"*"}, "https://anywhere.example/x", false},
	} {
		a, err := New(Config{BotID: "b", Secret: "s", MediaHosts: c.hosts})
		require.NoError(t, err)
		u, err := url.Parse(c.link)
		require.NoError(t, err)
		assert.Equal(t, c.want, a.media.allowed(u), "%v %s", c.hosts, c.link)
	}
}

func TestRefusalKeepsNoSecret(t *testing.T) {
	err := refused(inFrame{Code: 42039, Message: "button text, hint: [REQ]\n secret=abc" + string(make([]byte, 500))}, "abc", "REQ", "")
	assert.Contains(t, err.Error(), "42039: button text")
	assert.NotContains(t, err.Error(), "abc")
	assert.NotContains(t, err.Error(), "REQ")
	assert.NotContains(t, err.Error(), "\n")
	assert.Less(t, len(err.Error()), 200)
	assert.NoError(t, refused(inFrame{Message: "ok"}))
}
