package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTemplatesAtTheCommandLine: each file is judged beside the practices that ship, and
// by its line.
func TestTemplatesAtTheCommandLine(t *testing.T) {
	lending := func(id, first, second string) string {
		name := filepath.Join(t.TempDir(), "lending.yaml")
		require.NoError(t, os.WriteFile(name, fmt.Appendf(nil, `id: %s
name: 借物
source: 本地
managers: [书记]
steps:
  - {id: want, kind: submit, verb: %s, by: anyone, fields: [{id: what, label: 物品, required: true}]}
  - {id: lent, kind: assign, verb: %s, by: 书记}
`, id, first, second), 0o600))
		return name
	}
	good := lending("lending.tools", "借物", "借出")
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"template"}, 2, "用法"},
		{[]string{"template", "check", good}, 0, "没有问题：借物，2步。"},
		{[]string{"template", "check", filepath.Join(t.TempDir(), "none.yaml")}, 1, "read template"},
		{[]string{"template", "check", lending("lending.tools", "借物", "借！")}, 1, "第7行：词 \"借！\" 不合格"},
		{[]string{"template", "check", good, lending("lending.more", "领物", "撤销")}, 1, "第7行：“撤销”已经有别的意思"},
		{[]string{"template", "check", lending("lending.tools", "心愿", "借出")}, 1, "都用“心愿”开头"},
		{[]string{"template", "check", good}, 0, "谁说什么：借物（任何人） → 借出（书记）"},
		{[]string{"template", "check", lending("lending.tools", "借物", "赞成")}, 1, "第7行：“赞成”已经有别的意思（投票时说的）"},
		{[]string{"template", "check", lending("lending.tools", "借物", "心愿")}, 1, "第7行：“心愿”是 wish.small（微心愿）开头的词，说了会另开一件"},
		{[]string{"template", "check", lending("lending.tools", "接单", "借出")}, 1, "里是另一步的词，不能用来开头"},
		{[]string{"template", "check", good, lending("lending.tools", "领物", "领出")}, 1, "第1行：id lending.tools 在 lending.yaml 里已经用了"},
		{[]string{"template", "check", lending("order.three-slips", "借物", "借出")}, 0, "提醒：id 和已有的“民情工作单”一样，会顶替它"},
	} {
		stdout, stderr, status := yiqun(t, "", c.args...)
		assert.Equal(t, c.status, status, "%v: %s%s", c.args, stdout, stderr)
		assert.Contains(t, stdout+stderr, c.want, "%v", c.args)
	}
}
