package setup

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"yiqun/bot/config"
)

// secretsFolder holds one file for each secret, beside the settings file.
const secretsFolder = "secrets"

// value is a setting to be kept; an empty one is taken out.
type value struct {
	name, text string
	secret     bool
}

func plain(name, text string) value  { return value{name: name, text: text} }
func sealed(name, text string) value { return value{name: name, text: text, secret: true} }

// file is a settings file under way: the lines of an operator's own stay as they are.
type file struct {
	path    string
	lines   []string
	secrets map[string]string // by the path of its file; not yet on disk
	dropped []string          // files of secrets that are no longer wanted
}

func openFile(path string) (*file, error) {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return &file{path: path, lines: []string{"# 议群的设置，由 yiqun setup 写下；一行一个，改完请重新启动机器人。"}}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("setup: %w", err)
	}
	return &file{path: path, lines: strings.Split(strings.TrimRight(string(content), "\n"), "\n")}, nil
}

// with returns a file that has the values too; nothing is on disk yet.
func (f *file) with(values []value) *file {
	next := &file{path: f.path, lines: slices.Clone(f.lines), secrets: maps.Clone(f.secrets)}
	if next.secrets == nil {
		next.secrets = map[string]string{}
	}
	for _, v := range values {
		switch {
		case v.secret:
			next.remove(v.name)
			path := next.secretPath(v.name)
			delete(next.secrets, path)
			if v.text == "" {
				next.remove(v.name + "_FILE")
				if v.name != dataKey { // without it the records are lost
					next.dropped = append(next.dropped, path)
				}
				continue
			}
			next.secrets[path] = v.text + "\n"
			next.put(v.name+"_FILE", path)
		case v.text == "":
			next.remove(v.name)
		default:
			next.put(v.name, v.text)
		}
	}
	return next
}

// secretPath is "…/secrets/dingtalk-client-secret" for YIQUN_DINGTALK_CLIENT_SECRET.
func (f *file) secretPath(name string) string {
	name = strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, "YIQUN_")), "_", "-")
	return filepath.Join(filepath.Dir(f.path), secretsFolder, name)
}

func (f *file) put(name, text string) {
	line := name + "=" + text
	if i := f.index(name); i >= 0 {
		f.lines[i] = line
		return
	}
	f.lines = append(f.lines, line)
}

func (f *file) remove(name string) {
	if i := f.index(name); i >= 0 {
		f.lines = slices.Delete(f.lines, i, i+1)
	}
}

func (f *file) index(name string) int {
	return slices.IndexFunc(f.lines, func(line string) bool {
		got, _, found := strings.Cut(line, "=")
		return found && strings.TrimSpace(got) == name
	})
}

func (f *file) content() string { return strings.Join(f.lines, "\n") + "\n" }

// read reads a file as it will be.
func (f *file) read(name string) ([]byte, error) {
	if name == f.path {
		return []byte(f.content()), nil
	}
	if secret, ok := f.secrets[name]; ok {
		return []byte(secret), nil
	}
	return os.ReadFile(name)
}

// save puts everything on disk, secrets first: the settings never name a file that is
// not there.
func (f *file) save() error {
	for _, path := range slices.Sorted(maps.Keys(f.secrets)) {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("setup: %w", err)
		}
		if err := replace(path, []byte(f.secrets[path])); err != nil {
			return err
		}
	}
	if err := replace(f.path, []byte(f.content())); err != nil {
		return err
	}
	for _, path := range f.dropped {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("setup: %w", err)
		}
	}
	f.secrets, f.dropped = nil, nil
	return nil
}

// replace writes a file that only its owner may read, whole or not at all.
func replace(path string, content []byte) error {
	if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, content) {
		return os.Chmod(path, 0o600)
	}
	next := path + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("setup: %w", err)
	}
	if err := (config.Disk{}).Create(next, content); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	return nil
}
