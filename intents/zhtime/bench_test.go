package zhtime

import (
	"slices"
	"testing"
	"time"
)

// BenchmarkFind reads every expression of the files in turn and reports, beside
// the mean, the slowest of a hundred.
func BenchmarkFind(b *testing.B) {
	all := loadExpectations(b)
	took := make([]time.Duration, 0, 1<<20)
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		e := all[i%len(all)]
		i++
		begin := time.Now()
		Find(e.text, e.ref, Options{})
		if len(took) < cap(took) {
			took = append(took, time.Since(begin))
		}
	}
	slices.Sort(took)
	b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds()), "p99-ns")
	b.ReportMetric(float64(took[len(took)/2].Nanoseconds()), "p50-ns")
}

func BenchmarkFindSentence(b *testing.B) {
	ref := time.Date(2026, 11, 25, 10, 0, 0, 0, shanghai)
	b.ReportAllocs()
	for b.Loop() {
		Find("点单 3栋2单元的声控灯从昨天晚上开始就不亮了，麻烦周五下午五点前来看一下，谢谢", ref, Options{})
	}
}

func BenchmarkOccurrences(b *testing.B) {
	ref := time.Date(2026, 11, 25, 10, 0, 0, 0, shanghai)
	r, _ := Find("每周二19:30", ref, Options{})
	b.ReportAllocs()
	for b.Loop() {
		r.Recurrence.Occurrences(12)
	}
}
