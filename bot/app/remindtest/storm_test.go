package remindtest

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"regexp"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/app"
	"yiqun/bot/app/apptest"
	"yiqun/bot/deliver"
	"yiqun/bot/platform"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// skewed is the machine's clock, set forward or back by somebody.
type skewed struct {
	bot.SystemClock
	by atomic.Int64
}

func (c *skewed) Now() time.Time { return time.Now().Add(time.Duration(c.by.Load())) }

func (c *skewed) jump(d time.Duration) { c.by.Add(int64(d)) }

// mailbox is a platform that keeps what it was asked to send.
type mailbox struct {
	mu   sync.Mutex
	sent []deliver.Outgoing
}

func (*mailbox) Platform() bot.Platform         { return bot.DingTalk }
func (*mailbox) Capabilities() bot.Capabilities { return bot.Capabilities{Cards: true} }
func (*mailbox) Status() platform.Status        { return platform.Status{Connected: true} }

func (*mailbox) Run(ctx context.Context, _ platform.Handler) error {
	<-ctx.Done()
	return nil
}

func (m *mailbox) Send(_ context.Context, out deliver.Outgoing) (deliver.Receipt, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, out)
	return deliver.Receipt{Route: "push", Calls: 1}, nil
}

// words is all that was sent, by message.
func (m *mailbox) words() (out []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.sent {
		text := s.Text
		if s.Card != nil {
			text = s.Card.Title + "\n" + s.Card.Body
		}
		out = append(out, text)
	}
	return out
}

// thing is what a storm's reminder is about.
var thing = regexp.MustCompile(`第\d{6}件事`)

// counted is how often each thing was spoken of.
func (m *mailbox) counted() map[string]int {
	came := map[string]int{}
	for _, text := range m.words() {
		for _, what := range thing.FindAllString(text, -1) {
			came[what]++
		}
	}
	return came
}

// count is how many have been sent.
func (m *mailbox) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.sent)
}

// lapsing lets an instance's hold on a shard lapse at once, and the instance stall,
// when told to: whoever comes next takes the shard over.
type lapsing struct {
	service.Store
	stall atomic.Int64 // how long, once
}

func (l *lapsing) Update(ctx context.Context, fn func(context.Context, service.Tx) error) error {
	stalled := time.Duration(0)
	err := l.Store.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		return fn(ctx, lapsingTx{tx, l, &stalled})
	})
	if stalled > 0 {
		time.Sleep(stalled) // between taking the shard and working on it
	}
	return err
}

type lapsingTx struct {
	service.Tx
	l       *lapsing
	stalled *time.Duration
}

func (t lapsingTx) HoldShards(ctx context.Context, owner string, ttl time.Duration, shards ...int) (map[int]int64, error) {
	if d := time.Duration(t.l.stall.Swap(0)); d > 0 {
		*t.stalled, ttl = d, -time.Second
	}
	return t.Tx.HoldShards(ctx, owner, ttl, shards...)
}

// storm is many reminders and several instances.
type storm struct {
	t      testing.TB
	store  service.Store
	clock  *skewed
	queue  app.Queue
	flush  func()
	mail   *mailbox
	people int
	due    time.Time
	own    []string // texts that must come at their minute
	asked  []string // texts that must come within their budget
}

// instance is one running bot.
type instance struct {
	name  string
	store *lapsing
	stop  func()
}

func (s *storm) start(name string, store service.Store) *instance {
	i := &instance{name: name, store: &lapsing{Store: store}}
	templates, err := procedure.Shipped()
	require.NoError(s.t, err)
	a := app.New(app.Options{
		Store: i.store, States: nothing{}, Adapters: []platform.Adapter{s.mail}, Templates: templates, Clock: s.clock,
		Zone: apptest.Zone, BotName: apptest.BotName, Logger: slog.New(slog.DiscardHandler), Instance: name, Queue: s.queue,
	})
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() { _ = a.Run(ctx) })
	i.stop = sync.OnceFunc(func() { cancel(); running.Wait() })
	return i
}

// nothing keeps no conversation states.
type nothing struct{}

