package chart

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strconv"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"

	"yiqun/cards/markdown"
)

// Chart is what is drawn. Texts may have been written by anyone.
type Chart struct {
	Title string
	Note  string // under the title: 未通过
	Bars  []Bar
}

// Bar is one line of it.
type Bar struct {
	Label string
	Value int64 // not negative
}

// Sizes in pixels: wide enough to be read on a phone without zooming.
const (
	width     = 800
	margin    = 32
	titleSize = 32
	textSize  = 26
	barHeight = 40
	barStep   = 96 // label, bar, gap
	maxBars   = 40
	numberGap = 12
	numberFor = 96 // kept free for the number after the longest bar
)

var (
	paperWhite = color.White
	ink        = color.RGBA{0x22, 0x22, 0x22, 0xff}
	barColor   = color.RGBA{0x1f, 0x5f, 0xa8, 0xff}
	trackColor = color.RGBA{0xe6, 0xea, 0xf0, 0xff}
)

// ErrEmpty says that there is nothing to draw.
var ErrEmpty = errors.New("a chart without bars")

// Artist draws with one font. It is safe for concurrent use.
type Artist struct {
	mu          sync.Mutex // a face may not be used by two at once
	title, text font.Face
}

// NewArtist returns an artist who writes with f, which must know Chinese.
func NewArtist(f *sfnt.Font) (*Artist, error) {
	var a Artist
	for size, face := range map[float64]*font.Face{titleSize: &a.title, textSize: &a.text} {
		made, err := opentype.NewFace(f, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingFull})
		if err != nil {
			return nil, fmt.Errorf("prepare the font: %w", err)
		}
		*face = made
	}
	return &a, nil
}

// PNG draws c.
func (a *Artist) PNG(c Chart) ([]byte, error) {
	if len(c.Bars) == 0 {
		return nil, ErrEmpty
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	bars := c.Bars[:min(len(c.Bars), maxBars)]
	head := margin + titleSize + margin/2
	if c.Note != "" {
		head += textSize + margin/2
	}
	img := image.NewRGBA(image.Rect(0, 0, width, head+len(bars)*barStep+margin))
	draw.Draw(img, img.Bounds(), image.NewUniform(paperWhite), image.Point{}, draw.Src)
	a.write(img, a.title, margin, margin+titleSize, c.Title)
	if c.Note != "" {
		a.write(img, a.text, margin, margin+titleSize+margin/2+textSize, c.Note)
	}
	most := int64(1)
	for _, b := range bars {
		most = max(most, b.Value)
	}
	for i, b := range bars {
		a.bar(img, head+i*barStep, b, most)
	}
	var buf bytes.Buffer
	if err := png.Encode(&buf, img); err != nil {
		return nil, fmt.Errorf("encode a chart: %w", err)
	}
	return buf.Bytes(), nil
}

// bar draws a label, its bar on a track, and the number after it.
func (a *Artist) bar(img draw.Image, top int, b Bar, most int64) {
	a.write(img, a.text, margin, top+textSize, b.Label)
	y := top + textSize + margin/4
	full := width - 2*margin - numberFor
	long := int(max(0, b.Value) * int64(full) / most)
	fill(img, image.Rect(margin, y, margin+full, y+barHeight), trackColor)
	fill(img, image.Rect(margin, y, margin+long, y+barHeight), barColor)
	a.write(img, a.text, margin+full+numberGap, y+barHeight-numberGap, strconv.FormatInt(b.Value, 10))
}

func fill(img draw.Image, r image.Rectangle, c color.Color) {
	draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
}

// write writes one line, cut where the picture ends.
func (a *Artist) write(img draw.Image, face font.Face, x, base int, text string) {
	text = markdown.OneLine(text, 0)
	room := fixed.I(width - margin - x)
	if font.MeasureString(face, text) > room {
		runes := []rune(text)
		for len(runes) > 0 && font.MeasureString(face, string(runes)+"…") > room {
			runes = runes[:len(runes)-1]
		}
		text = string(runes) + "…"
	}
	d := font.Drawer{Dst: img, Src: image.NewUniform(ink), Face: face, Dot: fixed.P(x, base)}
	d.DrawString(text)
}
