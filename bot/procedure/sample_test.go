package procedure_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"yiqun/bot/procedure"
)

func TestWhatWasDrawnReadsBack(t *testing.T) {
	assert.Equal(t, "#3、#12", procedure.Listed([]int{12, 3}))
	rapid.Check(t, func(t *rapid.T) {
		numbers := rapid.SliceOfDistinct(rapid.IntRange(1, 9999), rapid.ID).Draw(t, "numbers")
		listed := "2026年办结的单：" + procedure.Listed(numbers)
		assert.ElementsMatch(t, numbers, procedure.Numbers(listed))
	})
}
