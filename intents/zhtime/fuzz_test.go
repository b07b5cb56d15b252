package zhtime

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
)

func FuzzFind(f *testing.F) {
	for _, e := range loadExpectations(f) {
		f.Add(e.text, e.ref.Unix())
	}
	f.Add("每每每隔隔两周周周一一二二三三\xff", int64(0))
	f.Fuzz(func(t *testing.T, text string, at int64) {
		ref := time.Unix(at%(1<<33), 0).In(shanghai)
		for _, prefer := range []Preference{Natural, Future, Past} {
			for _, r := range FindAll(text, ref, Options{Prefer: prefer}) {
				assert.True(t, 0 <= r.From && r.From < r.To && r.To <= utf8.RuneCountInString(text))
				if r.Kind == Recurring {
					r.Recurrence.Occurrences(2)
				}
			}
			r, ok := Find(text, ref, Options{Prefer: prefer})
			assert.Equal(t, ok, r.Kind != None)
			r.Answer()
			r.Echo(ref)
		}
	})
}

func FuzzExplainLine(f *testing.F) {
	f.Add([]byte(`{"id":1,"input":"周五前","reference_time":"2026-11-25T10:00:00"}`))
	f.Add([]byte(`{`))
	f.Fuzz(func(t *testing.T, line []byte) {
		out, err := ExplainLine(line, shanghai, Options{})
		assert.True(t, (err == nil) == (len(out) > 0))
	})
}

func FuzzParseCalendar(f *testing.F) {
	f.Add([]byte("国庆 2026-10-01 2026-10-07 班 2026-10-10\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if c, err := ParseCalendar(text); err == nil {
			c.Workday(time.Unix(0, 0))
		}
	})
}

// TestTimeIsLinear: ten times the text takes about ten times as long, whatever it
// is made of. The bound is wide, so that only a wrong growth fails.
func TestTimeIsLinear(t *testing.T) {
	ref := time.Date(2026, 11, 25, 10, 0, 0, 0, shanghai)
	for _, unit := range []string{"周五前", "1", "一", "每", "十", "12月", "1,", "到", "到到1", "3点到", "上", "半", "大", "、周一", "1-", "  ", "农历", "[", "每周一", "千百"} {
		took := func(n int) time.Duration {
			text := strings.Repeat(unit, n)
			best := time.Hour
			for range 5 {
				begin := time.Now()
				Find(text, ref, Options{})
				best = min(best, time.Since(begin))
			}
			return best
		}
		short, long := took(300), took(6000)
		assert.Less(t, long, 20*8*short+20*time.Millisecond, "%q: %s for 300, %s for 6000", unit, short, long)
	}
}
