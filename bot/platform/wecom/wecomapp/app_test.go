package wecomapp

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/cards"
)

func order() *cards.Card {
	return &cards.Card{
		ID: "c1", Ref: "#12", Kind: "民情工作单", Title: "声控灯坏了", Status: "等接单",
		Actions: []cards.Action{{Label: "接单", Key: "take:1", Say: "接单 12", Style: cards.Primary}},
	}
}

func textOf(m map[string]any) string {
	t, _ := m["text"].(map[string]any)
	s, _ := t["content"].(string)
	return s
}

func TestAppSends(t *testing.T) {
	s := newServer(t)
	a := s.app()
	send := func(out deliver.Outgoing) deliver.Receipt {
		out.To = private("wang")
		r, err := a.Send(t.Context(), out)
		require.NoError(t, err)
		return r
	}
	assert.Equal(t, deliver.Receipt{Route: "push", Calls: 1}, send(deliver.Outgoing{ID: "o1", Text: "3栋灯坏了\n<a href=\"https://evil.example\">点这里</a>"}))
	assert.NotContains(t, textOf(s.sent[0]), "<", "no link a member made")
	assert.Contains(t, textOf(s.sent[0]), "3栋灯坏了\n")

	assert.Equal(t, deliver.Receipt{Route: "card", Calls: 1}, send(deliver.Outgoing{ID: "o2", Card: order()}))
	assert.Equal(t, "template_card", s.sent[1]["msgtype"])

	assert.Equal(t, deliver.Receipt{Route: "file", Calls: 2}, send(deliver.Outgoing{ID: "o3", File: &deliver.File{Name: "台账\"\r\n.xlsx", Data: []byte("0123456789")}}))
	assert.Equal(t, []string{"file 台账＂.xlsx 10"}, s.uploads)

	closed := order()
	closed.Actions = nil
	assert.Equal(t, "text", send(deliver.Outgoing{ID: "o4", Card: closed}).Route)
	assert.Contains(t, textOf(s.sent[3]), "声控灯坏了")
}

func TestAppSplitsLongText(t *testing.T) {
	s := newServer(t)
	long := strings.TrimSpace(strings.Repeat(strings.Repeat("灯", 30)+"\n", 60))
	r, err := s.app().Send(t.Context(), deliver.Outgoing{ID: "o1", To: private("wang"), Text: long})
	require.NoError(t, err)
	assert.Equal(t, len(s.sent), r.Calls)
	lamps := 0
	for _, m := range s.sent {
		assert.LessOrEqual(t, len(textOf(m)), maxText)
		lamps += strings.Count(textOf(m), "灯")
	}
	assert.Equal(t, 1800, lamps)
}

// A repeat sends only what has not arrived, and asks WeCom to drop what may have.
func TestAppRepeat(t *testing.T) {
	s := newServer(t)
	a := s.app()
	out := deliver.Outgoing{ID: "o1", To: private("wang"), Text: strings.Repeat("灯", 700) + "\n" + strings.Repeat("坏", 600)}
	s.raw["/cgi-bin/message/send"] = "" // taken or not: nobody knows
	_, err := a.Send(t.Context(), out)
	checkError(t, err, bot.Retryable)
	s.set(func() { delete(s.raw, "/cgi-bin/message/send") })
	_, err = a.Send(t.Context(), out)
	require.NoError(t, err)
	require.Len(t, s.sent, 2)
	assert.EqualValues(t, 1, s.sent[0]["enable_duplicate_check"])
	assert.NotContains(t, s.sent[1], "enable_duplicate_check")
}

func TestAppRepeatedCardIsOneCard(t *testing.T) {
	s := newServer(t)
	a := s.app()
	out := deliver.Outgoing{ID: "o1", To: private("wang"), Card: order()}
	s.raw["/cgi-bin/message/send"] = "{"
	_, err := a.Send(t.Context(), out)
	checkError(t, err, bot.Retryable)
	s.set(func() { delete(s.raw, "/cgi-bin/message/send"); s.refuse["/cgi-bin/message/send"] = 42014 })
	r, err := a.Send(t.Context(), out)
	require.NoError(t, err)
	assert.Equal(t, "card", r.Route)
	assert.Empty(t, s.sent)
}

