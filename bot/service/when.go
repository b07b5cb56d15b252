package service

import (
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/intents"
	"yiqun/intents/zhtime"
)

// instant turns a reading of time into the one instant a field needs: the end of
// what was said for a deadline, the beginning for when something is. What can mean
// two days is asked, what names no day is refused.
func (s *session) instant(w *intents.When, typ procedure.FieldType) (time.Time, error) {
	switch {
	case w.Invalid:
		return time.Time{}, bot.Errorf(bot.Invalid, "“%s”这一天不存在，请再说一次日期。", cut(w.Said, 12))
	case w.Doubtful:
		return time.Time{}, s.whichTime(w, typ)
	case w.RRule != "" || w.Recurs:
		return time.Time{}, bot.Errorf(bot.Invalid, "这里只能说一次的时间，不能说“%s”。", cut(w.Said, 12))
	}
	return pointOf(w, typ), nil
}

func pointOf(w *intents.When, typ procedure.FieldType) time.Time {
	if typ == procedure.DeadlineField && (w.Deadline || w.WholeDay || w.Length > 0) {
		return w.End
	}
	return w.Start
}

// putOff is until when something lasts that is put off to until: what was said as a mere
// length, 再给我两天, counts from when it is due, or from now where that is over.
func (s *session) putOff(due, until time.Time) time.Time {
	w := s.read.When
	if until.IsZero() || w == nil || w.Length <= 0 || w.Deadline || !due.After(s.now) {
		return until
	}
	return due.Add(w.Length)
}

// whichTime asks which of the times that the words may mean is meant.
func (s *session) whichTime(w *intents.When, typ procedure.FieldType) error {
	all := s.timesOf(w)
	labels := make([]string, len(all))
	for i := range all {
		labels[i] = s.echo(&all[i], typ)
	}
	return s.whichOf(fmt.Sprintf("“%s”是哪一个？", cut(w.Said, 12)), labels, func(r *intents.Intent, i int) {
		when := all[i]
		r.When = &when
	})
}

// timesOf are the readings of a doubtful time, the likeliest first, each without
// doubt.
func (s *session) timesOf(w *intents.When) []intents.When {
	sure := *w
	sure.Doubtful, sure.Alternative = false, time.Time{}
	out := []intents.When{sure}
	read, _ := zhtime.Parse(w.Said, s.now.In(s.zone()), zhtime.Options{Prefer: zhtime.Future})
	for _, o := range read.Others {
		out = append(out, intents.When{
			Start: o.Start, End: o.End, WholeDay: o.WholeDay, Deadline: o.Deadline, Length: o.Length, Said: w.Said,
		})
	}
	if len(out) == 1 && !w.Alternative.IsZero() {
		other := sure
		other.End = w.End.Add(w.Alternative.Sub(w.Start))
		other.Start = w.Alternative
		out = append(out, other)
	}
	return out
}

// echo says a time back as a field of that type understands it.
func (s *session) echo(w *intents.When, typ procedure.FieldType) string {
	now, at := s.now.In(s.zone()), pointOf(w, typ).In(s.zone())
	if typ == procedure.DeadlineField {
		return zhtime.EchoDeadline(at, now)
	}
	return zhtime.Echo(at, now, w.WholeDay)
}
