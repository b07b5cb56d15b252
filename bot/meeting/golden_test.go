package meeting_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/cards/paper"
	"yiqun/cards/paper/docx"
	"yiqun/cards/paper/officetest"
	"yiqun/cards/text"
)

// evening is a meeting of members in which most things happen.
func evening(t *testing.T) meeting.Minutes {
	t.Helper()
	members := roll(8)
	entries := in(
		meeting.Entry{Kind: meeting.Office, Post: meeting.Host, Person: "li"},
		meeting.Entry{Kind: meeting.Office, Post: meeting.Recorder, Person: "chen"},
		meeting.Entry{Kind: meeting.Topic, Text: "讨论发展对象"},
		meeting.Entry{Kind: meeting.Topic, Text: "通报经费"},
		meeting.Entry{Kind: meeting.Topic, Text: "其他"},
		meeting.Entry{Kind: meeting.Excuse, Voters: ids(6, 7), Text: "住院"},
		meeting.Entry{Kind: meeting.Start},
		meeting.Entry{Kind: meeting.Arrive, Voters: ids(0, 5)},
		meeting.Entry{Kind: meeting.Absent, Voters: ids(7, 8)},
		meeting.Entry{Kind: meeting.Guest, Who: "社区张主任"},
		meeting.Entry{Kind: meeting.Speech, Voters: ids(1, 2), Text: "李四同志表现一贯很好"},
		meeting.Entry{Kind: meeting.Speech, Who: "社区张主任", Text: "没有意见"},
		meeting.Entry{Kind: meeting.Vote, Matter: "M2"},
		meeting.Entry{Kind: meeting.Late, Voters: ids(5, 6)},
		meeting.Entry{Kind: meeting.Next},
		meeting.Entry{Kind: meeting.Note, Text: "活动经费还有三千元"},
		meeting.Entry{Kind: meeting.Resolve, Text: "经费每季度公开一次"},
		meeting.Entry{Kind: meeting.Task, Person: "wang", Text: "打印公示", Due: noon.AddDate(0, 0, 1)},
		meeting.Entry{Kind: meeting.Correct, Of: "e015", Text: "活动经费还有三百元"},
		meeting.Entry{Kind: meeting.Note, Text: "记错了"},
		meeting.Entry{Kind: meeting.Strike, Of: "e019"},
		meeting.Entry{Kind: meeting.Leave, Voters: ids(4, 5)},
		meeting.Entry{Kind: meeting.Pause},
		meeting.Entry{Kind: meeting.Resume},
		meeting.Entry{Kind: meeting.Picture, Count: 2},
		meeting.Entry{Kind: meeting.End},
		meeting.Entry{Kind: meeting.Approve, By: "chen"},
	)
	entries = append(entries, meeting.Entry{ID: "z", Kind: meeting.Ordered, Of: "e017", Matter: "M3"})
	return meeting.Write(meeting.Facts{
		Body: "翠湖社区第三网格党支部", Type: "支部党员大会", Place: "党群服务中心二楼", Zone: zone, Rule: rule(t, "party.resolve"),
		Name: func(p bot.PersonID) string {
			return map[bot.PersonID]string{"li": "李红梅", "chen": "陈晓", "wang": "王建国"}[p]
		},
		Vote: func(bot.MatterID) (string, string) {
			return "#2 确定李四为发展对象", "应到会8人，实到5人，达到半数；赞成4，须超过4，未通过。\n反对1，弃权0。\n依据：党员大会表决。"
		},
		Ref: func(id bot.MatterID) string { return "#" + strings.TrimPrefix(string(id), "M") },
	}, members, entries)
}

func TestMinutesSayEverythingOnce(t *testing.T) {
	m := evening(t)
	assert.Equal(t, int64(6), m.Turnout.Present, "who left early had come, who came late had too")
	assert.Equal(t, []meeting.Excused{{Name: "党员06", Why: "住院"}}, m.Attendance.Excused)
	assert.Equal(t, []string{"党员07"}, m.Attendance.Absent)
	assert.Len(t, m.Of(meeting.Note), 1, "what was struck is gone")
	assert.Equal(t, "活动经费还有三百元", m.Of(meeting.Note)[0].Text)
	assert.Equal(t, "#3", m.Of(meeting.Task)[0].Ref)
}

// TestMinutesGolden compares the minutes as text and as the file's own text.
// UPDATE_GOLDEN=1 rewrites them.
func TestMinutesGolden(t *testing.T) {
	m := evening(t)
	p := m.Paper("0123456789abcdef")
	for name, got := range map[string]string{
		"party.txt":      text.Paper(p) + "\n",
		"party.docx.txt": docxLines(t, p),
		"party.card.txt": text.Render(m.Card(), text.Options{}) + "\n",
	} {
		file := filepath.Join("testdata", "minutes", name)
		if os.Getenv("UPDATE_GOLDEN") != "" {
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
			continue
		}
		want, err := os.ReadFile(file)
		require.NoError(t, err)
		assert.Equal(t, string(want), got, "run with UPDATE_GOLDEN=1 to accept")
	}
}

// docxLines is the text of a rendered file, a line per paragraph.
func docxLines(t *testing.T, p paper.Paper) string {
	t.Helper()
	data, err := docx.Render(p)
	require.NoError(t, err)
	return officetest.Docx(t, data)
}

// TestThreeHundredAreCountedQuickly: a room of 300 is folded in no time, whatever was said.
func TestThreeHundredAreCountedQuickly(t *testing.T) {
	var entries []meeting.Entry
	for i := range 300 {
		entries = append(entries, meeting.Entry{ID: fmt.Sprintf("e%04d", i), Kind: meeting.Arrive, Voters: ids(i, i+1), At: noon.Add(time.Duration(i) * time.Millisecond)})
	}
	assert.Equal(t, "应到300人，实到300人；达到半数，可以表决", meeting.Count(roll(300), meeting.Fold(entries), rule(t, "party.resolve")).String())
}
