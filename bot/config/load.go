package config

import (
	"errors"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/caarlos0/env/v11"
)

// prefix begins the name of every setting, fileSuffix ends that of a secret's twin.
const (
	prefix     = "YIQUN_"
	fileSuffix = "_FILE"
)

// FromEnvironment loads the settings of this process: its environment, and what that
// leaves open from the settings file.
func FromEnvironment() (Config, error) { return Load(env.ToMap(os.Environ()), os.ReadFile) }

// Load reads the settings from environ, what that leaves open from the settings file that
// it names, or from DefaultSettings if there is one, and both from the files that their
// _FILE names point to; and checks them. The error is Problems, with everything that is
// wrong; the Config that comes with it is good for Describe and Warnings, not for running.
func Load(environ map[string]string, readFile func(string) ([]byte, error)) (Config, error) {
	layers, problems := layersOf(environ, readFile)
	r := resolve(layers, readFile)
	var c Config
	err := env.ParseWithOptions(&c, env.Options{
		Environment: r.values,
		FuncMap:     parsers,
		OnSet: func(name string, value any, _ bool) {
			c.values = append(c.values, describe(name, value.(string), r.sources[name]))
		},
	})
	problems = slices.Concat(problems, r.problems, parseProblems(err))
	c.PublicURL = strings.TrimRight(c.PublicURL, "/")
	c.warnings = unknown(merged(layers))
	return c, problems.and(c.problems()).err()
}

// parseProblems takes the problems out of what the environment parser returned.
func parseProblems(err error) Problems {
	all, ok := errors.AsType[env.AggregateError](err)
	if !ok {
		return nil
	}
	var ps Problems
	for _, e := range all.Errors {
		ps = append(ps, parseProblem(e))
	}
	return ps
}

// parseProblem takes one out. The library's ParseError keeps ours in a field and does
// not unwrap; a level is read by slog, whose error is not ours.
func parseProblem(err error) Problem {
	parse, _ := errors.AsType[env.ParseError](err)
	if parse.Type == reflect.TypeFor[slog.Level]() {
		return problem(levelName, "只能是 debug、info、warn、error 之一。")
	}
	p, ok := errors.AsType[Problem](parse.Err)
	if !ok {
		panic("a field of Config has no parser: " + err.Error())
	}
	return p
}

// resolved is the settings as text, wherever they came from.
type resolved struct {
	values   map[string]string
	sources  map[string]string
	problems Problems
}

func resolve(layers []layer, readFile func(string) ([]byte, error)) resolved {
	r := resolved{values: map[string]string{}, sources: map[string]string{}}
	for _, s := range settings {
		l := s.in(layers)
		value, source := strings.TrimSpace(l.values[s.name]), l.source
		if s.secret {
			path := strings.TrimSpace(l.values[s.name+fileSuffix])
			switch {
			case path != "" && value != "":
				r.problems.add(s.name, "和 %s 只能设一个，请删去其中一个。", s.name+fileSuffix)
				continue
			case path != "":
				value, source = r.readFile(s.name+fileSuffix, path, readFile), SourceFile+path
			}
		}
		if !utf8.ValidString(value) || strings.ContainsFunc(value, unicode.IsControl) {
			r.problems.add(s.name, "里有乱码或看不见的控制字符，请重新填写。")
			continue
		}
		if value != "" {
			r.values[s.name], r.sources[s.name] = value, source
		}
	}
	return r
}

func (r *resolved) readFile(name, path string, readFile func(string) ([]byte, error)) string {
	content, err := readFile(path)
	if err != nil {
		// The error repeats the path, which might be the secret itself.
		r.problems.add(name, "指的文件读不到，请检查路径和读取权限。")
		return ""
	}
	value := strings.TrimSpace(string(content))
	if value == "" {
		r.problems.add(name, "指的文件是空的，请把内容写进去。")
	}
	return value
}

// setting is one field of Config, as its env tag names it.
type setting struct {
	name   string
	secret bool
}

// in returns the first layer that says anything of the setting: a secret in the
// environment outdoes its twin in the settings file.
func (s setting) in(layers []layer) layer {
	for _, l := range layers {
		if strings.TrimSpace(l.values[s.name]) != "" || s.secret && strings.TrimSpace(l.values[s.name+fileSuffix]) != "" {
			return l
		}
	}
	return layer{}
}

// settings are all of them, in the order of Config.
var settings = settingsOf(reflect.TypeFor[Config]())

func settingsOf(t reflect.Type) []setting {
	var list []setting
	for f := range t.Fields() {
		name, tagged := f.Tag.Lookup("env")
		switch {
		case tagged:
			list = append(list, setting{name: name, secret: f.Type == reflect.TypeFor[Secret]()})
		case f.IsExported():
			list = append(list, settingsOf(f.Type)...)
		}
	}
	return list
}
