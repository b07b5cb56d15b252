package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/remind"
)

// lateBy is how long a message with reminders is worth sending once it was queued.
const lateBy = 12 * time.Hour

// tellBatch tells recipients of the held shards what waits for them, in one transaction
// with the outbox, which an instance that has lost a shard cannot commit. Somebody for
// whom no message can be made is put off and keeps no other waiting.
func (s *Service) tellBatch(ctx context.Context, held heldShards) (int, error) {
	until, err := s.tellUntil(ctx)
	if err != nil {
		return 0, err
	}
	for {
		n, err := s.tellOnce(ctx, held, until)
		bad, ok := errors.AsType[*badTelling](err)
		if !ok {
			return n, err
		}
		if off := s.putOffTelling(ctx, held, bad); off != nil {
			return n, off
		}
	}
}

// badTelling is what cannot be made into a message to somebody.
type badTelling struct {
	to  remind.Recipient
	err error
}

func (e *badTelling) Error() string { return fmt.Sprintf("tell %s: %v", e.to, e.err) }
func (e *badTelling) Unwrap() error { return e.err }

// putOffTelling lets what waits for somebody be looked at again in a while.
func (s *Service) putOffTelling(ctx context.Context, held heldShards, bad *badTelling) error {
	se := &session{Service: s}
	err := s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now, se.verb = ctx, tx, s.clock.Now(), "clock"
		if err := held.check(ctx, tx); err != nil {
			return err
		}
		waiting, err := tx.WaitingFor(ctx, bad.to)
		if err != nil {
			return err
		}
		waiting = slices.DeleteFunc(waiting, func(n remind.Notice) bool { return n.Look.After(se.now) })
		se.holdBack(waiting, se.now.Add(notYet))
		return nil
	})
	if err != nil {
		return errors.Join(bad, err)
	}
	s.log.ErrorContext(ctx, "somebody not told for now", "recipient", bad.to, "error", bad.err)
	return nil
}

func (s *Service) tellOnce(ctx context.Context, held heldShards, until time.Time) (n int, err error) {
	se := &session{Service: s}
	err = s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		n = 0
		se.ctx, se.tx, se.now, se.verb = ctx, tx, s.clock.Now(), "clock"
		if err := held.check(ctx, tx); err != nil {
			return err
		}
		var order []remind.Recipient
		of := map[remind.Recipient][]remind.Notice{}
		for _, shard := range held.shards() {
			waiting, err := tx.Waiting(ctx, shard, until, fireMost-len(order))
			if err != nil {
				return err
			}
			if order = append(order, byRecipient(waiting, of)...); len(order) >= fireMost {
				break
			}
		}
		n = len(order)
		return se.tellAll(order, of)
	})
	return n, err
}

// tellAll tells recipients what waits for each. What they have in common is read before
// the first is told.
func (s *session) tellAll(order []remind.Recipient, of map[remind.Recipient][]remind.Notice) error {
	var people []bot.PersonID
	var budgeted []remind.Recipient
	for _, to := range order {
		if p, ok := to.Person(); ok {
			people = append(people, p)
		}
		if slices.ContainsFunc(of[to], func(n remind.Notice) bool { return !n.Exact() }) {
			budgeted = append(budgeted, to)
		}
	}
	var err error
	if s.accounts, err = s.tx.AccountsOfAll(s.ctx, people...); err != nil {
		return err
	}
	zones, err := s.zonesFor(order)
	if err != nil {
		return err
	}
	told, err := s.toldToday(budgeted, zones)
	if err != nil {
		return err
	}
	for _, to := range order {
		err := guarded(func() error { return s.tellRecipient(to, of[to], told[to], zones[to]) })
		if err != nil {
			return &badTelling{to, err}
		}
	}
	return nil
}

// byRecipient groups notices and returns their recipients in the order in which they
// first come.
func byRecipient(notices []remind.Notice, of map[remind.Recipient][]remind.Notice) (order []remind.Recipient) {
	for _, n := range notices {
		if of[n.To] == nil {
			order = append(order, n.To)
		}
		of[n.To] = append(of[n.To], n)
	}
	return order
}

