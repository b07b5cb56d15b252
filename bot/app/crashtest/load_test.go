package crashtest

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/sim"
)

// utterance is something said with a mark in it that nothing else has.
type utterance struct {
	chat  bot.Chat
	opens bool // a matter
}

var stems = []rune("甲乙丙丁戊己庚辛壬癸")

// mark is a new word by which what was said is found again. It has no digits: those
// could be read as a matter's number.
func (n *town) mark(u utterance) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.next++
	word := []rune("〇")
	for _, d := range fmt.Sprintf("%04d", n.next) {
		word = append(word, stems[d-'0'])
	}
	n.said[string(word)] = u
	return string(word)
}

// backlogMost is how many messages may be queued before people say less: the
// platforms let only so many through, and they must all have gone at the end.
const backlogMost = 25

// act has somebody do something.
func (n *town) act() {
	r := residents[n.rng.IntN(len(residents))]
	what := n.rng.IntN(12)
	if n.backlog > backlogMost {
		what = 4
	}
	switch what {
	case 0:
		n.utter(r, group[r.on], true, "点单 楼道灯坏了，灯号%s")
	case 1, 2, 3:
		n.utter(r, n.private(r.name, r.on), true, "心愿 想要一副老花镜，记号%s")
	case 4, 5, 6, 7, 8:
		n.press()
	default:
		n.followUp()
	}
}

func (n *town) utter(r resident, chat bot.Chat, opens bool, format string) {
	text := fmt.Sprintf(format, n.mark(utterance{chat, opens}))
	n.say(r, chat, text)
}

func (n *town) say(r resident, chat bot.Chat, text string) {
	if !chat.Private {
		text = "@" + apptest.BotName + " " + text
	}
	_, err := n.world.Say(sim.Utterance{Who: r.name, Chat: chat, Text: text})
	require.NoError(n.t, err)
}

// recent are the newest cards with buttons in both groups.
func (n *town) recent() []sim.Bubble {
	cards := n.world.Bubbles(func(b *sim.Bubble) bool {
		return b.Card != nil && !b.Chat.Private && len(b.Card.Buttons) > 0
	})
	return cards[max(0, len(cards)-16):]
}

// press presses a button of a recent card, by right or not.
func (n *town) press() {
	cards := n.recent()
	if len(cards) == 0 {
		return
	}
	b := cards[n.rng.IntN(len(cards))]
	button := b.Card.Buttons[n.rng.IntN(len(b.Card.Buttons))]
	who := n.somebody(b.Chat.Platform)
	if n.rng.IntN(3) > 0 {
		// Mostly somebody who may.
		i := n.rng.IntN(3) // those with a post and the Party members come first
		if who.on == bot.WeCom {
			i += len(residents) / 2
		}
		who = residents[i]
	}
	require.NoError(n.t, n.world.Press(who.name, b.ID, button.Key, nil))
}

func (n *town) somebody(p bot.Platform) resident {
	for {
		if r := residents[n.rng.IntN(len(residents))]; r.on == p {
			return r
		}
	}
}

var (
	refShape = regexp.MustCompile(`#(\d+)`)
	// said to a matter; %d is its number and %s a mark.
	followUps = []string{"下单 %d", "接单 %d", "接单 %d", "认领 %d", "办结 %d 已修好，记号%s", "送到 %d 送到家里了，记号%s", "评价 %d 5", "致谢 %d 5", "补充 %d 还有一处，记号%s"}
)

// followUp types something about a recent matter.
func (n *town) followUp() {
	cards := n.recent()
	if len(cards) == 0 {
		return
	}
	b := cards[n.rng.IntN(len(cards))]
	ref := refShape.FindStringSubmatch(apptest.Reads(&b, ""))
	if ref == nil {
		return
	}
	format := followUps[n.rng.IntN(len(followUps))]
	r := n.somebody(b.Chat.Platform)
	if strings.HasPrefix(format, "下单") {
		r = residents[0]
	}
	chat := group[r.on]
	text := strings.Replace(format, "%d", ref[1], 1)
	if strings.Contains(text, "%s") {
		n.utter(r, chat, false, text)
		return
	}
	n.say(r, chat, text)
}

// live has people act until a slot's program is dead, or for as long as is given.
func (n *town) live(s *slot, most time.Duration) {
	end := time.NewTimer(most)
	defer end.Stop()
	for !s.gone() {
		for range 1 + n.rng.IntN(4)*n.rng.IntN(2) {
			n.act()
		}
		pause := time.NewTimer(time.Duration(20+n.rng.IntN(100)) * time.Millisecond)
		select {
		case <-pause.C:
		case <-s.child.done:
		case <-end.C:
			pause.Stop()
			return
		}
		pause.Stop()
	}
}

// mischief has the platforms behave badly for the next while.
func (n *town) mischief() {
	r := n.rng
	faults := func() (f sim.Faults) {
		switch r.IntN(12) {
		case 0:
			f = sim.Faults{Status: http.StatusTooManyRequests, Next: 1 + r.IntN(2)}
		case 1:
			f = sim.Faults{Status: http.StatusInternalServerError, Next: 1}
		case 2:
			f = sim.Faults{Status: http.StatusGatewayTimeout, Next: 1}
		case 3, 4:
			f = sim.Faults{Twice: true}
		case 5:
			f = sim.Faults{Late: time.Duration(1+r.IntN(20)) * time.Second}
		case 6:
			f = sim.Faults{ExpireTokens: true}
		}
		return f
	}
	n.ding.SetFaults(faults())
	n.we.SetFaults(faults())
	switch r.IntN(16) {
	case 0:
		n.ding.Drop()
	case 1:
		n.we.Drop()
	}
}

// behave ends all mischief.
func (n *town) behave() {
	n.ding.SetFaults(sim.Faults{})
	n.we.SetFaults(sim.Faults{})
}