func TestAppCardsInWords(t *testing.T) {
	for _, code := range []int{42039, 43012} {
		s := newServer(t)
		s.once["/cgi-bin/message/send"] = code
		r, err := s.app().Send(t.Context(), deliver.Outgoing{ID: "o1", To: private("wang"), Card: order()})
		require.NoError(t, err)
		assert.Equal(t, deliver.Receipt{Route: "text", Calls: 2}, r)
		assert.Contains(t, textOf(s.sent[0]), "1、接单")
	}
	s := newServer(t)
	deaf := s.app(func(c *Config) { c.Token, c.AESKey = "", "" })
	r, err := deaf.Send(t.Context(), deliver.Outgoing{ID: "o1", To: private("wang"), Card: order()})
	require.NoError(t, err)
	assert.Equal(t, "text", r.Route, "nobody would hear a press")
	unfit := order()
	unfit.ID = "不是编号"
	r, err = s.app().Send(t.Context(), deliver.Outgoing{ID: "o1", To: private("wang"), Card: unfit})
	require.NoError(t, err)
	assert.Equal(t, "text", r.Route)
}

func TestAppRefuses(t *testing.T) {
	s := newServer(t)
	a := s.app()
	_, err := a.Send(t.Context(), deliver.Outgoing{To: bot.Chat{Platform: bot.WeCom, ID: "g"}, Text: words})
	checkError(t, err, bot.Unsupported)
	_, err = a.Send(t.Context(), deliver.Outgoing{To: private("wang")})
	checkError(t, err, bot.Rejected)
	for _, size := range []int{0, 5, maxFile + 1} {
		_, err = a.Send(t.Context(), deliver.Outgoing{To: private("wang"), File: &deliver.File{Name: "a.txt", Data: make([]byte, size)}})
		checkError(t, err, bot.Rejected)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = a.Send(ctx, deliver.Outgoing{To: private("wang"), Text: words})
	checkError(t, err, bot.Retryable)
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, s.sent)
}

func TestAppTellsWhatToMend(t *testing.T) {
	s := newServer(t)
	a := s.app()
	s.once["/cgi-bin/message/send"] = 60020
	_, err := a.Send(t.Context(), deliver.Outgoing{To: private("wang"), Text: words})
	checkError(t, err, bot.Rejected)
	assert.Contains(t, a.Problem(), "可信IP")
	_, err = a.Send(t.Context(), deliver.Outgoing{To: private("nobody"), Text: words})
	checkError(t, err, bot.Unreachable)
	assert.NotEmpty(t, a.Problem())
	_, err = a.Send(t.Context(), deliver.Outgoing{To: private("wang"), Text: words})
	require.NoError(t, err)
	assert.Empty(t, a.Problem())
}

// A person known by an encrypted id is written to by the plain one, converted once.
func TestAppConvertsEncryptedIDs(t *testing.T) {
	s := newServer(t)
	a := s.app()
	for range 3 {
		_, err := a.Send(t.Context(), deliver.Outgoing{To: private(openWang), Text: words})
		require.NoError(t, err)
	}
	assert.Equal(t, "wang", s.sent[0]["touser"])
	assert.Equal(t, 1, s.converts)
	_, err := a.Send(t.Context(), deliver.Outgoing{To: private("woAJ2GCAAAXtWyujaWJHDDGi0mACnone"), Text: words})
	checkError(t, err, bot.Unreachable)
	_, err = a.Send(t.Context(), deliver.Outgoing{To: private("wolf"), Text: words})
	require.NoError(t, err)
	assert.Equal(t, "wolf", s.sent[3]["touser"], "a plain id may begin so")
}

func TestIDsAreBounded(t *testing.T) {
	i := ids{api: echo{}}
	for n := range maxIDs + 5 {
		_, err := i.plain(t.Context(), bot.UserID(fmt.Sprintf("wo%030d", n)))
		require.NoError(t, err)
	}
	assert.LessOrEqual(t, len(i.known), maxIDs)
	assert.Len(t, i.back, len(i.known))
}

// echo converts every id.
type echo struct{ API }

func (echo) UserIDs(_ context.Context, open []string) (map[string]string, error) {
	return map[string]string{open[0]: "u" + open[0]}, nil
}
