package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Disk is the real file system.
type Disk struct{}

var _ Files = Disk{}

// ReadFile implements Files.
func (Disk) ReadFile(name string) ([]byte, error) { return os.ReadFile(name) }

// Exists implements Files.
func (Disk) Exists(name string) (bool, error) {
	_, err := os.Stat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

// Create implements Files. The folder is synced too: a key that a power cut takes
// away takes every private field with it.
func (Disk) Create(name string, content []byte) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return syncFolder(filepath.Dir(name))
}

func syncFolder(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
