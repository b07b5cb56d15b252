package crashtest

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app/apptest"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/bot/sim"
	"yiqun/storage/sqlstore"
)

func eventID(e *event) bot.EventID { return bot.EventID(e.key) }

// wrongf notes something that must not be.
func (n *town) wrongf(format string, args ...any) {
	n.wrong = append(n.wrong, fmt.Sprintf(format, args...))
}

// rest lets everything come to an end: the platforms send again what was not
// acknowledged, and the programs what is in the outbox.
func (n *town) rest() {
	n.t.Helper()
	n.behave()
	deadline := time.Now().Add(3 * patience)
	for {
		n.until("all events to be acknowledged", func() bool {
			n.clock.Advance(time.Second)
			return n.ding.Pending() == 0
		})
		n.still()
		n.emptied()
		for _, s := range n.slots {
			s.child.stop(n.t)
			s.bury()
		}
		for _, s := range n.slots {
			n.inspect(s)
		}
		left := n.left()
		if len(left) == 0 {
			return
		}
		n.t.Logf("%d messages are still to be sent, the first to %s, tried %d times %s", len(left), left[0].To.Key(), left[0].Tries, left[0].LastError)
		require.True(n.t, time.Now().Before(deadline), "messages are never sent")
		if n.engine.forget != nil {
			n.engine.forget() // with what was used up of the platforms' limits
		}
		for _, s := range n.slots {
			s.start()
		}
	}
}

// stillFor is how long nothing may be sent before everything counts as sent: longer
// than the first pause before another try. busyFor is how long sending is watched: a
// program that starts anew has all of its budget again.
const (
	stillFor = 3 * time.Second
	busyFor  = 2 * time.Second
)

// still waits until nothing is sent any more, while the platforms' limits run out
// faster than they do.
func (n *town) still() {
	began := time.Now()
	calls, since := -1, began
	n.until("the outbox to be empty", func() bool {
		if now := n.ledger.count(); now != calls {
			calls, since = now, time.Now()
		}
		n.clock.Advance(100 * time.Millisecond)
		return time.Since(since) > stillFor || time.Since(began) > busyFor
	})
}

// emptied waits until instances that share an outbox have emptied it, while what was used
// up of the platforms' limits is forgotten: those that start again and again would not
// live long enough to take over what one held that was killed.
func (n *town) emptied() {
	n.t.Helper()
	if n.engine.forget == nil {
		return
	}
	looked := time.Now()
	// A platform may make a message wait for minutes, whatever is forgotten. Whether it is
	// still there then is looked at later.
	n.world.Await(3*patience, func() bool {
		if time.Since(looked) < lookEvery {
			return false
		}
		n.clock.Advance(time.Minute)
		n.engine.forget()
		empty := len(n.left()) == 0
		looked = time.Now()
		return empty
	})
}

// lookEvery is how often the records are looked at while something is waited for.
const lookEvery = 500 * time.Millisecond

// left lists the messages that are still queued.
func (n *town) left() (rows []deliver.Row) {
	store := n.records()
	require.NoError(n.t, store.View(context.Background(), func(ctx context.Context, tx service.Tx) (err error) {
		rows, err = waiting(ctx, tx)
		return err
	}))
	require.NoError(n.t, store.Close())
	return rows
}

// matter is one with all that was written in it.
type matter struct {
	procedure.Matter
	acts  []procedure.Act
	texts []string // by act
}

// recorded reads all matters.
func (n *town) recorded(ctx context.Context, tx service.Tx) (out []matter) {
	require.NoError(n.t, tx.EachMatter(ctx, func(id bot.MatterID) error {
		m, err := tx.Matter(ctx, id)
		if err != nil {
			return err
		}
		acts, err := tx.Acts(ctx, id)
		if err != nil {
			return err
		}
		in := matter{Matter: m, acts: acts}
		for _, a := range acts {
			text, err := tx.Text(ctx, id, a.Seq)
			if err != nil {
				return err
			}
			in.texts = append(in.texts, fmt.Sprint(text))
		}
		out = append(out, in)
		return nil
	}))
	return out
}

// check compares the records with all that was seen, when everything has come to an
// end.
func (n *town) check() {
	n.t.Helper()
	store := n.records()
	require.NoError(n.t, store.View(context.Background(), func(ctx context.Context, tx service.Tx) error {
		all := n.recorded(ctx, tx)
		n.checkOnce(ctx, tx, all)
		n.checkActs(ctx, tx, all)
		n.checkNumbers(all)
		n.checkCards(all)
		failed, err := tx.FailedRows(ctx, queuedMost)
		for _, r := range failed {
			n.wrongf("a message to %s was given up: %s", r.To.Key(), r.LastError)
		}
		n.summary = fmt.Sprintf("%d events, %d matters, %d acts", len(n.ledger.all()), len(all), acts(all))
		return err
	}))
	n.checkCalls(store)
	require.NoError(n.t, store.Close())
	n.verify()
}

func acts(all []matter) (count int) {
	for _, m := range all {
		count += len(m.acts)
	}
	return count
}

