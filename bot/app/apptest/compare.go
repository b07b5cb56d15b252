package apptest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// sight is one thing the bot sent or changed, as members see it.
type sight struct {
	platform bot.Platform
	where    string // 群 or a person
	how      string
	text     string
}

// line is how a script says it, to be pasted there; on says which platform too.
func (s sight) line(on bool) string {
	where := s.where
	if on {
		where = fmt.Sprintf("[%s] %s", s.platform.Spoken(), where)
	}
	if s.how != "" {
		where += " " + s.how
	}
	return fmt.Sprintf("→ %s：%s", where, strings.Join(strings.Fields(s.text), " "))
}

// look notes how every bubble stands and returns what is new since the last look.
func (p *play) look() []sight {
	var out []sight
	for _, b := range p.World.Bubbles(nil) {
		was, known := p.seen[b.ID]
		now := snapshot{changes: b.Changes, views: map[string]string{}}
		for who, v := range b.Views {
			now.views[who] = cardText(v)
		}
		p.seen[b.ID] = now
		if b.From != "" {
			continue
		}
		where := p.where(b.Chat)
		switch {
		case !known:
			out = append(out, p.fresh(&b, where))
		case now.changes != was.changes:
			out = append(out, sight{b.Chat.Platform, where, "改卡", cardText(b.Card)})
		default:
			for _, who := range slices.Sorted(maps.Keys(now.views)) {
				if now.views[who] != was.views[who] {
					out = append(out, sight{b.Chat.Platform, who, "看到", now.views[who]})
				}
			}
		}
	}
	return out
}

var (
	sixDigits = regexp.MustCompile(`\b\d{6}\b`)
	signCode  = regexp.MustCompile(`^#(\d+) 签到码 (\d{4})`)
)

func (p *play) fresh(b *sim.Bubble, where string) sight {
	s := sight{platform: b.Chat.Platform, where: where, text: b.Text}
	switch {
	case b.Card != nil:
		s.how, s.text = "卡片", cardText(b.Card)
	case b.Picture:
		s.how, s.text = "图片", b.File.Name
	case b.File != nil:
		s.how, s.text = "文件", b.File.Name
	}
	if b.Chat.Private {
		s.how = "私聊" + s.how
	}
	if c := sixDigits.FindString(s.text); c != "" && b.Card == nil {
		p.codes = append(p.codes, c)
		s.text = strings.ReplaceAll(s.text, c, "〈新口令〉")
	}
	if c := signCode.FindStringSubmatch(s.text); c != nil {
		p.signs[c[1]] = c[2]
		s.text = strings.ReplaceAll(s.text, c[2], "〈签到码 "+c[1]+"〉")
	}
	return s
}

func (p *play) where(c bot.Chat) string {
	if !c.Private {
		if c == elsewhere(c.Platform) {
			return "别处群"
		}
		return "群"
	}
	if who, ok := p.World.ByUser(c.Platform, bot.UserID(c.ID)); ok {
		return who.Name
	}
	return string(c.ID)
}

// cardText is everything one can read on a card.
func cardText(c *sim.Shown) string {
	parts := []string{c.Title, c.Desc, c.Text}
	for _, pair := range c.Pairs {
		parts = append(parts, pair.Key+"："+pair.Value)
	}
	for _, s := range c.Selects {
		parts = append(parts, s.Title)
		for _, o := range s.Options {
			parts = append(parts, "("+o.Text+")")
		}
	}
	for _, b := range c.Buttons {
		parts = append(parts, "["+b.Text+"]")
	}
	parts = append(parts, c.Tips)
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), " ")
}

// Reads is everything one person can read in a bubble; who is empty for the
// reading that everybody shares.
func Reads(b *sim.Bubble, who string) string {
	if c := b.SeenBy(who); c != nil {
		return cardText(c)
	}
	if b.File != nil {
		return b.File.Name
	}
	return b.Text
}

// compare checks what the bot sent after a step against what the script says.
func (p *play) compare(s Step) {
	p.t.Helper()
	seen := p.look()
	rest := slices.Clone(seen)
	var missing []string
	for _, e := range s.Expect {
		for _, pl := range p.platforms {
			if e.Platform != "" && spoken(e.Platform) != pl || !p.appliesTo(e, pl, s) {
				continue
			}
			i := slices.IndexFunc(rest, func(g sight) bool { return g.platform == pl && e.fits(g) })
			if i < 0 {
				missing = append(missing, fmt.Sprintf("line %d on %s: %s %s：%s", e.Line, pl.Spoken(), e.Where, e.How, strings.Join(e.Pieces, "｜")))
				continue
			}
			rest = slices.Delete(rest, i, i+1)
		}
	}
	if len(missing) == 0 && len(rest) == 0 {
		return
	}
	var b strings.Builder
	fmt.Fprintf(&b, "line %d: %s\n", s.Line, s.Text)
	for _, m := range missing {
		b.WriteString("  missing: " + m + "\n")
	}
	for _, r := range rest {
		b.WriteString("  extra:   " + r.line(len(p.platforms) > 1) + "\n")
	}
	require.FailNow(p.t, "the bot sent something else", b.String())
}

// appliesTo: in a script on both platforms, a message to a person without a named
// platform is expected once, where the person acted or is.
func (p *play) appliesTo(e Expectation, pl bot.Platform, s Step) bool {
	if len(p.platforms) == 1 || e.Platform != "" || e.Where == "群" {
		return true
	}
	name := e.Where
	if m := saysLine.FindStringSubmatch(s.Text); m != nil && m[1] == name {
		return p.on(name, m[2]) == pl
	}
	if m := pressLine.FindStringSubmatch(s.Text); m != nil && m[1] == name {
		return p.on(name, m[2]) == pl
	}
	return p.on(name, "") == pl
}

func (e Expectation) fits(g sight) bool {
	if g.where != e.Where || g.how != e.How {
		return false
	}
	if e.How == "" || e.How == "私聊" || strings.HasSuffix(e.How, "文件") {
		return matches(e.Pieces[0], g.text)
	}
	for _, piece := range e.Pieces {
		absent, not := strings.CutPrefix(piece, "没有")
		if strings.Contains(fold(g.text), fold(absent)) == not {
			return false
		}
	}
	return true
}
