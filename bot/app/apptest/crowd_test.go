package apptest_test

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
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
	"yiqun/bot/sim"
)

// TestCrowd lets residents say, in any order and anywhere, whatever is said in the
// transcripts, press whatever they see, and time and troubles pass: what nobody wrote a
// story for. Nothing may fail inside, no answer may show a fault, and the records stand.
// YIQUN_CROWD_SEED plays another course, YIQUN_CROWD_STEPS more of it.
func TestCrowd(t *testing.T) {
	steps := number(t, "YIQUN_CROWD_STEPS", 150)
	seed := number(t, "YIQUN_CROWD_SEED", 1)
	said := sentences(t)
	for _, platforms := range [][]bot.Platform{{bot.DingTalk}, {bot.WeCom}, both} {
		t.Run(fmt.Sprint(platforms), func(t *testing.T) {
			log := &logged{}
			c := &passersby{
				street: newStreet(t, apptest.Setup{Log: log}, platforms...),
				r:      rand.New(rand.NewPCG(uint64(seed), 1)), platforms: platforms, said: said, seen: map[string]string{},
			}
			t.Cleanup(func() { assert.Empty(t, log.faults(), "in the log") })
			c.look()
			for range steps {
				c.step()
				require.False(t, t.Failed() || len(log.faults()) > 0, "seed %d", seed)
			}
			for _, p := range platforms {
				c.World.Backend(p).SetFaults(sim.Faults{})
			}
			c.Quiet()
			found, err := c.App.Service.Verify(t.Context())
			require.NoError(t, err)
			require.Empty(t, found.Bad)
		})
	}
}

func number(t *testing.T, name string, otherwise int) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(name))
	if err != nil {
		return otherwise
	}
	return n
}

// logged is a log of which only the errors are kept.
type logged struct {
	mu  sync.Mutex
	bad []string
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()

	if bytes.Contains(line, []byte("level=ERROR")) || bytes.Contains(line, []byte("panic")) {
		l.bad = append(l.bad, string(line))
	}
	return len(line), nil
}

func (l *logged) faults() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.bad)
}

// sentences are what people say in the transcripts, each once.
func sentences(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(apptest.Root(), "testdata", "transcripts", "*.txt"))
	require.NoError(t, err)
	said := map[string]bool{}
	for _, file := range files {
		for _, s := range apptest.ReadScript(t, file).Steps {
			_, text, ok := strings.Cut(s.Text, "：")
			text = strings.TrimSpace(strings.ReplaceAll(aside.ReplaceAllString(text, ""), "@"+apptest.BotName, ""))
			if ok && text != "" {
				said[text] = true
			}
		}
	}
	require.NotEmpty(t, said)
	return slices.Sorted(maps.Keys(said))
}

// aside is what a transcript says that nobody types.
var aside = regexp.MustCompile(`〔[^〕]*〕|〈[^〉]*〉`)

// passersby is a street on which anything may happen.
type passersby struct {
	*street
	r         *rand.Rand
	platforms []bot.Platform
	said      []string
	seen      map[string]string // what each bubble showed at the last look
	troubled  bool              // a platform has refused something: answers may be late
}

// step is one thing that happens.
func (c *passersby) step() {
	c.t.Helper()
	c.Clock.Advance(time.Duration(4+c.r.IntN(60)) * time.Second)
	c.on = pick(c.r, c.platforms)
	who := pick(c.r, c.World.People()).Name
	what, said := "", false
	switch n := c.r.IntN(100); {
	case n < 50:
		said, what = true, c.says(who, c.group[c.on], "@"+apptest.BotName+" "+c.sentence())
	case n < 70:
		p, _ := c.World.Person(who)
		said, what = true, c.says(who, bot.PrivateChat(bot.Account{Platform: c.on, User: p.On(c.on)}), c.sentence())
	case n < 92:
		what = c.presses(who)
	case n < 97:
		d := time.Duration(c.r.Int64N(int64(3 * 24 * time.Hour)))
		c.Clock.Advance(d)
		what = "过 " + d.String()
	case n < 98:
		c.Wipe()
		what = "Redis 清空"
	case n < 99:
		c.Restart()
		what = "重新启动"
	default:
		c.World.Backend(c.on).SetFaults(pick(c.r, []sim.Faults{{}, {Twice: true}, {RefuseCards: true}, {WebhooksExpired: true}, {Status: http.StatusServiceUnavailable, Next: 2}}))
		c.troubled, what = true, "出点状况"
	}
	c.t.Logf("[%s %s] %s", c.Clock.Now().In(apptest.Zone).Format("01-02 15:04"), c.on.Spoken(), what)
	c.Quiet()
	shown := c.look()
	for _, text := range shown {
		c.t.Log("    → " + text)
	}
	if said && !c.troubled {
		assert.NotEmpty(c.t, shown, "whoever speaks to the bot is answered")
	}
}

