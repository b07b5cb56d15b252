package platform_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot"
	"yiqun/bot/platform"
)

func TestGuardTurnsAPanicIntoAnError(t *testing.T) {
	h := platform.Guard(platform.HandlerFunc(func(context.Context, bot.Event) (platform.Answer, error) {
		panic("李阿姨的电话")
	}))
	_, err := h.Handle(t.Context(), bot.Event{})
	assert.Equal(t, bot.Internal, bot.CodeOf(err))
	assert.ErrorContains(t, err, "guard_test.go")
	assert.NotContains(t, err.Error(), "李阿姨")

	h = platform.Guard(platform.HandlerFunc(func(context.Context, bot.Event) (platform.Answer, error) {
		var none []int
		_ = none[len(none)]
		return platform.Answer{}, nil
	}))
	_, err = h.Handle(t.Context(), bot.Event{})
	assert.ErrorContains(t, err, "index out of range")
}
