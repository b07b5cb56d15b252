package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
)

const (
	// weeklyPrefix begins the id of a node's weekly note, followed by the node's.
	weeklyPrefix = "weekly/"
	// weeklyRule is when the note comes: on Friday afternoon. On a holiday it does not, and
	// the next one tells of both weeks.
	weeklyRule = "FREQ=WEEKLY;BYDAY=FR;X-AT=16:00"
	// weeklyPost is who gets it.
	weeklyPost = "书记"
	// stuckAfter is how long nothing may happen to a matter before it counts as stuck.
	stuckAfter = 7 * 24 * time.Hour
	// weeklyMost is how many stuck matters are named.
	weeklyMost = 5
)

// PlanWeekly makes sure that every node with a group has its weekly note. It may be
// called at any moment and any number of times. One that comes by an older rule gets the
// present one.
func (s *Service) PlanWeekly(ctx context.Context) error {
	se := &session{Service: s}
	err := s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now, se.verb = ctx, tx, s.clock.Now(), "clock"
		groups, err := tx.Groups(ctx)
		if err != nil {
			return err
		}
		for _, g := range groups {
			if err := se.planWeekly(g.Node); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("plan weekly notes: %w", err)
	}
	return nil
}

func (s *session) planWeekly(node bot.NodeID) error {
	id, rule := remind.ID(weeklyPrefix+string(node)), remind.Rule{Spec: weeklyRule, From: s.now, Workdays: true}
	r, err := s.tx.Reminder(s.ctx, id)
	switch {
	case bot.CodeOf(err) == bot.NotFound:
		r = remind.Reminder{
			ID: id, Owner: bot.PersonID(id), Node: node, For: remind.Audience{Posts: []string{weeklyPost}},
			Rule: rule, Version: 1, Made: s.now,
		}
		r.Next = rule.Coming(s.place(node), s.now, 1)[0]
	case err != nil:
		return err
	case r.Rule.Spec == rule.Spec && r.Rule.Workdays:
		return nil
	default:
		r = r.Change(s.place(node), rule, s.now)
	}
	_, err = s.putReminder(r)
	return err
}

// weeklyNotices is the note for each who holds the post at a node.
func (s *session) weeklyNotices(r remind.Reminder) ([]remind.Notice, error) {
	holders, err := s.holdersOf(r.Node, r.For.Posts, 0)
	if err != nil || len(holders) == 0 {
		return nil, err
	}
	text, err := s.weeklyNote(r.Node, s.lastWeekly(r))
	if err != nil || text == "" {
		return nil, err
	}
	var out []remind.Notice
	for _, p := range holders {
		habit, err := s.tx.Habit(s.ctx, p)
		if err != nil {
			return nil, err
		}
		if !habit.NoWeekly {
			out = append(out, remind.Notice{To: remind.Person(p), Kind: remind.News, Text: text})
		}
	}
	return out, nil
}

// weeklyGap is how long ago the last note may be that the next one goes back to.
const weeklyGap = 28 * 24 * time.Hour

// lastWeekly is when the note of a node came last: a week ago, or longer where a holiday
// was in between.
func (s *session) lastWeekly(r remind.Reminder) time.Time {
	week := s.now.AddDate(0, 0, -7)
	last := s.now.Add(-weeklyGap)
	for _, t := range r.Rule.Coming(s.place(r.Node), last, int(weeklyGap/(7*24*time.Hour))) {
		if !t.After(week) {
			last = t
		}
	}
	if last.Before(r.Rule.From) {
		return week
	}
	return last
}

