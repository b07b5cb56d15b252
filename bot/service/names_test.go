package service

import (
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/bot/roster"
)

func TestMaskPhones(t *testing.T) {
	for in, want := range map[string]string{
		"电话13812345678":               "电话138******78",
		"138 1234 5678 或 13987654321": "138******78 或 139******21",
		"0877-12345678":               "087*******78",
		"3栋2单元501":                    "3栋2单元501",
		"12345":                       "12345",
		"":                            "",
	} {
		assert.Equal(t, want, maskPhones(in), in)
	}
}

func TestMaskName(t *testing.T) {
	for in, want := range map[string]string{"王建国": "王*", "李阿姨": "李*", "王": "王", "": ""} {
		assert.Equal(t, want, maskName(in), in)
	}
}

func TestPersonName(t *testing.T) {
	for _, good := range []string{"王建国", "李阿姨", "阿依古丽·买买提", "Anna Li", "网格员2号"} {
		assert.True(t, roster.PersonName(good), good)
	}
	for _, bad := range []string{"", "王", "[王](x)", "王\n建国", "@所有人", "王\u202e建国", strings.Repeat("王", 13), "<b>王</b>", "${name}"} {
		assert.False(t, roster.PersonName(bad), "%q", bad)
	}
}

// TestCleanNick: whatever somebody calls themselves becomes one short line.
func TestCleanNick(t *testing.T) {
	assert.Equal(t, "李 红梅", cleanNick(" 李\n\t红梅\u202e\u200f\u0000 "))
	rapid.Check(t, func(t *rapid.T) {
		nick := rapid.String().Draw(t, "nick")
		got := cleanNick(nick)
		if n := utf8.RuneCountInString(got); n > longestNick {
			t.Fatalf("%d characters", n)
		}
		if strings.ContainsFunc(got, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) }) {
			t.Fatalf("%q holds what cannot be seen", got)
		}
		if cleanNick(got) != got {
			t.Fatalf("%q is not clean yet", got)
		}
	})
}

func TestSpellLength(t *testing.T) {
	for d, want := range map[time.Duration]string{
		12400 * time.Millisecond: "12秒", 99 * time.Second: "99秒", 2 * time.Minute: "2分钟", 3 * time.Hour: "180分钟",
	} {
		assert.Equal(t, want, spellLength(d))
	}
}
