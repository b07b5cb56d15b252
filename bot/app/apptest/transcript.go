package apptest

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
	"yiqun/bot/sim"
)

// RunTranscript plays a script, once for each choice of platforms it names.
func RunTranscript(t *testing.T, path string, store NewStore) {
	s := ReadScript(t, path)
	for _, platforms := range s.runs() {
		var names []string
		for _, p := range platforms {
			names = append(names, string(p))
		}
		t.Run(strings.Join(names, "+"), func(t *testing.T) {
			t.Parallel()
			play := newPlay(t, s, platforms, store)
			for _, step := range s.Steps {
				play.step(step)
			}
			play.verify()
		})
	}
}

func (s Script) runs() [][]bot.Platform {
	switch s.Platforms {
	case "两边":
		return [][]bot.Platform{{bot.DingTalk, bot.WeCom}}
	case "钉钉":
		return [][]bot.Platform{{bot.DingTalk}}
	case "企业微信":
		return [][]bot.Platform{{bot.WeCom}}
	}
	return [][]bot.Platform{{bot.DingTalk}, {bot.WeCom}}
}

// play is one run of a script.
type play struct {
	*Rig
	t         *testing.T
	script    Script
	platforms []bot.Platform
	seen      map[string]snapshot // bubbles as they stood at the last look
	codes     []string            // six-digit codes the bot has said, newest last
	signs     map[string]string   // the codes of meetings, by the meeting's number
	photos    int                 // taken so far
}

// snapshot is what is compared to notice a change.
type snapshot struct {
	changes int
	views   map[string]string
}

// Play plays a script that is no acceptance test: what the bot sends is not compared.
// Whoever calls it looks at what else happened; tune may change the setup first.
func Play(t *testing.T, path string, tune func(*Setup)) *Rig {
	t.Helper()
	s := ReadScript(t, path)
	p := newTunedPlay(t, s, s.runs()[0], nil, tune)
	for _, step := range s.Steps {
		p.do(step)
	}
	return p.Rig
}

func newPlay(t *testing.T, s Script, platforms []bot.Platform, store NewStore) *play {
	return newTunedPlay(t, s, platforms, store, func(*Setup) {})
}

func newTunedPlay(t *testing.T, s Script, platforms []bot.Platform, store NewStore, tune func(*Setup)) *play {
	setup := Setup{Start: s.Start, Platforms: platforms, Store: store, PublicURL: s.PublicURL, Templates: s.templates(t)}
	var members []string
	seed, other := &service.Seed{Nodes: s.Nodes}, service.Seed{Nodes: s.Elsewhere}
	for i, r := range s.People {
		p := sim.Person{Name: r.Name, Nick: s.Nicks[r.Name], About: strings.Join(r.Is, "、")}
		sp := service.SeedPerson{Name: r.Name, Spoke: slices.Contains(s.Spoke, r.Name), Untold: slices.Contains(s.Untold, r.Name)}
		only := ""
		for _, is := range r.Is {
			switch is {
			case "党员":
				sp.Member = true
			case "预备党员":
				sp.Member, sp.Probation = true, true
			case "居民", "", "外人":
				p.Outsider = is == "外人"
			case "钉钉", "企业微信":
				only = is
			default:
				sp.Posts = append(sp.Posts, is)
			}
		}
		for _, pl := range platforms {
			if only != "" && only != pl.Spoken() {
				continue
			}
			id := bot.UserID(fmt.Sprintf("user%02d", i+1))
			if pl == bot.DingTalk {
				p.DingTalk = id
			} else {
				p.WeCom = id
			}
			sp.Accounts = append(sp.Accounts, bot.Account{Platform: pl, User: id})
		}
		if s.Admin == r.Name {
			setup.Admins = append(setup.Admins, sp.Accounts...)
			sp.Posts = append(sp.Posts, roster.Administrator)
		}
		setup.People = append(setup.People, p)
		if r.Elsewhere {
			other.People = append(other.People, sp)
			continue
		}
		members = append(members, p.Name)
		if len(sp.Posts) > 0 || sp.Member || slices.Contains(r.Is, "居民") && p.Nick == "" {
			seed.People = append(seed.People, sp)
		}
	}
	for _, pl := range platforms {
		chat := bot.Chat{Platform: pl, ID: bot.ChatID("cidGroup/" + string(pl) + "==")}
		g := sim.Group{Chat: chat, Title: "第三网格党支部"}
		for _, m := range members {
			i := slices.IndexFunc(setup.People, func(p sim.Person) bool { return p.Name == m })
			if setup.People[i].On(pl) != "" {
				g.Members = append(g.Members, m)
			}
		}
		setup.Groups = append(setup.Groups, g)
		seed.Groups = append(seed.Groups, chat)
		if len(other.Nodes) > 0 {
			g := sim.Group{Chat: elsewhere(pl), Title: "别处"}
			for _, p := range other.People {
				g.Members = append(g.Members, p.Name)
			}
			setup.Groups, other.Groups = append(setup.Groups, g), append(other.Groups, g.Chat)
		}
	}
	if len(s.Nodes) > 0 {
		setup.Seed = seed
	}
	for _, g := range setup.Groups {
		if len(s.Nodes) > 0 {
			setup.Spoken = append(setup.Spoken, g.Chat)
		}
	}
	for _, name := range s.Spoke {
		for _, p := range setup.People {
			if p.Name == name && p.WeCom != "" {
				setup.Spoken = append(setup.Spoken, bot.PrivateChat(bot.Account{Platform: bot.WeCom, User: p.WeCom}))
			}
		}
	}
	tune(&setup)
	p := &play{Rig: New(t, setup), t: t, script: s, platforms: platforms, seen: map[string]snapshot{}, signs: map[string]string{}}
	if s.Weekly {
		require.NoError(t, p.App.Service.PlanWeekly(t.Context()))
	}
	if len(other.Nodes) > 0 {
		require.NoError(t, p.App.Service.Plant(t.Context(), other))
	}
	p.Quiet()
	p.look()
	return p
}

