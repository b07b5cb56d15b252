package doctor

import (
	"context"
	"fmt"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// reach counts the people on the roster whom the bot cannot write to privately. Who
// they are stands in 名册, for those whom it concerns.
func reach(ctx context.Context, tx service.Tx, v *visit) ([]Finding, error) {
	nodes, err := tx.Nodes(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[bot.PersonID]bool{}
	lost := 0
	for _, n := range nodes {
		people, err := tx.PeopleAt(ctx, n.ID)
		if err != nil {
			return nil, err
		}
		for _, p := range people {
			if seen[p.ID] || p.Standing != roster.Confirmed {
				continue
			}
			seen[p.ID] = true
			accounts, err := tx.AccountsOf(ctx, p.ID)
			if err != nil {
				return nil, err
			}
			if !v.reaches(accounts) {
				lost++
			}
		}
	}
	f := Finding{Check: "reach", Title: "私信", Grade: Healthy, Say: fmt.Sprintf("名册上%d人都送得到。", len(seen))}
	switch {
	case len(seen) == 0:
		return nil, nil
	case lost > 0 && !v.pushes():
		f.Grade, f.Say = Note, fmt.Sprintf("回调方式不能主动私信，名册上%d人收不到提醒。", lost)
	case lost > 0:
		f.Grade = Degraded
		f.Say = fmt.Sprintf("名册上%d人里有%d人送不到：请在群里发“名册”看是谁，请他们各私聊机器人一句“在”。", len(seen), lost)
	}
	return []Finding{f}, nil
}

// reaches reports whether one of a person's accounts can be written to.
func (v *visit) reaches(accounts []roster.Account) bool {
	for _, a := range accounts {
		way := v.adapters[a.Account.Platform]
		if way == nil {
			continue
		}
		can := way.Capabilities()
		if can.CanPush(bot.PrivateChat(a.Account)) && (!can.PushNeedsContact || !a.Private.IsZero()) {
			return true
		}
	}
	return false
}

// pushes reports whether any platform lets the bot write to people first.
func (v *visit) pushes() bool {
	for p, a := range v.adapters {
		if a.Capabilities().CanPush(bot.Chat{Platform: p, Private: true}) {
			return true
		}
	}
	return false
}
