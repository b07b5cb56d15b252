package markdown_test

import (
	"fmt"

	"yiqun/cards/markdown"
)

func ExampleDingTalkText() {
	fmt.Printf("%q\n", markdown.DingTalkText("#12 王建国已接单\n@all 看 http://a.cn **快**"))
	// Output: "#12 王建国已接单  \n＠all 看 http：//a．cn ＊＊快＊＊"
}

func ExampleDoc() {
	doc := markdown.New().
		Heading(3, markdown.Text("#12 民情工作单")).
		Bullets([]markdown.Inline{markdown.Text("点单人：<b>李</b>")})
	fmt.Println(doc.Render(markdown.WeCom))
	// Output:
	// ### #12 民情工作单
	//
	// - 点单人：＜b＞李＜/b＞
}
