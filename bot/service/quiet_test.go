package service_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot/app/apptest"
)

// quiet lists the utterances that are no order: small talk, questions, and what has
// to be asked about. quoted is what each answers, if anything.
func quiet(t testing.TB) (said, quoted []string) {
	files, err := filepath.Glob(filepath.Join(apptest.Root(), "testdata", "intents", "*.txt"))
	require.NoError(t, err)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		quote := ""
		for line := range strings.Lines(string(raw)) {
			line = strings.TrimSuffix(line, "\n")
			if q, ok := strings.CutPrefix(line, "! quoted="); ok {
				quote = q
			}
			if line == "! reset" {
				quote = ""
			}
			text, want, ok := strings.Cut(line, " => ")
			kind, _, _ := strings.Cut(want, " ")
			if ok && !strings.HasPrefix(line, "# ") && (kind == "small" || kind == "ask" || kind == "none") {
				said, quoted = append(said, strings.ReplaceAll(text, `\n`, "\n")), append(quoted, quote)
			}
		}
	}
	return said, quoted
}

// TestNothingIsDoneUnasked: whatever is no order records nothing, even said by who
// may do everything, and gets one short answer.
func TestNothingIsDoneUnasked(t *testing.T) {
	said, quoted := quiet(t)
	require.Greater(t, len(said), 250)
	r := newRoom(t)
	r.busy()
	before := r.acts()
	for i, text := range said {
		r.quoted = quoted[i]
		answers := r.say("李红梅", text)
		if n := r.acts(); n != before {
			assert.Equal(t, before, n, "%q was carried out: %v", text, answers)
			before = n
		}
		if assert.Len(t, answers, 1, text) {
			short(t, text, answers[0])
		}
		r.forgets()
	}
}

func short(t testing.TB, said, answer string) {
	t.Helper()
	assert.NotEmpty(t, strings.TrimSpace(answer), said)
	assert.LessOrEqual(t, strings.Count(answer, "\n")+1, 6, "%q is answered by a wall of text:\n%s", said, answer)
	assert.LessOrEqual(t, utf8.RuneCountInString(answer), 200, "%q is answered by a wall of text:\n%s", said, answer)
}

// TestNoWallOfText: sentences nobody foresaw are answered in a few lines too,
// whoever says them, wherever.
func TestNoWallOfText(t *testing.T) {
	r := newRoom(t)
	r.busy()
	who := []string{"李红梅", "王建国", "刘桂兰", "生人"}
	pieces := []string{
		"今天", "天气", "不错", "昨晚", "跳广场舞", "的", "大妈", "吃饭", "没", "12", "３", "第三网格", "电梯", "又", "怎么", "谁", "哪里", "？", "！", "，",
		"孙子", "考试", "超市", "打折", "abc", "#9", "@张三", "😀", "快递", "到了", "楼下", "有人", "吗", "大家", "看", "电视", "帮助", "那个", "事", "办", "单",
	}
	rapid.Check(t, func(rt *rapid.T) {
		var text string
		if rapid.Bool().Draw(rt, "words") {
			text = strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 12).Draw(rt, "pieces"), "")
		} else {
			text = rapid.String().Draw(rt, "text")
		}
		name := rapid.SampledFrom(who).Draw(rt, "who")
		say := rapid.SampledFrom([]func(string, string) []string{r.say, r.tell}).Draw(rt, "where")
		for _, answer := range say(name, text) {
			short(t, text, answer)
		}
		r.forgets()
	})
}

// TestJunkIsAnswered: long and strange messages get an answer too.
func TestJunkIsAnswered(t *testing.T) {
	r := newRoom(t)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 100 {
		junk := make([]rune, 1+rng.IntN(300))
		for i := range junk {
			junk[i] = rune(0x4e00 + rng.IntN(0x5000))
		}
		answers := r.say("刘桂兰", string(junk))
		require.Len(t, answers, 1)
		short(t, string(junk), answers[0])
		r.forgets()
	}
	require.Zero(t, r.acts())
}
