package roster_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"yiqun/bot/roster"
)

var monday = time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)

func TestAPostHoldsFromItsFirstMomentUpToItsLast(t *testing.T) {
	p := roster.Post{From: monday, Until: monday.Add(time.Hour)}
	for name, c := range map[string]struct {
		at   time.Duration
		want bool
	}{
		"before":     {-time.Nanosecond, false},
		"the first":  {0, true},
		"within":     {time.Minute, true},
		"the end":    {time.Hour, false},
		"afterwards": {2 * time.Hour, false},
	} {
		assert.Equal(t, c.want, p.Holds(monday.Add(c.at)), name)
	}
	assert.True(t, roster.Post{From: monday}.Holds(monday.AddDate(100, 0, 0)), "no end")
}

func TestTitlesAreThoseInForceAtTheNodesEachOnce(t *testing.T) {
	posts := []roster.Post{
		{Node: "grid", Title: "书记", From: monday},
		{Node: "community", Title: "书记", From: monday},
		{Node: "grid", Title: "网格长", From: monday, Until: monday.Add(time.Hour), LentBy: "li"},
		{Node: "other", Title: "组织委员", From: monday},
		{Title: roster.Administrator, From: monday},
	}
	assert.Equal(t, []string{"书记", "网格长"}, roster.Titles(posts, monday, "grid", "community"))
	assert.Equal(t, []string{"书记"}, roster.Titles(posts, monday.Add(time.Hour), "grid"))
	assert.Empty(t, roster.Titles(posts, monday))
	assert.Empty(t, roster.Titles(posts, monday.Add(-time.Second), "grid"))
}
