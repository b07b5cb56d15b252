package procedure_test

import (
	"testing"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

func BenchmarkApply(b *testing.B) {
	p := begin(b, "order.three-slips")
	p.do(resident, p.say("点单", "3栋2单元声控灯坏了"))
	p.do(leader, p.say("下单", ""))
	act, e := p.say("接单", ""), p.env(wang)
	act.At, act.Salt = p.now, []byte("salt")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, _, err := procedure.Apply(e, p.matter, act); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFold100(b *testing.B) {
	p := begin(b, "order.three-slips")
	p.do(resident, p.say("点单", "3栋2单元声控灯坏了"))
	p.do(leader, p.say("下单", ""))
	for len(p.acts) < 100 {
		p.do(wang, p.say("接单", ""))
		p.do(wang, p.say("退单", "腰扭了"))
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := procedure.Fold(p.tmpl, beijing, p.acts); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCard(b *testing.B) {
	p := begin(b, "order.three-slips")
	p.do(resident, p.say("点单", "3栋2单元声控灯坏了"))
	assign := p.say("下单", "")
	assign.People = []bot.PersonID{"wang"}
	p.do(leader, assign)
	for name, v := range map[string]procedure.Viewer{"group": {Group: true}, "private": {Actor: wang}} {
		b.Run(name, func(b *testing.B) {
			e := p.env(clock)
			b.ReportAllocs()
			for b.Loop() {
				e.Card(p.matter, v, names(p.acts))
			}
		})
	}
}

func BenchmarkParse(b *testing.B) {
	p := begin(b, "order.three-slips")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := procedure.Parse(p.tmpl.Raw); err != nil {
			b.Fatal(err)
		}
	}
}