// elsewhere is the other group of a script.
func elsewhere(pl bot.Platform) bot.Chat {
	return bot.Chat{Platform: pl, ID: bot.ChatID("cidElsewhere/" + string(pl) + "==")}
}

var (
	saysLine  = regexp.MustCompile(`^([^\s@：]+)(?:@(钉钉|企业微信))?(?:\s+(私聊|语音|引用))?(?:\s+(#\d+))?：(.*)$`)
	pressLine = regexp.MustCompile(`^([^\s@]+)(?:@(钉钉|企业微信))?\s+(私聊)?按 \[([^\]]+)\](?:\s+(#\d+))?$`)
	faultLine = regexp.MustCompile(`^(钉钉|企业微信) (重复送达|照常|断线|离线|拒收卡片|额度用完|回复过期|图片失效|忙)(?: (.+))?$`)
)

// step does one thing and compares what the bot sent.
func (p *play) step(s Step) {
	p.t.Helper()
	p.do(s)
	p.compare(s)
}

// do does one thing and lets everything happen that follows from it.
func (p *play) do(s Step) {
	p.t.Helper()
	switch {
	case strings.HasPrefix(s.Text, "过 "):
		p.Clock.Advance(p.duration(s, strings.TrimPrefix(s.Text, "过 ")))
	case strings.HasPrefix(s.Text, "到 "):
		at, err := time.ParseInLocation("2006-01-02 15:04", strings.TrimPrefix(s.Text, "到 "), Zone)
		require.NoError(p.t, err, "line %d", s.Line)
		p.Clock.Set(at)
	case s.Text == "Redis 清空":
		p.Wipe()
	case faultLine.MatchString(s.Text):
		p.fault(s, faultLine.FindStringSubmatch(s.Text))
	case pressLine.MatchString(s.Text):
		p.press(s, pressLine.FindStringSubmatch(s.Text))
	case saysLine.MatchString(s.Text):
		p.say(s, saysLine.FindStringSubmatch(s.Text))
	default:
		require.FailNow(p.t, "not understood", "line %d: %s", s.Line, s.Text)
	}
	p.Quiet()
}

func (p *play) duration(s Step, text string) time.Duration {
	for unit, d := range map[string]time.Duration{"天": 24 * time.Hour, "小时": time.Hour, "分钟": time.Minute, "秒": time.Second} {
		if n, err := strconv.Atoi(strings.TrimSuffix(text, unit)); err == nil && strings.HasSuffix(text, unit) {
			return time.Duration(n) * d
		}
	}
	require.FailNow(p.t, "not a length of time", "line %d: %s", s.Line, s.Text)
	return 0
}

func spoken(name string) bot.Platform {
	if name == bot.WeCom.Spoken() {
		return bot.WeCom
	}
	return bot.DingTalk
}

