package ballot

import (
	_ "embed"
	"slices"
	"sync"

	"go.yaml.in/yaml/v3"
)

//go:embed words.yaml
var wordsSource []byte

type wordList struct {
	Sayings  map[Say][]string   `yaml:"sayings"`
	Verdicts map[Verdict]string `yaml:"verdicts"`
}

// words is read once; a test reads it too, so that a slip cannot ship.
var words = sync.OnceValue(func() wordList {
	var w wordList
	if err := yaml.Unmarshal(wordsSource, &w); err != nil {
		panic("words.yaml is embedded and tested: " + err.Error())
	}
	return w
})

// Recuse is the word for 回避: said like a choice, kept as none.
const Recuse Say = "recuse"

// Words are how a choice is said, the printed word first.
func (s Say) Words() []string { return slices.Clone(words().Sayings[s]) }

// Word is how a choice is printed.
func (s Say) Word() string {
	if w := words().Sayings[s]; len(w) > 0 {
		return w[0]
	}
	return string(s)
}

// SayOf finds the choice a word stands for; "" if none.
func SayOf(word string) Say {
	for s, list := range words().Sayings {
		if slices.Contains(list, word) {
			return s
		}
	}
	return ""
}

// Word is how a verdict is printed.
func (v Verdict) Word() string { return words().Verdicts[v] }
