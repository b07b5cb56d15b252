package roster_test

import (
	"fmt"
	"maps"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/roster"
)

func moment() roster.Moment {
	n := 0
	return roster.Moment{Now: monday, Zone: time.UTC, By: "admin", ID: func() string {
		n++
		return fmt.Sprintf("id%03d", n)
	}}
}

// book is a community with one grid, its 书记 and a resident known by account only.
func book() roster.Book {
	ding := bot.Account{Platform: bot.DingTalk, User: "ding-li"}
	group := bot.Chat{Platform: bot.DingTalk, ID: "cid"}
	return roster.Book{
		Nodes:  []roster.Node{{ID: "c", Name: "翠湖社区"}, {ID: "g3", Parent: "c", Name: "第三网格党支部"}},
		Groups: []roster.Group{{Chat: group, Node: "g3"}},
		People: []roster.Person{
			{ID: "li", Name: "李红梅", Standing: roster.Confirmed, Member: true},
			{ID: "x", Name: "阿芳"},
		},
		Accounts: []roster.Account{
			{Account: ding, Person: "li", Chat: group, Seen: monday},
			{Account: bot.Account{Platform: bot.WeCom, User: "wx-fang"}, Person: "x", Seen: monday},
		},
		Posts:  []roster.Post{{ID: "o1", Person: "li", Node: "g3", Title: "书记", From: monday}},
		Phones: map[bot.PersonID]string{"li": "13800000001"},
	}
}

const grid = "翠湖社区/第三网格党支部"

func TestWhatASheetChanges(t *testing.T) {
	plan := roster.PlanImport([]roster.Row{
		{Line: 2, Name: "李红梅", Node: grid, Class: "党员", Posts: "书记", Phone: "138 0000 0001"},
		{Line: 3, Name: "王建国", Node: "翠湖社区＞第三网格党支部", Class: "中共党员", Posts: "组织委员、宣传委员", Until: "2028年12月31日", Phone: "+86 138-0000-0002", DingTalk: "ding-wang"},
		{Line: 4, Name: "吴芳", Node: grid, Class: "群众", WeCom: "wx-fang"},
		{Line: 5, Name: "赵敏", Node: "翠湖社区/第四网格党支部/二组"},
		{Line: 6, Name: "王建国", Node: "翠湖社区", Posts: "网格长", Phone: "13800000002"},
	}, book(), moment())
	require.Empty(t, plan.Problems)
	assert.Equal(t, 1, plan.Same, "李红梅 is there already")
	assert.Equal(t, "读了5行：新增2人，改动1人，新建2个组织，3个职务，对上1个账号，1个手机号。", plan.Summary())

	require.Len(t, plan.New, 2)
	wang := plan.New[0]
	assert.True(t, wang.Member)
	assert.Equal(t, roster.Confirmed, wang.Standing)
	assert.Equal(t, map[bot.PersonID]string{wang.ID: "13800000002"}, plan.Phones)
	assert.Equal(t, []roster.Person{{ID: "x", Name: "吴芳", Standing: roster.Confirmed}}, plan.Changed)
	assert.Equal(t, []roster.Person{{ID: "x", Name: "阿芳"}}, plan.Before)
	require.Len(t, plan.Nodes, 2)
	assert.Equal(t, bot.NodeID("c"), plan.Nodes[0].Parent)
	assert.Equal(t, plan.Nodes[0].ID, plan.Nodes[1].Parent)
	require.Len(t, plan.Posts, 3)
	assert.Equal(t, time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC), plan.Posts[0].Until, "the whole last day is of the term")
	assert.Equal(t, bot.NodeID("c"), plan.Posts[2].Node, "one person, two nodes")
	assert.Equal(t, wang.ID, plan.Posts[2].Person)
}

func TestTheSameSheetAgainChangesNothing(t *testing.T) {
	rows := []roster.Row{
		{Line: 2, Name: "王建国", Node: grid, Class: "党员", Posts: "书记", Phone: "13800000002", DingTalk: "ding-wang"},
		{Line: 3, Name: "赵敏", Node: "新社区/一组"},
	}
	b := book()
	plan := roster.PlanImport(rows, b, moment())
	require.True(t, plan.Changes())
	b.Nodes = append(b.Nodes, plan.Nodes...)
	b.People = append(b.People, plan.New...)
	b.Accounts = append(b.Accounts, plan.Accounts...)
	b.Posts = append(b.Posts, plan.Posts...)
	b.Belongings = append(b.Belongings, plan.Belongings...)
	maps.Copy(b.Phones, plan.Phones)
	again := roster.PlanImport(rows, b, moment())
	assert.Empty(t, again.Problems)
	assert.False(t, again.Changes())
	assert.Equal(t, "读了2行，都已经在名册里，没有要改的。", again.Summary())
}

