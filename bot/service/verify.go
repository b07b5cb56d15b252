package service

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// Report is what Verify found.
type Report struct {
	Matters, Acts int
	// Votes are the closed votes, each with the hash that its result sheets carry.
	Votes []string
	// Bad says of each broken matter what is wrong.
	Bad []string
}

// Verify replays every matter from its acts: the chain is whole, every act could
// follow, and the state kept is the fold of the acts.
func (s *Service) Verify(ctx context.Context) (Report, error) {
	var r Report
	var ids []bot.MatterID
	err := s.store.View(ctx, func(ctx context.Context, tx Tx) error {
		return tx.EachMatter(ctx, func(id bot.MatterID) error {
			ids = append(ids, id)
			return nil
		})
	})
	if err != nil {
		return r, fmt.Errorf("list matters: %w", err)
	}
	for _, id := range ids {
		err := s.store.View(ctx, func(ctx context.Context, tx Tx) error { return s.verifyMatter(ctx, tx, id, &r) })
		if err != nil {
			return r, fmt.Errorf("verify matter %s: %w", id, err)
		}
	}
	return r, nil
}

func (s *Service) verifyMatter(ctx context.Context, tx Tx, id bot.MatterID, r *Report) error {
	m, err := tx.Matter(ctx, id)
	if err != nil {
		return err
	}
	acts, err := tx.Acts(ctx, id)
	if err != nil {
		return err
	}
	se := &session{Service: s, ctx: ctx, tx: tx}
	t, err := se.template(m)
	if err != nil {
		return err
	}
	r.Matters++
	r.Acts += len(acts)
	folded, err := procedure.Fold(t, s.zoneNamed(openedIn(acts)), acts)
	switch {
	case err != nil:
		r.Bad = append(r.Bad, fmt.Sprintf("%s（%s）%s", m.Ref(), id, bot.MessageOf(err)))
	case !same(folded, m):
		r.Bad = append(r.Bad, fmt.Sprintf("%s（%s）状态与记录不符", m.Ref(), id))
	}
	bad, err := verifyVotes(ctx, tx, t, acts)
	if err == nil {
		var more []string
		more, err = verifyMeetings(ctx, tx, acts)
		bad = append(bad, more...)
	}
	for _, b := range bad {
		r.Bad = append(r.Bad, fmt.Sprintf("%s（%s）%s", m.Ref(), id, b))
	}
	return err
}

// openedIn is the zone in which a matter's full days are counted, as its first act has
// it; empty from before it was kept, when it was the bot's own.
func openedIn(acts []procedure.Act) string {
	if len(acts) == 0 || acts[0].Opening == nil {
		return ""
	}
	return acts[0].Opening.Zone
}

// same compares two states in the form in which they are kept.
func same(a, b procedure.Matter) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}
