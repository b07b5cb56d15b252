package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/cards/paper"
	"yiqun/cards/paper/xlsx"
)

// members writes a sheet of members into a file.
func members(t *testing.T, rows ...[]string) string {
	t.Helper()
	table := paper.Table{Rows: rows}
	for _, h := range []string{"姓名", "所属组织", "政治面貌", "职务", "手机号"} {
		table.Columns = append(table.Columns, paper.Column{Head: h})
	}
	data, err := xlsx.Render(paper.Paper{Title: "名册", Blocks: []paper.Block{table}})
	require.NoError(t, err)
	name := filepath.Join(t.TempDir(), "members.xlsx")
	require.NoError(t, os.WriteFile(name, data, 0o600))
	return name
}

// TestMembersAtTheCommandLine goes the operator's way: an empty sheet, a look, an
// import, a person's copy, another key, and back. No telephone number is ever printed.
func TestMembersAtTheCommandLine(t *testing.T) {
	t.Setenv("YIQUN_DATABASE_URL", "sqlite:"+filepath.Join(t.TempDir(), "yiqun.db"))
	const grid = "翠湖社区/第三网格党支部"
	good := members(t, []string{"赵敏", grid, "党员", "书记", "13987650005"}, []string{"孙立", grid, "预备党员", "", ""})
	bad := members(t, []string{"", grid}, []string{"赵敏", grid, "积极分子", "", "13987650005"})
	copied := filepath.Join(t.TempDir(), "copy.xlsx")
	var all strings.Builder
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"import"}, 2, "用法"},
		{[]string{"import", "--undo", good}, 2, "用法"},
		{[]string{"import", "--template", filepath.Join(t.TempDir(), "empty.xlsx")}, 0, "按“怎么填”那一页填好"},
		{[]string{"import", filepath.Join(t.TempDir(), "none.xlsx")}, 1, "open the sheet"},
		{[]string{"import", bad}, 1, "第3行：没有写姓名。\n第4行：政治面貌“积极分子”没看懂"},
		{[]string{"import", good, "--dry-run"}, 0, "读了2行：新增2人，新建2个组织，1个职务，1个手机号。\n以上只是看看"},
		{[]string{"import", good}, 0, "已导入。要撤回请运行 yiqun import --undo。"},
		{[]string{"import", good}, 0, "都已经在名册里，没有要改的"},
		{[]string{"export"}, 2, "用法"},
		{[]string{"export", "--person", "谁也不是"}, 1, "没有叫这个名字的人"},
		{[]string{"export", "--person", "赵敏", "-o", copied}, 0, "只交给本人"},
		{[]string{"verify"}, 0, "0件有问题"},
		{[]string{"undelivered"}, 0, "没有送不到的消息"},
		{[]string{"rotate-key", "now"}, 2, "用法"},
		{[]string{"rotate-key"}, 0, "换好了"},
		{[]string{"export", "--person", "赵敏", "-o", copied}, 1, "已经有了"},
		{[]string{"import", "--undo"}, 0, "上次导入撤回了：去掉2人、1个职务、2个组织。"},
		{[]string{"import", "--undo"}, 1, "没有可以撤回的导入"},
	} {
		stdout, stderr, status := yiqun(t, "", c.args...)
		all.WriteString(stdout + stderr)
		assert.Equal(t, c.status, status, "%v: %s%s", c.args, stdout, stderr)
		assert.Contains(t, stdout+stderr, c.want, "%v", c.args)
	}
	assert.NotContains(t, all.String(), "1398765")
	info, err := os.Stat(copied)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	data, err := os.ReadFile(copied)
	require.NoError(t, err)
	rows, err := xlsx.Read(data)
	require.NoError(t, err)
	var text []string
	for _, r := range rows {
		text = append(text, strings.Join(r, " "))
	}
	assert.Contains(t, strings.Join(text, "\n"), "电话 13987650005", "the copy has all of it")
}
