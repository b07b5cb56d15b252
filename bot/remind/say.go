package remind

import (
	"fmt"
	"strings"
	"time"

	"yiqun/intents/zhtime"
)

// Together makes one message of several lines: 今天有3件事.
func Together(lines []string) string {
	if len(lines) == 1 {
		return lines[0]
	}
	var b strings.Builder
	fmt.Fprintf(&b, "今天有%d件事：", len(lines))
	for i, l := range lines {
		fmt.Fprintf(&b, "\n%d. %s", i+1, strings.ReplaceAll(l, "\n", " "))
	}
	return b.String()
}

// mostMissed is how many missed reminders are named in their line.
const mostMissed = 5

// Missed is the one line that is left of reminders that came too late to be told;
// empty if there are none.
func Missed(stale []Notice, now time.Time) string {
	var named []string
	n := 0
	for _, s := range stale {
		if s.Reminder == "" || s.Text == "" {
			continue
		}
		if n++; n <= mostMissed {
			named = append(named, fmt.Sprintf("%s %s", zhtime.Echo(s.Due.In(now.Location()), now, false), s.Text))
		}
	}
	if n == 0 {
		return ""
	}
	line := "有提醒没能按时送到：" + strings.Join(named, "；")
	if n > mostMissed {
		return fmt.Sprintf("%s，等%d条。", line, n)
	}
	return line + "。"
}
