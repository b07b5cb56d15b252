package service

import (
	"regexp"
	"strings"

	"yiqun/bot"
)

// identity matches a citizen's number: place, date of birth, three digits and a check,
// GB 11643. It is looked for by its date, so that one with a slip in it is found as well.
var identity = regexp.MustCompile(strings.NewReplacer("d", "[0-9０-９]", "_", "[ -]?").Replace(
	"[1-9１-９]ddddd_(?:[1１][9９]|[2２][0０])dd(?:[0０][1-9１-９]|[1１][0-2０-２])(?:[0０][1-9１-９]|[12１２]d|[3３][01０１])_ddd[0-9０-９XxＸｘ]"))

// withoutIdentity is an event without the citizens' numbers in its message: none is
// kept, as the notice on privacy promises, and none is repeated. hid says that there was
// one.
func withoutIdentity(e bot.Event) (clean bot.Event, hid bool) {
	if e.Message == nil || !identity.MatchString(e.Message.Text) {
		return e, false
	}
	m := *e.Message
	m.Text = identity.ReplaceAllLiteralString(m.Text, "（略）")
	e.Message = &m
	return e, true
}

// hintIdentity adds to the answer that a citizen's number was not kept, and what to do
// about it.
func (s *session) hintIdentity() {
	if !s.hid {
		return
	}
	hint := "身份证号我没有记，办事用不着发给我。"
	if !s.e.Chat.Private {
		hint = "身份证号我没有记，请把那条撤回，别发在群里。"
	}
	s.addHint(hint)
}
