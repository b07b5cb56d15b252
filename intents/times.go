package intents

import (
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/intents/zhtime"
)

// timeSpan is a time found in the text.
type timeSpan struct {
	from, to int
	read     zhtime.Reading
}

// timesIn finds the times in the sentence, in order. Beyond what is searched
// for pieces nobody looks for one.
func (rd *reading) timesIn() []timeSpan {
	if rd.timed {
		return rd.times
	}
	rd.timed = true
	s := rd.s[:min(len(rd.s), searched+scanned)]
	at, runes := 0, 0
	for _, t := range zhtime.FindAll(s, rd.ctx.Now, zhtime.Options{}) {
		from := forward(s, at, t.From-runes)
		at, runes = forward(s, from, t.To-t.From), t.To
		rd.times = append(rd.times, timeSpan{from: from, to: at, read: t})
	}
	return rd.times
}

// forward returns the place n characters after i.
func forward(s string, i, n int) int {
	for ; n > 0 && i < len(s); n-- {
		_, w := utf8.DecodeRuneInString(s[i:])
		i += w
	}
	return i
}

// timeAt returns the time that begins at i.
func (rd *reading) timeAt(i int) (timeSpan, bool) {
	times := rd.timesIn()
	k, ok := slices.BinarySearchFunc(times, i, func(t timeSpan, at int) int { return t.from - at })
	if ok {
		return times[k], true
	}
	if k == 0 || times[k-1].to <= i {
		return timeSpan{}, false
	}
	// The grammar began too early: the 约 of 预约, the 1 of 延期 1 到3号.
	read, ok := zhtime.Parse(rd.s[i:times[k-1].to], rd.ctx.Now, zhtime.Options{})
	return timeSpan{from: i, to: times[k-1].to, read: read}, ok
}

// dated are the characters that a time before a verb begins with: 明天8点提醒.
const dated = "一二三四五六七八九十两半廿这本上下周星礼今明昨后前大早中晚凌傍月年季节元除正腊国端清重冬每隔"

// timeBefore returns the time that begins at i, before the verb, where most
// words are something else.
func (rd *reading) timeBefore(i int) (timeSpan, bool) {
	r, _ := utf8.DecodeRuneInString(rd.s[i:])
	if r > '9' && !strings.ContainsRune(dated, r) {
		return timeSpan{}, false
	}
	return rd.timeAt(i)
}

// setWhen takes t for the time of the intent, read the way the verb leans:
// reports and ledgers are about the past, everything else is to come. After a
// verb about what is to come, a time that is over belongs to the description
// (派单 昨天的事), and setWhen reports false.
func (rd *reading) setWhen(t timeSpan, w Word) bool {
	opt := zhtime.Options{Prefer: zhtime.Future}
	if w.Looks || w.Takes.Hours || w.Takes.Points {
		opt.Prefer = zhtime.Past
	}
	read, ok := zhtime.Parse(rd.s[t.from:t.to], rd.ctx.Now, opt)
	if !ok {
		read = t.read
	}
	when := whenOf(read, rd.ctx)
	if opt.Prefer == zhtime.Future && !when.Invalid && when.End.Before(rd.ctx.Now) {
		return false
	}
	when.Said = rd.f.Original(t.from, t.to)
	rd.in.When = &when
	return true
}

// whenOf turns a reading of the time grammar into a When.
func whenOf(r zhtime.Reading, ctx *Context) When {
	w := When{Start: r.Start, End: r.End, WholeDay: r.WholeDay, Deadline: r.Deadline, Doubtful: r.Doubtful, Length: r.Length}
	switch r.Kind {
	case zhtime.Duration:
		w.Start, w.End = ctx.Now, ctx.Now.Add(r.Length)
	case zhtime.Recurring:
		w.Recurs = true
		w.RRule = r.Recurrence.RRule
	case zhtime.Impossible:
		w.Invalid = true
	}
	if len(r.Others) > 0 {
		w.Alternative = r.Others[0].Start
	}
	return w
}