func (nothing) Get(context.Context, string) ([]byte, bool, error)        { return nil, false, nil }
func (nothing) Set(context.Context, string, []byte, time.Duration) error { return nil }
func (nothing) Take(context.Context, string) ([]byte, bool, error)       { return nil, false, nil }
func (nothing) Delete(context.Context, string) error                     { return nil }

// fill stores n reminders that all come due in the same minute: every fourth was set
// by somebody else.
func (s *storm) fill(n int) {
	s.t.Helper()
	from := 0
	for from < n {
		to := min(n, from+500)
		require.NoError(s.t, s.store.Update(context.Background(), func(ctx context.Context, tx service.Tx) error {
			for i := from; i < to; i++ {
				if err := s.put(ctx, tx, i, i%4 != 0); err != nil {
					return err
				}
			}
			return nil
		}))
		from = to
	}
}

func (s *storm) person(i int) bot.PersonID { return bot.PersonID(fmt.Sprintf("p%06d", i%s.people)) }

func (s *storm) put(ctx context.Context, tx service.Tx, i int, own bool) error {
	if i < s.people {
		p := s.person(i)
		if err := tx.PutPerson(ctx, roster.Person{ID: p, Name: "王" + string(p), Standing: roster.Confirmed, Since: s.due}); err != nil {
			return err
		}
		a := bot.Account{Platform: bot.DingTalk, User: bot.UserID(p)}
		if err := tx.PutAccount(ctx, roster.Account{Account: a, Person: p, Seen: s.due}); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("第%06d件事", i)
	owner := s.person(i)
	if !own {
		owner = s.person(i + 1)
		s.asked = append(s.asked, text)
	} else {
		s.own = append(s.own, text)
	}
	at := s.due.Add(time.Duration(i%60) * time.Second)
	_, err := tx.PutReminder(ctx, remind.Reminder{
		ID: remind.ID(fmt.Sprintf("r%06d", i)), Owner: owner, Number: i + 1, For: remind.Audience{People: []bot.PersonID{s.person(i)}},
		Rule: remind.Rule{Once: at}, Next: at, Version: 1, Made: s.due, Text: text, Said: "今天",
	})
	return err
}

// trouble disturbs the instances for a while: it kills and restarts, stalls them past
// their hold, flushes the queue, and sets the clock forward and back.
func (s *storm) trouble(r *rand.Rand, rounds int, pause time.Duration, back time.Duration, among []*instance) {
	for range rounds {
		i := r.IntN(len(among))
		switch r.IntN(5) {
		case 0:
			among[i].stop()
			among[i] = s.start(among[i].name, among[i].store.Store)
		case 1:
			s.flush()
		case 2:
			among[i].store.stall.Store(int64(pause * 3))
		case 3:
			s.clock.jump(time.Duration(r.Int64N(int64(back))))
		case 4:
			s.clock.jump(-time.Duration(r.Int64N(int64(back))))
		}
		time.Sleep(pause)
	}
}

// check compares what was sent with what was to come: none lost, none doubled, none
// before its time, what people did not wish for themselves within their budget.
func (s *storm) check() {
	s.t.Helper()
	came := s.mail.counted()
	for _, text := range slices.Concat(s.own, s.asked) {
		require.Equal(s.t, 1, came[text], text)
	}
	require.NoError(s.t, s.store.View(context.Background(), func(ctx context.Context, tx service.Tx) error {
		for p := range s.people {
			to := remind.Person(s.person(p))
			last, err := tx.LastTold(ctx, to)
			if err != nil {
				return err
			}
			require.False(s.t, last.Told.Before(last.Due), "%s was told early", to)
			waiting, err := tx.WaitingFor(ctx, to)
			require.Empty(s.t, waiting, to)
			if err != nil {
				return err
			}
		}
		return nil
	}))
}

// left is how many of some texts have not been sent.
func (s *storm) left(texts []string) (n int) {
	came := s.mail.counted()
	for _, text := range texts {
		if came[text] == 0 {
			n++
		}
	}
	return n
}
