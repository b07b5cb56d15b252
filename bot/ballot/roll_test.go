package ballot_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

func TestImportNamesEveryRow(t *testing.T) {
	classes := []ballot.Class{{Name: "正式党员", Votes: true}, {Name: "预备党员"}}
	for name, c := range map[string]struct {
		unit    ballot.Unit
		classes []ballot.Class
		rows    []ballot.Row
		want    []string
	}{
		"all problems at once": {ballot.Person, classes, []ballot.Row{
			{Line: 2, Name: " ", Class: "正式党员"},
			{Line: 3, Name: "甲", Class: "群众"},
			{Line: 4, Name: "乙", Class: "正式党员", Weight: "0.5"},
		}, []string{"第2行：没有姓名", "第3行：不认识的类别“群众”。可以写 正式党员、预备党员", "第4行：票数“0.5”不对"}},
		"one person twice": {ballot.Person, nil, []ballot.Row{
			{Line: 2, Name: "王建国", Person: "w"}, {Line: 3, Name: "老王", Person: "w"},
		}, []string{"第3行：和第2行是同一个人"}},
		"same name unknown": {ballot.Person, nil, []ballot.Row{
			{Line: 2, Name: "王建国"}, {Line: 3, Name: "王建国"},
		}, []string{"第3行：和第2行同名"}},
		"nobody votes": {ballot.Person, classes, []ballot.Row{{Line: 2, Name: "丙", Class: "预备党员"}}, []string{"没有一个有表决权的人"}},
		"empty":        {ballot.Person, nil, nil, []string{"没有一个有表决权的人"}},
		"deed twice": {ballot.Deed, nil, []ballot.Row{
			{Line: 2, Name: "甲", Unit: "1-101", Area: "80"}, {Line: 3, Name: "乙", Unit: "1-101", Area: "80"},
		}, []string{"第3行：产权证“1-101”在第2行已经有了"}},
		"same owner or not": {ballot.Deed, nil, []ballot.Row{
			{Line: 2, Name: "甲", Unit: "1-101", Area: "80"}, {Line: 3, Name: "甲", Unit: "1-102", Area: "80"},
		}, []string{"第3行：和第2行同名，分不清"}},
		"areas": {ballot.Deed, nil, []ballot.Row{
			{Line: 2, Name: "甲", Unit: "1", Area: "80.125"}, {Line: 3, Name: "乙", Unit: "2"},
			{Line: 4, Name: "丙", Unit: "3", Area: "0"}, {Line: 5, Name: "丁", Unit: "4", Area: "99999999999"},
		}, []string{"第2行：", "第3行：没有面积", "第4行：面积是0", "第5行："}},
		"seat twice": {ballot.Seat, nil, []ballot.Row{
			{Line: 2, Name: "甲", Unit: "物业"}, {Line: 3, Name: "乙", Unit: "物业"},
		}, []string{"第3行：和第2行重复"}},
		"no unit":      {ballot.Household, nil, []ballot.Row{{Line: 2, Name: "甲"}}, []string{"第2行：没有写是哪一户"}},
		"unknown unit": {ballot.AnyUnit, nil, nil, []string{"不认识的计票单位"}},
	} {
		t.Run(name, func(t *testing.T) {
			roll, problems := ballot.Import(c.unit, c.classes, c.rows)
			assert.Nil(t, roll, "all or nothing")
			require.Len(t, problems, len(c.want))
			for i, want := range c.want {
				assert.Contains(t, problems[i].String(), want)
			}
		})
	}
}

func TestHouseholdHasOneVoteForAllItsPeople(t *testing.T) {
	roll, problems := ballot.Import(ballot.Household, nil, []ballot.Row{
		{Line: 2, Name: "甲", Unit: "3-501", Person: "a"},
		{Line: 3, Name: "乙", Unit: "3-501", Person: "b"},
		{Line: 4, Name: "丙", Unit: "3-502", Person: "c"},
	})
	require.Empty(t, problems)
	assert.EqualValues(t, 2, roll.Entitled().Heads)
	b, err := ballot.Open(ballot.Poll{Opens: opens, Closes: closes}, rule(t, "grid.majority.cast"), roll, seeded(1))
	require.NoError(t, err)
	_, err = b.Cast("a", yes, during)
	require.NoError(t, err)
	_, err = b.Cast("b", no, during)
	require.NoError(t, err)
	c, err := b.Count()
	require.NoError(t, err)
	assert.EqualValues(t, 1, c.Cast.Heads)
	assert.EqualValues(t, 1, c.No.Heads)
}

func TestTwoKnownPeopleMayShareAName(t *testing.T) {
	roll, problems := ballot.Import(ballot.Person, nil, []ballot.Row{
		{Line: 2, Name: "王建国", Person: "a"}, {Line: 3, Name: "王建国", Person: "b"},
		{Line: 4, Name: "李芳", Household: "1"}, {Line: 5, Name: "李芳", Household: "2"},
	})
	require.Empty(t, problems)
	assert.EqualValues(t, 4, roll.Entitled().Heads)
}

// TestAreasAreConserved: however deeds are spread over owners, the area of the roll
// is the area of the deeds, and heads are the owners; resolving people changes neither
// the area nor counts anybody twice.
func TestAreasAreConserved(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "deeds")
		owners := rapid.IntRange(1, 10).Draw(t, "owners")
		var total ballot.Area
		heads := map[bot.PersonID]bool{}
		var rows []ballot.Row
		for i := range n {
			o := person(rapid.IntRange(0, owners-1).Draw(t, "owner"))
			a := ballot.Area(rapid.Int64Range(1, 1_000_000).Draw(t, "area"))
			total += a
			heads[o] = true
			rows = append(rows, ballot.Row{Line: i, Name: string(o), Unit: string(person(i)), Area: a.String(), Person: o})
		}
		roll, problems := ballot.Import(ballot.Deed, nil, rows)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		assert.Equal(t, total, roll.Entitled().Area)
		assert.EqualValues(t, len(heads), roll.Entitled().Heads)
		one, _ := roll.Resolve(func(bot.PersonID) bot.PersonID { return "all" })
		assert.Equal(t, total, one.Entitled().Area)
		assert.EqualValues(t, 1, one.Entitled().Heads)
	})
}

func TestAreaIsReadAndWrittenExactly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := ballot.Area(rapid.Int64Range(0, 10_000_000_000).Draw(t, "area"))
		again, err := ballot.ParseArea(a.String())
		assert.NoError(t, err)
		assert.Equal(t, a, again)
	})
	for _, bad := range []string{"", ".", "1.", ".5", "-1", "1.234", "1e3", "一", "1 2"} {
		_, err := ballot.ParseArea(bad)
		assert.Error(t, err, bad)
	}
}

func TestRollHashTellsRollsApart(t *testing.T) {
	three := people(t, 3).Hash()
	assert.Equal(t, three, people(t, 3).Hash(), "made again")
	assert.NotEqual(t, three, people(t, 4).Hash())
}
