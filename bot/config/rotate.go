package config

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// retiredSuffix names the file that keeps keys of the past: older backups can only be
// read with them.
const retiredSuffix = ".old"

// KeyFile returns the file that keeps the data key; ok is false where the key is a
// setting, or kept nowhere.
func KeyFile(c Config) (path string, ok bool) {
	database, isFile := sqlitePath(c.DatabaseURL.Reveal())
	if c.DataKey.Reveal() != "" || !isFile || database == memoryFile {
		return "", false
	}
	return keyPath(database), true
}

// RetiredKeys is the file in which the keys of the past are kept beside a key file.
func RetiredKeys(path string) string { return path + retiredSuffix }

// BeginKeyChange puts a new key before the present one in the key file, and returns
// both. A change that was begun before and not ended goes on with its key.
func BeginKeyChange(path string, random io.Reader) ([]byte, error) {
	keys, err := readKey(Disk{}, path)
	if err != nil || len(keys) > keySize {
		return keys, err
	}
	next, err := newKey(random)
	if err != nil {
		return nil, err
	}
	keys = append(next, keys...)
	return keys, replace(path, keyLines(keys))
}

// EndKeyChange leaves the new key alone in the key file, once nothing is under the old
// one. The old one is kept among the retired first.
func EndKeyChange(path string) error {
	keys, err := readKey(Disk{}, path)
	if err != nil || len(keys) == keySize {
		return err
	}
	retired, err := os.ReadFile(RetiredKeys(path))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading the retired keys: %w", err)
	}
	if old := keyLines(keys[keySize:]); !strings.Contains(string(retired), string(old)) {
		if err := replace(RetiredKeys(path), append(retired, old...)); err != nil {
			return err
		}
	}
	return replace(path, keyLines(keys[:keySize]))
}

func keyLines(keys []byte) []byte {
	var b strings.Builder
	for ; len(keys) > 0; keys = keys[keySize:] {
		b.WriteString(hex.EncodeToString(keys[:keySize]) + "\n")
	}
	return []byte(b.String())
}

// replace gives a file another content, durably: after a crash it has the one or the
// other. Only its owner may read it.
func replace(path string, content []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".yiqun-key-*") // 0600
	if err != nil {
		return fmt.Errorf("writing the key file: %w", err)
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing the key file: %w", errors.Join(err, os.Remove(f.Name())))
	}
	return syncFolder(filepath.Dir(path))
}
