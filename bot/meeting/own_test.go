package meeting_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
)

// TestOwn: what somebody said and why they stayed away is theirs, what the body noted
// and resolved is not, and erasing it changes neither the hash nor who was there.
func TestOwn(t *testing.T) {
	roll := &ballot.Roll{Unit: ballot.Person, Voters: []ballot.Voter{
		{ID: "v1", Name: "王建国", Votes: true, People: []bot.PersonID{"p1"}},
		{ID: "v2", Name: "赵敏", Votes: true, People: []bot.PersonID{"p2"}},
	}}
	one, both := []ballot.VoterID{"v1"}, []ballot.VoterID{"v1", "v2"}
	entries := []meeting.Entry{
		{ID: "01", Kind: meeting.Excuse, Voters: one, By: "p9", Text: "要去医院"},
		{ID: "02", Kind: meeting.Speech, Voters: one, By: "p9", Text: "我家有困难"},
		{ID: "03", Kind: meeting.Speech, By: "p1", Text: "补一句"},
		{ID: "04", Kind: meeting.Speech, By: "p1", Who: "赵大爷", Text: "我替他说"},
		{ID: "05", Kind: meeting.Speech, Voters: both[1:], By: "p1", Text: "同意"},
		{ID: "06", Kind: meeting.Note, By: "p1", Text: "党费已上缴"},
		{ID: "07", Kind: meeting.Resolve, By: "p1", Text: "每季度公开"},
		{ID: "08", Kind: meeting.Correct, Of: "02", By: "p9", Text: "我家没困难"},
		{ID: "09", Kind: meeting.Correct, Of: "07", By: "p9", Text: "每月公开"},
		{ID: "10", Kind: meeting.Represent, Voters: both[1:], Who: "王建国"},
		{ID: "11", Kind: meeting.Arrive, Voters: both},
		{ID: "12", Kind: meeting.Start},
	}
	for i := range entries {
		entries[i] = entries[i].Sealed([]byte("salt"))
	}
	own := meeting.Own(roll, entries, "p1", "王建国")
	assert.Equal(t, []string{"01", "02", "03", "08", "10"}, own)
	assert.Empty(t, meeting.Own(roll, entries, "p7", ""))

	before, present := meeting.Hash(roll, entries), meeting.Count(roll, meeting.Fold(entries), nil)
	for i, e := range entries {
		for _, id := range own {
			if e.ID == id {
				entries[i].Who, entries[i].Text, entries[i].Salt = "", "", nil
				assert.True(t, entries[i].Erased())
			}
		}
		assert.True(t, entries[i].Intact())
	}
	assert.Equal(t, before, meeting.Hash(roll, entries))
	assert.Equal(t, present, meeting.Count(roll, meeting.Fold(entries), nil))
	assert.Empty(t, meeting.Own(roll, entries, "p1", "王建国"), "once erased there is nothing more")

	m := meeting.Write(meeting.Facts{Name: func(p bot.PersonID) string { return string(p) }}, roll, entries)
	var said []string
	for _, l := range m.Of(meeting.Speech) {
		said = append(said, l.Text)
	}
	assert.Equal(t, []string{"已依法删除", "已依法删除", "我替他说", "同意"}, said)
}
