package platform

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMemoryForgetsTheOldest(t *testing.T) {
	var m Memory[int]
	for i := range remembered + 1 {
		m.Put(fmt.Sprint(i), i+1)
		m.Put(fmt.Sprint(i), i+2) // again: no second place
	}
	assert.Zero(t, m.Get("0"))
	assert.Equal(t, 3, m.Get("1"))
	assert.Len(t, m.order, remembered)
}
