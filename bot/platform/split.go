package platform

import (
	"strings"
	"unicode/utf8"
)

// Split cuts text into pieces of at most limit bytes each, at line breaks where
// it can, else at blanks, else between two characters; the break itself belongs
// to neither piece. A text that fits comes back whole, an empty one as no piece.
func Split(text string, limit int) []string {
	var pieces []string
	for len(text) > limit {
		piece, rest := cut(text, limit)
		if strings.TrimSpace(piece) != "" {
			pieces = append(pieces, piece)
		}
		text = rest
	}
	if text != "" {
		pieces = append(pieces, text)
	}
	return pieces
}

// cut takes the longest good piece off a text longer than limit. A break in the
// first half would waste the piece, so it is not taken.
func cut(text string, limit int) (piece, rest string) {
	head := text[:min(limit+1, len(text))]
	for _, sep := range []string{"\n", " "} {
		if at := strings.LastIndex(head, sep); at > limit/2 {
			return text[:at], text[at+1:]
		}
	}
	at := limit
	for at > 0 && !utf8.RuneStart(text[at]) {
		at--
	}
	if at == 0 { // one character is longer than limit, or the text is not UTF-8
		_, at = utf8.DecodeRuneInString(text)
	}
	return text[:at], text[at:]
}
