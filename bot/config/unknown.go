package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"yiqun/bot"
)

// testPrefix begins names that only this project's tests read.
const testPrefix = prefix + "TEST_"

// Warnings are sentences about what was ignored: variables that look like settings
// and are none. They are no error because a container platform sets such names by
// itself when a service is called yiqun (YIQUN_PORT, YIQUN_SERVICE_HOST).
func (c Config) Warnings() []string { return slices.Clone(c.warnings) }

func unknown(environ map[string]string) []string {
	known := Names()
	var warnings []string
	for _, name := range slices.Sorted(maps.Keys(environ)) {
		if !strings.HasPrefix(name, prefix) || strings.HasPrefix(name, testPrefix) || slices.Contains(known, name) {
			continue
		}
		if near := bot.Nearest(name, known, tooFar); near != "" {
			warnings = append(warnings, fmt.Sprintf("没有 %s 这个设置，已忽略：是不是想写 %s？", name, near))
		} else {
			warnings = append(warnings, fmt.Sprintf("没有 %s 这个设置，已忽略：请对照文档检查名字。", name))
		}
	}
	return warnings
}

// Names lists every name that is read: the settings, the _FILE twins of secrets, and
// SettingsName.
func Names() []string {
	names := []string{SettingsName}
	for _, s := range settings {
		names = append(names, s.name)
		if s.secret {
			names = append(names, s.name+fileSuffix)
		}
	}
	return names
}

// tooFar is how many slips make a name another name.
const tooFar = 4
