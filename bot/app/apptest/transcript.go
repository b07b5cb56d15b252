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
	if s.Platforms == "两边" {
		return [][]bot.Platform{{bot.DingTalk, bot.WeCom}}
	}
	if only := spoken(s.Platforms); only != "" {
		return [][]bot.Platform{{only}}
	}
	return [][]bot.Platform{{bot.DingTalk}, {bot.WeCom}} // those that are played
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
	stage := s.stage(platforms)
	stage.Store, stage.Templates = store, s.templates(t)
	tune(&stage.Setup)
	p := &play{Rig: New(t, stage.Setup), t: t, script: s, platforms: platforms, seen: map[string]snapshot{}, signs: map[string]string{}}
	if s.Weekly {
		require.NoError(t, p.App.Service.PlanWeekly(t.Context()))
	}
	if len(stage.other.Nodes) > 0 {
		require.NoError(t, p.App.Service.Plant(t.Context(), stage.other))
	}
	p.Quiet()
	p.look()
	return p
}

var (
	saysLine  = regexp.MustCompile(`^([^\s@：]+)(?:@(` + platformNames + `))?(?:\s+(私聊|语音|引用))?(?:\s+(#\d+))?：(.*)$`)
	pressLine = regexp.MustCompile(`^([^\s@]+)(?:@(` + platformNames + `))?\s+(私聊)?按 \[([^\]]+)\](?:\s+(#\d+))?$`)
	faultLine = regexp.MustCompile(`^(` + platformNames + `) (重复送达|照常|断线|离线|拒收卡片|额度用完|回复过期|图片失效|忙)(?: (.+))?$`)
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

// spoken is the platform of this name, "" if there is none.
func spoken(name string) bot.Platform {
	for _, p := range bot.Platforms() {
		if p.Spoken() == name {
			return p
		}
	}
	return ""
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
