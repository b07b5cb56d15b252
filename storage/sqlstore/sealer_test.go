package sqlstore

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func newSealer(t testing.TB, b byte) *Sealer {
	t.Helper()
	s, err := NewSealer(bytes.Repeat([]byte{b}, KeySize))
	require.NoError(t, err)
	return s
}

func TestSealAndOpen(t *testing.T) {
	s, same, other := newSealer(t, 1), newSealer(t, 1), newSealer(t, 2)
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.SliceOf(rapid.Byte()).Draw(r, "text")
		place := rapid.String().Draw(r, "place")
		sealed := s.Seal(place, text)
		got, err := same.Open(place, sealed)
		require.NoError(r, err)
		require.True(r, bytes.Equal(text, got))
		require.NotEqual(r, sealed, s.Seal(place, text), "the same text never looks the same")

		_, err = s.Open(place+"x", sealed)
		require.ErrorIs(r, err, errTampered)
		_, err = other.Open(place, sealed)
		require.ErrorIs(r, err, errOtherKey)

		i := rapid.IntRange(0, len(sealed)-1).Draw(r, "broken byte")
		sealed[i] ^= 1
		_, err = s.Open(place, sealed)
		require.Error(r, err)
		_, err = s.Open(place, sealed[:i])
		require.Error(r, err)
	})
}

func TestTags(t *testing.T) {
	s, same, other := newSealer(t, 1), newSealer(t, 1), newSealer(t, 2)
	require.Equal(t, s.Tag("王建国"), same.Tag("王建国"))
	require.NotEqual(t, s.Tag("王建国"), s.Tag("王建"))
	require.NotEqual(t, s.Tag("王建国"), other.Tag("王建国"))
}

func TestKeysHaveOneSize(t *testing.T) {
	for _, n := range []int{0, 16, 31, 33} {
		_, err := NewSealer(make([]byte, n))
		require.Error(t, err)
	}
}

func FuzzOpen(f *testing.F) {
	s := newSealer(f, 1)
	f.Add(s.Seal("place", []byte("text")))
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, sealed []byte) {
		text, err := s.Open("place", sealed)
		if err == nil {
			require.Equal(t, "text", string(text), "only what was sealed opens")
		}
	})
}
