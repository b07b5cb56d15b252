package intents_test

import (
	"fmt"
	"time"

	"yiqun/intents"
)

func ExampleReader_Read() {
	r := intents.NewReader(intents.Lexicon{Words: []intents.Word{
		{Verb: "接单", Takes: intents.Takes{Matter: true}, Undoable: true},
		{Verb: "点单", Also: []string{"报修"}, Takes: intents.Takes{Place: true}, Opens: true, Undoable: true},
	}})
	ctx := intents.Context{
		Now:     time.Date(2026, 11, 23, 10, 0, 0, 0, time.FixedZone("CST", 8*3600)),
		BotName: "议群",
	}
	for _, said := range []string{
		"@议群 12号我接",
		"帮我报修一下，3栋声控灯坏了，谢谢",
		"借单12",
		"要不要接单？",
		"谢谢啦",
	} {
		in := r.Read(said, ctx)
		fmt.Printf("verb=%q matters=%v place=%q text=%q sure=%.2f small=%q\n", in.Verb, in.Matters, in.Place, in.Text, in.Sure, in.Small)
	}
	// Output:
	// verb="接单" matters=[12] place="" text="" sure=1.00 small=""
	// verb="点单" matters=[] place="3栋" text="3栋声控灯坏了" sure=1.00 small=""
	// verb="接单" matters=[12] place="" text="" sure=0.85 small=""
	// verb="接单" matters=[] place="" text="" sure=0.50 small=""
	// verb="" matters=[] place="" text="" sure=0.00 small="thanks"
}
