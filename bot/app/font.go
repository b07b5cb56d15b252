package app

import (
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"

	"yiqun/cards/chart"
)

// fontPlaces are where systems keep a Chinese font, the first found being taken.
var fontPlaces = []string{
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-microhei.ttc",
	"/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
	"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
	"/System/Library/Fonts/PingFang.ttc",
	"/System/Library/Fonts/STHeiti Light.ttc",
}

// windowsFonts are the same below the folder of Windows.
var windowsFonts = []string{"msyh.ttc", "simhei.ttf", "simsun.ttc"}

// fontProbe is what a font must be able to write.
const fontProbe = '议'

// Artist returns who draws charts, with the font at path or, if that is empty, one of
// the system's. Nil means that none was found: results then are bars of text. A font
// that was named and cannot be used is an error.
func Artist(path string, log *slog.Logger) (*chart.Artist, error) {
	if path != "" {
		a, err := artistWith(path)
		if err != nil {
			return nil, fmt.Errorf("YIQUN_FONT: %w", err)
		}
		return a, nil
	}
	places := fontPlaces
	if runtime.GOOS == "windows" {
		for _, f := range windowsFonts {
			places = append(places, filepath.Join(os.Getenv("SystemRoot"), "Fonts", f))
		}
	}
	for _, p := range places {
		if _, err := os.Stat(p); err != nil {
			continue
		}
		a, err := artistWith(p)
		if err == nil {
			log.Debug("font for pictures", "file", p)
			return a, nil
		}
		log.Debug("font not usable", "file", p, "error", err)
	}
	return nil, nil
}

// drawing is [Artist] as the service takes it.
func drawing(path string, log *slog.Logger) (func(chart.Chart) ([]byte, error), error) {
	a, err := Artist(path, log)
	if err != nil || a == nil {
		return nil, err
	}
	return a.PNG, nil
}

// artistWith opens a font file, or the first font of a collection. The file stays open:
// glyphs are read as they are needed.
func artistWith(path string) (*chart.Artist, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open font: %w", err)
	}
	f, err := readFont(file)
	if err == nil {
		var glyph sfnt.GlyphIndex
		if glyph, err = f.GlyphIndex(nil, fontProbe); err == nil && glyph == 0 {
			err = fmt.Errorf("%s knows no Chinese", filepath.Base(path))
		}
	}
	if err != nil {
		_ = file.Close()
		return nil, err
	}
	return chart.NewArtist(f)
}

func readFont(r io.ReaderAt) (*sfnt.Font, error) {
	collection, err := opentype.ParseCollectionReaderAt(r)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	f, err := collection.Font(0)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	return f, nil
}
