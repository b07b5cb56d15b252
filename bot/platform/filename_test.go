package platform_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/bot/platform"
)

func TestFileName(t *testing.T) {
	for name, want := range map[string]string{
		"台账2026年11月.xlsx":                "台账2026年11月.xlsx",
		"../../etc/passwd":               "／..／etc／passwd",
		`C:\台账.xlsx`:                     "C：＼台账.xlsx",
		"https://evil.example/x.xlsx":    "https：／／evil．example／x.xlsx",
		"灯\u202e\u200b坏\n了.xlsx":         "灯坏 了.xlsx",
		`a";filename="b.xlsx`:            `a＂;filename=＂b.xlsx`,
		".xlsx":                          "文件.xlsx",
		"":                               "文件",
		" . ":                            "文件",
		"没有尾巴":                           "没有尾巴",
		"一.这不是文件类型":                      "一．这不是文件类型",
		strings.Repeat("长", 50) + ".pdf": strings.Repeat("长", 37) + "….pdf",
	} {
		assert.Equal(t, want, platform.FileName(name), "%q", name)
	}
}

func TestFileNameIsAlwaysUsable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		got := platform.FileName(rapid.String().Draw(t, "name"))
		if len(got) > 120 || got == "" || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\:*?\"<>|@\n\x00") || strings.HasPrefix(got, ".") {
			t.Fatalf("%q", got)
		}
	})
}
