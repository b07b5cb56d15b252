package remind

import (
	"fmt"
	"regexp"
	"time"

	"yiqun/intents/zhtime"
)

// sunsets are when the sun sets in the middle of each month, in minutes from midnight, at
// 33° north and 114° east, which is about where most people of the country live; counted by
// the usual formula of declination and equation of time, and rounded down to ten minutes.
// It gets dark some twenty-five minutes later.
var sunsets = [12]int{
	17*60 + 30, 18*60 + 0, 18*60 + 30, 18*60 + 50, 19*60 + 10, 19*60 + 30,
	19*60 + 30, 19*60 + 0, 18*60 + 20, 17*60 + 40, 17*60 + 10, 17*60 + 10,
}

// duskSaid is the end of daylight as a time.
var duskSaid = regexp.MustCompile(`(?:天(?:快|刚|一)?(?:擦|麻麻)?黑|太阳(?:落山|下山)|日落|擦黑|麻麻黑)(?:以前|之前|前|的时候|时)?`)

// daylight puts the hour of sunset of the season in the place of 天黑前, and notes it for
// the answer.
func (r *Request) daylight(s string, now time.Time) string {
	at := duskSaid.FindStringIndex(s)
	if at == nil {
		return s
	}
	const stand = "傍晚"
	with := s[:at[0]] + stand + s[at[1]:]
	read, ok := zhtime.Find(with, now, zhtime.Options{Prefer: zhtime.Future})
	from := len([]rune(s[:at[0]]))
	if !ok || clockSaid.MatchString(read.Text) || from < read.From || from >= read.To {
		return s // 天黑 is what it is about, or an hour was said with it
	}
	set := sunsets[read.Start.Month()-1]
	clock := fmt.Sprintf("%02d:%02d", set/60, set%60)
	r.Note = fmt.Sprintf("“%s”按这个季节%s算", s[at[0]:at[1]], clock)
	r.Else, r.ElseFor = fmt.Sprintf("%d:%02d", (set+30)/60, (set+30)%60), "要晚些"
	return s[:at[0]] + clock + s[at[1]:]
}