func (c *passersby) says(who string, chat bot.Chat, text string) string {
	c.t.Helper()
	_, err := c.World.Say(sim.Utterance{Who: who, Chat: chat, Text: text})
	require.NoError(c.t, err)
	where := ""
	if chat.Private {
		where = " 私聊"
	}
	return who + where + "：" + text
}

var digits = regexp.MustCompile(`\d+`)

// sentence is one that somebody said once, sometimes with another number, or broken off.
func (c *passersby) sentence() string {
	s := pick(c.r, c.said)
	switch c.r.IntN(10) {
	case 0:
		s = digits.ReplaceAllStringFunc(s, func(string) string { return strconv.Itoa(1 + c.r.IntN(12)) })
	case 1:
		runes := []rune(s)
		s = string(runes[:1+c.r.IntN(len(runes))])
	case 2:
		s += "，" + pick(c.r, c.said)
	}
	return s
}

// presses has somebody press something that they see, mostly on a newer card.
func (c *passersby) presses(who string) string {
	c.t.Helper()
	p, _ := c.World.Person(who)
	cards := c.World.Bubbles(func(b *sim.Bubble) bool {
		if b.From != "" || b.Card == nil || p.On(b.Chat.Platform) == "" || b.Chat.Private && b.Chat.ID != bot.ChatID(p.On(b.Chat.Platform)) {
			return false
		}
		v := b.SeenBy(who)
		return len(v.Buttons) > 0 || v.Submit != nil
	})
	if len(cards) == 0 {
		return who + " 没有可按的"
	}
	b := pick(c.r, cards[max(0, len(cards)-12):])
	v := b.SeenBy(who)
	button, picked := v.Submit, map[string][]string{}
	for _, s := range v.Selects {
		if o := s.Options; len(o) > 0 && c.r.IntN(8) > 0 {
			picked[s.Key] = append(picked[s.Key], pick(c.r, o).ID)
		}
	}
	if len(v.Buttons) > 0 {
		button = &v.Buttons[c.r.IntN(len(v.Buttons))]
	}
	err := c.World.Press(who, b.ID, button.Key, picked)
	if err != nil && strings.Contains(err.Error(), "does not see") {
		return who + " 看不到"
	}
	require.NoError(c.t, err)
	return fmt.Sprintf("%s 按 [%s] %v：%.40s", who, button.Text, picked, apptest.Reads(&b, who))
}

// faulty is what no answer may show.
var faulty = regexp.MustCompile(`%!|<nil>|系统出了点问题|map\[|\{\{|\}\}|0001-01-01|1970|undefined|null|NaN|\[\]|： ?$|（）|「」|""|，，|。。|，。`)

// look returns what the bot has sent or changed since the last look.
func (c *passersby) look() (out []string) {
	c.t.Helper()
	for _, b := range c.World.Bubbles(func(b *sim.Bubble) bool { return b.From == "" }) {
		where := "群"
		if b.Chat.Private {
			p, _ := c.World.ByUser(b.Chat.Platform, bot.UserID(b.Chat.ID))
			where = p.Name + " 私聊"
		}
		shown := where + "：" + apptest.Reads(&b, "")
		for _, who := range slices.Sorted(maps.Keys(b.Views)) {
			shown += "\n      " + who + " 看到：" + apptest.Reads(&b, who)
		}
		if c.seen[b.ID] == shown {
			continue
		}
		c.seen[b.ID] = shown
		out = append(out, shown)
		assert.NotRegexp(c.t, faulty, shown)
		assert.Less(c.t, len([]rune(apptest.Reads(&b, ""))), 2000, shown)
	}
	return out
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }
