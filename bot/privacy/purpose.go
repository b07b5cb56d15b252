package privacy

import (
	"slices"
	"strings"
	"time"

	"yiqun/bot"
)

// Purpose is one use of personal information that a person can refuse while the bot
// still serves them (个人信息保护法 第15、16条).
type Purpose struct {
	ID string
	// Name is how it is spoken of, Also other words for it.
	Name string
	Also []string
	// Off is what refusing it changes.
	Off   string
	Basis string
	// Since is the version that brought it: whoever answered an older one is asked.
	Since int
	// OptIn is not used before the person has agreed; the others until they refuse.
	OptIn bool
}

// The purposes by their ids.
const (
	Push   = "push"
	Names  = "names"
	Member = "member"
)

var purposes = []Purpose{
	{ID: Push, Name: "私聊提醒", Also: []string{"提醒", "私信", "推送"}, Off: "我不再主动私聊您，要紧的事请负责人转告", Basis: "第13条", Since: 1},
	{ID: Names, Name: "显示姓名", Also: []string{"姓名", "公示", "公开"}, Off: "群里和公示里只显示您的姓", Basis: "第25条", Since: 1},
	{ID: Member, Name: "党员身份", Also: []string{"党员"}, Off: "我不再按党员对待您，要党员办的事办不了", Basis: "第29条", Since: 1},
}

// Purposes are all of them, in the order in which they are listed.
func Purposes() []Purpose { return slices.Clone(purposes) }

// Find returns the purpose that a text names.
func Find(text string) (Purpose, bool) {
	for _, p := range purposes {
		for _, w := range append([]string{p.Name}, p.Also...) {
			if strings.Contains(text, w) {
				return p, true
			}
		}
	}
	return Purpose{}, false
}

// Consent is what a person last answered about a purpose.
type Consent struct {
	Person  bot.PersonID
	Purpose string
	Version int // of the notice it answered
	Given   bool
	At      time.Time
}

// Allowed reports whether information may be used for a purpose, by what the person
// answered. An answer to a version from before the purpose counts for nothing.
func (p Purpose) Allowed(answers []Consent) bool {
	for _, c := range answers {
		if c.Purpose == p.ID && c.Version >= p.Since {
			return c.Given
		}
	}
	return !p.OptIn
}

// Unanswered are the purposes that somebody has not answered in their present form.
func Unanswered(answers []Consent) (out []Purpose) {
	for _, p := range purposes {
		if !slices.ContainsFunc(answers, func(c Consent) bool { return c.Purpose == p.ID && c.Version >= p.Since }) {
			out = append(out, p)
		}
	}
	return out
}
