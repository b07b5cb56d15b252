package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"yiqun/bot"
	"yiqun/bot/calendar"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
)

// shippedCadence are the rules that come with the program.
var shippedCadence = sync.OnceValue(func() []calendar.Rule {
	rules, err := calendar.Shipped()
	if err != nil {
		panic("the shipped cadence rules are checked by a test: " + err.Error())
	}
	return rules
})

// mostHeld bounds how many meetings of a node are looked at: many years of them.
const mostHeld = 1000

// gathering is one occasion that counts for a cadence.
type gathering struct {
	calendar.Held
	m procedure.Matter
	t *procedure.Template
}

// gatherings are what was held at a node and counts for any cadence, oldest first: a
// meeting that has ended, also while its minutes wait, and any other matter that is done.
func (s *session) gatherings(node bot.NodeID) ([]gathering, error) {
	var templates []string
	for _, t := range s.Templates().All() {
		if slices.ContainsFunc(s.cfg.Cadence, func(r calendar.Rule) bool { return r.Counts(t.Name) }) {
			templates = append(templates, t.ID)
		}
	}
	if len(templates) == 0 {
		return nil, nil
	}
	found, err := s.tx.Find(s.ctx, procedure.Filter{Node: node, Templates: templates, Limit: mostHeld})
	if err != nil {
		return nil, err
	}
	var out []gathering
	for _, m := range found {
		t, err := s.template(m)
		if err != nil {
			return nil, err
		}
		if held, err := s.wasHeld(t, m); err != nil {
			return nil, err
		} else if !held {
			continue
		}
		at := m.Opened
		if !m.When.IsZero() && m.When.Before(s.now) {
			at = m.When
		}
		out = append(out, gathering{Held: calendar.Held{Kind: t.Name, At: at, Ref: m.Ref()}, m: m, t: t})
	}
	slices.SortStableFunc(out, func(a, b gathering) int { return a.At.Compare(b.At) })
	return out, nil
}

func (s *session) wasHeld(t *procedure.Template, m procedure.Matter) (bool, error) {
	if t.Meeting() == nil {
		return m.Outcome == procedure.Done, nil
	}
	h, err := s.hallOf(t, m)
	if bot.CodeOf(err) == bot.NotFound {
		return false, nil
	}
	return err == nil && h.state.Phase == meeting.Ended, err
}

// standings is how the years of some gatherings stand now. A node that has held nothing
// yet is not looked after: it may use the bot for other things.
func (s *session) standings(all []gathering, years ...int) []calendar.Standing {
	if len(all) == 0 {
		return nil
	}
	held := make([]calendar.Held, len(all))
	for i, g := range all {
		held[i] = g.Held
	}
	var out []calendar.Standing
	for _, year := range years {
		out = append(out, calendar.Year(s.cfg.Cadence, held, year, held[0].At, s.now.In(s.zone()))...)
	}
	return out
}

// yearOfMeetings answers 三会一课: what was held this year and what is due, in words and
// privately.
func (s *session) yearOfMeetings() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if !s.vouches() {
		return denied(cadenceWord)
	}
	all, err := s.gatherings(s.node.ID)
	if err != nil {
		return err
	}
	year := s.now.In(s.zone()).Year()
	standings := s.standings(all, year)
	if len(standings) == 0 {
		return bot.Errorf(bot.NotFound, "这里还没有开过会的记录。%s以后，就能看到今年开了哪些、还差哪些。", s.howToCall())
	}
	lines := []string{fmt.Sprintf("%s %d年：", s.node.Name, year)}
	for _, st := range standings {
		lines = append(lines, "· "+st.String())
	}
	lines = append(lines, "要表格请发：出 "+cadenceWord+"记录")
	_, err = s.handOver(strings.Join(lines, "\n"))
	return err
}

// cadenceWord asks for a branch's year.
const cadenceWord = "三会一课"

// howToCall is how a meeting is called here, as an example.
func (s *session) howToCall() string {
	for _, t := range s.Templates().All() {
		if t.Enabled() && t.Meeting() != nil {
			return fmt.Sprintf("发“%s %s 周四19:00”开过一次", t.First().Verb, t.Name)
		}
	}
	return "开过一次会"
}

// Told of a cadence are the secretary, and once a period has passed the one above.
var secretaries = []string{"书记"}

// worthFor is how long a notice of a warning may wait to be told, and how long after a
// period its warning is still worth leaving: what ended before a long stop is not
// caught up with.
const worthFor = 48 * time.Hour

