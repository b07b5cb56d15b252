package app

import (
	"bytes"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/gofont/goregular"

	"yiqun/cards/chart"
)

func TestArtist(t *testing.T) {
	quiet := slog.New(slog.DiscardHandler)
	_, err := Artist(filepath.Join(t.TempDir(), "none.ttf"), quiet)
	assert.ErrorContains(t, err, "YIQUN_FONT")

	latin := filepath.Join(t.TempDir(), "latin.ttf")
	require.NoError(t, os.WriteFile(latin, goregular.TTF, 0o600))
	_, err = Artist(latin, quiet)
	assert.ErrorContains(t, err, "knows no Chinese")

	broken := filepath.Join(t.TempDir(), "broken.ttf")
	require.NoError(t, os.WriteFile(broken, []byte("no font"), 0o600))
	_, err = Artist(broken, quiet)
	assert.Error(t, err)
}

func TestArtistFindsASystemFont(t *testing.T) {
	a, err := Artist("", slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	if a == nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("no Chinese font, and CI tests everything: apt-get install fonts-noto-cjk")
		}
		t.Skip("no Chinese font was found, so pictures were not drawn: apt-get install fonts-noto-cjk")
	}
	data, err := a.PNG(chart.Chart{Title: "#12 更换门禁", Note: "未通过", Bars: []chart.Bar{{Label: "赞成", Value: 15}, {Label: "反对", Value: 1}}})
	require.NoError(t, err)
	_, err = png.Decode(bytes.NewReader(data))
	assert.NoError(t, err)
}