// checkOnce: what was said and answered is in the records, once, and was told.
func (n *town) checkOnce(ctx context.Context, tx service.Tx, all []matter) {
	handled := map[string]bool{}
	events := n.ledger.all()
	for _, e := range events {
		_, ok, err := tx.Handled(ctx, e.platform, eventID(e))
		require.NoError(n.t, err)
		handled[e.key] = ok
		if e.answered && !ok {
			n.wrongf("%s was answered and is not in the records", e.key)
		}
	}
	sent := strings.Join(n.ledger.sent, "\n")
	for word, u := range n.said {
		times := 0
		for _, m := range all {
			for _, text := range m.texts {
				times += strings.Count(text, word)
			}
		}
		told := slices.ContainsFunc(events, func(e *event) bool { return handled[e.key] && strings.Contains(e.body, word) })
		switch {
		case times > 1:
			n.wrongf("%s is in the records %d times", word, times)
		case u.opens && told && times == 0:
			n.wrongf("%s was taken up and opened nothing", word)
		case times == 1 && !told:
			n.wrongf("%s is in the records and its event is not", word)
		case times == 1 && !strings.Contains(sent, word):
			n.wrongf("%s is in the records and was never told", word)
		}
	}
}

// checkActs: no event made the same act twice, and every typed act was told.
func (n *town) checkActs(ctx context.Context, tx service.Tx, all []matter) {
	names := map[bot.PersonID]string{}
	for _, m := range all {
		once := map[string]bool{}
		for _, a := range m.acts {
			key := fmt.Sprint(a.Step, a.Round, a.Op, a.Event)
			if a.Event != "" && once[key] {
				n.wrongf("%s: event %s made %s twice", m.Ref(), a.Event, a.Op)
			}
			once[key] = true
			e := n.ledger.events[string(a.Event)]
			if e == nil || e.press || a.By == "" {
				continue
			}
			if names[a.By] == "" {
				p, err := tx.Person(ctx, a.By)
				require.NoError(n.t, err)
				names[a.By] = p.Name
			}
			if what := telling(m, a, names[a.By]); !n.told(e.platform, m.Ref(), what) {
				n.wrongf("%s: act %d, %s %s by %s, was never told", m.Ref(), a.Seq, a.Op, a.Step, names[a.By])
				n.t.Logf("its event: %s\nwhat was sent about it:\n%s", e.body, strings.Join(n.about(m.Ref()), "\n"))
			}
		}
	}
}

// telling is a word that the message about an act has in it, beside the matter's
// number. A group does not hear who asked, whatever else they do.
func telling(m matter, a procedure.Act, by string) string {
	switch {
	case a.By == m.Asker:
		return ""
	case a.Step == "take" || a.Op == procedure.Release:
		return by
	case a.Score > 0:
		return "分"
	}
	return ""
}

// told reports whether a platform was sent something about a matter with a word in
// it.
func (n *town) told(p bot.Platform, ref, word string) bool {
	about := regexp.MustCompile(regexp.QuoteMeta(ref) + `\b`)
	return slices.ContainsFunc(n.ledger.sent, func(s string) bool {
		return strings.HasPrefix(s, string(p)) && strings.Contains(s, word) && about.MatchString(s)
	})
}

// about is what was sent about a matter.
func (n *town) about(ref string) (out []string) {
	about := regexp.MustCompile(regexp.QuoteMeta(ref) + `\b`)
	for _, s := range n.ledger.sent {
		if about.MatchString(s) {
			out = append(out, s)
		}
	}
	return out
}

// checkCalls: the month's count of calls holds no call that was not made.
func (n *town) checkCalls(store *sqlstore.Store) {
	for p, begun := range n.ledger.begun {
		counted := 0
		require.NoError(n.t, store.View(context.Background(), func(ctx context.Context, tx service.Tx) (err error) {
			counted, err = tx.Spent(ctx, p, time.Now().In(apptest.Zone).Format("2006-01"))
			return err
		}))
		n.t.Logf("%s: %d calls begun, %d counted", p, begun, counted)
		if counted > begun {
			n.wrongf("%s: %d calls counted and %d made", p, counted, begun)
		}
	}
}

// checkNumbers: each number is given once, with no gap, and none was told that does
// not exist.
func (n *town) checkNumbers(all []matter) {
	given := map[int]int{}
	for _, m := range all {
		given[m.Number]++
	}
	for i := 1; i <= len(all); i++ {
		if given[i] != 1 {
			n.wrongf("number %d was given %d times", i, given[i])
		}
	}
	for _, b := range n.world.Bubbles(func(b *sim.Bubble) bool { return b.From == "" }) {
		for _, ref := range refShape.FindAllStringSubmatch(apptest.Reads(&b, ""), -1) {
			if i, _ := strconv.Atoi(ref[1]); given[i] == 0 {
				n.wrongf("#%d was told and does not exist", i)
			}
		}
	}
}

// verify has the program check its records itself.
func (n *town) verify() {
	cmd := exec.CommandContext(n.t.Context(), program(n.t, "./cmd/yiqun", ""), "verify")
	cmd.Env = n.slots[0].environment()
	out, err := cmd.CombinedOutput()
	n.t.Logf("yiqun verify: %s", strings.TrimSpace(string(out)))
	if err != nil {
		n.wrongf("yiqun verify: %s", out)
	}
}

// checkCards: no act shows a card twice in one chat. Cards that say the same are one
// too many when fewer acts did the same.
func (n *town) checkCards(all []matter) {
	for card, times := range n.ledger.doubled() {
		most := 0
		for _, m := range all {
			if !strings.Contains(card, string(m.ID)) {
				continue
			}
			same := map[string]int{}
			for _, a := range m.acts {
				key := fmt.Sprint(a.Op, a.Step, a.By)
				same[key]++
				most = max(most, same[key])
			}
		}
		if times > most {
			n.wrongf("a card was made %d times: %s", times, card)
		}
	}
}