// tellRecipient makes at most one message of what waits for one recipient, who lives in
// a zone.
func (s *session) tellRecipient(to remind.Recipient, waiting []remind.Notice, told int, zone *time.Location) error {
	waiting, lines, err := s.relevant(waiting)
	if err != nil {
		return err
	}
	now := s.now.In(zone)
	if waiting, err = s.withoutRefused(to, waiting, lines, now); err != nil {
		return err
	}
	plan := s.policy.Plan(waiting, told, now)
	s.settle(plan.Wait...)
	missed := remind.Missed(plan.Stale, now)
	if len(plan.Say) == 0 && missed != "" && s.policy.Awake(now).After(now) {
		s.holdBack(plan.Stale, s.policy.Awake(now))
		return nil
	}
	message := ""
	if len(plan.Say) > 0 || missed != "" {
		if message, err = s.oneMessage(to, plan.Say, lines, missed); err != nil {
			return err
		}
	}
	if message == "" {
		s.settled(plan.Stale, "") // what else there was has gone another way
		return nil
	}
	s.settled(append(plan.Say, plan.Stale...), message)
	return nil
}

// settle keeps what has become of notices, with all others at the end of the
// transaction.
func (s *session) settle(notices ...remind.Notice) { s.settling = append(s.settling, notices...) }

// keepSettled stores what has become of notices.
func (s *session) keepSettled(ctx context.Context, tx Tx) error {
	var known, fresh []remind.Notice
	for _, n := range s.settling {
		if s.fresh[n.ID] {
			fresh = append(fresh, n)
		} else {
			known = append(known, n)
		}
	}
	if err := tx.SettleNotices(ctx, known...); err != nil {
		return err
	}
	return tx.AddNotices(ctx, fresh...)
}

// settled marks notices as told in a message, or as not worth telling.
func (s *session) settled(notices []remind.Notice, message string) {
	for _, n := range notices {
		if n.Look = (time.Time{}); message != "" {
			n.Told, n.Message = s.now, message
		}
		s.settle(n)
	}
}

// holdBack lets notices be looked at again later.
func (s *session) holdBack(notices []remind.Notice, until time.Time) {
	for _, n := range notices {
		n.Look = until
		s.settle(n)
	}
}

// relevant settles what has become of no concern since, and says what each of the
// others says now.
func (s *session) relevant(waiting []remind.Notice) ([]remind.Notice, map[string]string, error) {
	lines := map[string]string{}
	var kept []remind.Notice
	newest := map[string]string{}
	for _, n := range waiting {
		if n.Matter != "" {
			newest[stepOf(n)] = max(newest[stepOf(n)], n.ID)
		}
	}
	for _, n := range waiting {
		text := n.Text
		switch {
		case n.Matter != "" && newest[stepOf(n)] != n.ID:
			text = "" // a later one about the same step says it better
		case n.Matter != "":
			var err error
			if text, err = s.dutyLine(n); err != nil {
				return nil, nil, err
			}
		}
		if text == "" {
			s.settle(n.Settled())
			continue
		}
		lines[n.ID] = text
		kept = append(kept, n)
	}
	return kept, lines, nil
}

// stepOf is what a procedure's notice is about; what concerns somebody else, and is to
// be passed on, stands alone.
func stepOf(n remind.Notice) string {
	return fmt.Sprintf("%s/%s/%v", n.Matter, n.Step, n.About)
}

// oneMessage queues the one message and returns its id; empty if its recipient cannot
// be reached now, and what they were to hear waits or went another way.
func (s *session) oneMessage(to remind.Recipient, say []remind.Notice, lines map[string]string, missed string) (string, error) {
	var texts []string
	for _, n := range say {
		texts = append(texts, lines[n.ID])
	}
	if missed != "" {
		texts = append(texts, missed)
	}
	if node, ok := to.Node(); ok {
		return s.tellGroups(node, remind.Together(texts))
	}
	person, _ := to.Person()
	chat, ok, err := s.reminderChat(person)
	if err != nil {
		return "", err
	}
	if !ok {
		return s.otherWay(person, say, lines)
	}
	row := deliver.Row{To: chat, StaleAfter: s.now.Add(lateBy), Body: s.reminderBody(chat, say, texts)}
	if len(say) == 1 {
		row.Matter = say[0].Matter
	}
	s.rememberAsked(person, say)
	s.post(row)
	return s.rows[len(s.rows)-1].ID, nil
}

// rememberAsked notes which matter somebody was told of: a bare verb in their private
// chat means that one.
func (s *session) rememberAsked(p bot.PersonID, say []remind.Notice) {
	for _, n := range say {
		if n.Matter != "" {
			key, id := askedKey(p), n.Matter
			s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte(id), 24*time.Hour) })
			return
		}
	}
}

// longestTitle is how much of a reminder fits where cards have their title.
const longestTitle = 20
