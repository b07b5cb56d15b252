package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/bot/procedure"
	"yiqun/intents"
)

// mostAtOnce is how many matters one sentence may open.
const mostAtOnce = 5

var (
	// firstItem and otherItems are the marks of a numbered list, the first at its
	// beginning: 1. … 2. …, ①…②…, 一是…二是….
	firstItem  = regexp.MustCompile(`^(?:①|[（(]?[1１一][.．)）、：:]|第?一[是件个][,，：:]?|[1１][\s　]+)[\s　]*`)
	otherItems = itemMarks()
	// joint is what stands between two things that are said in one breath.
	joint = regexp.MustCompile(`[,，。;；、\s　]*(?:还有就是|还有一个|还有一件事?|还有|另外|再就是|再一个|以及)[,，：:\s　]*`)
	// clauses stand apart by any mark.
	clauses = regexp.MustCompile(`[,，。;；\n]+`)
	// building is a place that cannot be part of another.
	building = regexp.MustCompile(`(?:栋|幢|号楼|号院|座)`)
)

func itemMarks() []*regexp.Regexp {
	words := []string{"2２二", "3３三", "4４四", "5５五", "6６六"}
	out := make([]*regexp.Regexp, len(words))
	for i, w := range words {
		out[i] = regexp.MustCompile(`(?:[,，。;；\s　]*` + string('②'+rune(i)) + `|[,，。;；\s　]+(?:[（(]?[` + w + `][.．)）、：:]|第?[` + w + `][是件个][,，：:]?)|\s*\n\s*[` + w + `][\s　]+)[\s　]*`)
	}
	return out
}

// numberedItems takes a numbered list apart; nil where the text is none.
func numberedItems(text string) []string {
	text = strings.TrimSpace(text)
	at := firstItem.FindStringIndex(text)
	if at == nil {
		return nil
	}
	var items []string
	text = text[at[1]:]
	for _, mark := range otherItems {
		next := mark.FindStringIndex(text)
		if next == nil {
			break
		}
		items, text = append(items, text[:next[0]]), text[next[1]:]
	}
	return trimmedItems(append(items, text))
}

// trimmedItems are items without the marks around them; nil where they are no several
// things, or too many.
func trimmedItems(items []string) []string {
	for i, item := range items {
		items[i] = strings.Trim(item, " 　,，。;；、\n\t")
		if utf8.RuneCountInString(items[i]) < 3 {
			return nil
		}
	}
	if len(items) < 2 || len(items) > mostAtOnce {
		return nil
	}
	return items
}

// numberedText writes things as a list that is taken apart again.
func numberedText(items []string) string {
	lines := make([]string, len(items))
	for i, item := range items {
		lines[i] = fmt.Sprintf("%d. %s", i+1, item)
	}
	return strings.Join(lines, "\n")
}

// joinedItems takes apart what somebody says in one breath, where each part by itself
// would open the same: 3栋灯坏了，还有5栋下水道堵了. Nil where it may be one thing.
func (s *session) joinedItems(t *procedure.Template, text string) ([]string, error) {
	items := trimmedItems(joint.Split(text, -1))
	if items == nil {
		items = trimmedItems(clauses.Split(text, -1))
		if items == nil || slices.ContainsFunc(items, func(item string) bool { return !building.MatchString(item) }) {
			return nil, nil
		}
	}
	var places []string
	for _, item := range items {
		read, err := s.understand(item)
		if err != nil {
			return nil, err
		}
		may := read.Verb == t.First().Verb || slices.ContainsFunc(read.Others, func(o intents.Intent) bool { return o.Verb == t.First().Verb })
		if !may || read.Place != "" && slices.Contains(places, read.Place) {
			return nil, nil
		}
		places = append(places, read.Place)
	}
	return items, nil
}

// severalOpened opens a matter for each thing of a numbered list, and asks about what was
// said in one breath. It is false where the sentence is about one thing, and where photos
// came along: nobody knows of which they are.
func (s *session) severalOpened(t *procedure.Template) (bool, error) {
	if !t.Apart || s.single {
		return false, nil
	}
	if photos, err := s.countPhotos(); err != nil || photos != "" {
		return false, err
	}
	if items := numberedItems(s.read.Text); items != nil {
		return true, s.openEach(t, items)
	}
	items, err := s.joinedItems(t, s.read.Text)
	if err != nil || items == nil {
		return false, err
	}
	return true, s.offerReadings(s.apartOrOne(t, items, s.read))
}

// openEach opens a matter for each of several things; what was said of all, a telephone
// number, goes with each.
func (s *session) openEach(t *procedure.Template, items []string) error {
	whole := s.read
	s.single = true
	for _, item := range items {
		read, err := s.understand(t.First().Verb + " " + item)
		if err != nil {
			return err
		}
		if read.Phone == "" {
			read.Phone = whole.Phone
		}
		read.Verb, read.Text, read.Matters = t.First().Verb, item, nil
		s.read = read
		if err := s.open(t); err != nil {
			return err
		}
	}
	return nil
}

// apartOrOne are the two ways to open what was said in one breath.
func (s *session) apartOrOne(t *procedure.Template, items []string, r intents.Intent) []intents.Intent {
	apart, one := plainReading(r), plainReading(r)
	apart.Verb, one.Verb = t.First().Verb, t.First().Verb
	apart.Text, apart.Matters, one.Matters = numberedText(items), nil, nil
	return []intents.Intent{apart, one}
}

// apartWords says of a reading that opens several matters how many; empty for any other.
func (s *session) apartWords(r intents.Intent) string {
	t := s.templateFor(r.Verb)
	if t == nil || !t.Apart {
		return ""
	}
	items := numberedItems(r.Text)
	if items == nil {
		return ""
	}
	for i, item := range items {
		items[i] = cut(item, 14)
	}
	return fmt.Sprintf("%s，分成%d%s：%s", r.Verb, len(items), t.Spoken, strings.Join(items, "；"))
}

// oneWords says of the other reading that it opens one matter.
func (s *session) oneWords(r intents.Intent) string {
	return fmt.Sprintf("%s，合成1%s", r.Verb, s.templateFor(r.Verb).Spoken)
}

// apartFirst are, of a sentence that may open one matter and says several things, the two
// ways to open it; otherwise the readings as they are.
func (s *session) apartFirst(readings []intents.Intent) ([]intents.Intent, error) {
	if len(readings) == 0 {
		return readings, nil
	}
	i := slices.IndexFunc(readings, func(r intents.Intent) bool {
		t := s.templateFor(r.Verb)
		return t != nil && t.Apart && r.Text != ""
	})
	if i < 0 {
		return readings, nil
	}
	t, r := s.templateFor(readings[i].Verb), readings[i]
	items := numberedItems(r.Text)
	if items == nil {
		var err error
		if items, err = s.joinedItems(t, r.Text); err != nil || items == nil {
			return readings, err
		}
	}
	return s.apartOrOne(t, items, r), nil
}
