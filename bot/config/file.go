package config

import (
	"errors"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

const (
	// SettingsName names the variable that says where the settings file lies.
	SettingsName = prefix + "SETTINGS"
	// DefaultSettings is the settings file that is read where there is one and no
	// other is named: of the folder in which the program was started.
	DefaultSettings = "yiqun.env"
)

// layer is one place that settings come from.
type layer struct {
	values map[string]string
	source string
}

// layers are where settings come from, the first that has one counts: the
// environment, then the settings file.
func layersOf(environ map[string]string, readFile func(string) ([]byte, error)) ([]layer, Problems) {
	top := layer{environ, SourceEnvironment}
	path := strings.TrimSpace(environ[SettingsName])
	named := path != ""
	if !named {
		path = DefaultSettings
	}
	content, err := readFile(path)
	switch {
	case !named && errors.Is(err, fs.ErrNotExist):
		return []layer{top}, nil
	case err != nil:
		return []layer{top}, Problems{problem(SettingsName, "指的设置文件 %s 读不到，请检查路径和读取权限。", path)}
	}
	values, ps := ParseFile(path, string(content))
	return []layer{top, {values, SourceFile + path}}, ps
}

// ParseFile reads a settings file: a line is NAME=VALUE, empty, or a remark that
// begins with #. A value may stand between quotes, which are taken off; nothing in
// it is replaced. That is what systemd's EnvironmentFile and Compose's env_file read
// alike.
func ParseFile(path, content string) (map[string]string, Problems) {
	values := map[string]string{}
	var ps Problems
	n := 0
	for line := range strings.Lines(content) {
		n++
		line = strings.TrimSpace(strings.TrimPrefix(line, "\ufeff"))
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, found := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		switch _, twice := values[name]; {
		case !found || name == "" || strings.ContainsAny(name, " \t"):
			ps = append(ps, problem(SettingsName, "指的设置文件 %s 第%d行看不懂，请写成 名字=值。", path, n))
		case twice:
			ps = append(ps, problem(SettingsName, "指的设置文件 %s 第%d行又写了一次 %s，请删去其中一行。", path, n, known(name)))
		default:
			values[name] = unquoted(strings.TrimSpace(value))
		}
	}
	return values, ps
}

// known is a name that may be shown: one that is no setting may be a secret put in
// the wrong place.
func known(name string) string {
	if slices.Contains(Names(), name) {
		return name
	}
	return "同一个名字"
}

func unquoted(value string) string {
	for _, quote := range []string{`"`, `'`} {
		if inner, ok := strings.CutPrefix(value, quote); ok && len(inner) > 0 {
			if inner, ok = strings.CutSuffix(inner, quote); ok {
				return inner
			}
		}
	}
	return value
}

// merged is every name of every layer, for what is said about unknown ones.
func merged(layers []layer) map[string]string {
	all := map[string]string{}
	for _, l := range slices.Backward(layers) {
		maps.Copy(all, l.values)
	}
	return all
}
