package intents

// timeSpan is a time found in the text.
type timeSpan struct {
	from, to int
	when     When
}

// timesIn finds the times in the sentence, in order.
func (rd *reading) timesIn() []timeSpan {
	if !rd.timed {
		rd.timed = true
		rd.times = findTimes(rd.s, rd.ctx)
	}
	return rd.times
}

// timeAt returns the time that begins at i.
func (rd *reading) timeAt(i int) (timeSpan, bool) {
	if !mayBeginTime(rd.s[i:]) {
		return timeSpan{}, false
	}
	for _, t := range rd.timesIn() {
		if t.from == i {
			return t, true
		}
	}
	return timeSpan{}, false
}
