package zhtime

import (
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/teambition/rrule-go"
	"pgregory.net/rapid"

	"yiqun/intents/zhnum"
)

// traditional writes the characters of the expressions the way Hong Kong and
// Taiwan do.
var traditional = strings.NewReplacer("周", "週", "点", "點", "个", "個", "后", "後", "号", "號", "礼", "禮", "两", "兩",
	"钟", "鐘", "节", "節", "国", "國", "庆", "慶", "农", "農", "历", "曆", "腊", "臘", "闰", "閏", "阴", "陰", "这", "這",
	"时", "時", "间", "間", "内", "內", "过", "過", "刻钟", "刻鐘", "头", "頭", "晓", "曉", "长", "長", "为", "為", "终", "終",
	"单", "單", "会", "會", "开", "開", "岁", "歲", "万", "萬", "阳", "陽", "动", "動", "儿", "兒", "圣", "聖", "诞", "誕",
	"妇", "婦", "劳", "勞", "党", "黨", "军", "軍", "师", "師", "亲", "親", "发", "發", "调", "調", "连", "連", "续", "續")

// fullWidth writes ASCII as full-width characters.
func fullWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r > ' ' && r < 0x7F {
			return r + 0xFEE0
		}
		return r
	}, s)
}

// spaced puts a space between every two Chinese characters.
func spaced(s string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range s {
		if unicode.Is(unicode.Han, r) && unicode.Is(unicode.Han, last) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// TestSameAnswerHoweverTyped: width, script, spaces and invisible marks change
// nothing but the span.
func TestSameAnswerHoweverTyped(t *testing.T) {
	ways := map[string]func(string) string{
		"full width":  fullWidth,
		"traditional": traditional.Replace,
		"both":        func(s string) string { return fullWidth(traditional.Replace(s)) },
		"marks":       func(s string) string { return "\u200b" + strings.Join(strings.Split(s, ""), "\u200b") + "\ufe0f" },
		"padded":      func(s string) string { return " \t" + s + "　" },
	}
	for _, e := range loadExpectations(t) {
		plain, _ := Find(e.text, e.ref, Options{})
		for way, write := range ways {
			r, _ := Find(write(e.text), e.ref, Options{})
			assert.Equal(t, said(plain, 3), said(r, 3), "%s: %s", way, write(e.text))
			assert.Equal(t, plain.Doubtful, r.Doubtful, "%s: %s", way, write(e.text))
		}
	}
}

// TestSpacesBetweenCharacters: spaces inside an expression change nothing.
func TestSpacesBetweenCharacters(t *testing.T) {
	for _, e := range loadExpectations(t) {
		if e.file == "sentences.txt" || e.file == "none.txt" {
			continue // there a space may part two words
		}
		plain, _ := Find(e.text, e.ref, Options{})
		r, _ := Find(spaced(e.text), e.ref, Options{})
		assert.Equal(t, said(plain, 3), said(r, 3), spaced(e.text))
	}
}

// TestDatesRoundTrip: a date written in any usual form is read back.
func TestDatesRoundTrip(t *testing.T) {
	ref := time.Date(2026, 11, 25, 10, 0, 0, 0, shanghai)
	forms := []func(time.Time) string{
		func(d time.Time) string { return d.Format("2006-01-02") },
		func(d time.Time) string { return d.Format("2006/1/2") },
		func(d time.Time) string { return d.Format("2006.1.2") },
		func(d time.Time) string { return d.Format("2006年1月2日") },
		func(d time.Time) string { return d.Format("2006年01月02号") },
		func(d time.Time) string { return d.Format("20060102") },
		func(d time.Time) string {
			return zhnum.FormatDigits(d.Year()) + "年" + zhnum.Format(int(d.Month())) + "月" + zhnum.Format(d.Day()) + "日"
		},
	}
	rapid.Check(t, func(t *rapid.T) {
		d := time.Date(rapid.IntRange(1900, 2100).Draw(t, "y"), 1, 1+rapid.IntRange(0, 364).Draw(t, "day"), 0, 0, 0, 0, shanghai)
		form := rapid.SampledFrom(forms).Draw(t, "form")
		r, ok := Parse(form(d), ref, Options{})
		assert.True(t, ok, form(d))
		assert.Equal(t, Span, r.Kind, form(d))
		assert.True(t, r.Start.Equal(d) && r.End.Equal(d.AddDate(0, 0, 1)), form(d))
		assert.False(t, r.Doubtful)
	})
}

// TestTimesRoundTrip: what Echo says is understood as what was meant.
func TestTimesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := time.Date(2026, 1, 1, 0, 0, 0, 0, shanghai).Add(time.Duration(rapid.IntRange(0, 3*525600).Draw(t, "now")) * time.Minute)
		at := ref.Add(time.Duration(rapid.IntRange(1, 300*1440).Draw(t, "ahead")) * time.Minute)
		r, ok := Parse(Echo(at, ref, false), ref, Options{Prefer: Future})
		assert.True(t, ok)
		assert.Equal(t, Point, r.Kind, Echo(at, ref, false))
		assert.True(t, r.Start.Equal(at), "%s: %s", Echo(at, ref, false), r.Start)
		day, ok := Parse(Echo(at, ref, true), ref, Options{Prefer: Future})
		assert.True(t, ok)
		assert.True(t, sameDay(day.Start, at) && day.WholeDay, Echo(at, ref, true))
	})
}

