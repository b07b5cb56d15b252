package doctor

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"yiqun/bot/app"
	"yiqun/storage/sqlite"
)

// Machine is what is looked at of the machine itself.
type Machine struct {
	// Root is its file system, for the list of processes.
	Root fs.FS
	// Self is the process id of this program.
	Self int
	// Free returns how many bytes are free on the disk that a path is on.
	Free func(path string) (uint64, error)
	// Font reports whether there is a font to draw with: the one at path, or where that
	// is empty one of the system's. A font that was named and cannot be used is an error.
	Font func(path string) (found bool, err error)
}

// ThisMachine is the one this program runs on.
func ThisMachine() Machine {
	return Machine{Root: os.DirFS("/"), Self: os.Getpid(), Free: freeSpace, Font: func(path string) (bool, error) {
		a, err := app.Artist(path, slog.New(slog.DiscardHandler))
		return a != nil, err
	}}
}

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

// font looks for Chinese characters to draw with. Papers are made by the program
// itself, so no office programs are looked for.
func font(_ context.Context, v *visit) []Finding {
	say := func(g Grade, format string, args ...any) []Finding {
		return []Finding{{Check: "font", Title: "字体", Grade: g, Say: fmt.Sprintf(format, args...)}}
	}
	const papers = "文书由程序自己生成，不用装 LibreOffice。"
	found, err := v.Machine.Font(v.Config.Font)
	switch {
	case err != nil:
		return say(Broken, "YIQUN_FONT 指的 %s 不能用（打不开，或者里面没有汉字），机器人会启动不了：请核对路径，或删去这项设置，自动找系统里的。", v.Config.Font)
	case !found:
		return say(Note, "系统里没有中文字体，图片改用文字条：想要图片，请安装 fonts-noto-cjk。%s", papers)
	}
	return say(Healthy, "找到了能写汉字的字体。%s", papers)
}
