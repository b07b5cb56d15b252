package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// ErrServed says that another program serves groups from the same file. Two of them would
// each send every message: only PostgreSQL's outbox is shared.
var ErrServed = errors.New("another program serves from this database")

// ErrNoFolder says that the folder of the file is not there.
var ErrNoFolder = errors.New("the database's folder is not there")

// Alone makes the caller the only one that serves from the file of a URL, until release or
// the end of the process, however it ends. The error is ErrServed when another does,
// ErrNoFolder when the file could not be there. Who
// only reads, backs up or imports is no hindrance. What is locked is a file beside it:
// closing the database's own, even once, would end SQLite's locks on it.
func Alone(url string) (release func() error, err error) {
	path, ok := strings.CutPrefix(url, Scheme)
	if !ok || path == memory {
		return func() error { return nil }, nil
	}
	f, err := os.OpenFile(path+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("lock the database: %w: %w", ErrNoFolder, err)
	}
	if err != nil {
		return nil, fmt.Errorf("lock the database: %w", err)
	}
	if err := lock(f); err != nil {
		return nil, errors.Join(fmt.Errorf("lock the database: %w", err), f.Close())
	}
	return f.Close, nil
}
