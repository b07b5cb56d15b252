package crashtest

import (
	"encoding/hex"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/config"
	"yiqun/bot/sim"
	"yiqun/storage/sqlite"
	"yiqun/storage/sqlstore"
	"yiqun/storage/storagetest"
)

// TestMovedInTheMiddle: an installation is moved from a file to PostgreSQL with a secret
// vote under way, a reminder to come and an order with a photo, and back a day later.
// Each row is there as it was, the ballots are counted and the reminder comes.
func TestMovedInTheMiddle(t *testing.T) {
	t.Parallel()
	away, dir := storagetest.Schema(t), t.TempDir()
	home, back := "sqlite:"+filepath.Join(dir, "home.db"), "sqlite:"+filepath.Join(dir, "back.db")
	var data []byte
	r := newRigOn(t, bot.DingTalk, func(t *testing.T, _ *rig, key []byte) *sqlstore.Store {
		data = key
		s, err := sqlite.Open(t.Context(), home, key)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, s.Close()) })
		return s
	})
	r.say(clerk.Name, "投票 选楼长：张老师、李师傅 匿名 截止明天中午")
	r.settle()
	for who, choice := range map[sim.Person]string{clerk: "张老师", helper: "张老师", asker: "李师傅"} {
		r.whisper(who, "1 "+choice)
		r.settle()
	}
	r.say(clerk.Name, "提醒大家 明天10点 带材料")
	r.settle()
	_, err := r.world.Say(sim.Utterance{
		Who: asker.Name, Chat: group[r.on], Text: "@" + apptest.BotName + " 点单 楼道灯坏了", Files: []sim.SentFile{{Name: "灯.jpg", Data: []byte("\xff\xd8\xff\xe0 a photo")}},
	})
	require.NoError(t, err)
	r.settle()

	r.moved(home, away, data)
	for _, later := range []time.Duration{25 * time.Hour, 2 * time.Hour} { // ten o'clock, noon
		r.clock.Advance(later)
		r.settle()
	}
	said := r.said()
	require.Contains(t, said, "张老师 2票、李师傅 1票")
	require.Equal(t, 1, strings.Count(said, "带材料\n"), said)

	r.moved(away, back, data)
	r.say(helper.Name, "查 1")
	r.settle()
	require.Contains(t, r.said(), "张老师 2票、李师傅 1票")
}

// moved stops the bot, carries its records from one place to another, where they are the
// same, and starts it there.
func (r *rig) moved(from, to string, key []byte) {
	r.t.Helper()
	r.stop()
	before := r.carried()
	cfg := config.Config{DataKey: config.Secret(hex.EncodeToString(key)), BotName: apptest.BotName, Timezone: apptest.Zone}
	moved, err := app.Move(r.t.Context(), cfg, from, to)
	require.NoError(r.t, err)
	require.Empty(r.t, moved.Report.Bad)
	require.Equal(r.t, moved.From, moved.To)
	for _, table := range []string{"poll_entries", "reminders", "blobs"} {
		require.Positive(r.t, moved.To.Rows[table], table)
	}
	store, err := app.OpenStore(r.t.Context(), to, key)
	require.NoError(r.t, err)
	r.t.Cleanup(func() { require.NoError(r.t, store.Close()) })
	r.store, r.faulty = store, storagetest.NewFaulty(store)
	require.Equal(r.t, before, r.carried(), "each row as it was")
	r.begin()
}

// carried are the records, without the one that each database makes for itself.
func (r *rig) carried() []string {
	return slices.DeleteFunc(r.records(), func(row string) bool { return strings.Contains(row, "settings/key_check") })
}

// whisper has somebody write to the bot privately.
func (r *rig) whisper(who sim.Person, text string) {
	r.t.Helper()
	_, err := r.world.Say(sim.Utterance{Who: who.Name, Chat: bot.PrivateChat(bot.Account{Platform: r.on, User: who.On(r.on)}), Text: text})
	require.NoError(r.t, err)
}

// said is all that the bot said.
func (r *rig) said() string {
	var b strings.Builder
	for _, s := range r.world.Bubbles(func(b *sim.Bubble) bool { return b.From == "" }) {
		b.WriteString(apptest.Reads(&s, "") + "\n")
	}
	return b.String()
}
