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

// page has one of everything that a document is made of.
func page() *markdown.Doc {
	return markdown.New().
		Heading(1, markdown.Text("帮助\n怎么用")).
		Paragraph(markdown.Text("说"), markdown.Bold("点单"), markdown.Text("就行，*不用* 记"),
			markdown.Link("格式", "https://yiqun.example.cn/help"), markdown.Text("。\n第二行")).
		Paragraph(markdown.Bold("\u200b"), markdown.Link("只剩文字", "javascript:x")).
		Paragraph(markdown.Link("", "https://yiqun.example.cn/")).
		Numbers([]markdown.Inline{markdown.Bot("议群"), markdown.Text("接单")}, []markdown.Inline{markdown.Text("退单\n要写理由")}).
		Bullets([]markdown.Inline{markdown.Text("<b>原样</b> &amp; ![图](http://a.cn/x.png)")})
}

func TestDialects(t *testing.T) {
	tests := map[string]struct {
		dialect markdown.Dialect
		want    string
	}{
		"dingtalk": {markdown.DingTalk, "# 帮助 怎么用\n\n说**点单**就行，＊不用＊ 记[格式](https://yiqun.example.cn/help)。  \n第二行\n\n只剩文字\n\n" +
			"[https：//yiqun．example．cn/](https://yiqun.example.cn/)\n\n1. @议群 接单\n2. 退单  \n   要写理由\n\n" +
			"- ＜b＞原样＜/b＞ ＆amp; !［图］(http：//a．cn/x．png)"},
		"wecom": {markdown.WeCom, "# 帮助 怎么用\n\n说**点单**就行，＊不用＊ 记[格式](https://yiqun.example.cn/help)。  \n第二行\n\n只剩文字\n\n" +
			"[https：//yiqun．example．cn/](https://yiqun.example.cn/)\n\n1. @议群 接单\n2. 退单  \n   要写理由\n\n" +
			"- ＜b＞原样＜/b＞ ＆amp; !［图］(http：//a．cn/x．png)"},
		"dingtalk card": {markdown.DingTalkCard, "# 帮助 怎么用\n\n说**点单**就行，＊不用＊ 记[格式](https://yiqun.example.cn/help)。<br>第二行\n\n只剩文字\n\n" +
			"[https：//yiqun．example．cn/](https://yiqun.example.cn/)\n\n1. @议群 接单\n2. 退单<br>要写理由\n\n" +
			"- ＜b＞原样＜/b＞ ＆amp; !［图］(http：//a．cn/x．png)"},
		"plain": {markdown.PlainText, "帮助\n怎么用\n\n说点单就行，*不用* 记格式：https://yiqun.example.cn/help。\n第二行\n\n只剩文字\n\n" +
			"https://yiqun.example.cn/\n\n1. @议群 接单\n2. 退单\n   要写理由\n\n- ＜b＞原样＜/b＞ &amp; ![图](http：//a．cn/x．png)"},
	}
	doc := page()
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel() // one document may be rendered by many at once
			assert.Equal(t, tt.want, doc.Render(tt.dialect))
		})
	}
}

// TestNoTablesOnDingTalk: its phones break them, in messages and on cards. What a member
// pasted becomes none either.
func TestNoTablesOnDingTalk(t *testing.T) {
	pasted := markdown.New().Paragraph(markdown.Text("| 词 | 意思 |\n| --- | --- |\n| 查 | 看一单 |"))
	for _, d := range []markdown.Dialect{markdown.DingTalk, markdown.DingTalkCard} {
		assert.NotContains(t, pasted.Render(d), "|")
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
	for _, s := range []string{page().Render(markdown.WeCom), "#", "a\n: b", "- [ ] x", "[^1]: x", "1) a", "\\[x\\]", "http://a.cn", "　\t- x", "&#35; a"} {
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
