package docx

import (
	"bytes"
	"encoding/xml"
	"fmt"

	"yiqun/cards/paper"
)

// picture is an image part of the file.
type picture struct {
	name string // media/1.png
	data []byte
}

// emu is how many of DrawingML's units a twentieth of a point has; maxTall keeps a
// tall picture on its page.
const (
	emu     = 635
	maxTall = (pageHeight - marginTop - marginBottom) * 3 / 4
)

func (w *writer) picture(p paper.Picture) {
	format, wide, tall, ok := p.Read()
	if !ok {
		w.lines("Note", "（图）"+p.Alt)
		return
	}
	w.pictures = append(w.pictures, picture{name: fmt.Sprintf("media/%d.%s", len(w.pictures)+1, format), data: p.Data})
	n := len(w.pictures)
	// 96 pixels to the inch, made smaller where that is more than the page holds.
	cx, cy := wide*15, tall*15
	if cx > typeWidth {
		cx, cy = typeWidth, max(1, cy*typeWidth/cx)
	}
	if cy > maxTall {
		cx, cy = max(1, cx*maxTall/cy), maxTall
	}
	w.blocks = append(w.blocks, styled("Picture", run{Drawing: &raw{drawing(n, cx*emu, cy*emu, p.Alt)}}))
	w.lines("Caption", p.Caption)
}

// drawing places picture n in the line it stands in.
func drawing(n, cx, cy int, alt string) string {
	var about bytes.Buffer
	_ = xml.EscapeText(&about, []byte(paper.Line(alt))) // a bytes.Buffer does not fail
	return fmt.Sprintf(`<wp:inline xmlns:wp="%[5]s/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">`+
		`<wp:extent cx="%[2]d" cy="%[3]d"/><wp:docPr id="%[1]d" name="图%[1]d" descr="%[4]s"/>`+
		`<a:graphic xmlns:a="%[5]s/main"><a:graphicData uri="%[5]s/picture"><pic:pic xmlns:pic="%[5]s/picture">`+
		`<pic:nvPicPr><pic:cNvPr id="%[1]d" name="图%[1]d" descr="%[4]s"/><pic:cNvPicPr/></pic:nvPicPr>`+
		`<pic:blipFill><a:blip r:embed="picture%[1]d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>`+
		`<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%[2]d" cy="%[3]d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>`+
		`</pic:pic></a:graphicData></a:graphic></wp:inline>`, n, cx, cy, about.String(), nameSpaceOffice)
}
