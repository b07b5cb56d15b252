package apptest

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"yiqun/bot/sim"
	"yiqun/cards/paper"
	"yiqun/cards/paper/xlsx"
)

var (
	enclosure = regexp.MustCompile(`〔([^〕]+)〕`)
	photos    = regexp.MustCompile(`^(\d*)张?照片$`)
)

// enclosed takes what is enclosed out of a line: 〔照片〕, 〔2张照片〕, 〔视频〕, 〔名册-错〕.
func (p *play) enclosed(s Step, text string) (string, []sim.SentFile) {
	var files []sim.SentFile
	for _, m := range enclosure.FindAllStringSubmatch(text, -1) {
		if ph := photos.FindStringSubmatch(m[1]); ph != nil {
			n, err := strconv.Atoi(ph[1])
			if err != nil {
				n = 1
			}
			for range n {
				p.photos++
				files = append(files, sent("现场.png", Photo(p.photos)))
			}
			continue
		}
		if m[1] == "视频" {
			files = append(files, sent("现场.mp4", []byte("a video")))
			continue
		}
		raw, err := os.ReadFile(filepath.Join(Root(), "testdata", "sheets", m[1]+".txt"))
		require.NoError(p.t, err, "line %d", s.Line)
		data, err := xlsx.Render(Sheet(string(raw)))
		require.NoError(p.t, err, "line %d", s.Line)
		files = append(files, sent(m[1]+".xlsx", data))
	}
	return strings.TrimSpace(enclosure.ReplaceAllString(text, "")), files
}

func sent(name string, data []byte) sim.SentFile {
	return sim.SentFile{Name: name, Size: len(data), Data: data}
}

// Photo is a small picture, another for each n.
func Photo(n int) []byte {
	img := image.NewGray(image.Rect(0, 0, 8, 8))
	img.SetGray(n%8, n/8%8, color.Gray{Y: 200})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic("a small picture can be encoded: " + err.Error())
	}
	return b.Bytes()
}

// Sheet makes a table of lines, cells apart by bars; lines that begin with # are
// comments.
func Sheet(text string) paper.Paper {
	var rows [][]string
	wide := 0
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		cells := strings.Split(line, "|")
		for i, c := range cells {
			cells[i] = strings.TrimSpace(c)
		}
		rows, wide = append(rows, cells), max(wide, len(cells))
	}
	t := paper.Table{Columns: make([]paper.Column, wide), Rows: rows[1:]}
	for i, c := range rows[0] {
		t.Columns[i].Head = c
	}
	return paper.Paper{Blocks: []paper.Block{t}}
}
