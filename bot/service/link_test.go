package service

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
)

func TestLinks(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 30, 0, 0, time.UTC)
	l := NewLinks("https://bot.example.com/yiqun/", []byte("data key"))
	address := l.URL(resultPage, "01JD9ZK3Q8", now)
	token, ok := strings.CutPrefix(address, "https://bot.example.com/yiqun/p/")
	require.True(t, ok, address)
	assert.Equal(t, address, l.URL(resultPage, "01JD9ZK3Q8", now.Add(time.Minute)), "one address an hour")

	page, m, err := l.read(token, now)
	require.NoError(t, err)
	assert.Equal(t, resultPage, page)
	assert.Equal(t, bot.MatterID("01JD9ZK3Q8"), m)

	_, _, err = l.read(token, now.Add(linkFor))
	assert.Equal(t, bot.Expired, bot.CodeOf(err))
	assert.Contains(t, bot.MessageOf(err), "过期")

	for i := range token {
		forged := []byte(token)
		forged[i] ^= 1
		_, _, err := l.read(string(forged), now)
		assert.Equal(t, bot.NotFound, bot.CodeOf(err), "%q", forged)
	}
	for _, token := range []string{"", ".", "r", "r.01JD9ZK3Q8", strings.Repeat(".", 9), "r.01JD9ZK3Q8.zz." + l.mac("r.01JD9ZK3Q8.-")} {
		_, _, err := l.read(token, now)
		assert.Equal(t, bot.NotFound, bot.CodeOf(err), token)
	}
	_, _, err = NewLinks("https://bot.example.com", []byte("another")).read(token, now)
	assert.Equal(t, bot.NotFound, bot.CodeOf(err))
	assert.Nil(t, NewLinks("", []byte("data key")))
	_, _, err = (*Links)(nil).read(token, now)
	assert.Equal(t, bot.NotFound, bot.CodeOf(err))
}
