package intents

import (
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/mozillazg/go-pinyin"
)

// sound is a Mandarin syllable without its tone, as an index into the table of
// syllables; 0 is none.
type sound uint16

// phonetics is the reading of every common character, built once from
// go-pinyin's dictionary, since that one costs an allocation per look-up.
type phonetics struct {
	first    [hanLast - hanFirst + 1]sound
	spelled  []string // by sound
	index    map[string]sound
	blurring []sound // by sound: the one it is mistaken for
}

const hanFirst, hanLast = 0x4E00, 0x9FFF

var phonetic = sync.OnceValue(newPhonetics)

func newPhonetics() *phonetics {
	p := &phonetics{spelled: []string{""}, index: map[string]sound{"": 0}}
	for r := hanFirst; r <= hanLast; r++ {
		if readings, ok := pinyin.PinyinDict[r]; ok {
			first, _, _ := strings.Cut(readings, ",")
			p.first[r-hanFirst] = p.intern(plainSyllable(first))
		}
	}
	for r, s := range usualReading {
		p.first[r-hanFirst] = p.intern(s)
	}
	for i := 0; i < len(p.spelled); i++ { // interning adds to the end
		blurred := p.intern(blur(p.spelled[i]))
		p.blurring = append(p.blurring, blurred)
	}
	return p
}

func (p *phonetics) intern(s string) sound {
	if n, ok := p.index[s]; ok {
		return n
	}
	n := sound(len(p.spelled))
	p.spelled = append(p.spelled, s)
	p.index[s] = n
	return n
}

// usualReading corrects characters whose first reading in the dictionary is
// not the one meant in commands.
var usualReading = map[rune]string{'单': "dan", '查': "cha", '重': "chong", '转': "zhuan", '任': "ren", '弹': "dan", '过': "guo", '行': "xing", '长': "zhang"}

// plainSyllable takes the tone marks off a syllable: diǎn is dian.
func plainSyllable(s string) string {
	return strings.Map(func(r rune) rune {
		if plain, ok := toneless[r]; ok {
			return plain
		}
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, s)
}

var toneless = func() map[rune]rune {
	m := make(map[rune]rune)
	for plain, marked := range map[rune]string{'a': "āáǎà", 'e': "ēéěèê", 'i': "īíǐì", 'o': "ōóǒò", 'u': "ūúǔù", 'v': "üǖǘǚǜ", 'n': "ńňǹ", 'm': "ḿ"} {
		for _, r := range marked {
			m[r] = plain
		}
	}
	return m
}()

// blur removes the distinctions that speech input and southern speakers drop:
// zh/z, ch/c, sh/s, n/l, ang/an, eng/en, ing/in.
func blur(s string) string {
	if len(s) > 2 && s[1] == 'h' && strings.IndexByte("zcs", s[0]) >= 0 {
		s = s[:1] + s[2:]
	}
	if len(s) > 1 && s[0] == 'n' {
		s = "l" + s[1:]
	}
	for _, end := range []string{"ang", "eng", "ing"} {
		if strings.HasSuffix(s, end) {
			return s[:len(s)-1]
		}
	}
	return s
}

// soundOf returns the syllable of a character, 0 if it has none.
func soundOf(r rune) sound {
	if r < hanFirst || r > hanLast {
		return 0
	}
	return phonetic().first[r-hanFirst]
}

// soundsOf returns the syllables of a word, nil if a character has none.
func soundsOf(word string) []sound {
	out := make([]sound, 0, utf8.RuneCountInString(word))
	for _, r := range word {
		s := soundOf(r)
		if s == 0 {
			return nil
		}
		out = append(out, s)
	}
	return out
}

func (s sound) spelling() string { return phonetic().spelled[s] }

// blurred returns the syllable that s may be mistaken for, the same for all
// that are mistaken for one another.
func (s sound) blurred() sound { return phonetic().blurring[s] }
