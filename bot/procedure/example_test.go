package procedure_test

import (
	"fmt"

	"yiqun/bot/procedure"
)

func ExampleParse() {
	_, err := procedure.Parse([]byte(`id: garden
name: 小菜园
source: 本地
steps:
  - {id: want, kind: submit, verb: 讨地, by: anyone, fields: [{id: what}]}
  - {id: dig, kind: finish, verb: 翻好, by: claimant}
`))
	fmt.Println(err)
	// Output:
	// 第6行：by: claimant，但前面没有人能接手。前面加一步 claim 或 assign，或把 by 改成职务
}
