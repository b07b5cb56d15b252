package wecom

import (
	"unicode/utf8"

	"yiqun/cards/markdown"
)

// Lengths in characters for 智能机器人 cards (D:101032). Longer text would be cut
// by the client without a sign, so it is cut here with one.
const (
	maxSource       = 13
	maxTitle        = 26
	maxDesc         = 30
	maxSubTitle     = 112
	maxKeyName      = 5
	maxValue        = 26
	maxButtonText   = 10
	maxSelectTitle  = 13
	maxSelectText   = 10
	maxCheckboxText = 11
)

// Counts and sizes in bytes beyond which the whole card is refused by WeCom
// (codes 42014 to 42051).
const (
	maxFacts           = 6
	maxButtons         = 6
	maxSelectOptions   = 10
	maxCheckboxOptions = 20
	maxKeyBytes        = 1024
	maxOptionBytes     = 128
	maxTaskBytes       = 128
)

// show makes untrusted text fit for a field of max characters.
func show(s string, max int) string { return markdown.Literal(markdown.OneLine(s, max)) }

// validTask reports whether s may be a task_id: [0-9A-Za-z_@-], 1 to 128 bytes.
func validTask(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == '@', c == '-':
		default:
			return false
		}
	}
	return s != "" && len(s) <= maxTaskBytes
}

func validKey(s string, max int) bool { return s != "" && len(s) <= max && utf8.ValidString(s) }