func (p *play) fault(s Step, m []string) {
	b := p.World.Backend(spoken(m[1]))
	if b == nil {
		return
	}
	switch m[2] {
	case "断线":
		if m[3] == "" {
			b.Drop()
			return
		}
		// Adapters measure gaps by the machine's clock: one long enough to be told
		// of is reported here as they report it.
		now := p.Clock.Now()
		_, err := p.App.Service.Handle(p.t.Context(), bot.Event{
			ID: bot.EventID(fmt.Sprintf("gap-%d-%s", now.Unix(), m[3])), Platform: spoken(m[1]), At: now,
			Gap: &bot.Gap{From: now.Add(-p.duration(s, m[3])), Until: now},
		})
		require.NoError(p.t, err, "line %d", s.Line)
	case "重复送达":
		b.SetFaults(sim.Faults{Twice: true})
	case "离线":
		b.SetFaults(sim.Faults{Offline: true})
	case "拒收卡片":
		b.SetFaults(sim.Faults{RefuseCards: true})
	case "额度用完":
		b.SetFaults(sim.Faults{QuotaGone: true})
	case "回复过期":
		b.SetFaults(sim.Faults{WebhooksExpired: true})
	case "图片失效":
		b.SetFaults(sim.Faults{MediaGone: true})
	case "忙":
		b.SetFaults(sim.Faults{Status: http.StatusServiceUnavailable, Next: 1})
	default:
		b.SetFaults(sim.Faults{})
	}
}

// on is the platform somebody acts on: the one named, else the first they are on.
func (p *play) on(name, platform string) bot.Platform {
	if platform != "" {
		return spoken(platform)
	}
	who, ok := p.World.Person(name)
	require.True(p.t, ok, "nobody is called %s", name)
	for _, pl := range p.platforms {
		if who.On(pl) != "" {
			return pl
		}
	}
	return p.platforms[0]
}

func (p *play) chat(name string, pl bot.Platform, private bool) bot.Chat {
	if private {
		who, _ := p.World.Person(name)
		return bot.PrivateChat(bot.Account{Platform: pl, User: who.On(pl)})
	}
	for _, g := range p.World.Groups() {
		if g.Chat.Platform == pl && slices.Contains(g.Members, name) {
			return g.Chat
		}
	}
	return bot.Chat{}
}

func (p *play) say(s Step, m []string) {
	pl := p.on(m[1], m[2])
	text := strings.ReplaceAll(m[5], "〈口令〉", p.Claim)
	if len(p.codes) > 0 {
		text = strings.ReplaceAll(text, "〈新口令〉", p.codes[len(p.codes)-1])
	}
	for number, code := range p.signs {
		text = strings.ReplaceAll(text, "〈签到码 "+number+"〉", code)
	}
	text = strings.ReplaceAll(text, "〈超长〉", strings.Repeat("很长的一段话", 6000))
	u := sim.Utterance{Who: m[1], Chat: p.chat(m[1], pl, m[3] == "私聊" || m[3] == "语音"), Text: text, Voice: m[3] == "语音"}
	if m[3] == "引用" {
		u.Quote = p.newest(func(b *sim.Bubble) bool {
			return b.Chat == u.Chat && b.From == "" && strings.Contains(Reads(b, m[1]), m[4])
		})
		require.NotEmpty(p.t, u.Quote, "line %d: nothing with %s to quote", s.Line, m[4])
	}
	u.Text, u.Files = p.enclosed(s, u.Text)
	_, err := p.World.Say(u)
	require.NoError(p.t, err, "line %d", s.Line)
}

func (p *play) press(s Step, m []string) {
	pl := p.on(m[1], m[2])
	chat := p.chat(m[1], pl, m[3] == "私聊" || m[3] == "语音")
	var key string
	bubble := p.newest(func(b *sim.Bubble) bool {
		c := b.SeenBy(m[1])
		if b.Chat != chat || c == nil || m[5] != "" && !strings.Contains(Reads(b, m[1]), m[5]) {
			return false
		}
		i := slices.IndexFunc(c.Buttons, func(btn sim.ShownButton) bool { return fold(btn.Text) == fold(m[4]) })
		if i >= 0 {
			key = c.Buttons[i].Key
		}
		return i >= 0
	})
	require.NotEmpty(p.t, bubble, "line %d: no card shows [%s] to %s", s.Line, m[4], m[1])
	require.NoError(p.t, p.World.Press(m[1], bubble, key, nil), "line %d", s.Line)
}

func (p *play) newest(match func(*sim.Bubble) bool) string {
	all := p.World.Bubbles(nil)
	for i := len(all) - 1; i >= 0; i-- {
		if match(&all[i]) {
			return all[i].ID
		}
	}
	return ""
}

// verify replays every record after the play.
func (p *play) verify() {
	r, err := p.App.Service.Verify(p.t.Context())
	require.NoError(p.t, err)
	require.Empty(p.t, r.Bad)
}
