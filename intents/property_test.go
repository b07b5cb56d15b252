package intents

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/intents/zhtext"
)

// traditional maps simplified characters to their first traditional form.
func traditional(t testing.TB) map[rune]rune {
	t.Helper()
	data, err := os.ReadFile("zhtext/simplified.txt")
	require.NoError(t, err)
	m := make(map[rune]rune)
	for line := range strings.Lines(string(data)) {
		if r := []rune(strings.TrimSpace(line)); len(r) > 1 && zhtext.Simplify(string(r[1])) == string(r[0]) {
			m[r[0]] = r[1]
		}
	}
	return m
}

// wide returns ASCII as its full-width twin.
func wide(r rune) rune {
	switch {
	case r == ' ':
		return '　'
	case r > ' ' && r < 0x7F:
		return r + 0xFEE0
	}
	return r
}

// folded compares intents whatever width and characters the words were typed in.
func folded(s setting, in Intent) string {
	pieces, text := s.describe(in)
	return zhtext.Fold(fmt.Sprintf("%s : %s (%.2f)", pieces, text, in.Sure)).Text
}

func TestSameAnswerHoweverTyped(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	trad := traditional(t)
	changes := map[string]func(string) string{
		"full width": func(text string) string { return strings.Map(wide, text) },
		"traditional": func(text string) string {
			return strings.Map(func(r rune) rune {
				if to, ok := trad[r]; ok {
					return to
				}
				return r
			}, text)
		},
		"wide spaces":      func(text string) string { return strings.ReplaceAll(text, " ", " \u00a0　") },
		"surrounded":       func(text string) string { return "  \t" + text + " \u200b" },
		"capitals":         strings.ToUpper,
		"zero-width marks": func(text string) string { return strings.Join(strings.Split(text, ""), "\u200b") },
	}
	for _, u := range loadCorpus(t, s) {
		want := folded(s, r.Read(u.said, u.ctx))
		for name, change := range changes {
			if strings.ContainsAny(u.said, "[⃣") && name == "zero-width marks" {
				continue // a keycap and [呲牙] are made of several characters
			}
			assert.Equal(t, want, folded(s, r.Read(change(u.said), u.ctx)), "%s: %s", name, u.said)
		}
	}
}

func TestSameAnswerWhereverTheBotIsMentioned(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	for _, u := range loadCorpus(t, s) {
		if u.ctx.BotName != s.ctx.BotName || strings.Contains(u.said, "议群") || strings.Contains(u.said, "議群") || strings.TrimFunc(u.said, separator) == "" {
			continue
		}
		want := folded(s, r.Read(u.said, u.ctx))
		assert.Equal(t, want, folded(s, r.Read("@议群 "+u.said, u.ctx)), "%s", u.said)
		assert.Equal(t, want, folded(s, r.Read("＠议群\u2005"+u.said, u.ctx)), "%s", u.said)
		assert.Equal(t, want, folded(s, r.Read(u.said+" @议群", u.ctx)), "%s", u.said)
	}
}

// TestCommandsOfEveryVerb makes sentences from every spelling of every verb
// that takes a matter and acts.
func TestCommandsOfEveryVerb(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	var verbs []Word
	for _, w := range s.lex.Words {
		if w.Takes.Matter && !w.Looks {
			verbs = append(verbs, w)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.SampledFrom(verbs).Draw(t, "word")
		verb := rapid.SampledFrom(append([]string{w.Verb}, w.Also...)).Draw(t, "verb")
		n := rapid.IntRange(6, 9999).Draw(t, "number")
		before := rapid.SampledFrom([]string{"", "我", "我来", "麻烦", "请", "好的，", "你好，", "@议群 "}).Draw(t, "before")
		ref := fmt.Sprintf(rapid.SampledFrom([]string{"%d", " %d", "#%d", " #%d ", "%d号单", "%d号", "，%d"}).Draw(t, "form"), n)
		after := rapid.SampledFrom([]string{"", "。", "！", " 谢谢", "，谢谢", "👌"}).Draw(t, "after")
		said := before + verb + ref + after
		in := r.Read(said, s.ctx)
		require.Equal(t, w.Verb, in.Verb, said)
		require.Equal(t, []int{n}, in.Matters, said)
		require.True(t, s.acts(in), "%s: %v", said, in.Why)
		require.Empty(t, in.Text, said)
	})
}

