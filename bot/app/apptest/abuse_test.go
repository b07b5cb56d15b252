package apptest_test

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/procedure"
	"yiqun/bot/sim"
)

// abuseFiles are the files whose cases stand by themselves.
var abuseFiles = []string{"presses.txt", "closed.txt", "foreign.txt", "names.txt", "long.txt", "sheets.txt", "replay.txt", "flood.txt"}

// TestAbuse plays every case of testdata/abuse on each platform.
func TestAbuse(t *testing.T) {
	count := 0
	for _, file := range abuseFiles {
		before, cases := readAbuse(t, file)
		count += len(cases)
		t.Run(file, func(t *testing.T) { playAbuse(t, before, cases) })
	}
	_, fields := readAbuse(t, "fields.txt")
	_, payloads := readAbuse(t, "payloads.txt")
	if testing.Short() {
		payloads = payloads[:1] // each field is tried, with the first of what may be in it
	}
	for _, field := range fields {
		var cases []abuse
		for _, p := range payloads {
			c := p
			if c.lines = field.lines; !field.echoed {
				c.reads = nil
			}
			cases = append(cases, c)
		}
		count += len(cases)
		t.Run(field.name, func(t *testing.T) { playAbuse(t, nil, cases) })
	}
	t.Logf("%d cases", count)
	if !testing.Short() {
		assert.GreaterOrEqual(t, count, 150)
	}
}

func playAbuse(t *testing.T, before []string, cases []abuse) {
	for _, pl := range both {
		t.Run(string(pl), func(t *testing.T) {
			t.Parallel()
			g := &gauntlet{street: newStreet(t, apptest.Setup{}, pl), seen: map[string]string{}, alias: map[string]string{}}
			for _, line := range before {
				g.do(t, line)
			}
			for _, c := range cases {
				// What one case makes must not stand in the way of the next.
				g.Clock.Advance(2 * time.Minute)
				t.Run(c.name, func(t *testing.T) { g.play(t, c) })
			}
			g.whole()
		})
	}
}

// gauntlet is a street on which cases are played one after the other.
type gauntlet struct {
	*street
	newest   bot.Chat          // the group made last
	seen     map[string]string // bubbles as they were last judged, by id
	shown    []string          // what was sent or changed since the case began
	sent     int               // messages sent for the last thing done
	said     string            // the bubble of the last message
	was      string            // the records before the last thing done, where compared
	compares bool
	wereOpen int // matters before the case
	payload  string
	alias    map[string]string // what a case calls somebody, and their name
	groups   int
}

func (g *gauntlet) play(t *testing.T, c abuse) {
	was := g.t
	g.t, g.TB = t, t
	defer func() { g.t, g.TB = was, was }()
	g.judge(t) // what the clock brought is no part of the case
	g.shown, g.payload, g.wereOpen = nil, c.payload, len(g.matters())
	g.compares = slices.Contains(c.lines, "→ 记录不变")
	for _, line := range c.lines {
		g.do(t, line)
	}
	all := strings.Join(g.shown, "\n")
	for _, text := range c.reads {
		assert.Contains(t, folded(all), folded(text), "it can still be read")
	}
	for _, text := range c.never {
		assert.NotContains(t, all, text)
	}
}

var (
	saidLine   = regexp.MustCompile(`(?s)^(\S+?)(?: (私聊|原话|别处|生群|新群))?：(.*)$`)
	pressLine  = regexp.MustCompile(`^(\S+) 按 \[([^\]]+)\](?: 改 (\S+) 为 (\S+))?$`)
	forgeLine  = regexp.MustCompile(`(?s)^(\S+) 伪造 (.*)$`)
	atOnceLine = regexp.MustCompile(`^同时 (\S+)、(\S+) 按 \[([^\]]+)\]$`)
	floodLine  = regexp.MustCompile(`^灌 (\S+) (\d+)：(.*)$`)
	personLine = regexp.MustCompile(`(?s)^新人 (\S+) 昵称 (.*)$`)
	groupLine  = regexp.MustCompile(`(?s)^新群 标题 (.*)$`)
	wantLine   = regexp.MustCompile(`^→ (?:\[(钉钉|企业微信)\] )?(.*)$`)
)

// do does one line of a case, or checks it.
func (g *gauntlet) do(t *testing.T, line string) {
	t.Helper()
	if m := wantLine.FindStringSubmatch(line); m != nil {
		if m[1] == "" || m[1] == g.on.Spoken() {
			g.want(t, m[2])
		}
		return
	}
	if g.sent = 0; g.compares {
		g.was = g.records()
	}
	line = g.filled(written(t, line))
	if m := floodLine.FindStringSubmatch(line); m != nil {
		g.flood(t, m)
	} else if m := personLine.FindStringSubmatch(line); m != nil {
		g.person(t, m[1], m[2])
	} else if m := groupLine.FindStringSubmatch(line); m != nil {
		g.makeGroup(t, m[1])
	} else if m := atOnceLine.FindStringSubmatch(line); m != nil {
		g.atOnce(t, m[1], m[2], m[3])
	} else if m := pressLine.FindStringSubmatch(line); m != nil {
		bubble, key := g.street.newest(m[2])
		if m[3] != "" {
			key = strings.ReplaceAll(key, m[3], m[4])
		}
		require.NoError(t, g.World.Press(m[1], bubble, key, nil))
	} else if m := forgeLine.FindStringSubmatch(line); m != nil {
		bubble, _ := g.street.newest("")
		require.NoError(t, g.World.Press(m[1], bubble, m[2], nil))
	} else if rest, ok := strings.CutPrefix(line, "过 "); ok {
		g.Clock.Advance(span(t, rest))
	} else if line == "重发" {
		g.World.Backend(g.on).Redeliver(g.said) // WeCom never does
	} else if line == "台账" {
		g.ledger(t)
	} else if m := saidLine.FindStringSubmatch(line); m != nil {
		g.say(t, m[1], m[2], m[3])
	} else {
		require.FailNow(t, "not understood", line)
	}
	g.Quiet()
	g.judge(t)
}

