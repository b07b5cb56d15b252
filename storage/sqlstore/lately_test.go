package sqlstore

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot/deliver"
)

func TestLately(t *testing.T) {
	var l lately
	body := deliver.Body{Text: "灯修好了"}
	l.put("1", []byte("sealed"), body)
	got, ok := l.take("1", []byte("sealed"))
	require.True(t, ok)
	require.Equal(t, body, got)
	_, ok = l.take("1", []byte("sealed"))
	require.False(t, ok, "it is given once")

	l.put("2", []byte("rolled back"), body)
	_, ok = l.take("2", []byte("queued"))
	require.False(t, ok, "the records hold another")

	l.put("3", []byte("sealed"), body)
	for i := range latelyMost {
		l.put(fmt.Sprintf("other %d", i), nil, body)
	}
	got, ok = l.take("3", []byte("sealed"))
	require.True(t, ok, "the generation before is still there")
	require.Equal(t, body, got)
	l.put("4", []byte("sealed"), body)
	for i := range 2 * latelyMost {
		l.put(fmt.Sprintf("another %d", i), nil, body)
	}
	_, ok = l.take("4", []byte("sealed"))
	require.False(t, ok, "nobody asked for long")
	require.LessOrEqual(t, len(l.young)+len(l.old), 2*latelyMost)
}
