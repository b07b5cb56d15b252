package paper_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/cards/html"
	"yiqun/cards/paper/docx"
	"yiqun/cards/paper/officetest"
)

// TestOpensInOffice converts a paper to PDF, as DOCX and as a page, in one start of
// the word processor, and the DOCX to text in another.
func TestOpensInOffice(t *testing.T) {
	office := officetest.Find(t)
	p := minutes(t)
	file, err := docx.Render(p)
	require.NoError(t, err)
	page, err := html.Paper(p)
	require.NoError(t, err)
	office.Write(t, "minutes.docx", file)
	office.Write(t, "page.html", page)

	office.Convert(t, "pdf", "minutes.docx", "page.html")
	// How much a page holds depends on the fonts that stand in; the roll begins a new one.
	assert.InDelta(t, 4, office.Pages(t, "minutes.pdf"), 1)
	assert.InDelta(t, 4, office.Pages(t, "page.pdf"), 2)

	read := office.Text(t, "minutes.docx")
	assert.True(t, strings.HasPrefix(read, p.Title+"\n"), "the title comes first")
	for _, want := range []string{
		"出席：应到30人，实到16人，请假10人，缺席4人", "一、讨论发展对象", "王建国：培养期满一年，群众反映好。",
		"接收赵敏为预备党员", "=SUM(A1:A9)", "赞成15，须超过15，未通过", "2．王建国周五前打印公示", "主持人（签字）：",
	} {
		assert.Contains(t, read, want)
	}
}
