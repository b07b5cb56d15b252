package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// Import reads a sheet of members and, unless dry, puts it into the roster: all of
// it, or nothing while the plan has problems. It is the operator's way; an
// administrator sends the file to the bot.
func (s *Service) Import(ctx context.Context, data []byte, dry bool) (plan roster.Plan, err error) {
	rows, err := ReadRoster(data)
	if err != nil {
		return plan, err
	}
	se := &session{Service: s}
	err = s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now = ctx, tx, s.clock.Now()
		if plan, err = se.planImport(rows); err != nil || dry || !plan.Changes() {
			return err
		}
		return se.applyImport(plan, data)
	})
	if err != nil {
		return plan, fmt.Errorf("import members: %w", err)
	}
	return plan, nil
}

func (s *session) moment() roster.Moment {
	zone := func(said string) (string, bool) {
		name, err := zoneSpoken(said)
		return name, err == nil
	}
	return roster.Moment{Now: s.now, Zone: s.zone(), By: s.me.ID, ID: s.newID, ZoneCalled: zone}
}

func (s *session) planImport(rows []roster.Row) (roster.Plan, error) {
	book, err := s.tx.Book(s.ctx)
	if err != nil {
		return roster.Plan{}, err
	}
	return roster.PlanImport(rows, book, s.moment()), nil
}

// applyImport carries a plan out and keeps what it takes to undo it.
func (s *session) applyImport(plan roster.Plan, data []byte) error {
	book, err := s.tx.Book(s.ctx)
	if err != nil {
		return err
	}
	for _, step := range []func() error{
		func() error { return eachOf(plan.Nodes, func(n roster.Node) error { return s.tx.PutNode(s.ctx, n) }) },
		func() error {
			return eachOf(slices.Concat(plan.New, plan.Changed), func(p roster.Person) error { return s.tx.PutPerson(s.ctx, p) })
		},
		func() error {
			return eachOf(plan.Joins, func(j roster.Join) error { return s.tx.MergePeople(s.ctx, j.From, j.Into) })
		},
		func() error {
			return eachOf(plan.Accounts, func(a roster.Account) error { return s.tx.PutAccount(s.ctx, a) })
		},
		func() error {
			return eachOf(plan.Belongings, func(b roster.Belonging) error { return s.tx.PutBelonging(s.ctx, b) })
		},
		func() error { return s.putPhones(plan) },
		func() error { return s.givePosts(plan.Posts) },
		func() error {
			return eachOf(plan.Zones, func(c roster.ZoneChange) error { return s.setZone(c.Node, c.After) })
		},
	} {
		if err := step(); err != nil {
			return err
		}
	}
	done := plan.Import(s.newID(), s.moment(), book)
	if err := s.tx.PutImport(s.ctx, done); err != nil {
		return err
	}
	sum := sha256.Sum256(data)
	detail := fmt.Sprintf("%s rows=%d new=%d changed=%d nodes=%d posts=%d zones=%d sha256=%s",
		done.ID, plan.Rows, len(plan.New), len(plan.Changed), len(plan.Nodes), len(plan.Posts), len(plan.Zones), hex.EncodeToString(sum[:]))
	return s.journal("import", "", "", detail)
}

func eachOf[T any](list []T, do func(T) error) error {
	for _, v := range list {
		if err := do(v); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) putPhones(plan roster.Plan) error {
	for who, phone := range plan.Phones {
		if err := s.tx.PutPhone(s.ctx, who, phone); err != nil {
			return err
		}
	}
	return nil
}

// givePosts appoints each, and the journal says so of each: a post is power.
func (s *session) givePosts(posts []roster.Post) error {
	return eachOf(posts, func(p roster.Post) error {
		if err := s.tx.PutPost(s.ctx, p); err != nil {
			return err
		}
		return s.journal("appoint", p.Node, p.Person, p.Title)
	})
}

// UndoImport takes the last import back. What has been used since stays.
func (s *Service) UndoImport(ctx context.Context) (undo roster.Undo, done roster.Import, err error) {
	se := &session{Service: s}
	err = s.transact(ctx, se, func(ctx context.Context, tx Tx) error {
		se.ctx, se.tx, se.now = ctx, tx, s.clock.Now()
		undo, done, err = se.undoImport()
		return err
	})
	if err != nil {
		return undo, done, fmt.Errorf("undo an import: %w", err)
	}
	return undo, done, nil
}

func (s *session) undoImport() (undo roster.Undo, last roster.Import, err error) {
	last, err = s.tx.LastImport(s.ctx)
	if bot.CodeOf(err) == bot.NotFound {
		return undo, last, bot.Errorf(bot.NotFound, "没有可以撤回的导入。")
	}
	if err != nil {
		return undo, last, err
	}
	book, err := s.tx.Book(s.ctx)
	if err != nil {
		return undo, last, err
	}
	busy, err := s.busy(last)
	if err != nil {
		return undo, last, err
	}
	undo = roster.PlanUndo(last, book, busy)
	if err := s.applyUndo(undo); err != nil {
		return undo, last, err
	}
	// What was needed to undo it holds names; it is needed no more.
	if err := s.tx.PutImport(s.ctx, roster.Import{ID: last.ID, At: last.At, By: last.By, Undone: s.now}); err != nil {
		return undo, last, err
	}
	detail := fmt.Sprintf("%s people=%d kept=%d posts=%d nodes=%d", last.ID, len(undo.People), len(undo.Kept), len(undo.Posts), len(undo.Nodes))
	return undo, last, s.journal("import_undo", "", "", detail)
}

// busy looks which of an import's people and nodes are part of matters by now.
func (s *session) busy(i roster.Import) (roster.Busy, error) {
	b := roster.Busy{People: map[bot.PersonID]bool{}, Nodes: map[bot.NodeID]bool{}}
	some := func(f procedure.Filter) (bool, error) {
		f.Limit = 1
		found, err := s.tx.Find(s.ctx, f)
		return len(found) > 0, err
	}
	for _, id := range i.People {
		for _, f := range []procedure.Filter{{Asker: id}, {Holder: id}} {
			yes, err := some(f)
			if err != nil {
				return b, err
			}
			b.People[id] = b.People[id] || yes
		}
	}
	for _, id := range i.Nodes {
		yes, err := some(procedure.Filter{Node: id})
		if err != nil {
			return b, err
		}
		b.Nodes[id] = yes
	}
	return b, nil
}

func (s *session) applyUndo(u roster.Undo) error {
	for _, step := range []func() error{
		func() error { return eachOf(u.Posts, s.dropPost) },
		func() error {
			return eachOf(u.Belongings, func(b roster.Belonging) error { return s.tx.DropBelonging(s.ctx, b) })
		},
		func() error {
			return eachOf(u.Accounts, func(a bot.Account) error { return s.tx.DropAccount(s.ctx, a) })
		},
		func() error {
			return eachOf(u.Phones, func(c roster.PhoneChange) error { return s.tx.PutPhone(s.ctx, c.Person, c.Before) })
		},
		func() error {
			return eachOf(u.People, func(p bot.PersonID) error { return s.tx.DropPerson(s.ctx, p) })
		},
		func() error {
			return eachOf(u.Restore, func(p roster.Person) error { return s.tx.PutPerson(s.ctx, p) })
		},
		func() error {
			return eachOf(u.Zones, func(c roster.ZoneChange) error { return s.setZone(c.Node, c.Before) })
		},
		func() error { return eachOf(u.Nodes, func(n bot.NodeID) error { return s.tx.DropNode(s.ctx, n) }) },
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (s *session) dropPost(id string) error { return s.tx.DropPost(s.ctx, id) }
