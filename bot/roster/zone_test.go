package roster_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/roster"
)

// withZones knows two clocks by what they are called.
func withZones() roster.Moment {
	m := moment()
	m.ZoneCalled = func(said string) (string, bool) {
		name, ok := map[string]string{"新疆时间": "Asia/Urumqi", "同上级": ""}[said]
		return name, ok
	}
	return m
}

// TestALineMaySayAZoneAlone: of a node that is there or is made, once; nobody is entered
// by it, and what is said twice alike is no contradiction.
func TestALineMaySayAZoneAlone(t *testing.T) {
	b := book()
	b.Nodes[1].Zone = "Asia/Shanghai"
	plan := roster.PlanImport([]roster.Row{
		{Line: 2, Node: "翠湖社区", Zone: "新疆时间"},
		{Line: 3, Name: "王建国", Node: "翠湖社区", Zone: "新疆时间"},
		{Line: 4, Node: grid, Zone: "同上级"},
		{Line: 5, Node: "天山街道/一社区", Zone: "新疆时间"},
	}, b, withZones())
	require.Empty(t, plan.Problems)
	require.Len(t, plan.New, 1)
	assert.Equal(t, []roster.ZoneChange{{Node: "c", After: "Asia/Urumqi"}, {Node: "g3", Before: "Asia/Shanghai"}}, plan.Zones)
	require.Len(t, plan.Nodes, 2)
	assert.Empty(t, plan.Nodes[0].Zone, "only what the line names; what lies below follows it")
	assert.Equal(t, "Asia/Urumqi", plan.Nodes[1].Zone)
	assert.Equal(t, "读了4行：新增1人，新建2个组织，3个组织的时区。", plan.Summary())
	assert.Zero(t, plan.Same)

	done := plan.Import("i", withZones(), b)
	after := b
	after.Nodes = append([]roster.Node{{ID: "c", Name: "翠湖社区", Zone: "Asia/Urumqi"}, {ID: "g3", Parent: "c", Name: "第三网格党支部", Zone: "Asia/Kashgar"}}, plan.Nodes...)
	undo := roster.PlanUndo(done, after, roster.Busy{})
	assert.Equal(t, []roster.ZoneChange{{Node: "c", After: "Asia/Urumqi"}}, undo.Zones, "the other was changed since")
	assert.Len(t, undo.Nodes, 2)
}

func TestWhatIsWrongWithAZone(t *testing.T) {
	for want, rows := range map[string][]roster.Row{
		"第2行：时区“火星时间”没看懂，请写北京时间、新疆时间，或Asia/Urumqi这样的名字。": {{Line: 2, Node: grid, Zone: "火星时间"}},
		"第2行：没有写所属组织，例如：翠湖社区/第三网格党支部。":                   {{Line: 2, Zone: "新疆时间"}},
		"第2行：没有写姓名。": {{Line: 2, Node: grid, Zone: "新疆时间", Posts: "书记"}},
		"第3行：第三网格党支部的时区和第2行写的不一样，请留一个。": {{Line: 2, Node: grid, Zone: "新疆时间"}, {Line: 3, Node: grid, Zone: "同上级"}},
	} {
		plan := roster.PlanImport(rows, book(), withZones())
		require.Len(t, plan.Problems, 1, want)
		assert.Equal(t, want, plan.Problems[0].String())
		assert.False(t, plan.Changes())
	}
}
