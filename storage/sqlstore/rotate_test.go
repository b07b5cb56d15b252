package sqlstore

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainBytes are the columns of bytes that are not sealed, each with the reason why
// they need not be.
var plainBytes = map[string]string{
	"templates.source": "no member's words",
	"rules.source":     "no member's words",
}

// TestEverySealedColumnIsSealedAnew: a column that is forgotten here could not be read
// any more after the data key was changed.
func TestEverySealedColumnIsSealedAnew(t *testing.T) {
	for _, tab := range tables {
		for _, col := range tab.columns {
			name := tab.name + "." + col.name
			if col.kind != bytea || plainBytes[name] != "" {
				continue
			}
			known := slices.ContainsFunc(sealedColumns, func(c sealedColumn) bool {
				return c.table == tab.name && (c.column == col.name || c.tag == col.name)
			})
			assert.True(t, known, "add %s to sealedColumns", name)
		}
	}
	for _, c := range sealedColumns {
		tab := tableNamed(c.table)
		keys := tab.keyColumns()
		require.Len(t, keys, strings.Count(tab.key, ",")+1)
		// opens takes a whole row for a key.
		assert.Equal(t, keys, tab.columns[:len(keys)], c.table)
	}
}

func TestTwoKeysOpenAndTheFirstSeals(t *testing.T) {
	one, two := bytes.Repeat([]byte{1}, KeySize), bytes.Repeat([]byte{2}, KeySize)
	old, err := NewSealer(one)
	require.NoError(t, err)
	both, err := NewSealer(append(slices.Clone(two), one...))
	require.NoError(t, err)
	next, err := NewSealer(two)
	require.NoError(t, err)

	text, err := both.Open("place", old.Seal("place", []byte("旧的")))
	require.NoError(t, err)
	require.Equal(t, "旧的", string(text))
	text, err = next.Open("place", both.Seal("place", []byte("新的")))
	require.NoError(t, err)
	require.Equal(t, "新的", string(text))
	_, err = old.Open("place", both.Seal("place", []byte("新的")))
	require.ErrorIs(t, err, errOtherKey)
	require.Equal(t, next.Tag("王建国"), both.Tag("王建国"))
	require.Equal(t, old.Tag("王建国"), both.OldTag("王建国"))
	require.Equal(t, old.Tag("王建国"), old.OldTag("王建国"))
	_, err = NewSealer(bytes.Repeat([]byte{1}, 3*KeySize))
	require.Error(t, err)
}
