package phrase

import (
	"fmt"
	"regexp"
	"strings"

	"yiqun/intents/zhtext"
)

// Shape is one way of saying something. In Said and Means stand slots, each at most
// once: 〈谁〉 for somebody, 〈名〉 for the name of a person, a family or a thing, 〈时〉 for
// a time, 〈话〉 and behind it 〈尾〉 for words that are handed on as typed. In Means 〈号〉
// is the number of the matter.
type Shape struct {
	// Has are words, separated by spaces, of which a sentence holds at least one.
	Has string `yaml:"has"`
	// Said are the sentences, as regular expressions over folded text that must fit
	// from end to end. A blank fits any punctuation, or none. The number of a matter
	// that stands first or last is taken off before.
	Said []string `yaml:"said"`
	// Means are the sentences that say the same in the words of commands.
	Means []string `yaml:"means"`
	// Asks says that Means are offered and not carried out. A shape of several Means
	// always asks.
	Asks bool `yaml:"asks"`
	// Looks says that Means only show something, so that a question fits too.
	Looks bool `yaml:"looks"`
	// Last says that the shape counts only when nothing else was understood, Over that
	// it counts even for a sentence that begins with a command.
	Last bool `yaml:"last"`
	Over bool `yaml:"over"`
	// When names the moment in which the sentence means this; empty for any.
	When string `yaml:"when"`
	// From names where the shape is written; whoever reads it there fills it in.
	From string `yaml:"-"`

	said []*regexp.Regexp
}

// number is what Means are given the matter's number by.
const number = "〈号〉"

// blank is what a blank of a shape fits.
const blank = `[\s,.。;:!、~"“”]*`

// slots are the parts of a sentence that are handed on. In somebody there is no
// punctuation, and none of the words that would make a clause of it; in a name none of
// those that ask or count; in a time no question mark.
var slots = []struct{ name, group, part string }{
	{"〈谁〉", "who", `[^\s,.。;:!?、的了我你他她它说不没要去来]{1,8}?`},
	{"〈名〉", "name", `[^\s,.。;:!?一个几有没怎么什吗谁哪信][^\s,.。;:!?怎么什吗谁]{0,12}(?:家|同志|夫妇|户)|[^\s,.。;:!?一个几有没怎么什吗谁哪信][^\s,.。;:!?怎么什吗谁]{1,3}`},
	{"〈时〉", timeGroup, `[^?]{1,24}?`},
	{"〈话〉", "text", `.{1,300}?`},
	{"〈尾〉", restGroup, `.{1,300}?`},
}

// timeGroup is the slot that must hold a time and nothing else, restGroup the one behind
// another.
const (
	timeGroup = "time"
	restGroup = "rest"
)

// Check reports what is wrong with a shape.
func (s Shape) Check() error {
	_, err := s.compiled()
	return err
}

// compiled is the shape made ready.
func (s Shape) compiled() (*Shape, error) {
	if len(strings.Fields(s.Has)) == 0 || len(s.Said) == 0 || len(s.Means) == 0 {
		return nil, fmt.Errorf("a phrase needs has, said and means")
	}
	s.Asks = s.Asks || len(s.Means) > 1
	for _, said := range s.Said {
		re, err := compile(said)
		if err != nil {
			return nil, fmt.Errorf("phrase %q: %w", said, err)
		}
		s.said = append(s.said, re)
	}
	all := strings.Join(s.Said, " ")
	for _, slot := range slots {
		if strings.Contains(strings.Join(s.Means, " "), slot.name) && !strings.Contains(all, slot.name) {
			return nil, fmt.Errorf("phrase %q never says %s", all, slot.name)
		}
	}
	return &s, nil
}

// compile makes a regular expression of one way of saying something.
func compile(said string) (*regexp.Regexp, error) {
	p := strings.ReplaceAll(zhtext.Simplify(said), "(", "(?:")
	p = strings.ReplaceAll(p, " ", blank)
	for _, slot := range slots {
		p = strings.Replace(p, slot.name, "(?P<"+slot.group+">"+slot.part+")", 1)
	}
	if i := strings.Index(p, "〈"); i >= 0 {
		return nil, fmt.Errorf("%s stands twice or means nothing", p[i:])
	}
	return regexp.Compile("^(?:" + p + ")$")
}
