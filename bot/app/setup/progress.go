package setup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// progressFile remembers what cannot stand among the settings.
const progressFile = ".yiqun-setup"

// progress is what must outlive a Ctrl-C beside the settings: a code that may have
// been scanned already, and whose application would be lost with it.
type progress struct {
	path string
	// Device is the registration under way; its code is a secret, and so is this file.
	Device   string        `json:"device,omitempty"`
	Link     string        `json:"link,omitempty"`
	Until    time.Time     `json:"until,omitzero"`
	Interval time.Duration `json:"interval,omitempty"`
}

func openProgress(path string) (*progress, error) {
	p := &progress{path: path}
	content, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return p, nil
	case err != nil:
		return nil, fmt.Errorf("setup: %w", err)
	}
	if json.Unmarshal(content, p) != nil {
		*p = progress{path: path} // half of one is none
	}
	return p, nil
}

func (p *progress) save() error {
	content, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("setup: %w", err)
	}
	return replace(p.path, content)
}

// forget removes what is no longer needed.
func (p *progress) forget() error {
	*p = progress{path: p.path}
	if err := os.Remove(p.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("setup: %w", err)
	}
	return nil
}
