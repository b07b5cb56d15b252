package chart_test

import (
	"bytes"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"

	"yiqun/cards/chart"
)

func artist(t testing.TB) *chart.Artist {
	t.Helper()
	f, err := opentype.Parse(goregular.TTF)
	require.NoError(t, err)
	a, err := chart.NewArtist(f)
	require.NoError(t, err)
	return a
}

func TestPNG(t *testing.T) {
	c := chart.Chart{Title: "#12 lamp", Note: "3 < 4", Bars: []chart.Bar{{"yes", 15}, {"no", 0}, {strings.Repeat("long ", 60), 3}}}
	a := artist(t)
	first, err := a.PNG(c)
	require.NoError(t, err)
	second, err := a.PNG(c)
	require.NoError(t, err)
	assert.True(t, bytes.Equal(first, second), "the same chart is the same picture")
	img, err := png.Decode(bytes.NewReader(first))
	require.NoError(t, err)
	assert.Equal(t, 800, img.Bounds().Dx())

	dark := func(y int) (n int) {
		for x := range 700 {
			if r, _, b, _ := img.At(x, y).RGBA(); r < 0x4000 && b > 0x8000 {
				n++
			}
		}
		return n
	}
	top := 32 + 32 + 16 + 26 + 16 + 26 + 8 + 20 // within the first bar
	longest := dark(top)
	assert.Greater(t, longest, 600)
	assert.Zero(t, dark(top+96), "nobody voted so")
	assert.InDelta(t, longest*3/15, dark(top+2*96), 2)
}

func TestNothingToDraw(t *testing.T) {
	_, err := artist(t).PNG(chart.Chart{Title: "empty"})
	assert.ErrorIs(t, err, chart.ErrEmpty)
}

func TestManyBarsFit(t *testing.T) {
	c := chart.Chart{Bars: make([]chart.Bar, 500)}
	data, err := artist(t).PNG(c)
	require.NoError(t, err)
	cfg, err := png.DecodeConfig(bytes.NewReader(data))
	require.NoError(t, err)
	assert.Less(t, cfg.Height, 5000)
}
