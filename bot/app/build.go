package app

import (
	"cmp"
	"runtime"
	"runtime/debug"
	"strings"
)

// version, commit and date are set by the linker when a release is made; see the
// Makefile. Elsewhere Go's own build data tells.
var version, commit, date string

// Build says what this program was made from.
type Build struct {
	Version string // "v1.2.0", or "开发版"
	Commit  string // of the source, empty where unknown
	Date    string // of that commit, RFC 3339
	Go      string
	System  string // "linux/amd64"
}

// ThisBuild describes the running program.
func ThisBuild() Build {
	b := Build{Version: version, Commit: commit, Date: date, Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				b.Commit = cmp.Or(b.Commit, s.Value)
			case "vcs.time":
				b.Date = cmp.Or(b.Date, s.Value)
			}
		}
		if v := info.Main.Version; strings.HasPrefix(v, "v") {
			b.Version = cmp.Or(b.Version, v)
		}
	}
	b.Version = cmp.Or(b.Version, "开发版")
	return b
}

// String is one line for people.
func (b Build) String() string {
	parts := []string{"议群 " + b.Version}
	if b.Commit != "" {
		parts = append(parts, b.Commit[:min(12, len(b.Commit))])
	}
	for _, s := range []string{b.Date, b.Go, b.System} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, "  ")
}
