package service

import (
	"regexp"
	"strings"

	"yiqun/bot/remind"
	"yiqun/intents/zhtext"
	"yiqun/intents/zhtime"
)

var (
	// selfReminded splits a wish to be reminded oneself at what stands before it.
	selfReminded = regexp.MustCompile(`^(?:请|麻烦你?|帮我|帮忙|到时候|记得|[ ，,。])*(.*?)(?:请|麻烦你?|帮我|帮忙|到时候|记得|[ ，,。])*提醒我(.*)$`)
	// ourOwn is what one says "my" of who means all of it: 提醒我支部党员周五前交党费.
	ourOwn = regexp.MustCompile(`^(?:们|方|国|省|市|区|县|镇|乡|村|党|支部|街道|社区|网格|小区|单位|组|家)`)
)

// forSelf reports that whoever takes the minutes in this chat says something to the bot
// for themselves, which belongs in no minutes: 提醒我 at a time, or 停 and 改 with the number
// of one of their reminders. 王建国说提醒我明天去 is what was said in the meeting.
func (s *session) forSelf() bool {
	text := strings.Trim(zhtext.Fold(s.plain()).Text, " 。.!！")
	for _, numbered := range []*regexp.Regexp{stopSaid, changeSaid} {
		if m := numbered.FindStringSubmatch(text); m != nil {
			return s.ownNumber(m[1], false)
		}
	}
	m := selfReminded.FindStringSubmatch(text)
	if m == nil || ourOwn.MatchString(m[2]) {
		return false
	}
	now := s.now.In(s.zone())
	if _, timed := zhtime.Parse(m[1], now, zhtime.Options{Prefer: zhtime.Future}); m[1] != "" && !timed {
		return false
	}
	r, ok := remind.Read(text, now, remind.Known{})
	return ok && r.Me && r.When.Kind != zhtime.None
}
