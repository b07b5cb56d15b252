package doctor

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"yiqun/bot/config"
)

// settings looks at what was set: what is wrong, what was ignored, and who may read
// the files that hold secrets.
func settings(o Options) []Finding {
	say := func(g Grade, format string, args ...any) Finding {
		return Finding{Check: "settings", Title: "设置", Grade: g, Say: fmt.Sprintf(format, args...)}
	}
	var found []Finding
	if o.Invalid != nil {
		problems, ok := errors.AsType[config.Problems](o.Invalid)
		if !ok {
			return []Finding{say(Broken, "%s", o.Invalid)}
		}
		for _, p := range problems {
			found = append(found, say(Broken, "%s", p.Message))
		}
		return found
	}
	for _, w := range o.Config.Warnings() {
		found = append(found, say(Note, "%s", w))
	}
	for _, path := range files(o.Config) {
		if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o007 != 0 {
			found = append(found, say(Degraded, "%s 本机谁都能读，里面可能有密钥：请运行 chmod 600 %s。", path, path))
		}
	}
	if len(o.Config.Platforms()) == 0 {
		found = append(found, say(Broken, "还没有接入钉钉或企业微信：请运行 yiqun setup。"))
	}
	if len(found) == 0 {
		found = append(found, say(Healthy, "都看得懂。"))
	}
	return found
}

// mounted is where containers find their secrets, whose modes are not ours to set.
const mounted = "/run/secrets/"

// files are those that settings came from, each once.
func files(c config.Config) []string {
	var paths []string
	seen := map[string]bool{}
	for _, v := range c.Describe() {
		path, ok := strings.CutPrefix(v.Source, config.SourceFile)
		if ok && !seen[path] && !strings.HasPrefix(path, mounted) {
			seen[path] = true
			paths = append(paths, path)
		}
	}
	return paths
}
