package zhtime

import (
	"strings"
	"testing"
	"testing/fstest"
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
		assert.Equal(t, (err == nil), (len(out) > 0))
	})
}

func FuzzLoadCalendar(f *testing.F) {
	f.Add([]byte("国庆 2026-10-01 2026-10-07 班 2026-10-10\n"))
	f.Fuzz(func(_ *testing.T, text []byte) {
		if c, err := LoadCalendar(fstest.MapFS{"x.txt": {Data: text}}); err == nil {
			c.Workday(time.Unix(0, 0))
		}
	})
}

// TestTimeIsLinear: twenty times the text takes about twenty times as long,
// whatever it is made of. Quadratic growth would take four hundred times; a busy
// machine is given several tries.
func TestTimeIsLinear(t *testing.T) {
	for _, unit := range []string{"周五前", "1", "一", "每", "十", "12月", "1,", "到", "到到1", "3点到", "上", "半", "大", "、周一", "1-", "  ", "农历", "[", "每周一", "千百"} {
		linear := false
		var short, long time.Duration
		for range 20 {
			short, long = reading(strings.Repeat(unit, 200)), reading(strings.Repeat(unit, 4000))
			if linear = long < 120*short; linear {
				break
			}
		}
		assert.True(t, linear, "%q: %s for 200, %s for 4000", unit, short, long)
	}
}

// reading is the shortest of three times a text took to read.
func reading(text string) time.Duration {
	best := time.Hour
	for range 3 {
		begin := time.Now()
		Find(text, wednesday, Options{})
		best = min(best, time.Since(begin))
	}
	return best
}
