package meeting

import "time"

// Weekly makes a meeting one of every week: a box for its topics is open all week, the
// agenda is set the workday before, and what was resolved is told the workday after
// (周二议事日: 周一定议题、周二议事、周三公布).
type Weekly struct {
	// Day is the day of the week, Monday 1 to Sunday 7. A day that is not worked is moved
	// to the next one that is.
	Day int `yaml:"day"`
	// Hour is at what hour the agenda and the resolutions are told, 0 to 23.
	Hour int `yaml:"hour"`
}

// mostShift bounds how far a workday is looked for.
const mostShift = 30

// Before is when the agenda of a session is set; workday judges days in at's zone.
func (w Weekly) Before(at time.Time, workday func(time.Time) bool) time.Time {
	return w.on(step(at, -1, workday))
}

// After is when its resolutions are told.
func (w Weekly) After(at time.Time, workday func(time.Time) bool) time.Time {
	return w.on(step(at, 1, workday))
}

func (w Weekly) on(day time.Time) time.Time {
	y, m, d := day.Date()
	return time.Date(y, m, d, w.Hour, 0, 0, 0, day.Location())
}

// Next is the first session after the last one whose agenda is not set yet at now, at the
// last one's time of day.
func (w Weekly) Next(last, now time.Time, workday func(time.Time) bool) time.Time {
	at := last
	for {
		at = at.AddDate(0, 0, 1)
		if int(at.Weekday()+6)%7+1 != w.Day {
			continue
		}
		session := at
		if !workday(session) {
			session = step(session, 1, workday)
		}
		if session.After(last) && w.Before(session, workday).After(now) {
			return session
		}
	}
}

// step is the nearest workday before or after a day, at its time of day.
func step(at time.Time, by int, workday func(time.Time) bool) time.Time {
	for range mostShift {
		if at = at.AddDate(0, 0, by); workday(at) {
			break
		}
	}
	return at
}
