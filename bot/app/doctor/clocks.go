package doctor

import (
	"fmt"
	"net/http"
	"sync"
	"time"

	"yiqun/bot"
)

// How far this machine's clock may be off: signatures of callbacks are refused after
// five minutes, and a vote's deadline should be right to the minute.
const (
	offABit = 30 * time.Second
	offFar  = 5 * time.Minute
)

// clocks compares this machine's clock with those of everybody who is called: every
// HTTP answer tells its time.
type clocks struct {
	clock bot.Clock
	next  http.RoundTripper

	mu   sync.Mutex
	seen bool
	off  time.Duration // the smallest seen; positive: we are ahead
}

// RoundTrip implements http.RoundTripper.
func (c *clocks) RoundTrip(r *http.Request) (*http.Response, error) {
	sent := c.clock.Now()
	resp, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	got := c.clock.Now()
	if theirs, err := http.ParseTime(resp.Header.Get("Date")); err == nil {
		// Their second began somewhere on the way.
		c.note(sent.Add(got.Sub(sent) / 2).Sub(theirs.Add(500 * time.Millisecond)))
	}
	return resp, nil
}

func (c *clocks) note(off time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.seen || off.Abs() < c.off.Abs() {
		c.seen, c.off = true, off
	}
}

func (c *clocks) finding() Finding {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := Finding{Check: "clock", Title: "时钟", Grade: Healthy, Say: "和平台的时间一致。"}
	way := "快"
	if c.off < 0 {
		way = "慢"
	}
	switch off := c.off.Abs(); {
	case !c.seen:
		f.Grade, f.Say = Note, "没有连上任何平台，没法核对本机的时间。"
	case off >= offFar:
		f.Grade, f.Say = Broken, fmt.Sprintf("本机的时钟%s了%s，平台会拒绝签名，提醒也会错：请运行 timedatectl set-ntp true 打开自动对时。", way, spoken(off))
	case off >= offABit:
		f.Grade, f.Say = Degraded, fmt.Sprintf("本机的时钟%s了%s：请运行 timedatectl set-ntp true 打开自动对时。", way, spoken(off))
	}
	return f
}

// spoken is a length of time in its largest unit.
func spoken(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("约%d天", d.Round(24*time.Hour)/(24*time.Hour))
	case d >= 2*time.Hour:
		return fmt.Sprintf("约%d小时", d.Round(time.Hour)/time.Hour)
	case d >= 2*time.Minute:
		return fmt.Sprintf("约%d分钟", d.Round(time.Minute)/time.Minute)
	}
	return fmt.Sprintf("约%d秒", d.Round(time.Second)/time.Second)
}