// filled puts in what a line leaves open.
func (g *gauntlet) filled(line string) string {
	if !strings.Contains(line, "〈") {
		return line
	}
	here, there := []procedure.Matter{{}, {}}, procedure.Matter{}
	elsewhere := g.nodeNamed("锦绣社区第一网格")
	for _, m := range g.matters() {
		if m.Node == elsewhere {
			there = m
		} else {
			here = append(here, m)
		}
	}
	last, before := here[len(here)-1], here[len(here)-2]
	return strings.NewReplacer("〈料〉", g.payload, "〈号〉", strconv.Itoa(last.Number),
		"〈事〉", string(last.ID), "〈前事〉", string(before.ID), "〈外事〉", string(there.ID)).Replace(line)
}

func (g *gauntlet) nodeNamed(name string) (id bot.NodeID) {
	g.view(func(v view) error {
		n, err := v.NodeNamed(g.t.Context(), name)
		id = n.ID
		return err
	})
	return id
}

func (g *gauntlet) say(t *testing.T, who, where, text string) {
	t.Helper()
	chat := map[string]bot.Chat{"": g.group[g.on], "原话": g.group[g.on], "别处": g.elsewhere, "生群": g.unregistered, "新群": g.newest}[where]
	switch where {
	case "私聊":
		p, _ := g.World.Person(who)
		chat = bot.PrivateChat(bot.Account{Platform: g.on, User: p.On(g.on)})
	case "原话":
	default:
		text = "@" + apptest.BotName + " " + text
	}
	b, err := g.World.Say(sim.Utterance{Who: cmp.Or(g.alias[who], who), Chat: chat, Text: text})
	require.NoError(t, err)
	g.said = b.ID
}

func (g *gauntlet) flood(t *testing.T, m []string) {
	t.Helper()
	times, err := strconv.Atoi(m[2])
	require.NoError(t, err)
	for range times {
		g.say(t, m[1], "", m[3])
	}
}

// atOnce has two people press without either waiting for the other.
func (g *gauntlet) atOnce(t *testing.T, one, two, label string) {
	t.Helper()
	bubble, key := g.street.newest(label)
	var pressing sync.WaitGroup
	for _, who := range []string{one, two} {
		pressing.Go(func() { assert.NoError(t, g.World.Press(who, bubble, key, nil)) })
	}
	pressing.Wait()
}

// person adds somebody with a display name, and a registered group with them in it.
func (g *gauntlet) person(t *testing.T, name, nick string) {
	t.Helper()
	n := len(g.World.People())
	g.alias[name] = fmt.Sprintf("%s%d", name, n)
	id := bot.UserID(fmt.Sprintf("odd%d", n))
	g.World.AddPerson(sim.Person{Name: g.alias[name], Nick: nick, DingTalk: id, WeCom: id})
	g.makeGroup(t, "新群", g.alias[name])
	g.say(t, "李红梅", "新群", fmt.Sprintf("登记本群 新网格%d 上级 翠湖社区", n))
}

// makeGroup adds a group in which 李红梅 is, who may register it.
func (g *gauntlet) makeGroup(t *testing.T, title string, others ...string) {
	t.Helper()
	if g.groups++; g.groups == 1 {
		g.say(t, "李红梅", "私聊", "认领管理员 "+g.Claim)
		g.Quiet()
	}
	g.newest = chatNamed(g.on, fmt.Sprintf("New%d", g.groups))
	g.World.AddGroup(sim.Group{Chat: g.newest, Title: title, Members: append(others, "李红梅")})
}

func span(t *testing.T, text string) time.Duration {
	t.Helper()
	for unit, d := range map[string]time.Duration{"天": 24 * time.Hour, "小时": time.Hour, "分钟": time.Minute} {
		if n, err := strconv.Atoi(strings.TrimSuffix(text, unit)); err == nil {
			return time.Duration(n) * d
		}
	}
	require.FailNow(t, "not a length of time", text)
	return 0
}

// want checks one line of what must hold.
func (g *gauntlet) want(t *testing.T, line string) {
	t.Helper()
	key, rest, _ := strings.Cut(line, " ")
	rest = written(t, rest)
	all := strings.Join(g.shown, "\n")
	switch key {
	case "见":
		assert.Contains(t, folded(all), folded(rest))
	case "不见":
		assert.NotContains(t, all, rest)
	case "记录不变":
		assert.Equal(t, g.was, g.records(), line)
	case "无话":
		assert.Zero(t, g.sent, g.shown)
	case "没人办理":
		assert.Empty(t, g.holders())
	case "一个人办理":
		assert.Len(t, g.holders(), 1)
	case "办理":
		assert.Equal(t, []string{rest}, g.holders())
	case "件数":
		assert.Equal(t, rest, strconv.Itoa(len(g.matters())-g.wereOpen), all)
	default:
		n, ok := strings.CutSuffix(key, "句")
		require.True(t, ok, "not understood: %s", line)
		assert.Equal(t, n, strconv.Itoa(g.sent), g.shown)
	}
}

// holders are those who have the newest matter.
func (g *gauntlet) holders() (names []string) {
	all := g.matters()
	for _, h := range all[len(all)-1].Holders {
		names = append(names, g.name(h.Person))
	}
	return names
}
