package procedure

import (
	"fmt"
	"strings"

	"yiqun/bot"
)

// Key is what a button carries: the step's round is in it, so that a press on an
// old card is known to be old.
type Key struct {
	Matter bot.MatterID
	Step   string
	Round  int
	Op     Op
	Choice string
	Score  int
}

// String writes the key: m/ID/step/round/op/choice/score.
func (k Key) String() string {
	return fmt.Sprintf("m/%s/%s/%d/%s/%s/%d", k.Matter, k.Step, k.Round, k.Op, k.Choice, k.Score)
}

// ParseKey reads a key back. Anything else, however it came about, is not ok.
func ParseKey(s string) (Key, bool) {
	p := strings.Split(s, "/")
	if len(p) != 7 || p[0] != "m" || len(s) > 256 {
		return Key{}, false
	}
	k := Key{Matter: bot.MatterID(p[1]), Step: p[2], Op: Op(p[4]), Choice: p[5]}
	if _, err := fmt.Sscanf(p[3]+" "+p[6], "%d %d", &k.Round, &k.Score); err != nil {
		return Key{}, false
	}
	if k.String() != s {
		return Key{}, false
	}
	return k, true
}