func TestWhatIsWrongWithASheet(t *testing.T) {
	row := func(r roster.Row) roster.Row {
		if r.Name == "" {
			r.Name = "王建国"
		}
		if r.Node == "" {
			r.Node = grid
		}
		return r
	}
	for want, rows := range map[string][]roster.Row{
		"没有写姓名":               {{Node: grid}},
		"不像姓名":                {{Name: "=HYPERLINK(1)", Node: grid}},
		"没有写所属组织":             {{Name: "王建国"}},
		"政治面貌“积极分子”没看懂":       {row(roster.Row{Class: "积极分子"})},
		"管理员不能从表里来":           {row(roster.Row{Posts: "管理员"})},
		"任期“明年”没看懂":           {row(roster.Row{Until: "明年"})},
		"任期2020-01-01已经过了":    {row(roster.Row{Until: "2020-01-01"})},
		"手机号写得不对":             {row(roster.Row{Phone: "12345"})},
		"钉钉账号写得不对":            {row(roster.Row{DingTalk: "a b"})},
		"和第2行重复了":             {row(roster.Row{}), row(roster.Row{})},
		"手机号和第2行的王建国一样":       {row(roster.Row{Phone: "13900000000"}), row(roster.Row{Name: "王建军", Phone: "13900000000"})},
		"账号和第2行的王建国一样":        {row(roster.Row{WeCom: "w"}), row(roster.Row{Name: "王建军", WeCom: "w"})},
		"手机号已经是李红梅的了":         {row(roster.Row{Phone: "13800000001"})},
		"账号已经是李红梅的了":          {row(roster.Row{DingTalk: "ding-li"})},
		"账号和手机号是两个人的":         {row(roster.Row{Name: "王建军", Phone: "13900000000"}), row(roster.Row{Name: "李红梅", DingTalk: "ding-li", Phone: "13900000000"})},
		"所属组织写了9级":            {row(roster.Row{Node: "a/b/c/d/e/f/g/h/i"})},
		"表里没有一个人":             {},
		"职务“党支部委员会副书记兼组织…”太长": {row(roster.Row{Posts: "党支部委员会副书记兼组织委员"})},
	} {
		for i := range rows {
			rows[i].Line = i + 2
		}
		plan := roster.PlanImport(rows, book(), moment())
		require.NotEmpty(t, plan.Problems, want)
		assert.Contains(t, plan.Problems[0].String(), want)
		assert.False(t, plan.Changes(), want)
	}
}

func TestTwoOfOneNameAreToldApartByNumber(t *testing.T) {
	plan := roster.PlanImport([]roster.Row{
		{Line: 2, Name: "王建国", Node: grid, Phone: "13900000001"},
		{Line: 3, Name: "王建国", Node: grid, Phone: "13900000002"},
	}, book(), moment())
	require.Empty(t, plan.Problems)
	assert.Len(t, plan.New, 2)
	require.Len(t, plan.Notes, 1)
}

func TestUndoTakesBackWhatNobodyUses(t *testing.T) {
	b := book()
	m := moment()
	plan := roster.PlanImport([]roster.Row{
		{Line: 2, Name: "王建国", Node: grid, Posts: "网格长", DingTalk: "ding-wang"},
		{Line: 3, Name: "赵敏", Node: "翠湖社区/第四网格党支部"},
		{Line: 4, Name: "孙立", Node: "翠湖社区/第五网格党支部"},
		{Line: 5, Name: "吴芳", Node: grid, WeCom: "wx-fang", Phone: "13900000005"},
	}, b, m)
	require.Empty(t, plan.Problems)
	done := plan.Import("imp", m, b)
	b.Nodes = append(b.Nodes, plan.Nodes...)
	b.People = append(b.People, plan.New...)
	b.People[1] = plan.Changed[0]
	b.Accounts = append(b.Accounts, plan.Accounts...)
	b.Posts = append(b.Posts, plan.Posts...)
	b.Belongings = append(b.Belongings, plan.Belongings...)
	maps.Copy(b.Phones, plan.Phones)
	wang, zhao, sun := plan.New[0].ID, plan.New[1].ID, plan.New[2].ID
	undo := roster.PlanUndo(done, b, roster.Busy{People: map[bot.PersonID]bool{sun: true}})
	assert.Equal(t, []bot.PersonID{wang, zhao}, undo.People)
	assert.Equal(t, []bot.PersonID{sun}, undo.Kept)
	assert.Equal(t, []bot.NodeID{plan.Nodes[0].ID}, undo.Nodes, "the fifth grid is 孙立's")
	assert.Equal(t, []roster.Person{{ID: "x", Name: "阿芳"}}, undo.Restore)
	assert.Len(t, undo.Accounts, 1)
	assert.Equal(t, []roster.PhoneChange{{Person: "x", After: "13900000005"}}, undo.Phones)

	for i := range b.Accounts { // 王建国 has spoken meanwhile
		b.Accounts[i].Seen = monday
	}
	undo = roster.PlanUndo(done, b, roster.Busy{})
	assert.Contains(t, undo.Kept, wang)
	assert.Empty(t, undo.Accounts)
}

// TestSheetsOfAnyShape: whatever is in a sheet, planning does not panic, and a plan
// without problems gives nobody an id twice.
func TestSheetsOfAnyShape(t *testing.T) {
	cell := rapid.OneOf(rapid.SampledFrom([]string{"", "王建国", "李红梅", "赵敏", grid, "翠湖社区", "党员", "书记", "2028-12", "13800000001", "13900000002", "ding-li", "wx-fang"}), rapid.String())
	rapid.Check(t, func(t *rapid.T) {
		var rows []roster.Row
		for i := range rapid.IntRange(0, 8).Draw(t, "rows") {
			rows = append(rows, roster.Row{
				Line: i + 2, Name: cell.Draw(t, "name"), Node: cell.Draw(t, "node"), Class: cell.Draw(t, "class"), Posts: cell.Draw(t, "posts"),
				Until: cell.Draw(t, "until"), Phone: cell.Draw(t, "phone"), DingTalk: cell.Draw(t, "ding"), WeCom: cell.Draw(t, "wecom"),
			})
		}
		plan := roster.PlanImport(rows, book(), moment())
		ids := map[bot.PersonID]bool{}
		for _, p := range append(plan.New, plan.Changed...) {
			assert.False(t, ids[p.ID])
			ids[p.ID] = true
		}
		for _, q := range plan.Problems {
			assert.LessOrEqual(t, q.Line, len(rows)+1)
		}
	})
}
