package markdown_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	source "github.com/yuin/goldmark/text"

	"yiqun/cards/markdown"
)

const page = `# 帮助

说 **点单** 就行，*不用* 记[格式](https://yiqun.example.cn/help)。
第二行\
第三行

1. 接单
2. 退单
   - 要写理由

> 有困难
> 就说

| 词 | 意思 |
|----|------|
| 查 | 看一单 |

` + "```\n<b>代码</b>\n```\n" + `
<div>原样</div>

---

![图](http://a.cn/x.png) <b>x</b> https://evil.cn &amp; \* <https://yiqun.example.cn/>
`

func TestDialects(t *testing.T) {
	tests := map[string]struct {
		dialect markdown.Dialect
		want    string
	}{
		"dingtalk": {markdown.DingTalk, "# 帮助\n\n说 **点单** 就行，*不用* 记[格式](https://yiqun.example.cn/help)。\n第二行  \n第三行\n\n" +
			"1. 接单\n2. 退单\n   - 要写理由\n\n> 有困难\n> 就说\n\n- 词 · 意思\n- 查 · 看一单\n\n＜b＞代码＜/b＞\n\n＜div＞原样＜/div＞\n\n————\n\n" +
			"图 ＜b＞x＜/b＞ https：//evil．cn ＆ ＊ [https：//yiqun．example．cn/](https://yiqun.example.cn/)"},
		"wecom": {markdown.WeCom, "# 帮助\n\n说 **点单** 就行，*不用* 记[格式](https://yiqun.example.cn/help)。\n第二行  \n第三行\n\n" +
			"1. 接单\n2. 退单\n   - 要写理由\n\n> 有困难\n> 就说\n\n| 词 | 意思 |\n| --- | --- |\n| 查 | 看一单 |\n\n＜b＞代码＜/b＞\n\n＜div＞原样＜/div＞\n\n***\n\n" +
			"图 ＜b＞x＜/b＞ https：//evil．cn ＆ ＊ [https：//yiqun．example．cn/](https://yiqun.example.cn/)"},
		"dingtalk card": {markdown.DingTalkCard, "# 帮助\n\n说 **点单** 就行，*不用* 记[格式](https://yiqun.example.cn/help)。\n第二行<br>第三行\n\n" +
			"1. 接单\n2. 退单\n   - 要写理由\n\n> 有困难\n> 就说\n\n- 词 · 意思\n- 查 · 看一单\n\n＜b＞代码＜/b＞\n\n＜div＞原样＜/div＞\n\n***\n\n" +
			"图 ＜b＞x＜/b＞ https：//evil．cn ＆ ＊ [https：//yiqun．example．cn/](https://yiqun.example.cn/)"},
		"plain": {markdown.PlainText, "帮助\n\n说 点单 就行，不用 记格式：https://yiqun.example.cn/help。\n第二行\n第三行\n\n" +
			"1. 接单\n2. 退单\n   - 要写理由\n\n有困难\n就说\n\n- 词 · 意思\n- 查 · 看一单\n\n＜b＞代码＜/b＞\n\n＜div＞原样＜/div＞\n\n————\n\n" +
			"图 ＜b＞x＜/b＞ https：//evil．cn & * https://yiqun.example.cn/"},
	}
	doc := markdown.Parse(page)
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // one document may be rendered by many at once
			assert.Equal(t, tt.want, doc.Render(tt.dialect))
		})
	}
}

// TestNoTablesOnDingTalk: its phones break them, in messages and on cards.
func TestNoTablesOnDingTalk(t *testing.T) {
	for _, d := range []markdown.Dialect{markdown.DingTalk, markdown.DingTalkCard} {
		assert.NotContains(t, markdown.Parse(page).Render(d), "|")
	}
}

func TestTextKeepsItsLines(t *testing.T) {
	assert.Equal(t, "a  \nb\n\nc", markdown.DingTalkText("a\nb\n\n\nc\n"))
	assert.Equal(t, "a  \nb\n\nc", markdown.WeComText("a\r\nb\n\nc"))
	assert.Empty(t, markdown.DingTalkText("\u200b\n"))
}

func TestAddress(t *testing.T) {
	tests := map[string]struct {
		in, want string
		ok       bool
	}{
		"https":         {"https://a.cn/m/12?t=x#y", "https://a.cn/m/12?t=x#y", true},
		"a port":        {" http://127.0.0.1:8080/ ", "http://127.0.0.1:8080/", true},
		"brackets":      {"https://a.cn/(x)?<b>=`", "https://a.cn/%28x%29?%3Cb%3E=%60", true},
		"chinese":       {"https://a.cn/甲", "https://a.cn/%E7%94%B2", true},
		"script":        {"javascript:alert(1)", "", false},
		"another app":   {"dingtalk://dingtalkclient/page", "", false},
		"with password": {"https://u:p@a.cn", "", false},
		"no host":       {"https:///x", "", false},
		"no scheme":     {"a.cn", "", false},
		"broken":        {"https://a.cn/%zz", "", false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, ok := markdown.Address(tt.in)
			assert.Equal(t, tt.ok, ok)
			assert.Equal(t, tt.want, got)
		})
	}
}

var eager = goldmark.New(goldmark.WithExtensions(extension.Linkify, extension.Table,
	extension.Strikethrough, extension.TaskList, extension.Footnote, extension.DefinitionList)).Parser()

// FuzzText: plain text stays paragraphs of text, in both message dialects.
func FuzzText(f *testing.F) {
	for _, s := range []string{page, "#", "a\n: b", "- [ ] x", "[^1]: x", "1) a", "\\[x\\]", "http://a.cn", "　\t- x", "&#35; a"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, got := range []string{markdown.DingTalkText(s), markdown.WeComText(s)} {
			for kind := range kinds(t, got) {
				assert.Contains(t, []ast.NodeKind{ast.KindDocument, ast.KindParagraph, ast.KindText}, kind, "%q", got)
			}
			assert.Equal(t, strings.Count(markdown.Plain(s, 0), "\n"), strings.Count(got, "\n"))
			assert.NotContains(t, got, "@")
		}
	})
}

// FuzzParse: whatever the source, no markup comes out that clients were not
// meant to see.
func FuzzParse(f *testing.F) {
	f.Add(page)
	f.Add("好![看](http://a.cn)")
	f.Add("> - > - > - > - > - > - a\n\n[a]: javascript:x\n[a]")
	f.Fuzz(func(t *testing.T, s string) {
		doc := markdown.Parse(s)
		for _, d := range []markdown.Dialect{markdown.DingTalk, markdown.WeCom} {
			got := doc.Render(d)
			assert.NotContains(t, got, "<")
			assert.NotContains(t, got, "@")
			for kind := range kinds(t, got) {
				assert.NotContains(t, []ast.NodeKind{ast.KindRawHTML, ast.KindHTMLBlock, ast.KindImage, ast.KindCodeSpan, ast.KindFencedCodeBlock}, kind, "%q", got)
			}
		}
	})
}

func kinds(t *testing.T, md string) map[ast.NodeKind]int {
	counts := map[ast.NodeKind]int{}
	err := ast.Walk(eager.Parse(source.NewReader([]byte(md))), func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if entering {
			counts[n.Kind()]++
		}
		return ast.WalkContinue, nil
	})
	require.NoError(t, err)
	return counts
}