// TestDenialsNeverAct makes denials and questions from every verb that acts.
func TestDenialsNeverAct(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	var verbs []string
	for _, w := range s.lex.Words {
		if !w.Looks && utf8.RuneCountInString(w.Verb) > 1 {
			verbs = append(append(verbs, w.Verb), w.Also...)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		verb := rapid.SampledFrom(verbs).Draw(t, "verb")
		shape := rapid.SampledFrom([]string{
			"不要%s", "我不%s", "别%s", "千万别%s", "还没%s", "谁%s了", "怎么%s", "如何%s", "要不要%s", "能不能%s", "%s是什么意思", "%s是什么", "%s吗", "%s了吗？",
			"为什么%s", "什么时候%s", "他%s了", "如果%s", "昨天%s了", "有人%s吗", "忘了%s", "%s的人多吗", "%s的时候叫我", "听说%s了", "该不该%s",
		}).Draw(t, "shape")
		said := fmt.Sprintf(shape, verb)
		in := r.Read(said, s.ctx)
		if w := slices.IndexFunc(s.lex.Words, func(w Word) bool { return w.Verb == in.Verb }); w >= 0 && s.lex.Words[w].Looks {
			return // 查, 待办 found in it: shown, not done
		}
		require.False(t, s.acts(in), "%s is read as %s, %v", said, in.Verb, in.Why)
	})
}

// sane checks what holds for every intent, whatever was said.
func sane(t require.TestingT, s setting, said string, in Intent) {
	if in.Verb != "" {
		require.True(t, slices.ContainsFunc(s.lex.Words, func(w Word) bool { return w.Verb == in.Verb }), "%q: verb %q", said, in.Verb)
	}
	require.GreaterOrEqual(t, in.Sure, 0.0, "%q", said)
	require.LessOrEqual(t, in.Sure, 1.0, "%q", said)
	require.True(t, in.Verb != "" || in.Sure == 0, "%q is sure of nothing", said)
	require.NotEmpty(t, in.Why, "%q", said)
	for _, m := range in.Matters {
		require.Positive(t, m, "%q", said)
	}
	require.Zero(t, in.Score&^7, "%q", said)
	require.True(t, utf8.ValidString(in.Text) || !utf8.ValidString(said), "%q", said)
	require.LessOrEqual(t, len(in.Text), len(said), "%q: text %q", said, in.Text)
}

func TestAnyTextIsRead(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	var bits []string
	for _, u := range loadCorpus(t, s) {
		bits = append(bits, strings.FieldsFunc(u.said, separator)...)
	}
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(bits), rapid.String(), rapid.SampledFrom([]string{" ", "，", "\n", "@", "#", "1", "号"})), 0, 12).Draw(t, "parts")
		said := strings.Join(parts, "")
		ctx := s.ctx
		ctx.Quoted = rapid.SampledFrom([]string{"", "#12 单", "#"}).Draw(t, "quoted")
		sane(t, s, said, r.Read(said, ctx))
	})
}

// TestHostileTextIsLinear reads a megabyte of what would hurt a reader that
// looks back or ahead without bound.
func TestHostileTextIsLinear(t *testing.T) {
	s := loadSetting(t)
	r := NewReader(s.lex)
	for _, unit := range []string{"1", "一", "@", "#1", "点单", "任务 周五", "不", "王", "3栋", "[", "，", "jd", "下单1给", "接单1、"} {
		for _, lead := range []string{"", "任务 ", "下单 1 ", "点单 "} {
			said := lead + strings.Repeat(unit, 1_000_000/len(unit))
			began := time.Now()
			sane(t, s, unit, Intent{Verb: "", Why: r.Read(said, s.ctx).Why})
			assert.Less(t, time.Since(began), 3*time.Second, "%s%s…", lead, unit)
		}
	}
}

func FuzzRead(f *testing.F) {
	s := loadSetting(f)
	r := NewReader(s.lex)
	for _, u := range loadCorpus(f, s) {
		f.Add(u.said, u.ctx.Quoted, u.ctx.BotName)
	}
	f.Fuzz(func(t *testing.T, said, quoted, bot string) {
		ctx := s.ctx
		ctx.Quoted, ctx.BotName = quoted, bot
		sane(t, s, said, r.Read(said, ctx))
	})
}
