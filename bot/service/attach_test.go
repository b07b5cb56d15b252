package service_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/service"
)

// sends has somebody send pictures to the bot in private, with or without words.
func (r *room) sends(who, text string, kinds ...bot.AttachmentKind) []string {
	r.t.Helper()
	r.said++
	m := &bot.Message{Text: text}
	for i, k := range kinds {
		m.Attachments = append(m.Attachments, bot.Attachment{Kind: k, Ref: fmt.Sprintf("ref-%d-%d", r.said, i)})
	}
	_, err := r.svc.Handle(r.t.Context(), bot.Event{
		ID: bot.EventID(fmt.Sprint(r.said)), Platform: bot.WeCom, Chat: bot.PrivateChat(account(who)), From: account(who),
		At: r.clock.Now(), Message: m,
	})
	require.NoError(r.t, err)
	return r.heard(bot.PrivateChat(account(who)))
}

// claim takes what is to be fetched.
func (r *room) claim() []service.Attached {
	r.t.Helper()
	claimed, err := r.svc.ClaimAttached(r.t.Context())
	require.NoError(r.t, err)
	return claimed
}

func (r *room) fetched(a service.Attached, data string, cause error) {
	r.t.Helper()
	require.NoError(r.t, r.svc.Fetched(r.t.Context(), a.ID, []byte(data), cause))
}

// ticks does what time has done, and returns what the sender then hears.
func (r *room) ticks(who string) []string {
	r.t.Helper()
	_, err := r.svc.TickAttached(r.t.Context())
	require.NoError(r.t, err)
	return r.heard(bot.PrivateChat(account(who)))
}

var errBusy = bot.Fault(bot.Retryable, errors.New("busy"))

func TestAClaimIsNobodyElsesForItsTime(t *testing.T) {
	r := newRoom(t)
	r.sends("刘桂兰", "点单 灯坏了", bot.Picture)
	require.Len(t, r.claim(), 1)
	assert.Empty(t, r.claim(), "it is being fetched")
	r.clock.Advance(90 * time.Second)
	again := r.claim()
	require.Len(t, again, 1, "whoever claimed it never came back")
	assert.Equal(t, 2, again[0].Tries)
	r.fetched(again[0], "bytes", nil)
	r.clock.Advance(time.Hour)
	assert.Empty(t, r.claim())
}

func TestFetchingIsTriedAgainWhileTheLinkLives(t *testing.T) {
	r := newRoom(t)
	r.sends("刘桂兰", "点单 灯坏了", bot.Picture)
	began := r.clock.Now()
	tries := 0
	for range 20 {
		claimed := r.claim()
		for _, a := range claimed {
			tries++
			r.fetched(a, "", errBusy)
		}
		if len(claimed) == 0 && r.clock.Now().Sub(began) > 7*time.Minute {
			break
		}
		next, err := r.svc.TickAttached(t.Context())
		require.NoError(t, err)
		r.clock.Advance(max(time.Second, min(time.Minute, next.Sub(r.clock.Now()))))
	}
	assert.GreaterOrEqual(t, tries, 5)
	assert.LessOrEqual(t, tries, 12, "more slowly each time")
	heard := r.heard(bot.PrivateChat(account("刘桂兰")))
	require.Len(t, heard, 1)
	assert.Contains(t, heard[0], "#1 的1张照片没有收下来")
}

func TestLostPhotosAreAskedForInOneMessage(t *testing.T) {
	r := newRoom(t)
	r.sends("刘桂兰", "点单 灯坏了", bot.Picture, bot.Picture)
	for _, a := range r.claim() {
		r.fetched(a, "", bot.Fault(bot.Expired, errors.New("gone")))
	}
	heard := r.ticks("刘桂兰")
	require.Len(t, heard, 1)
	assert.Contains(t, heard[0], "#1 的2张照片没有收下来")
	assert.Empty(t, r.ticks("刘桂兰"), "asked once")

	assert.Equal(t, []string{"收到，2张照片补到 #1 了。"}, r.sends("刘桂兰", "", bot.Picture, bot.Picture))
	assert.Empty(t, r.ticks("刘桂兰"))
}

// TestAPhotoOutlivesTheQuestion: the sentence lacks something and is asked about; the
// photo goes with the answer.
func TestAPhotoOutlivesTheQuestion(t *testing.T) {
	r := newRoom(t)
	heard := r.sends("刘桂兰", "点单", bot.Picture)
	require.Len(t, heard, 1)
	acts := r.acts()
	r.tell("刘桂兰", "3栋楼道灯坏了")
	require.Equal(t, acts+1, r.acts())
	for _, a := range r.claim() {
		assert.NotEmpty(t, a.Matter)
		assert.Equal(t, 1, a.Seq)
	}
}

func TestAForgottenPhotoGoes(t *testing.T) {
	r := newRoom(t)
	assert.Empty(t, r.sends("刘桂兰", "", bot.Picture))
	r.fetched(r.claim()[0], "bytes", nil)
	assert.Empty(t, r.ticks("刘桂兰"), "it waits for its sentence")
	r.clock.Advance(2 * time.Minute)
	assert.Len(t, r.ticks("刘桂兰"), 1)
	r.clock.Advance(48 * time.Hour)
	assert.Empty(t, r.ticks("刘桂兰"))
	next, err := r.svc.TickAttached(t.Context())
	require.NoError(t, err)
	assert.Zero(t, next, "nothing of it is left to look at")
}

func TestAFileThatIsNoWorkbook(t *testing.T) {
	r := newRoom(t)
	assert.Empty(t, r.sends("李红梅", "", bot.File))
	r.fetched(r.claim()[0], "not a workbook", nil)
	heard := r.ticks("李红梅")
	require.Len(t, heard, 1)
	assert.Contains(t, heard[0], "只认 .xlsx 表格")
	assert.Empty(t, r.ticks("李红梅"))
}

func TestAFileInAGroupIsNotKept(t *testing.T) {
	r := newRoom(t)
	_, err := r.svc.Handle(t.Context(), bot.Event{
		ID: "file", Platform: bot.WeCom, Chat: group, From: account("李红梅"), At: r.clock.Now(),
		Message: &bot.Message{Text: "@" + apptest.BotName, Attachments: []bot.Attachment{{Kind: bot.File, Ref: "ref"}}},
	})
	require.NoError(t, err)
	assert.Equal(t, []string{"文件请私聊发给我，群里只收照片。"}, r.heard(group))
	assert.Empty(t, r.claim())
}
