package service_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// sheet is a workbook with these cells.
func sheet(t testing.TB, rows ...[]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { require.NoError(t, f.Close()) }()
	for i, row := range rows {
		require.NoError(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
	var out bytes.Buffer
	require.NoError(t, f.Write(&out))
	return out.Bytes()
}

var heading = []string{"序号", "姓名", "所在党支部", "党员类别", "党内职务", "联系电话", "备注"}

const grid3 = "翠湖社区/第三网格"

func TestAnImportIsSeenUsedAndTakenBack(t *testing.T) {
	r := newRoom(t)
	data := sheet(t,
		[]string{"翠湖社区党员花名册"}, heading,
		[]string{"1", "赵敏", grid3, "中共党员", "宣传委员", "13900000001", "随便写的"},
		[]string{}, []string{"2", " 孙　立 ", grid3, "", "", ""},
		[]string{"3", "王建国", grid3, "党员"})
	plan, err := r.svc.Import(t.Context(), data, true)
	require.NoError(t, err)
	require.Empty(t, plan.Problems)
	require.Equal(t, "读了3行：新增2人，1个职务，1个手机号。", plan.Summary())
	require.Contains(t, r.say("李红梅", "名册")[0], "党员：李红梅、陈志强、王建国、张伟", "a dry run changes nothing")

	plan, err = r.svc.Import(t.Context(), data, false)
	require.NoError(t, err)
	require.Equal(t, 1, plan.Same)
	list := r.say("李红梅", "名册")[0]
	require.Contains(t, list, "宣传委员 赵敏")
	require.Contains(t, list, "私信还到不了：赵敏、孙 立", "as the sheet has it, on one line")
	require.Contains(t, r.say("刘桂兰", "点单 灯坏了")[0], "#1")
	require.Contains(t, r.say("李红梅", "下单 1 给 赵敏")[0], "赵敏", "named without an account")

	undo, _, err := r.svc.UndoImport(t.Context())
	require.NoError(t, err)
	require.Len(t, undo.People, 1, "赵敏 has a matter by now")
	require.Len(t, undo.Kept, 1)
	list = r.say("李红梅", "名册")[0]
	require.NotContains(t, list, "孙 立")
	require.NotContains(t, list, "宣传委员")
	_, _, err = r.svc.UndoImport(t.Context())
	require.Equal(t, bot.NotFound, bot.CodeOf(err))
	r.acts()
}

func TestAnImportWithOneWrongLineChangesNothing(t *testing.T) {
	r := newRoom(t)
	plan, err := r.svc.Import(t.Context(), sheet(t, heading, []string{"1", "赵敏", grid3}, []string{"2", "", grid3, "积极分子"}), false)
	require.NoError(t, err)
	require.Equal(t, []string{"第3行：没有写姓名。", "第3行：政治面貌“积极分子”没看懂，请写党员、预备党员或群众。"}, plan.Lines(10))
	require.Equal(t, "读了2行，有2处要改，什么都没有导入。", plan.Summary())
	require.NotContains(t, r.say("李红梅", "名册")[0], "赵敏")
}

// TestWhoWasImportedIsRecognised: a confirmed name joins the person of the list, and
// an account of the list is known at once.
func TestWhoWasImportedIsRecognised(t *testing.T) {
	r := newRoom(t)
	_, err := r.svc.Import(t.Context(), sheet(t,
		append(append([]string{}, heading...), "企业微信账号"),
		[]string{"1", "赵敏", grid3, "党员", "网格长", "", "", string(account("赵敏").User)},
		[]string{"2", "孙立", grid3, "党员", "组织委员"}), false)
	require.NoError(t, err)
	require.NotContains(t, r.say("赵敏", "名册")[0], "只给负责人看")

	require.NotEmpty(t, r.say("小孙", "我是 孙立"))
	require.Equal(t, "好，孙立（党员）确认了。", r.say("李红梅", "是他 孙立 党员")[0])
	list := r.say("李红梅", "名册")[0]
	require.Equal(t, 1, strings.Count(strings.Split(list, "\n")[2], "孙立"), "one person, not two: %s", list)
	require.Contains(t, list, "组织委员 孙立")
}

func TestSheetsThatAreRefused(t *testing.T) {
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	for _, name := range []string{"[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		w, err := z.Create(name)
		require.NoError(t, err)
		_, err = w.Write(make([]byte, 30<<20)) // packs to almost nothing
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	require.Less(t, bomb.Len(), 1<<20)
	for name, data := range map[string][]byte{
		"nothing": nil, "no workbook": []byte("姓名,所属组织"), "a zip bomb": bomb.Bytes(), "too large": make([]byte, service.MaxSheet+1),
		"no heading": sheet(t, []string{"a", "b"}, []string{"赵敏", grid3}),
	} {
		_, err := service.ReadRoster(data)
		require.Equal(t, bot.Invalid, bot.CodeOf(err), name)
		assert.NotEmpty(t, bot.MessageOf(err), name)
	}
}

func TestFormulasOfASheetAreInert(t *testing.T) {
	f := excelize.NewFile()
	require.NoError(t, f.SetSheetRow("Sheet1", "A1", &heading))
	require.NoError(t, f.SetCellFormula("Sheet1", "B2", `"赵"&"敏"`))
	require.NoError(t, f.SetCellStr("Sheet1", "C2", grid3))
	require.NoError(t, f.SetCellStr("Sheet1", "E2", `=cmd|'/c calc'!A1`))
	var out bytes.Buffer
	require.NoError(t, f.Write(&out))
	rows, err := service.ReadRoster(out.Bytes())
	require.NoError(t, err)
	require.Equal(t, []roster.Row{{Line: 2, Node: grid3, Posts: `=cmd|'/c calc'!A1`}}, rows, "not computed, and no more than text")
}

func TestTheTemplateIsReadBack(t *testing.T) {
	data, err := service.RosterTemplate()
	require.NoError(t, err)
	f, err := excelize.OpenReader(bytes.NewReader(data))
	require.NoError(t, err)
	require.Equal(t, []string{"名册", "怎么填"}, f.GetSheetList())
	row := []any{"赵敏", grid3, "党员", "书记", "2028-12-31", "13900000001", "d1", "w1"}
	require.NoError(t, f.SetSheetRow("名册", "A3", &row))
	var out bytes.Buffer
	require.NoError(t, f.Write(&out))
	rows, err := service.ReadRoster(out.Bytes())
	require.NoError(t, err)
	require.Equal(t, []roster.Row{{
		Line: 3, Name: "赵敏", Node: grid3, Class: "党员", Posts: "书记", Until: "2028-12-31", Phone: "13900000001", DingTalk: "d1", WeCom: "w1",
	}}, rows)
}

func TestTenThousandMembersAreQuick(t *testing.T) {
	r := newRoom(t)
	f := excelize.NewFile()
	w, err := f.NewStreamWriter("Sheet1")
	require.NoError(t, err)
	require.NoError(t, w.SetRow("A1", []any{"姓名", "所属组织", "政治面貌", "手机号"}))
	for i := range 10_000 {
		require.NoError(t, w.SetRow(fmt.Sprintf("A%d", i+2), []any{
			"王" + string(rune('一'+i)), fmt.Sprintf("翠湖街道/第%d社区/第%d网格", i/1000, i/50), "党员", fmt.Sprintf("139%08d", i),
		}))
	}
	require.NoError(t, w.Flush())
	var out bytes.Buffer
	require.NoError(t, f.Write(&out))
	began := time.Now()
	plan, err := r.svc.Import(t.Context(), out.Bytes(), false)
	require.NoError(t, err)
	require.Empty(t, plan.Problems)
	require.Len(t, plan.New, 10_000)
	took := time.Since(began)
	t.Logf("10,000 members in %s", took.Round(time.Millisecond))
	require.Less(t, took, time.Minute, "minutes would be a defect, not a slow machine")
	require.NoError(t, r.store.View(t.Context(), func(ctx context.Context, tx service.Tx) error {
		book, err := tx.Book(ctx)
		require.Len(t, book.Phones, 10_000)
		return err
	}))
}
