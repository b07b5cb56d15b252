package service

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/privacy"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// phone matches what looks like a telephone number, for masking.
var phone = regexp.MustCompile(`1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8}`)

// maskPhones leaves the first three and last two digits of every number.
func maskPhones(text string) string {
	return phone.ReplaceAllStringFunc(text, func(n string) string {
		digits := strings.NewReplacer(" ", "", "-", "").Replace(n)
		return digits[:3] + strings.Repeat("*", len(digits)-5) + digits[len(digits)-2:]
	})
}

// lookup gives the engine names and texts as one audience may see them.
type lookup struct {
	s *session
	m procedure.Matter
	t *procedure.Template
	// group: everybody reads it. full: this person handles the matter and may see
	// private fields.
	group, full bool
	texts       map[int]map[string]string
}

func (s *session) lookup(t *procedure.Template, m procedure.Matter, group bool) *lookup {
	l := &lookup{s: s, m: m, t: t, group: group, texts: map[int]map[string]string{}}
	l.full = !group && s.me.ID != "" && (m.Holds(s.me.ID) || m.Asker == s.me.ID || m.Opener == s.me.ID || s.manages(t, m))
	return l
}

// manages reports whether the speaker holds one of the template's managing posts
// where the matter is.
func (s *session) manages(t *procedure.Template, m procedure.Matter) bool {
	a, err := s.actor(m.Node)
	if err != nil {
		return false
	}
	for _, p := range a.Posts {
		if slices.Contains(t.Managers, p) {
			return true
		}
	}
	return false
}

// Name implements procedure.Lookup.
func (l *lookup) Name(p bot.PersonID) string {
	if p == "" {
		return "时钟"
	}
	if p == l.m.Asker && l.group && len(l.t.Hide) > 0 {
		return "一位居民"
	}
	name := l.s.name(p)
	if l.group && (p == l.m.Asker && l.m.Opener != p || l.s.refuses(p, privacy.Names)) {
		return maskName(name)
	}
	return name
}

// maskName leaves the surname: 王*.
func maskName(name string) string {
	r, n := utf8.DecodeRuneInString(name)
	if n == len(name) {
		return name
	}
	return string(r) + "*"
}

// name is a person's name, looked up once per event.
func (s *session) name(id bot.PersonID) string {
	if n, ok := s.names[id]; ok {
		return n
	}
	n := "（已依法删除）"
	if p, ok := s.personNow(id); ok {
		n = p.Name
		if p.Standing == roster.Unknown && p.Name == "" {
			n = "新朋友"
		}
	}
	s.names[id] = n
	return n
}

// personNow is whom an id means now; false if nobody.
func (s *session) personNow(id bot.PersonID) (roster.Person, bool) {
	if p, ok := s.lookedUp[id]; ok {
		return p, true
	}
	real, err := s.tx.Alias(s.ctx, id)
	if err != nil {
		return roster.Person{}, false
	}
	p, err := s.tx.Person(s.ctx, real)
	return p, err == nil
}

// Text implements procedure.Lookup.
func (l *lookup) Text(r procedure.Ref) string {
	if r.Field == "node" {
		if n, err := l.s.tx.Node(l.s.ctx, l.m.Node); err == nil {
			return n.Name
		}
		return ""
	}
	if r.Seq == 0 {
		return ""
	}
	if f := l.t.Field(r.Field); f != nil && f.Private && !l.full {
		return ""
	}
	if l.group && l.t.AudienceOf(r.Field) != procedure.ForGroup {
		return ""
	}
	texts, ok := l.texts[r.Seq]
	if !ok {
		if texts, ok = l.s.written[actKey(l.m.ID, r.Seq)]; !ok {
			texts, _ = l.s.tx.Text(l.s.ctx, l.m.ID, r.Seq)
		}
		l.texts[r.Seq] = texts
	}
	if texts == nil {
		if l.m.Fields[r.Field] != r && !slices.Contains(l.m.Notes, r) {
			return "" // nothing was written there
		}
		return "（已依法删除）"
	}
	text := texts[r.Field]
	if l.group {
		return maskPhones(text)
	}
	return text
}

func actKey(m bot.MatterID, seq int) string { return fmt.Sprintf("%s/%d", m, seq) }

// Ref implements procedure.Lookup.
func (l *lookup) Ref(id bot.MatterID) string {
	m, err := l.s.tx.Matter(l.s.ctx, id)
	if err != nil {
		return "另一件"
	}
	return m.Ref()
}

// Result implements procedure.Lookup.
func (l *lookup) Result(step string, round int) string {
	if l.t.Meeting() != nil {
		return l.s.meetingResult(l.t, l.m)
	}
	text, err := l.s.resultOf(l.t, l.m, step, round, l)
	if err != nil {
		return ""
	}
	return text
}
