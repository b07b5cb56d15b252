package crashtest

import (
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	"yiqun/storage/postgres"
	"yiqun/storage/redis"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// TestAgain has each event come again, up to a day later or by a clock that is two days
// off meanwhile, with a restart between and
// all conversation states gone: it is answered as it was, and nothing else happens.
func TestAgain(t *testing.T) {
	t.Parallel()
	for _, later := range []time.Duration{0, 61 * time.Second, dayLater, 48 * time.Hour, -48 * time.Hour} {
		comesAgain(t, later, func(t *testing.T, on bot.Platform) *rig { return newRig(t, on) }, func() {})
	}
}

// dayLater is the longest that a platform was seen to wait.
const dayLater = 24*time.Hour - time.Minute

// TestAgainOnServers is TestAgain with the records in PostgreSQL, and the states in a
// Redis that is flushed.
func TestAgainOnServers(t *testing.T) {
	storagetest.Postgres(t)
	server := miniredis.RunT(t)
	comesAgain(t, dayLater, func(t *testing.T, on bot.Platform) *rig { return newRigOn(t, on, onServers(server)) }, server.FlushAll)
}

// onServers keeps a rig's records in PostgreSQL, and its states in a Redis.
func onServers(server *miniredis.Miniredis) func(*testing.T, *rig, []byte) *sqlstore.Store {
	return func(t *testing.T, r *rig, key []byte) *sqlstore.Store {
		r.remember = func() service.States {
			states, err := redis.Open("redis://" + server.Addr())
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, states.Close()) })
			return states
		}
		url := storagetest.Schema(t)
		require.NoError(t, postgres.Migrate(t.Context(), url))
		s, err := postgres.Open(t.Context(), url, key)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	}
}

// comesAgain plays a day on both platforms and lets it come again.
func comesAgain(t *testing.T, later time.Duration, open func(t *testing.T, on bot.Platform) *rig, forget func()) {
	for _, on := range []bot.Platform{bot.DingTalk, bot.WeCom} {
		t.Run(string(on)+"/"+later.String(), func(t *testing.T) {
			r := open(t, on)
			r.say(asker.Name, "点单 楼道灯坏了")
			r.settle()
			r.press(clerk.Name, "下单")
			r.settle()
			r.press(helper.Name, "接单")
			r.settle()
			r.say(helper.Name, "办结 1 已修好")
			r.settle()
			r.say("刘桂兰", "接单 1") // refused, which is an answer too
			r.settle()
			r.say(clerk.Name, "投票 选秋游地点：湿地公园、博物馆、抚仙湖 可选2个 截止周五18:00")
			r.settle()
			r.choice(helper.Name, 2, false, "湿地公园", "抚仙湖")()
			r.settle()
			r.played.Enter(asker) // which only WeCom tells
			r.settle()

			frames, answered := r.allAgain(later, forget)
			require.Equal(t, map[bot.Platform]int{bot.DingTalk: 7, bot.WeCom: 8}[on], frames)
			require.Equal(t, map[bot.Platform]int{bot.DingTalk: 7, bot.WeCom: 3}[on], answered, "all events, or the presses")
		})
	}
}

// allAgain restarts the bot later, with the states gone, and lets every event that it had
// come again: each is answered as it was, and nothing else happens. It returns how many
// events there were, and how many answers.
func (r *rig) allAgain(later time.Duration, forget func()) (events, answered int) {
	r.t.Helper()
	r.stop()
	forget()
	r.clock.Advance(later)
	r.begin()
	require.NoError(r.t, r.app.Service.Purge(r.t.Context())) // as every start does
	r.settle()                                               // what the day brought by itself
	frames := r.passed(0, frameDown)
	before, bubbles := r.records(), r.world.Bubbles(nil)
	for _, f := range frames {
		was := r.answers(0, f)
		mark, received := r.mark(), r.adapter.Status().Received
		r.tap.again(r.t, f.body)
		r.until("it to be handled", func() bool {
			s := r.adapter.Status()
			return s.Received > received && s.Handled == s.Received
		})
		r.until("it to be answered", func() bool { return len(r.answers(mark, f)) == len(was) })
		require.Equal(r.t, was, r.answers(mark, f), "the same answer")
		answered += len(was)
		require.NoError(r.t, r.app.Settle(r.t.Context()))
	}
	require.Equal(r.t, before, r.records(), "nothing in the records is otherwise")
	require.Len(r.t, r.world.Bubbles(nil), len(bubbles), "no second message")
	return len(frames), answered
}

// records are all that is recorded, each row as a line.
func (r *rig) records() []string {
	r.t.Helper()
	var packed bytes.Buffer
	_, err := r.store.(*sqlstore.Store).Dump(r.t.Context(), &packed)
	require.NoError(r.t, err)
	unpacked, err := gzip.NewReader(&packed)
	require.NoError(r.t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(r.t, err)
	return strings.Split(string(text), "\n")
}

// answers are the callback responses to an event: DingTalk's acknowledgements, and
// on WeCom the new card that answers a press.
func (r *rig) answers(since int, event passing) (out []string) {
	for _, p := range r.passed(since, ackUp) {
		if p.key == event.key {
			out = append(out, string(p.body))
		}
	}
	for _, p := range r.passed(since, callBegun) {
		if p.event == event.key && (p.name == "aibot_respond_update_msg" || p.name == "aibot_respond_welcome_msg") {
			out = append(out, string(p.body))
		}
	}
	return out
}

// press presses the button with a label on the newest card that has it.
func (r *rig) press(who, label string) {
	r.t.Helper()
	for _, b := range r.world.Bubbles(func(b *sim.Bubble) bool { return b.Card != nil }) {
		for _, button := range b.Card.Buttons {
			if button.Text == label {
				require.NoError(r.t, r.world.Press(who, b.ID, button.Key, nil))
				return
			}
		}
	}
	require.FailNow(r.t, "no button "+label)
}
