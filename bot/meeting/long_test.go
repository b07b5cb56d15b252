package meeting_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/meeting"
	"yiqun/cards/paper/docx"
	"yiqun/cards/paper/officetest"
)

// wholeDay is a meeting as long as they come: thirty items, each with speeches of half a
// page, a vote on every third, resolutions and tasks, two photographs.
func wholeDay(t *testing.T) meeting.Minutes {
	t.Helper()
	speech := strings.Repeat("我们几户商量过，加装电梯是好事，但是费用怎么分、采光怎么办，要先说清楚。", 12)
	entries := []meeting.Entry{
		{Kind: meeting.Office, Post: meeting.Host, Person: "li"}, {Kind: meeting.Office, Post: meeting.Recorder, Person: "chen"},
	}
	for i := range 30 {
		entries = append(entries, meeting.Entry{Kind: meeting.Topic, Text: fmt.Sprintf("第%d号议题：%d栋加装电梯的费用分摊和施工安排", i+1, i+1)})
	}
	entries = append(entries, meeting.Entry{Kind: meeting.Start}, meeting.Entry{Kind: meeting.Arrive, Voters: ids(0, 45)},
		meeting.Entry{Kind: meeting.Excuse, Voters: ids(45, 48), Text: "住院"})
	for i := range 30 {
		entries = append(entries,
			meeting.Entry{Kind: meeting.Speech, Voters: ids(i, i+1), Text: fmt.Sprintf("（第%d项）", i+1) + speech},
			meeting.Entry{Kind: meeting.Note, Text: "大家议论了采光和噪音，意见不一。"},
		)
		if i%3 == 0 {
			entries = append(entries, meeting.Entry{Kind: meeting.Vote, Matter: bot.MatterID(fmt.Sprintf("M%d", i+2))})
		}
		entries = append(entries,
			meeting.Entry{Kind: meeting.Resolve, Text: fmt.Sprintf("%d栋先公示方案十五天", i+1)},
			meeting.Entry{Kind: meeting.Task, Person: "wang", Text: fmt.Sprintf("贴%d栋的方案", i+1), Due: noon.AddDate(0, 0, 1)},
		)
		if i < 29 {
			entries = append(entries, meeting.Entry{Kind: meeting.Next})
		}
	}
	entries = in(append(entries, meeting.Entry{Kind: meeting.Picture, Count: 2}, meeting.Entry{Kind: meeting.End})...)
	m := meeting.Write(meeting.Facts{
		Body: "翠湖社区第三网格党支部", Type: "支部党员大会", Place: "党群服务中心二楼", Zone: zone, Rule: rule(t, "party.resolve"),
		Name: func(p bot.PersonID) string {
			return map[bot.PersonID]string{"li": "李红梅", "chen": "陈晓", "wang": "王建国"}[p]
		},
		Vote: func(id bot.MatterID) (string, string) {
			return "#" + strings.TrimPrefix(string(id), "M") + " 同意方案", "应到会50人，实到45人，达到半数；赞成30，须超过25，通过。\n反对10，弃权5。\n依据：党员大会表决。"
		},
		Ref: func(id bot.MatterID) string { return "#" + string(id) },
	}, roll(50), entries)
	for i := range 2 {
		m.Photos = append(m.Photos, meeting.Photo{Data: apptest.Photo(i), At: m.Began.Add(time.Minute), By: "陈晓"})
	}
	return m
}

// TestALongMeetingOpensInOffice: however long, the record opens, nothing of it is lost on
// the way, and it is as long as it should be.
func TestALongMeetingOpensInOffice(t *testing.T) {
	office := officetest.Find(t)
	m := wholeDay(t)
	file, err := docx.Render(m.Paper("0123456789abcdef"))
	require.NoError(t, err)
	office.Write(t, "long.docx", file)
	office.Convert(t, "pdf", "long.docx")
	// Some 16,000 characters at 22 lines of 28 to a page, with heads and a table.
	assert.InDelta(t, 40, office.Pages(t, "long.pdf"), 8)
	read := office.Text(t, "long.docx")
	at := 0
	for i := range 30 {
		next := strings.Index(read[at:], fmt.Sprintf("（第%d项）", i+1))
		require.GreaterOrEqual(t, next, 0, "item %d, in its order", i+1)
		at += next
	}
	assert.Equal(t, 10, strings.Count(read, "赞成30，须超过25，通过"), "each vote once")
	for _, want := range []string{
		"（三十）第30号议题", "应到：50人", "实到：45人（达到半数）", "请假：", "缺席：", "30．30栋先公示方案十五天", "贴30栋的方案",
		"主持人（签字）：", "附：会议照片", "照片2（",
	} {
		assert.Contains(t, read, want)
	}
}
