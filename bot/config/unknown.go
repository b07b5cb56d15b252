package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"
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
		if near := nearest(name, known); near != "" {
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

// nearest returns the known name that is fewest slips away, "" when none is near.
func nearest(name string, known []string) string {
	best, found := tooFar, ""
	for _, k := range known {
		if d := distance(name, k); d < best {
			best, found = d, k
		}
	}
	return found
}

// distance counts the letters to add, drop or change to make b of a (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
