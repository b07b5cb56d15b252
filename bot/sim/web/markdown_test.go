package web

import (
	"encoding/json"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"

	"yiqun/bot/sim/web/webtest"
)

// What the page's own reader makes of markdown, as HTML.
func TestMarkdown(t *testing.T) {
	tests := []struct {
		name, source, html string
	}{
		{"a paragraph", "一句话", "<p>一句话</p>"},
		{"bold, italic, struck, code", "**粗** *斜* ~~删~~ `码`", "<p><strong>粗</strong> <em>斜</em> <s>删</s> <code>码</code></p>"},
		{"bold around italic", "**很*重*要**", "<p><strong>很<em>重</em>要</strong></p>"},
		{"headings", "# 大\n###### 小", `<p class="md-h md-h1">大</p><p class="md-h md-h6">小</p>`},
		{"no heading without a space", "#12 灯坏了", "<p>#12 灯坏了</p>"},
		{"a newline alone joins", "一\n二", "<p>一 二</p>"},
		{"two spaces break", "一  \n二", "<p>一<br>二</p>"},
		{"a br breaks", "一<br>二<br/>三", "<p>一<br>二<br>三</p>"},
		{"a bullet list", "- 一\n- **二**\n", "<ul><li>一</li><li><strong>二</strong></li></ul>"},
		{"a numbered list keeps its number", "3. 三\n4. 四", `<ol start="3"><li>三</li><li>四</li></ol>`},
		{"a quote", "> 引\n> 用\n\n后", `<blockquote><div class="md"><p>引 用</p></div></blockquote><p>后</p>`},
		{"a rule", "上\n\n---\n下", "<p>上</p><hr><p>下</p>"},
		{"a fence", "```\n**原样**\n```", "<pre>**原样**</pre>"},
		{"an unclosed fence", "```\n原样", "<pre>原样</pre>"},
		{"escapes", `\*不斜\* \[不是链接\](x) \# 1\. \\`, `<p>*不斜* [不是链接](x) # 1. \</p>`},
		{"entities", "&lt;b&gt; &amp;amp; &#65; &#0; &nosuch;", "<p>&lt;b&gt; &amp;amp; A \ufffd &amp;nosuch;</p>"},
		{"a link leads nowhere", "[看单](https://x.example/1)", `<p><span class="link" title="链接：https://x.example/1">看单</span></p>`},
		{"a script link is text too", "[看](javascript:alert)", `<p><span class="link" title="链接：javascript:alert">看</span></p>`},
		{"a picture is not fetched", "![图](https://x.example/1.png)", "<p>[图片 图]</p>"},
		{"colour tags are left out", `<font color="info">好</font>`, "<p>好</p>"},
		{"other tags are text", "<b onclick=x>b</b>", "<p>&lt;b onclick=x&gt;b&lt;/b&gt;</p>"},
		{"a mention by id", "@d-wang 请看，@d-wan 不是", `<p><span class="mention">@王建国</span> 请看，@d-wan 不是</p>`},
		{"a mention in a card", "<a atId=d-wang>王建国</a> 请看", `<p><span class="mention">@王建国</span> 请看</p>`},
		{"a table", "| 单 | 谁 |\n| --- | --- |\n| **1** | 王 |\n后", "<table><thead><tr><th>单</th><th>谁</th></tr></thead><tbody><tr><td><strong>1</strong></td><td>王</td></tr></tbody></table><p>后</p>"},
		{"a bar alone is no table", "一 | 二\n三", "<p>一 | 二 三</p>"},
		{"nothing", "", ""},
	}
	b := openPage(t, desktopWidth, desktopHeight)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			source, err := json.Marshal(tt.source)
			assert.NoError(t, err)
			got := webtest.Run(b.Browser, chromedp.Evaluate[string](
				`import("./assets/markdown.js").then((m) => m.markdown(`+string(source)+`, new Map([["@d-wang", "@王建国"]])).innerHTML)`,
				chromedp.EvalAwaitPromise))
			assert.Equal(t, tt.html, got)
		})
	}
	b.NoComplaints()
}
