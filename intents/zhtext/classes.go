package zhtext

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/text/width"
)

// kind says what folding does with a character.
type kind int

const (
	single   kind = iota // becomes one character, often itself
	compound             // becomes several: ㋀ is 1月, é is e
	space
	emoji
	dropped
)

// class returns what folding does with r.
func class(r rune) kind {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF:
		return single
	case r < 0x80:
		return classASCII(r)
	case unicode.IsSpace(r):
		return space
	case invisible(r):
		return dropped
	case enclosed(r):
		return compound
	case pictograph(r):
		return emoji
	}
	return single
}

func classASCII(r rune) kind {
	switch {
	case r == ' ', r >= '\t' && r <= '\r':
		return space
	case r < ' ', r == 0x7F:
		return dropped
	}
	return single
}

// invisible reports control and format characters (zero-width, bidirectional),
// and marks that only dress the character before them: variation selectors,
// the keycap of 3️⃣, stacked accents.
func invisible(r rune) bool {
	switch r {
	case 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0: // blanks that are not spaces
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Mn, unicode.Me, unicode.Co)
}

// enclosed reports characters that Unicode itself defines as a dressed-up form
// of others: accented letters, radicals, ①, ㋀, ㍘, compatibility ideographs.
func enclosed(r rune) bool {
	switch {
	case r >= 0xC0 && r < 0x250 && r != '×' && r != '÷',
		r >= 0x1E00 && r < 0x1F00,   // accented Latin letters
		r >= 0x2100 && r < 0x2190,   // ℃ № Ⅲ ½
		r >= 0x2460 && r < 0x2500,   // ① ⑴ ⒈
		r >= 0x2776 && r < 0x2794,   // ❶ ➀ ➊
		r >= 0x2E80 && r < 0x2FE0,   // radicals
		r >= 0x3200 && r < 0x3400,   // ㈠ ㋀ ㍘ ㏠ ㎡
		r >= 0xF900 && r < 0xFB00,   // compatibility ideographs
		r >= 0xFE30 && r < 0xFE70,   // vertical and small punctuation
		r == 0x1F51F,                // 🔟
		r >= 0x1F100 && r < 0x1F10B: // 🄁
		return true
	}
	return false
}

// pictograph reports emoji and the geometric signs people use as such.
func pictograph(r rune) bool {
	return r >= 0x1F000 && r < 0x1FB00 ||
		r >= 0x2300 && r < 0x2400 || // ⏰
		r >= 0x2500 && r < 0x2800 && r != '─' && r != '○' && r != '◯' || // ■ ★ ✅ ❤
		r >= 0x2B00 && r < 0x2C00 || // ⭐
		r >= 0x2190 && r < 0x2200 || // arrows
		r == 0x3030 || r == 0x303D
}

// decompose returns the plain characters of a compound one.
func decompose(r rune) []rune {
	switch {
	case r == 0x1F51F:
		return []rune("10")
	case r >= 0x2776 && r < 0x2794:
		return digits(int(r-0x2776)%10 + 1)
	}
	var out []rune
	for _, p := range norm.NFKD.String(string(r)) {
		if !invisible(p) {
			out = append(out, fold(p))
		}
	}
	return out
}

// digits spells 1 to 10.
func digits(n int) []rune {
	if n == 10 {
		return []rune("10")
	}
	return []rune{rune('0' + n)}
}

// fold returns the plain form of a character that becomes exactly one.
func fold(r rune) rune {
	switch {
	case r < 0x80:
		if r >= 'A' && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	case r >= 0x4E00 && r <= 0x9FFF:
		return simplify(r)
	}
	if p, ok := punctuation[r]; ok {
		return p
	}
	if p := width.LookupRune(r); p.Kind() == width.EastAsianFullwidth {
		if n := p.Narrow(); n != 0 {
			return fold(n)
		}
	}
	return unicode.ToLower(r)
}

// punctuation lists signs that people use for one another. The full-width forms
// of ASCII signs are not listed: their width is folded by rule.
var punctuation = map[rune]rune{
	'“': '"', '”': '"', '„': '"', '‟': '"', '「': '"', '」': '"', '『': '"', '』': '"',
	'‘': '\'', '’': '\'', '‛': '\'', '′': '\'', '＇': '\'',
	'【': '[', '】': ']', '〔': '[', '〕': ']', '〖': '[', '〗': ']',
	'—': '-', '–': '-', '−': '-', '‐': '-', '‑': '-', '‒': '-', '―': '-', '─': '-', '﹣': '-',
	'～': '~', '〜': '~', '∼': '~', '˜': '~', '∽': '~',
	'•': '·', '・': '·', '‧': '·', '･': '·', '∙': '·',
	'｡': '。', '､': '、', '﹑': '、', '∶': ':', '︰': ':', '꞉': ':',
	'￥': '¥', '○': '〇', '◯': '〇',
}

// plainPrefix returns the length of the longest prefix of s that folding leaves
// alone. Most messages are plain from end to end.
func plainPrefix(s string) int {
	after := true // a space here would be leading or doubled
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == ' ' && !after && i+1 < len(s):
			after = true
		case r > ' ' && r < 0x7F && r != '[' && (r < 'A' || r > 'Z'):
			after = false
		case r >= 0x4E00 && r <= 0x9FFF && simplify(r) == r:
			after = false
		default:
			return i
		}
		i += size
	}
	return len(s)
}