// weeklyNote says what moved at a node since a moment and what is stuck, longest first;
// empty if there is nothing to say. It names no person and ranks nobody.
func (s *session) weeklyNote(node bot.NodeID, since time.Time) (string, error) {
	moved, err := s.movedSince(node, since)
	if err != nil {
		return "", err
	}
	open, err := s.tx.Find(s.ctx, procedure.Filter{Node: node, Open: true, Limit: 1000})
	if err != nil {
		return "", err
	}
	if moved == (movement{}) && len(open) == 0 {
		return "", nil
	}
	late := 0
	var stuck []procedure.Matter
	for _, m := range open {
		over, waits, err := s.stuck(m)
		if err != nil {
			return "", err
		}
		if over {
			late++
		}
		if over || waits {
			stuck = append(stuck, m)
		}
	}
	slices.SortStableFunc(stuck, func(a, b procedure.Matter) int { return a.Opened.Compare(b.Opened) })
	span := "这一周"
	if s.now.Sub(since) > 8*24*time.Hour {
		span = since.In(s.zoneOf(node)).Format("1月2日") + "以来"
	}
	lines := []string{span + "：" + moved.String() + "；" + stillOpen(len(open), late) + "。"}
	for i, m := range stuck {
		if i == weeklyMost {
			lines = append(lines, fmt.Sprintf("还有%d件，发“待办”看。", len(stuck)-weeklyMost))
			break
		}
		line, err := s.stuckLine(m)
		if err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n"), nil
}

// movement is what began and ended at a node in a while.
type movement struct{ opened, done, dropped int }

// String says it in words, without what did not happen.
func (m movement) String() string {
	var out []string
	for _, c := range []struct {
		n    int
		what string
	}{{m.opened, "新开%d件"}, {m.done, "办完%d件"}, {m.dropped, "取消或不办%d件"}} {
		if c.n > 0 {
			out = append(out, fmt.Sprintf(c.what, c.n))
		}
	}
	if len(out) == 0 {
		return "没有新的事"
	}
	return strings.Join(out, "，")
}

// stillOpen says how many matters are not done, and how many of them are late.
func stillOpen(open, late int) string {
	switch {
	case open == 0:
		return "没有还在办的"
	case late == 0:
		return fmt.Sprintf("还在办%d件", open)
	}
	return fmt.Sprintf("还在办%d件，其中过了期限的%d件", open, late)
}

// weeklyBack is how long ago a matter may have been opened that counts when it ends.
const weeklyBack = 365 * 24 * time.Hour

func (s *session) movedSince(node bot.NodeID, since time.Time) (out movement, err error) {
	found, err := s.tx.Find(s.ctx, procedure.Filter{Node: node, From: since.Add(-weeklyBack), Limit: 1000})
	for _, m := range found {
		if !m.Opened.Before(since) {
			out.opened++
		}
		switch {
		case m.IsOpen() || m.Closed.Before(since):
		case m.Outcome == procedure.Done:
			out.done++
		default:
			out.dropped++
		}
	}
	return out, err
}

// stuck reports whether a matter is over a deadline, or nothing has happened to it for
// long.
func (s *session) stuck(m procedure.Matter) (over, waits bool, err error) {
	t, err := s.template(m)
	if err != nil {
		return false, false, err
	}
	last := m.Opened
	for _, st := range m.Steps {
		for _, t := range []time.Time{st.Opened, st.Ended} {
			if t.After(last) {
				last = t
			}
		}
	}
	return s.env(t, m, procedure.Actor{}).Overdue(m, s.now), s.now.Sub(last) > stuckAfter, nil
}

// stuckLine is a stuck matter in one line; what is not for the group has no title.
func (s *session) stuckLine(m procedure.Matter) (string, error) {
	t, err := s.template(m)
	if err != nil {
		return "", err
	}
	env := s.env(t, m, procedure.Actor{})
	title := ""
	if s.public(t) {
		title = " " + cut(env.Title(m, s.lookup(t, m, true)), 18)
	}
	days := int(s.now.Sub(m.Opened) / (24 * time.Hour))
	status := strings.NewReplacer("（", " ", "）", "").Replace(env.Status(m))
	return fmt.Sprintf("%s%s（%s，第%d天）", m.Ref(), title, status, days+1), nil
}

// weekly shows the weekly note now.
func (s *session) weekly() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if !s.vouches() {
		return denied("周报")
	}
	if !s.e.Chat.Private {
		s.reply("周报请私聊我说“周报”来看。")
		return nil
	}
	text, err := s.weeklyNote(s.node.ID, s.now.AddDate(0, 0, -7))
	if err != nil {
		return err
	}
	if text == "" {
		text = "这一周没有新的事，也没有没办完的。"
	}
	s.reply(s.node.Name + "\n" + text)
	return nil
}
