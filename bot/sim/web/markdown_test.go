package web

import (
	"encoding/json"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
)

// What the page's own reader makes of markdown, as HTML.
func TestMarkdown(t *testing.T) {
	tests := []struct {
		name, source string
		breaks       bool // as WeCom reads it
		html         string
	}{
		{"a paragraph", "一句话", false, "<p>一句话</p>"},
		{"bold, italic, struck, code", "**粗** *斜* ~~删~~ `码`", false, "<p><strong>粗</strong> <em>斜</em> <s>删</s> <code>码</code></p>"},
		{"bold around italic", "**很*重*要**", false, "<p><strong>很<em>重</em>要</strong></p>"},
		{"headings", "# 大\n###### 小", false, `<p class="md-h md-h1">大</p><p class="md-h md-h6">小</p>`},
		{"no heading without a space", "#12 灯坏了", false, "<p>#12 灯坏了</p>"},
		{"a newline alone joins", "一\n二", false, "<p>一 二</p>"},
		{"a newline alone breaks", "一\n二", true, "<p>一<br>二</p>"},
		{"two spaces break", "一  \n二", false, "<p>一<br>二</p>"},
		{"a br breaks", "一<br>二<br/>三", false, "<p>一<br>二<br>三</p>"},
		{"a bullet list", "- 一\n- **二**\n", false, "<ul><li>一</li><li><strong>二</strong></li></ul>"},
		{"a numbered list keeps its number", "3. 三\n4. 四", false, `<ol start="3"><li>三</li><li>四</li></ol>`},
		{"a quote", "> 引\n> 用\n\n后", false, `<blockquote><div class="md"><p>引 用</p></div></blockquote><p>后</p>`},
		{"a rule", "上\n\n---\n下", false, "<p>上</p><hr><p>下</p>"},
		{"a fence", "```\n**原样**\n```", false, "<pre>**原样**</pre>"},
		{"an unclosed fence", "```\n原样", false, "<pre>原样</pre>"},
		{"escapes", `\*不斜\* \[不是链接\](x) \# 1\. \\`, false, `<p>*不斜* [不是链接](x) # 1. \</p>`},
		{"entities", "&lt;b&gt; &amp;amp; &#65; &#0; &nosuch;", false, "<p>&lt;b&gt; &amp;amp; A \ufffd &amp;nosuch;</p>"},
		{"a link leads nowhere", "[看单](https://x.example/1)", false, `<p><span class="link" title="链接：https://x.example/1">看单</span></p>`},
		{"a script link is text too", "[看](javascript:alert)", false, `<p><span class="link" title="链接：javascript:alert">看</span></p>`},
		{"a picture is not fetched", "![图](https://x.example/1.png)", false, "<p>[图片 图]</p>"},
		{"colour tags are left out", `<font color="info">好</font>`, true, "<p>好</p>"},
		{"other tags are text", "<b onclick=x>b</b>", false, "<p>&lt;b onclick=x&gt;b&lt;/b&gt;</p>"},
		{"a mention", "@王建国 请看，@王建 不是", false, `<p><span class="mention">@王建国</span> 请看，@王建 不是</p>`},
		{"nothing", "", false, ""},
	}
	b := openPage(t, desktopWidth, desktopHeight)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source, err := json.Marshal(tt.source)
			assert.NoError(t, err)
			style, err := json.Marshal(map[string]any{"breaks": tt.breaks, "names": []string{"王建国"}})
			assert.NoError(t, err)
			got := run(b, chromedp.Evaluate[string](
				`import("./assets/markdown.js").then((m) => m.markdown(`+string(source)+`, `+string(style)+`).innerHTML)`,
				chromedp.EvalAwaitPromise))
			assert.Equal(t, tt.html, got)
		})
	}
	b.noComplaints()
}
