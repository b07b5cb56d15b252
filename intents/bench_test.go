package intents

import (
	"fmt"
	"strings"
	"testing"
)

// BenchmarkRead reads the whole corpus over and over: ns/op is the mean cost of
// an utterance as people type them.
func BenchmarkRead(b *testing.B) {
	s := loadSetting(b)
	r := NewReader(s.lex)
	corpus := loadCorpus(b, s)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		u := corpus[i%len(corpus)]
		r.Read(u.said, u.ctx)
	}
}

// BenchmarkReadOne reads single sentences, among few and among many people.
func BenchmarkReadOne(b *testing.B) {
	s := loadSetting(b)
	r := NewReader(s.lex)
	crowd := s.ctx
	for i := range 500 {
		crowd.Names = append(crowd.Names, Name{ID: fmt.Sprint(i), Name: string([]rune("赵钱孙李周吴郑王冯陈")[i%10]) + string(rune(0x5000+i*7)) + string(rune(0x6000+i*5))})
	}
	for name, c := range map[string]struct {
		said string
		ctx  Context
	}{
		"claim":       {"接单12", s.ctx},
		"order":       {"下单 1 @王建国 明天下午五点前", s.ctx},
		"order/crowd": {"下单 1 @王建国 明天下午五点前", crowd},
		"ask":         {"帮我报修一下，3栋2单元声控灯坏了，谢谢", s.ctx},
		"chat":        {"各位邻居早上好，今天天气真好", s.ctx},
		"no-verb":     {"我家孩子昨天在小区门口骑车摔了一跤还好没事", s.ctx},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Read(c.said, c.ctx)
			}
		})
	}
}

// BenchmarkReadLength shows that the cost grows linearly: ns/op by ten with
// every step.
func BenchmarkReadLength(b *testing.B) {
	s := loadSetting(b)
	r := NewReader(s.lex)
	for _, n := range []int{10, 100, 1000, 10000} {
		text := "点单 " + strings.Repeat("楼道灯坏了，3号楼周五晚上8点以后没人管。", n)
		b.Run(fmt.Sprint(len(text)), func(b *testing.B) {
			for b.Loop() {
				r.Read(text, s.ctx)
			}
		})
	}
}
