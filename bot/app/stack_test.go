package app_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot/app"
)

func TestStackClosesLastInFirstOut(t *testing.T) {
	var order []string
	var s app.Stack
	for _, name := range []string{"records", "states", "page"} {
		s.Push(name, func() error {
			order = append(order, name)
			if name == "states" {
				return errors.New("gone")
			}
			return nil
		})
	}
	err := s.Close()
	require.EqualError(t, err, "close states: gone")
	assert.Equal(t, []string{"page", "states", "records"}, order, "a failure stops nothing")
	require.NoError(t, s.Close(), "and once is enough")
	assert.Len(t, order, 3)
}

func TestStackServesUntilClosed(t *testing.T) {
	var s app.Stack
	hello := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "在") })
	addr, err := s.ServeAt(t.Context(), "page", "127.0.0.1:0", hello, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	url := "http://" + addr.String()
	assert.Equal(t, "在", get(t, url))

	err = s.Serve(t.Context(), "again", addr.String(), hello, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "listen for again", "a taken port is an error at the start")

	require.NoError(t, s.Close())
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	require.Error(t, err, "nobody listens any more")
}

func get(t *testing.T, url string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	resp, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	defer func() { require.NoError(t, resp.Body.Close()) }()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(body)
}
