package config

import (
	"net/url"
	"slices"
	"strings"
)

// Where a value came from. SourceFile is followed by the path.
const (
	SourceDefault     = "默认"
	SourceEnvironment = "环境变量"
	SourceFile        = "文件 "
)

// Value is one setting as an operator may see it.
type Value struct {
	Name   string
	Value  string // empty when not set; a secret shows only that it is set
	Source string // SourceDefault, SourceEnvironment, or SourceFile and the path
}

// Describe lists every setting with its value, secrets hidden, and where it came
// from, in the order of Config. A Config that Load did not make has none.
func (c Config) Describe() []Value { return slices.Clone(c.values) }

func describe(name, value, source string) Value {
	if source == "" {
		source = SourceDefault
	}
	i := slices.IndexFunc(settings, func(s setting) bool { return s.name == name })
	switch {
	case value == "", !settings[i].secret:
	case strings.HasSuffix(name, "_URL"):
		value = withoutPassword(value)
	default:
		value = hidden
	}
	return Value{Name: name, Value: value, Source: source}
}

// withoutPassword keeps of an address what helps an operator: a SQLite file, or the
// scheme, host and path of a server. Where an "@" stands anywhere but once after the
// user, part of a password may pass for a host or a path, and nothing is kept.
func withoutPassword(address string) string {
	if _, ok := sqlitePath(address); ok {
		return address
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return hidden
	}
	if ats := strings.Count(address, "@"); ats > 1 || (ats == 1 && u.User == nil) {
		return hidden
	}
	return u.Scheme + "://" + u.Host + u.Path
}
