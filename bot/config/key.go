package config

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"unicode"
)

const (
	dataKeyName  = "YIQUN_DATA_KEY"
	sqliteScheme = "sqlite:"
	// memoryFile is the SQLite path of records that are gone when they are closed.
	memoryFile = ":memory:"
	keySize    = 32
	keySuffix  = ".key"
)

// Files is the little of a file system that DataKey needs; Disk is the real one.
type Files interface {
	// ReadFile returns a file's content, fs.ErrNotExist if there is none.
	ReadFile(name string) ([]byte, error)
	// Exists reports whether there is such a file.
	Exists(name string) (bool, error)
	// Create writes a new file that only its owner may read, durably, and returns
	// fs.ErrExist if there is one. After any other error no file is left.
	Create(name string, content []byte) error
}

// DataKey returns the 32 bytes that encrypt private fields; while the key is being
// changed 64, the new one first. It is the setting
// YIQUN_DATA_KEY if there is one; else it is kept in a file beside the SQLite
// database (yiqun.db → yiqun.key), made from random the first time. Records that
// are kept in memory get a key that is kept nowhere.
//
// A database whose key file is gone gets no new one, because what was sealed under
// the old key could then never be read: the operator is asked to bring it back.
func DataKey(c Config, files Files, random io.Reader) ([]byte, error) {
	if given := c.DataKey.Reveal(); given != "" {
		keys, err := parseKeys(given)
		if err != nil {
			return nil, badKey()
		}
		return keys, nil
	}
	database, ok := sqlitePath(c.DatabaseURL.Reveal())
	switch {
	case !ok:
		return nil, problem(dataKeyName, "还没有填：数据库不是本机文件，没有地方放自动生成的密钥，请用 openssl rand -hex 32 生成一个并妥善保存。")
	case database == memoryFile:
		return newKey(random)
	}
	path := keyPath(database)
	key, err := readKey(files, path)
	if !errors.Is(err, fs.ErrNotExist) {
		return key, err
	}
	return createKey(files, random, database, path)
}

// sqlitePath returns the file of a "sqlite:" URL.
func sqlitePath(url string) (string, bool) { return strings.CutPrefix(url, sqliteScheme) }

// keyPath is the key file that belongs to a database file.
func keyPath(database string) string {
	ext := filepath.Ext(database)
	if ext == keySuffix {
		return database + keySuffix
	}
	return strings.TrimSuffix(database, ext) + keySuffix
}

func readKey(files Files, path string) ([]byte, error) {
	content, err := files.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the data key file: %w", err)
	}
	key, err := parseKeys(string(content))
	if err != nil {
		return nil, problem(dataKeyName, "的密钥文件 %s 坏了，请从备份中恢复。", path)
	}
	return key, nil
}

func createKey(files Files, random io.Reader, database, path string) ([]byte, error) {
	old, err := files.Exists(database)
	if err != nil {
		return nil, fmt.Errorf("looking for the database file: %w", err)
	}
	if old {
		return nil, problem(dataKeyName, "没有填，数据库 %s 的密钥文件 %s 也不见了：请从备份中恢复它，或填上原来的密钥。", database, path)
	}
	key, err := newKey(random)
	if err != nil {
		return nil, err
	}
	err = files.Create(path, []byte(hex.EncodeToString(key)+"\n"))
	if errors.Is(err, fs.ErrExist) {
		return readKey(files, path) // another instance was first
	}
	if err != nil {
		return nil, fmt.Errorf("keeping the data key: %w", err)
	}
	return key, nil
}

func newKey(random io.Reader) ([]byte, error) {
	key := make([]byte, keySize)
	if _, err := io.ReadFull(random, key); err != nil {
		return nil, fmt.Errorf("making a data key: %w", err)
	}
	return key, nil
}

func badKey() Problem {
	return problem(dataKeyName, "要是%d字节的密钥，请用 openssl rand -hex %d 生成；留空则自动生成。", keySize, keySize)
}

var errNoKey = errors.New("not a key of 32 bytes in hex or base64")

// parseKey reads 64 hex digits or base64, of either alphabet, padded or not. Its
// error does not repeat the text.
func parseKey(text string) ([]byte, error) {
	if key, err := hex.DecodeString(text); err == nil && len(key) == keySize {
		return key, nil
	}
	text = strings.TrimRight(text, "=")
	for _, alphabet := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		if key, err := alphabet.DecodeString(text); err == nil && len(key) == keySize {
			return key, nil
		}
	}
	return nil, errNoKey
}

// parseKeys reads one key, or while the key is being changed the new one and the one
// before, apart by a comma or white space.
func parseKeys(text string) ([]byte, error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })
	if len(fields) != 1 && len(fields) != 2 {
		return nil, errNoKey
	}
	var keys []byte
	for _, f := range fields {
		key, err := parseKey(f)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key...)
	}
	return keys, nil
}
