package cards_test

import (
	"testing"

	"yiqun/cards/dingtalk"
	"yiqun/cards/text"
	"yiqun/cards/wecom"
)

// BenchmarkRender measures each rendering of an everyday order and of one with
// far too much text.
func BenchmarkRender(b *testing.B) {
	for _, name := range []string{"order-open", "long-text"} {
		c := readCard(b, goldens+"/"+name+"/card.json")
		run := func(what string, render func() error) {
			b.Run(name+"/"+what, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := render(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("dingtalk", func() error { _, err := dingtalk.Params(c); return err })
		run("wecom", func() error { _, err := wecom.Render(c); return err })
		run("dingtalk-markdown", func() error { dingtalk.Markdown(c, bot); return nil })
		run("wecom-markdown", func() error { wecom.Markdown(c, bot); return nil })
		run("text", func() error { text.Render(c, text.Options{BotName: bot}); return nil })
		run("line", func() error { text.Line(c); return nil })
	}
}
