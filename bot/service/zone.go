package service

import (
	"maps"
	"slices"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
	"yiqun/bot/roster"
	"yiqun/intents/zhtime"
)

// zone is by which clock people live at the node at hand.
func (s *session) zone() *time.Location { return s.zoneOf(s.node.ID) }

// zoneOf is by which clock people live at a node: its own, else that of the nearest node
// above that has one, else the bot's. What cannot be read fails the transaction.
func (s *session) zoneOf(node bot.NodeID) *time.Location {
	for range deepest {
		if node == "" {
			break
		}
		n, err := s.tx.Node(s.ctx, node)
		if bot.CodeOf(err) == bot.NotFound {
			break
		}
		if err != nil {
			s.failed = err
			break
		}
		if n.Zone != "" {
			return s.zoneNamed(n.Zone)
		}
		node = n.Parent
	}
	return s.cfg.Zone
}

// zoneNamed is a zone by its name; the bot's own where this machine does not know it.
func (s *Service) zoneNamed(name string) *time.Location {
	if name == "" || name == s.cfg.Zone.String() {
		return s.cfg.Zone
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		s.log.Error("a time zone is not known here", "zone", name, "error", err)
		return s.cfg.Zone
	}
	return zone
}

// began is the zone in which a matter's full days are counted: that of its opening, and
// the bot's for one from before it was kept. nil for one that is about to begin.
func (s *Service) began(m procedure.Matter) *time.Location {
	if m.Version == 0 {
		return nil
	}
	return s.zoneNamed(m.Zone)
}

// place is where rules are reckoned that were set at a node.
func (s *session) place(node bot.NodeID) remind.Place {
	return remind.Place{Zone: s.zoneOf(node), Calendar: zhtime.DefaultCalendar()}
}

// zonesFor is by which clock recipients of notices live: a node's groups by that of the
// node, somebody by that of the group they last spoke in, else of their post.
func (s *session) zonesFor(order []remind.Recipient) (map[remind.Recipient]*time.Location, error) {
	out := make(map[remind.Recipient]*time.Location, len(order))
	nodes, err := s.tx.Nodes(s.ctx)
	if err != nil {
		return nil, err
	}
	alike := !slices.ContainsFunc(nodes, func(n roster.Node) bool { return n.Zone != "" })
	for _, to := range order {
		if out[to] = s.cfg.Zone; alike {
			continue
		}
		home, group := to.Node()
		if !group {
			if home, err = s.homeOfPerson(to); err != nil {
				return nil, err
			}
		}
		out[to] = s.zoneOf(home)
	}
	return out, nil
}

func (s *session) homeOfPerson(to remind.Recipient) (bot.NodeID, error) {
	p, _ := to.Person()
	posts, err := s.tx.PostsOf(s.ctx, p)
	if err != nil {
		return "", err
	}
	return s.homeOf(p, posts)
}

// toldToday counts the messages that recipients had since their day began.
func (s *session) toldToday(order []remind.Recipient, zones map[remind.Recipient]*time.Location) (map[remind.Recipient]int, error) {
	within := map[time.Time][]remind.Recipient{}
	for _, to := range order {
		y, m, d := s.now.In(zones[to]).Date()
		began := time.Date(y, m, d, 0, 0, 0, 0, zones[to]).UTC()
		within[began] = append(within[began], to)
	}
	told := map[remind.Recipient]int{}
	for since, some := range within {
		n, err := s.tx.ToldSince(s.ctx, since, some...)
		if err != nil {
			return nil, err
		}
		maps.Copy(told, n)
	}
	return told, nil
}
