package sqlite

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPositional(t *testing.T) {
	plain, takes := positional("UPDATE a SET b = $2 WHERE c = $1 AND d <> $2 + $10")
	assert.Equal(t, "UPDATE a SET b = ? WHERE c = ? AND d <> ? + ?", plain)
	assert.Equal(t, []int{1, 0, 1, 9}, takes)
	assert.Equal(t, []any{"y", "x", "y", "j"}, inTurn([]any{"x", "y", 3, 4, 5, 6, 7, 8, 9, "j"}, takes))
	assert.Equal(t, []any{"x"}, inTurn([]any{"x"}, takes), "too few arguments are SQLite's to refuse")

	plain, takes = positional("SELECT 1")
	assert.Equal(t, "SELECT 1", plain)
	assert.Empty(t, inTurn(nil, takes))
}
