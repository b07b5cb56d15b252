package paper

import (
	"iter"
	"strings"

	"yiqun/cards/markdown"
)

// Lines cleans an untrusted text and yields its lines that hold something: no
// control, bidirectional or invisible character is left in them.
func Lines(s string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for line := range strings.SplitSeq(markdown.Plain(s, 0), "\n") {
			if line != "" && !yield(line) {
				return
			}
		}
	}
}

// Line cleans an untrusted text and makes it one line.
func Line(s string) string { return markdown.OneLine(s, 0) }
