// Package mask hides secrets in bodies before the wire log shows them.
//
// It owns the list of fields that are secrets on either platform. Start at
// [Secrets].
package mask

import "regexp"

// Bearer secrets on the wire: credentials, tokens, single-use tickets, reply
// addresses, keys of media and signed media addresses.
var (
	fields = regexp.MustCompile(`("(?:clientSecret|appSecret|accessToken|ticket|secret|client_secret|device_code|nonce|access_token|aeskey|downloadCode|pictureDownloadCode|downloadUrl)"\s*:\s*)"(?:[^"\\]|\\.)*"`)
	params = regexp.MustCompile(`([?&](?:session|access_token|ticket|response_code|sign)=)[^"&\s\\]+`)
)

// most is how much of a body is looked at, in bytes; the wire log shows less.
const most = 16 << 10

// Secrets returns the beginning of body with the value of every secret replaced by
// stars.
func Secrets(body string) string {
	body = body[:min(len(body), most)]
	return params.ReplaceAllString(fields.ReplaceAllString(body, `$1"***"`), `$1***`)
}
