package mask_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot/sim/internal/mask"
)

func TestSecrets(t *testing.T) {
	for body, want := range map[string]string{
		`{"clientSecret":"s\"3cret","clientId":"id"}`:                          `{"clientSecret":"***","clientId":"id"}`,
		`{"accessToken" : "abc","expireIn":7200}`:                              `{"accessToken" : "***","expireIn":7200}`,
		`{"sessionWebhook":"https://h/robot/sendBySession?session=abc","a":1}`: `{"sessionWebhook":"https://h/robot/sendBySession?session=***","a":1}`,
		`{"url":"http://h/media/1?a=b&sign=xyz","aeskey":"k"}`:                 `{"url":"http://h/media/1?a=b&sign=***","aeskey":"***"}`,
		`not JSON, secret free`:                                                `not JSON, secret free`,
	} {
		assert.Equal(t, want, mask.Secrets(body))
	}
}