// cadenceHour is when warnings are due; see calendar.Warnings.
const cadenceHour = 9

// warnOfCadence leaves a notice for whoever is to be told that something was not held,
// once a day. A notice has a key, so that another instance's is left out. It returns
// when to look again.
func (s *Service) warnOfCadence(ctx context.Context) (time.Time, error) {
	now := s.clock.Now()
	if at := time.Unix(0, s.cadenceAt.Load()); now.Before(at) {
		return at, nil
	}
	var nodes []bot.NodeID
	next := nextCadence(now.In(s.cfg.Zone))
	err := s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		se := &session{Service: s, ctx: ctx, tx: tx}
		groups, err := tx.Groups(ctx)
		for _, g := range groups {
			nodes = append(nodes, g.Node)
			next = bot.Soonest(next, nextCadence(now.In(se.zoneOf(g.Node))))
		}
		return errors.Join(err, se.failed)
	})
	slices.Sort(nodes)
	var failed []error
	for _, node := range slices.Compact(nodes) {
		if err := s.warnNode(ctx, node); err != nil {
			failed = append(failed, fmt.Errorf("look after the cadence of node %s: %w", node, err))
		}
	}
	if err := errors.Join(append(failed, err)...); err != nil {
		return now.Add(time.Hour), err
	}
	s.cadenceAt.Store(next.UnixNano())
	return next, nil
}

// nextCadence is the next hour of warnings where now is.
func nextCadence(now time.Time) time.Time {
	y, m, d := now.Date()
	next := time.Date(y, m, d, cadenceHour, 0, 0, 0, now.Location())
	if !next.After(now) {
		next = time.Date(y, m, d+1, cadenceHour, 0, 0, 0, now.Location())
	}
	return next
}

func (s *Service) warnNode(ctx context.Context, node bot.NodeID) error {
	var due []calendar.Warning
	se := &session{Service: s}
	err := s.store.View(ctx, func(ctx context.Context, tx Tx) (err error) {
		se.reset()
		se.ctx, se.tx, se.now = ctx, tx, s.clock.Now()
		if se.node, err = tx.Node(ctx, node); err != nil {
			return err
		}
		due, err = se.warningsDue(node)
		return errors.Join(err, se.failed)
	})
	if err != nil || len(due) == 0 {
		return err
	}
	return s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now = ctx, tx, s.clock.Now()
		return se.warn(node, due)
	})
}

// warningsDue are those that have become due and are still worth it: one in good time
// until its period ends. Those of the last year's end come in this one.
func (s *session) warningsDue(node bot.NodeID) ([]calendar.Warning, error) {
	all, err := s.gatherings(node)
	if err != nil {
		return nil, err
	}
	year := s.now.In(s.zone()).Year()
	warnings := calendar.Warnings(s.standings(all, year-1, year), s.cfg.Workday)
	return slices.DeleteFunc(warnings, func(w calendar.Warning) bool {
		over := w.At.Add(worthFor)
		if !w.Late {
			over = w.Span.Until
		}
		return w.At.After(s.now) || !s.now.Before(over)
	}), nil
}

// secretariesAbove are the secretaries at the nearest node above that has any: a lateness
// is nobody else's to know.
func (s *session) secretariesAbove(node bot.NodeID) ([]bot.PersonID, error) {
	return s.nearestAbove(node, func(title string) bool {
		return slices.ContainsFunc(secretaries, func(t string) bool {
			return strings.HasSuffix(title, t) && !strings.HasSuffix(title, "副"+t)
		})
	})
}

func (s *session) warn(node bot.NodeID, due []calendar.Warning) error {
	n, err := s.tx.Node(s.ctx, node)
	if err != nil {
		return err
	}
	own, err := s.holdersOf(node, secretaries, 0)
	if err != nil {
		return err
	}
	above, err := s.secretariesAbove(node)
	if err != nil {
		return err
	}
	var notices []remind.Notice
	for _, w := range due {
		tell := func(p bot.PersonID, text string) {
			notices = append(notices, remind.Notice{
				ID: s.newID(), To: remind.Person(p), Kind: remind.Duty, Key: "cadence/" + string(node) + "/" + w.Key(),
				Due: w.At, Look: s.now, Stale: s.now.Add(worthFor), Node: node, Text: text,
			})
		}
		for _, p := range own {
			tell(p, w.String())
		}
		for _, p := range above {
			if w.Late && !slices.Contains(own, p) {
				tell(p, cmp.Or(n.Name, "下一级")+"："+w.String())
			}
		}
	}
	return s.notify(notices...)
}
