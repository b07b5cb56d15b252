package zhtext

import (
	_ "embed"
	"strings"
)

// simplifiedTxt lists, one line each, a simplified character followed by the
// traditional and variant characters it stands for. It is derived from
// kSimplifiedVariant of the Unicode Han database (Unihan_Variants.txt, Unicode
// License v3), cut down to characters of Big5 and GB 2312 reach, with the
// variants people really type added (週, 裡, 臺) and characters that also live
// on in simplified writing (著, 台) left out.
//
//go:embed simplified.txt
var simplifiedTxt string

// hanFirst and hanLast bound the block of characters the table covers.
const hanFirst, hanLast = 0x4E00, 0x9FFF

// simplifiedOf holds the simplified form of every character of the block that
// has one, and 0 for the others. It is filled once and never changes.
var simplifiedOf = loadSimplified()

func loadSimplified() *[hanLast - hanFirst + 1]uint16 {
	var table [hanLast - hanFirst + 1]uint16
	for line := range strings.Lines(simplifiedTxt) {
		var to rune
		for i, r := range strings.TrimSpace(line) {
			switch {
			case i == 0:
				to = r
			case r >= hanFirst && r <= hanLast:
				table[r-hanFirst] = uint16(to)
			}
		}
	}
	return &table
}

// simplify returns the simplified form of a character of the block.
func simplify(r rune) rune {
	if to := simplifiedOf[r-hanFirst]; to != 0 {
		return rune(to)
	}
	return r
}

// Simplify returns s with every traditional character in its simplified form
// and nothing else changed.
func Simplify(s string) string {
	return strings.Map(func(r rune) rune {
		if r < hanFirst || r > hanLast {
			return r
		}
		return simplify(r)
	}, s)
}
