package web

import (
	_ "embed"
	"encoding/json"
)

// Hints are sentences worth trying for one kind of person. The page offers a few
// at a time, those not yet used first; {n} becomes the number of the matter last
// seen in the chat.
type Hints struct {
	// About is part of what the person is about, 书记; the first that fits wins,
	// and the empty string fits everyone.
	About string   `json:"about"`
	Say   []string `json:"say"`
}

//go:embed hints.json
var defaultHints []byte

// DefaultHints walks a newcomer through one order and what lies beside it. They are
// data: the verbs in them belong to templates.
func DefaultHints() []Hints {
	var hints []Hints
	if err := json.Unmarshal(defaultHints, &hints); err != nil {
		panic("hints.json is compiled in: " + err.Error())
	}
	return hints
}
