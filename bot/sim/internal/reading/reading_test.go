package reading_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot/sim/internal/reading"
)

func TestPlain(t *testing.T) {
	for markdown, want := range map[string]string{
		"# 标题\n\n正文":                      "标题\n正文",
		"**粗** *斜* `码` ~":                 "粗 斜 码 ~",
		"一行\n还是一行":                        "一行 还是一行",
		"一行  \n二行<br>三行<br/>四行":           "一行\n二行\n三行\n四行",
		"- 一\n- 二":                        "· 一\n· 二",
		"1. 一\n2. 二":                      "· 一\n· 二",
		"[看](https://example.invalid)":    "看",
		"<https://example.invalid>":       "https://example.invalid",
		"![图](x)":                         "[图片]",
		"> 引用":                            "引用",
		"```\na\nb\n```":                  "a\nb",
		"\\*不是斜体\\*":                      "*不是斜体*",
		"<font colorTokenV2=x>绿</font>字":  "绿字",
		"| 甲 | 乙 |\n| - | - |\n| 1 | 2 |": "甲 乙\n1 2",
		"<div>一<br>二</div>":               "一\n二",
		"@王建国 <a atId=user01>王</a>":       "@王建国 王",
		"":                                "",
		"***":                             "",
		"零宽\u200b不变 a < b 且 b > c &amp; 一半 &lt;": "零宽\u200b不变 a < b 且 b > c & 一半 <",
	} {
		assert.Equal(t, want, reading.Plain(markdown), markdown)
	}
}

func FuzzPlain(f *testing.F) {
	f.Add("# a\n- b\n<br>\\")
	f.Fuzz(func(t *testing.T, markdown string) {
		assert.NotContains(t, reading.Plain(markdown), "\n\n")
	})
}
