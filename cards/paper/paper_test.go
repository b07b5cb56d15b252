package paper_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/cards/paper"
)

// minutes is a paper with every kind of block, as a branch would file it.
func minutes(t testing.TB) paper.Paper {
	return paper.Paper{
		Title:    "滇池路社区第三党支部党员大会会议记录",
		Subtitle: "2026年11月5日",
		Blocks: []paper.Block{
			paper.Facts{
				{Label: "时间", Value: "2026年11月5日19:00—20:30"},
				{Label: "地点", Value: "党群服务中心二楼会议室"},
				{Label: "出席", Value: "应到30人，实到16人，请假10人，缺席4人"},
				{Label: "主持人", Value: "陈志强"},
				{Label: "记录人", Value: "李晓芳"},
				{Label: "列席", Value: ""},
			},
			paper.Heading{Level: 1, Text: "一、讨论发展对象"},
			paper.Paragraph{Text: "陈志强介绍了发展对象的基本情况。\n王建国：培养期满一年，群众反映好。"},
			paper.Heading{Level: 2, Text: "（一）表决"},
			paper.Table{Name: "表决情况", Columns: []paper.Column{{Head: "事项", Width: 4}, {Head: "赞成", Number: true}, {Head: "反对", Number: true}, {Head: "弃权", Number: true}, {Head: "结果", Width: 2}}, Rows: [][]string{
				{"接收赵敏为预备党员", "15", "0", "1", "未通过"},
				{"=SUM(A1:A9)", "-1", "+2", "@x"},
			}},
			paper.Note{Text: "应到会30人，实到16人，达到半数；赞成15，须超过15，未通过。"},
			paper.Heading{Level: 1, Text: "二、决议与任务"},
			paper.List{"经费情况在公示栏公示7天", "王建国周五前打印公示"},
			paper.Picture{Data: dot(t, paper.PNG, 320, 180), Alt: "赞成15，反对0，弃权1", Caption: "表决结果图"},
			paper.PageBreak{},
			paper.Table{Name: "签到名册", Sheet: "签到名册", Columns: []paper.Column{{Head: "序号", Number: true}, {Head: "姓名", Width: 3}, {Head: "到会", Width: 2}}, Rows: roll()},
			paper.Signatures{"主持人", "记录人"},
		},
		Footer: "12号 · 支部党员大会",
		Hash:   "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
	}
}

// roll has enough rows to need a second page.
func roll() [][]string {
	names := []string{"陈志强", "李晓芳", "王建国", "赵敏", "杨丽"}
	var rows [][]string
	for i := range 30 {
		rows = append(rows, []string{string(rune('0'+(i+1)/10)) + string(rune('0'+(i+1)%10)), names[i%len(names)], "到"})
	}
	return rows
}

func dot(t testing.TB, f paper.Format, wide, tall int) []byte {
	t.Helper()
	var b bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, wide, tall))
	if f == paper.JPEG {
		require.NoError(t, jpeg.Encode(&b, img, nil))
	} else {
		require.NoError(t, png.Encode(&b, img))
	}
	return b.Bytes()
}

func TestPictureIsRead(t *testing.T) {
	for _, f := range []paper.Format{paper.PNG, paper.JPEG} {
		got, wide, tall, ok := paper.Picture{Data: dot(t, f, 32, 18)}.Read()
		assert.True(t, ok)
		assert.Equal(t, f, got)
		assert.Equal(t, []int{32, 18}, []int{wide, tall})
	}
	for _, data := range [][]byte{nil, []byte("GIF89a"), []byte("<svg onload=alert(1)>"), []byte("\x89PNG\r\n\x1a\n")} {
		_, _, _, ok := paper.Picture{Data: data}.Read()
		assert.False(t, ok, "%q", data)
	}
}

func TestSharesAddUp(t *testing.T) {
	assert.Equal(t, []int{4422, 1105, 1106, 2211}, paper.Table{Columns: []paper.Column{{Width: 4}, {}, {Width: 1}, {Width: 2}}}.Shares(8844))
	rapid.Check(t, func(t *rapid.T) {
		table := paper.Table{}
		for _, w := range rapid.SliceOfN(rapid.IntRange(-2, 40), 1, 20).Draw(t, "widths") {
			table.Columns = append(table.Columns, paper.Column{Width: w})
		}
		sum := 0
		for _, s := range table.Shares(8844) {
			assert.Positive(t, s)
			sum += s
		}
		assert.Equal(t, 8844, sum)
	})
}

func TestLines(t *testing.T) {
	assert.Equal(t, []string{"一", "二"}, slices.Collect(paper.Lines(" 一\r\n\r\n\n\u200b二\x00 ")))
	assert.Empty(t, slices.Collect(paper.Lines(" \n ")))
	for range paper.Lines("一\n二") {
		break // stopping early is allowed
	}
}

func TestShortRows(t *testing.T) {
	table := paper.Table{Columns: []paper.Column{{Head: "甲"}, {Head: "乙"}}, Rows: [][]string{{"1"}}}
	assert.Equal(t, []string{"甲", "乙"}, table.Heads())
	assert.Equal(t, "1", table.Cell(0, 0))
	assert.Empty(t, table.Cell(0, 1))
}
