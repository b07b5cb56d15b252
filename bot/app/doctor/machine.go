package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"yiqun/storage/sqlite"
)

// Machine is what is looked at of the machine itself.
type Machine struct {
	// Root is its file system, for fonts and the list of processes.
	Root fs.FS
	// Self is the process id of this program.
	Self int
	// Free returns how many bytes are free on the disk that a path is on.
	Free func(path string) (uint64, error)
}

// ThisMachine is the one this program runs on.
func ThisMachine() Machine { return Machine{Root: os.DirFS("/"), Self: os.Getpid(), Free: freeSpace} }

// How much of a disk should be free. Attachments are up to 20 MB each, and lie in the
// database.
const (
	littleSpace = 1 << 30
	noSpace     = 200 << 20
)

// disk looks at the disk of the database, or where that is elsewhere, of the folder
// the bot runs in.
func disk(_ context.Context, v *visit) []Finding {
	say := func(g Grade, format string, args ...any) []Finding {
		return []Finding{{Check: "disk", Title: "磁盘", Grade: g, Say: fmt.Sprintf(format, args...)}}
	}
	dir := "."
	if file, ok := strings.CutPrefix(v.Config.DatabaseURL.Reveal(), sqlite.Scheme); ok {
		dir = filepath.Dir(file)
	}
	free, err := v.Machine.Free(dir)
	if dir == "." {
		dir = "当前文件夹的磁盘"
	}
	switch {
	case err != nil:
		return say(Note, "看不到 %s 的磁盘还剩多少。", dir)
	case free < noSpace:
		return say(Broken, "%s 只剩%s，马上写不进了：请清理或扩容。", dir, size(free))
	case free < littleSpace:
		return say(Degraded, "%s 只剩%s：请清理或扩容。", dir, size(free))
	}
	return say(Healthy, "%s 还有%s。", dir, size(free))
}

func size(bytes uint64) string {
	if bytes >= 1<<30 {
		return fmt.Sprintf(" %d GB", bytes>>30)
	}
	return fmt.Sprintf(" %d MB", bytes>>20)
}

// writable reports whether this user may make files in a folder, by making one.
func writable(dir string) bool {
	f, err := os.CreateTemp(dir, ".yiqun-doctor-*")
	if err != nil {
		return false
	}
	_ = f.Close()
	return os.Remove(f.Name()) == nil
}

// fontFolders are where systems keep fonts; fontMarks begin the names of those that
// have Chinese characters.
var (
	fontFolders = []string{"usr/share/fonts", "usr/local/share/fonts", "System/Library/Fonts", "Library/Fonts"}
	fontMarks   = []string{
		"notosanscjk", "notoserifcjk", "notosanssc", "notoserifsc", "sourcehan", "wqy-", "droidsansfallback",
		"simsun", "simhei", "msyh", "pingfang", "stheiti", "lxgw", "fandol", "ukai", "uming",
	}
)

// font looks for Chinese characters to draw with. Papers are made by the program
// itself, so no office programs are looked for.
func font(_ context.Context, v *visit) []Finding {
	say := func(g Grade, format string, args ...any) []Finding {
		return []Finding{{Check: "font", Title: "字体", Grade: g, Say: fmt.Sprintf(format, args...)}}
	}
	const papers = "文书由程序自己生成，不用装 LibreOffice。"
	if file := v.Config.Font; file != "" {
		if f, err := os.Open(file); err == nil {
			_ = f.Close()
			return say(Healthy, "用 %s；%s", file, papers)
		}
		return say(Degraded, "打不开 YIQUN_FONT 指的 %s：请核对路径，或删去这项设置，自动找系统里的。", file)
	}
	if name := findFont(v.Machine.Root); name != "" {
		return say(Healthy, "找到 %s；%s", name, papers)
	}
	return say(Note, "系统里没有中文字体，图片改用文字条：想要图片，请安装 fonts-noto-cjk；%s", papers)
}

func findFont(root fs.FS) (found string) {
	for _, folder := range fontFolders {
		// What cannot be read is passed over.
		_ = fs.WalkDir(root, folder, func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return nil //nolint:nilerr // the next one may be readable
			}
			base := strings.ToLower(path.Base(name))
			if slices.ContainsFunc(fontMarks, func(mark string) bool { return strings.HasPrefix(base, mark) }) &&
				slices.Contains([]string{".ttf", ".ttc", ".otf", ".otc"}, path.Ext(base)) {
				found = path.Base(name)
				return fs.SkipAll
			}
			return nil
		})
		if found != "" {
			return found
		}
	}
	return ""
}
