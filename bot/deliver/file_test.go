package deliver_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot"
	"yiqun/bot/deliver"
)

func file(id, name, instead string) deliver.Row {
	return deliver.Row{ID: id, To: group, Body: deliver.Body{File: &deliver.File{Name: name, Data: []byte("x")}, Text: instead}}
}

// TestAFileThatCannotGoIsSaidInstead: the words beside a file are said only where no
// file can go, and lines around it stay in order.
func TestAFileThatCannotGoIsSaidInstead(t *testing.T) {
	for code, want := range map[bot.Code]string{
		"":              "text 前,file 表.xlsx,text 后",
		bot.Unsupported: "text 前,file 表.xlsx,text 发不了,text 后",
		bot.Rejected:    "text 前,file 表.xlsx,text 发不了,text 后",
	} {
		b := setup(t)
		b.on = func(what string, _ deliver.Outgoing) error {
			if code != "" && strings.HasPrefix(what, "file") {
				return fault(code)
			}
			return nil
		}
		b.put(t, line("1", group, "前"), file("2", "表.xlsx", "发不了"), line("3", group, "后"))
		b.drain(t)
		var seen []string
		for _, s := range b.seen {
			seen = append(seen, s.what)
		}
		assert.Equal(t, want, strings.Join(seen, ","), code)
	}
}
