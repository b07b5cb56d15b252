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
	lending := func(first, second string) string {
		name := filepath.Join(t.TempDir(), "lending.yaml")
		require.NoError(t, os.WriteFile(name, fmt.Appendf(nil, `id: lending.tools
name: 借物
source: 本地
managers: [书记]
steps:
  - {id: want, kind: submit, verb: %s, by: anyone, fields: [{id: what, label: 物品, required: true}]}
  - {id: lent, kind: assign, verb: %s, by: 书记}
`, first, second), 0o600))
		return name
	}
	good := lending("借物", "借出")
	for _, c := range []struct {
		args   []string
		status int
		want   string
	}{
		{[]string{"template"}, 2, "用法"},
		{[]string{"template", "check", good}, 0, "没有问题：借物，2步。"},
		{[]string{"template", "check", filepath.Join(t.TempDir(), "none.yaml")}, 1, "read template"},
		{[]string{"template", "check", lending("借物", "借！")}, 1, "第7行：词 \"借！\" 不合格"},
		{[]string{"template", "check", good, lending("借物", "撤销")}, 1, "第7行：“撤销”已经有别的意思"},
		{[]string{"template", "check", lending("心愿", "借出")}, 1, "都用“心愿”开头"},
	} {
		stdout, stderr, status := yiqun(t, "", c.args...)
		assert.Equal(t, c.status, status, "%v: %s%s", c.args, stdout, stderr)
		assert.Contains(t, stdout+stderr, c.want, "%v", c.args)
	}
}
