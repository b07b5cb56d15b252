package web

import "time"

// clockBody moves the world's clock in one of three ways.
type clockBody struct {
	// Add moves it on by a Go duration, "10m".
	Add string `json:"add"`
	// To sets it to a wall time in China, as a date-time field gives it.
	To string `json:"to"`
	// Tomorrow sets it to the next day's time of day, "09:00".
	Tomorrow string `json:"tomorrow"`
}

// farthest bounds a single move, so that a slip of the finger does not end the
// world.
const farthest = 366 * 24 * time.Hour

// clock moves the clock and answers with the new time.
func (s *server) clock(in clockBody) (any, error) {
	now := s.world.Clock.Now().In(China)
	to, ok := in.target(now)
	if !ok {
		return nil, refusal("时间写得不对。")
	}
	if d := to.Sub(now); d > farthest || d < -farthest {
		return nil, refusal("一次最多移动一年。")
	}
	s.world.Clock.Set(to)
	return map[string]string{"now": wall(s.world.Clock.Now())}, nil
}

func (in clockBody) target(now time.Time) (time.Time, bool) {
	switch {
	case in.Add != "":
		d, err := time.ParseDuration(in.Add)
		return now.Add(d), err == nil
	case in.Tomorrow != "":
		at, err := time.Parse("15:04", in.Tomorrow)
		return time.Date(now.Year(), now.Month(), now.Day()+1, at.Hour(), at.Minute(), 0, 0, China), err == nil
	}
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05"} {
		if to, err := time.ParseInLocation(layout, in.To, China); err == nil {
			return to, true
		}
	}
	return time.Time{}, false
}
