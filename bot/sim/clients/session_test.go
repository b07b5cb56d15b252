package clients_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"yiqun/bot"
	"yiqun/bot/sim"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience bounds how long a published client may take for anything; the slowest
// waits three seconds before it connects again.
const patience = 20 * time.Second

var (
	start = time.Date(2026, 11, 20, 9, 0, 0, 0, time.FixedZone("CST", 8*60*60))
	wang  = sim.Person{Name: "王建国", DingTalk: "user01", WeCom: "WangJianGuo"}
	li    = sim.Person{Name: "李红梅", DingTalk: "user02", WeCom: "LiHongMei"}
)

// session is a world with one platform in it, to which one published client is
// connected, with a bot on it that repeats what it hears.
type session struct {
	*testing.T
	world *sim.World
	grid  bot.Chat
	// connected reports whether the client gets what is said.
	connected func() bool
}

func newWorld(p bot.Platform) (*sim.World, bot.Chat) {
	grid := bot.Chat{Platform: p, ID: "cidGrid3/AbC=="}
	group := sim.Group{Chat: grid, Title: "第三网格", Members: []string{wang.Name, li.Name}}
	return sim.NewWorld(sim.NewClock(start), "议群", []sim.Person{wang, li}, []sim.Group{group}), grid
}

// play is what every published client must get through: a message and its reply, a
// card, a press and its answer, and the same again after the platform ended the
// connection.
func (s *session) play(end func()) {
	s.until("the client to connect", s.connected)
	s.echoes("点单 3栋灯坏")
	s.presses()
	s.until("everything to be acknowledged", func() bool { return s.world.Backend(s.grid.Platform).Pending() == 0 })
	end()
	s.until("the client to connect again", s.connected)
	s.echoes("查 1")
	s.presses()
}

// echoes has somebody say something in the group, and waits for the reply.
func (s *session) echoes(text string) {
	s.Helper()
	s.say(s.grid, text)
	s.until("the reply to "+text, func() bool {
		b := s.last()
		return b.Chat == s.grid && (b.Text == "收到："+text || b.Text == "收到：@议群 "+text)
	})
}

// presses asks for a card and presses the button on it.
func (s *session) presses() {
	s.Helper()
	s.say(s.grid, "卡片")
	s.until("the card", func() bool { return s.last().Card != nil })
	card := s.last()
	require.Len(s, card.Card.Buttons, 1)
	require.NoError(s, s.world.Press(li.Name, card.ID, card.Card.Buttons[0].Key, nil))
	said := string(li.On(s.grid.Platform)) + " 按了 yes"
	s.until("the answer to the press", func() bool {
		seen := s.world.Bubble(card.ID).SeenBy(li.Name)
		return seen.Tips == said || seen.Desc == said
	})
	other := s.world.Bubble(card.ID).SeenBy(wang.Name)
	assert.True(s, other.Tips == "等大家投" || other.Desc == "等大家投", "only the presser sees the answer")
}

func (s *session) say(chat bot.Chat, text string) {
	s.Helper()
	if !chat.Private {
		text = "@议群 " + text
	}
	_, err := s.world.Say(sim.Utterance{Who: wang.Name, Chat: chat, Text: text})
	require.NoError(s, err)
}

// last is the newest thing the client said.
func (s *session) last() sim.Bubble {
	all := s.world.Bubbles(func(b *sim.Bubble) bool { return b.From == "" })
	if len(all) == 0 {
		return sim.Bubble{}
	}
	return all[len(all)-1]
}

// refusals lists what the platform refused, and why.
func (s *session) refusals() (all []string) {
	for _, c := range s.world.Calls(0) {
		if c.Result != "ok" {
			all = append(all, c.Name+": "+c.Result)
		}
	}
	return all
}

// count counts the exchanges of a name.
func (s *session) count(name string) int {
	n := 0
	for _, c := range s.world.Calls(0) {
		if c.Name == name {
			n++
		}
	}
	return n
}

// until waits for what must come.
func (s *session) until(what string, ok func() bool) {
	s.Helper()
	require.True(s, s.world.Await(patience, ok), "waited too long for %s, refused: %v", what, s.refusals())
}
