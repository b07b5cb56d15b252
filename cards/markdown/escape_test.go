package markdown_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/cards/markdown"
)

func TestEscape(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"number of a matter": {"#12 已接单", "#12 已接单"},
		"heading":            {"# 标题", "＃ 标题"},
		"heading, digits":    {"##12", "＃＃12"},
		"decimal":            {"3.5元", "3.5元"},
		"date":               {"2025.11.3", "2025.11.3"},
		"clock":              {"8:30 开会", "8:30 开会"},
		"address of a house": {"3-2-501", "3-2-501"},
		"below zero":         {"-5度", "－5度"},
		"ordered list":       {"1. 灯\n2) 水", "1． 灯\n2） 水"},
		"bare host":          {"去 evil.cn 看", "去 evil．cn 看"},
		"end of a sentence":  {"灯坏了. 请来", "灯坏了. 请来"},
		"ip address":         {"192.168.1.1", "192．168．1．1"},
		"scheme":             {"https://a", "https：//a"},
		"mail":               {"a@b.cn", "a＠b．cn"},
		"everyone":           {"@all @所有人 <@all>", "＠all ＠所有人 ＜＠all＞"},
		"link":               {"[a](b)", "［a］(b)"},
		"reference":          {"[a]: b", "［a］: b"},
		"definition":         {": b", "： b"},
		"maths":              {`$x$ \(y\)`, `＄x＄ ＼(y＼)`},
		"template variables": {"${x} {{y}}", "＄｛x｝ ｛｛y｝｝"},
		"entity":             {"&#64;all", "＆#64;all"},
		"masked name":        {"王*", "王＊"},
		"setext":             {"a\n===\nb\n---", "a\n＝==\nb\n－--"},
		"indented":           {"  - a", "  － a"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, tt.want, markdown.Escape(tt.in))
			assert.Equal(t, tt.want, markdown.Escape(tt.want), "twice")
		})
	}
}

func TestLiteralLeavesMarkdownAlone(t *testing.T) {
	assert.Equal(t, "# a **b** [c] ＜d＞ ＠e", markdown.Literal("# a **b** [c] <d> @e"))
	assert.Equal(t, "看 a．cn：＄｛x｝", markdown.Literal("看 a.cn：${x}"))
	assert.Equal(t, "没有什么", markdown.Literal("没有什么"))
}

// Cutting comes before escaping, so escaping must not change the length.
func TestEscapingKeepsTheLength(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~\n]{0,40}`)).Draw(t, "s")
		for _, escape := range []func(string) string{markdown.Literal, markdown.Escape} {
			got := escape(s)
			assert.Equal(t, utf8.RuneCountInString(s), utf8.RuneCountInString(got))
			assert.Equal(t, got, escape(got), "twice")
		}
	})
}
