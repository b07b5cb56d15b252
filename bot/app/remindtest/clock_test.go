package remindtest

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/service"
	"yiqun/intents/zhtime"
	"yiqun/storage/embedded"
	"yiqun/storage/sqlite"
)

// wall is the whole bot in a place of its own, on a clock that somebody sets, noting
// what that clock said when each message came.
type wall struct {
	t     *testing.T
	zone  *time.Location
	clock *skewed
	mail  *stamped
}

// stamped is a mailbox that notes the local time of each message.
type stamped struct {
	mailbox
	clock *skewed
	zone  *time.Location
	mu    sync.Mutex
	at    []string
}

func (s *stamped) Send(ctx context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	s.mu.Lock()
	s.at = append(s.at, s.clock.Now().In(s.zone).Format("01-02 15:04"))
	s.mu.Unlock()
	return s.mailbox.Send(ctx, out)
}

// since returns when messages came since the last call.
func (s *stamped) since() (at []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at, s.at = s.at, nil
	return at
}

// inPlace runs play with a bot that lives through it in a zone, from a local time on,
// with one reminder of a rule.
func inPlace(t *testing.T, zoneName, from, spec string, play func(w *wall)) {
	if testing.Short() {
		t.Skip("lives through days, with everything that runs in a bot")
	}
	zone, err := time.LoadLocation(zoneName)
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		start, err := time.ParseInLocation("2006-01-02 15:04", from, zone)
		require.NoError(t, err)
		store, err := sqlite.Open(t.Context(), "sqlite::memory:", make([]byte, 32))
		require.NoError(t, err)
		defer func() { require.NoError(t, store.Close()) }()
		clock := &skewed{}
		clock.jump(time.Until(start))
		w := &wall{t: t, zone: zone, clock: clock, mail: &stamped{clock: clock, zone: zone}}
		s := &storm{t: t, store: store, people: 1, due: start}
		require.NoError(t, store.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
			require.NoError(t, s.known(ctx, tx, 0))
			r := remind.Reminder{
				ID: "daily", Owner: s.person(0), Number: 1, For: remind.Audience{People: []bot.PersonID{s.person(0)}},
				Rule: remind.Rule{Spec: spec, From: start}, Version: 1, Made: start, Text: "吃药", Said: "每天",
			}
			place := remind.Place{Zone: zone, Calendar: zhtime.DefaultCalendar()}
			r.Next = r.Rule.Coming(place, start, 1)[0]
			_, err := tx.PutReminder(ctx, r)
			return err
		}))
		templates, err := procedure.Shipped()
		require.NoError(t, err)
		a := app.New(app.Options{
			Store: store, States: embedded.New(clock), Adapters: []platform.Adapter{w.mail}, Templates: templates, Clock: clock, Zone: zone,
			BotName: apptest.BotName, Logger: slog.New(slog.DiscardHandler),
		})
		ctx, stop := context.WithCancel(context.Background())
		var running sync.WaitGroup
		running.Go(func() { _ = a.Run(ctx) })
		defer running.Wait()
		defer stop()
		play(w)
	})
}

// until lets the clock run up to a local time.
func (w *wall) until(local string) {
	at, err := time.ParseInLocation("2006-01-02 15:04", local, w.zone)
	require.NoError(w.t, err)
	if d := at.Sub(w.clock.Now()); d > 0 {
		time.Sleep(d)
	}
	synctest.Wait()
}

// TestTheHourThatIsNotThere: where clocks are put forward, a daily reminder for the
// hour that is left out comes once, right after it.
func TestTheHourThatIsNotThere(t *testing.T) {
	inPlace(t, "Europe/Berlin", "2026-03-27 12:00", "FREQ=DAILY;X-AT=02:30", func(w *wall) {
		w.until("2026-03-30 12:00")
		require.Equal(t, []string{"03-28 02:30", "03-29 03:30", "03-30 02:30"}, w.mail.since())
	})
}

// TestTheHourThatComesTwice: where clocks are put back, it comes in the first of the
// two hours only.
func TestTheHourThatComesTwice(t *testing.T) {
	inPlace(t, "Europe/Berlin", "2026-10-23 12:00", "FREQ=DAILY;X-AT=02:30", func(w *wall) {
		w.until("2026-10-27 12:00")
		require.Equal(t, []string{"10-24 02:30", "10-25 02:30", "10-26 02:30", "10-27 02:30"}, w.mail.since())
	})
}

// TestAClockSetForward: what was jumped over comes at once, and once, however many
// times were passed; the next comes at its time.
func TestAClockSetForward(t *testing.T) {
	inPlace(t, "Asia/Shanghai", "2026-11-23 09:00", "FREQ=DAILY;X-AT=15:00", func(w *wall) {
		w.until("2026-11-23 14:00")
		require.Empty(t, w.mail.since())
		w.clock.jump(3*24*time.Hour + 2*time.Hour) // the 26th, 16:00
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		require.Len(t, w.mail.since(), 1, "three days that were skipped are one reminder")
		w.until("2026-11-27 16:00")
		require.Equal(t, []string{"11-27 15:00"}, w.mail.since())
	})
}

// TestAClockSetBack: what came does not come again when its hour is lived through
// twice, and nothing comes early.
func TestAClockSetBack(t *testing.T) {
	inPlace(t, "Asia/Shanghai", "2026-11-23 09:00", "FREQ=DAILY;X-AT=15:00", func(w *wall) {
		w.until("2026-11-23 15:30")
		require.Equal(t, []string{"11-23 15:00"}, w.mail.since())
		w.clock.jump(-2 * time.Hour)
		w.until("2026-11-24 14:59")
		require.Empty(t, w.mail.since(), "three o'clock came twice")
		w.until("2026-11-24 15:30")
		require.Equal(t, []string{"11-24 15:00"}, w.mail.since())
	})
}