// TestLengthsRoundTrip: what EchoLength says is understood as the same length.
func TestLengthsRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := time.Duration(rapid.IntRange(1, 30*1440).Draw(t, "minutes")) * time.Minute
		r, ok := Parse(EchoLength(d), time.Unix(0, 0), Options{})
		assert.True(t, ok, EchoLength(d))
		assert.Equal(t, d, r.Length, EchoLength(d))
	})
}

// TestRecurrencesAgreeWithRRule compares the day-by-day reckoning of a rule,
// which workdays and lunar dates use, with rrule-go reading the rule's text.
func TestRecurrencesAgreeWithRRule(t *testing.T) {
	compared := 0
	for _, e := range loadExpectations(t) {
		s := newScanner(e.text, e.ref, Options{})
		m, ok := s.best()
		if !ok || m.kind != Recurring || m.recur.rrule() == "" {
			continue
		}
		compared++
		r := s.reading(m, e.ref).Recurrence
		got := r.Occurrences(12)
		assert.Len(t, got, 12, e.text)
		opt, err := rrule.StrToROption(r.RRule)
		assert.NoError(t, err, e.text)
		opt.Dtstart = got[0]
		if len(opt.Byhour) > 0 {
			opt.Bysecond = []int{0}
		}
		set, err := rrule.NewRRule(*opt)
		assert.NoError(t, err, e.text)
		next := set.Iterator()
		for i, want := range got {
			at, ok := next()
			assert.True(t, ok)
			assert.True(t, at.Equal(want), "%s: occurrence %d is %s, rrule-go says %s", e.text, i, want, at)
		}
		if m.recur.interval <= 1 && !m.recur.clockwise() && len(m.recur.months)+len(m.recur.monthDays)+len(m.recur.weekdays) > 0 {
			for i, at := range m.recur.walk(s.cal, s.ref, 12) {
				assert.True(t, at.in(shanghai).Equal(got[i]), "%s: walking, occurrence %d is %s", e.text, i, at.in(shanghai))
			}
		}
	}
	assert.Greater(t, compared, 60)
}

// TestOccurrencesGoForward: occurrences rise, none lies before the reference's
// day, and asking for more never changes the first ones.
func TestOccurrencesGoForward(t *testing.T) {
	for _, e := range loadExpectations(t) {
		r, _ := Find(e.text, e.ref, Options{})
		if r.Kind != Recurring {
			continue
		}
		all := r.Recurrence.Occurrences(12)
		assert.Equal(t, all[:3], r.Recurrence.Occurrences(3), e.text)
		assert.False(t, all[0].AddDate(0, 0, 1).Before(e.ref), e.text)
		for i := 1; i < len(all); i++ {
			assert.True(t, all[i].After(all[i-1]), e.text)
		}
		later := r.Recurrence.After(all[5], 3)
		assert.Equal(t, all[5:8], later, e.text)
	}
}

// TestSpansPointAtTheWords: From and To cut Text out of what was typed.
func TestSpansPointAtTheWords(t *testing.T) {
	for _, e := range loadExpectations(t) {
		for _, text := range []string{e.text, "＠議群　👍 " + e.text + "，謝謝"} {
			for _, r := range FindAll(text, e.ref, Options{}) {
				assert.Equal(t, r.Text, string([]rune(text)[r.From:r.To]), text)
			}
		}
	}
}
