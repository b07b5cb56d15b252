package config

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with the settings. Its sentence names the setting and
// the cure, and never repeats a value: a secret may have been put in the wrong place.
type Problem struct {
	Setting string // as the operator spells it
	Message string // one plain sentence
}

// Error returns the sentence.
func (p Problem) Error() string { return p.Message }

// Problems is everything wrong at once, so that one look mends it all.
type Problems []Problem

// Error returns one sentence a line.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.Message
	}
	return strings.Join(lines, "\n")
}

// err returns ps as an error, nil when there is none.
func (ps Problems) err() error {
	if len(ps) == 0 {
		return nil
	}
	return ps
}

// and adds the later problems of settings that have none yet: a value that could not
// be read is not also missing.
func (ps Problems) and(later Problems) Problems {
	all := slices.Clone(ps)
	for _, p := range later {
		if !slices.ContainsFunc(ps, func(q Problem) bool { return strings.TrimSuffix(q.Setting, fileSuffix) == p.Setting }) {
			all = append(all, p)
		}
	}
	return all
}

// add notes a problem whose sentence begins with the setting's name.
func (ps *Problems) add(setting, format string, args ...any) {
	*ps = append(*ps, problem(setting, format, args...))
}

func problem(setting, format string, args ...any) Problem {
	return Problem{Setting: setting, Message: setting + " " + fmt.Sprintf(format, args...)}
}
