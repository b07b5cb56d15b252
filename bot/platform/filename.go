package platform

import (
	"path"
	"strings"

	"yiqun/cards/markdown"
)

// maxFileName is the longest name of a file, ending included, in bytes. Neither
// platform documents one; longer names are cut on every screen.
const maxFileName = 120

// maxExtension is the longest ending that is taken for a kind of file, in bytes.
const maxExtension = 10

// wideInNames are the signs that paths, shells and forms' headers are made of, and
// what stands for them: look-alikes of full width.
var wideInNames = strings.NewReplacer("/", "／", `\`, "＼", ":", "：", "*", "＊", "?", "？", `"`, "＂", "|", "｜", "\n", " ")

// FileName is the name of a file as it may stand on any member's disk and in any
// chat: on one line, nothing in it acts, and not too long, with its ending.
func FileName(name string) string {
	name = markdown.OneLine(name, 0)
	ext := path.Ext(name)
	if len(ext) < 2 || len(ext) > maxExtension || strings.ContainsFunc(ext[1:], notInExtension) {
		ext = ""
	}
	base := wideInNames.Replace(markdown.Literal(strings.TrimSuffix(name, ext)))
	base = strings.Trim(base, ". ")
	if base == "" {
		base = "文件"
	}
	return strings.TrimRight(markdown.CutBytes(base, maxFileName-len(ext)), " ") + ext
}

func notInExtension(r rune) bool {
	return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
}
