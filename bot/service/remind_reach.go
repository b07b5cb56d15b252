package service

import (
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
)

// tellGroups tells the groups of a node, each once.
func (s *session) tellGroups(node bot.NodeID, text string) (string, error) {
	groups, err := s.tx.GroupsOf(s.ctx, node)
	if err != nil {
		return "", err
	}
	message := s.newID()
	for _, g := range groups {
		s.post(deliver.Row{To: g.Chat, StaleAfter: s.now.Add(lateBy), Body: deliver.Body{Text: text}})
		message = s.rows[len(s.rows)-1].ID
	}
	return message, nil
}

// accountsOf is a person's accounts, if they were not looked up with others' before.
func (s *session) accountsOf(p bot.PersonID) ([]roster.Account, error) {
	if all, ok := s.accounts[p]; ok {
		return slices.Clone(all), nil
	}
	return s.tx.AccountsOf(s.ctx, p)
}

// reminderChat picks where a person is reminded: on the platform they chose, else
// where they last spoke, of those that let us write to them.
func (s *session) reminderChat(p bot.PersonID) (bot.Chat, bool, error) {
	accounts, err := s.accountsOf(p)
	if err != nil {
		return bot.Chat{}, false, err
	}
	accounts = slices.DeleteFunc(accounts, func(a roster.Account) bool {
		return a.Private.IsZero() && s.cfg.Capabilities(a.Account.Platform).PushNeedsContact
	})
	if len(accounts) == 0 {
		return bot.Chat{}, false, nil
	}
	if len(accounts) > 1 {
		habit, err := s.tx.Habit(s.ctx, p)
		if err != nil {
			return bot.Chat{}, false, err
		}
		spoke := func(a roster.Account) time.Time {
			if a.Private.After(a.Seen) {
				return a.Private
			}
			return a.Seen
		}
		slices.SortStableFunc(accounts, func(a, b roster.Account) int {
			if x, y := a.Account.Platform == habit.Platform, b.Account.Platform == habit.Platform; x != y {
				if x {
					return -1
				}
				return 1
			}
			return spoke(b).Compare(spoke(a))
		})
	}
	return bot.PrivateChat(accounts[0].Account), true, nil
}

// otherWay is for somebody whom no platform lets us write to: what was set before
// everybody's eyes is said in the group, by name, as the platform cannot @ them; the
// rest waits for their next message, as long as it is worth telling, and the managers
// of a matter are asked to pass it on. It returns the group's message, if all of it
// went there.
func (s *session) otherWay(p bot.PersonID, say []remind.Notice, lines map[string]string) (string, error) {
	message := ""
	for _, n := range say {
		if n.Open && n.Reminder != "" && n.Node != "" {
			var err error
			said := strings.TrimPrefix(lines[n.ID], "提醒您：")
			if message, err = s.tellGroups(n.Node, s.name(p)+"："+said); err != nil {
				return "", err
			}
			s.settled([]remind.Notice{n}, message)
			continue
		}
		if n.Matter != "" && len(n.About) == 0 {
			if err := s.askToPassOn(n, p); err != nil {
				return "", err
			}
		}
		n.Look = n.Stale
		if n.Look.IsZero() {
			n.Look = s.now.Add(lateBy)
		}
		s.settle(n)
	}
	return "", nil
}
