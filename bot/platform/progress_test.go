package platform_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"yiqun/bot/platform"
)

func TestProgressGoesOnWhereItFailed(t *testing.T) {
	var p platform.Progress
	var went []int
	lost := errors.New("lost")
	fails := 2
	send := func(i int) error {
		if i == fails {
			return lost
		}
		went = append(went, i)
		return nil
	}
	assert.ErrorIs(t, p.Each("o1", 4, send), lost)
	assert.NoError(t, p.Each("o2", 1, send), "another message has its own")
	fails = 4
	assert.NoError(t, p.Each("o1", 4, send))
	assert.Equal(t, []int{0, 1, 0, 2, 3}, went)
	assert.NoError(t, p.Each("o1", 4, send))
	assert.Equal(t, []int{0, 1, 0, 2, 3, 3}, went, "the last piece of what has gone goes again")
}
