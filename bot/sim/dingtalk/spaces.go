package dingtalk

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/sim"
)

// space is one place a card is delivered to.
type space struct{ kind, id string }

func parseSpaces(openSpaceID string) (spaces []space, ok bool) {
	for part := range strings.SplitSeq(openSpaceID, ";") {
		rest, found := strings.CutPrefix(part, "dtv1.card//")
		kind, id, split := strings.Cut(rest, ".")
		if !found || !split || id == "" || (kind != "IM_GROUP" && kind != "IM_ROBOT") {
			return nil, false
		}
		spaces = append(spaces, space{kind: kind, id: id})
	}
	return spaces, len(spaces) > 0
}

func checkSpaces(openSpaceID string) *refusal {
	if _, ok := parseSpaces(openSpaceID); !ok {
		return badRequest("param.openSpaceIdInvalid", "openSpaceId 不合法")
	}
	return nil
}

// deliverTo puts a card into each space. What goes wrong with a space shows in its
// own result only: the call as a whole still says success.
func (s *Server) deliverTo(c *card, in cardRequest) []deliverResult {
	spaces, _ := parseSpaces(in.OpenSpaceID)
	var results []deliverResult
	for _, sp := range spaces {
		r := deliverResult{SpaceType: sp.kind, SpaceID: sp.id}
		bubble, problem := s.place(c, sp, in)
		if problem != "" {
			r.ErrorMsg = problem
			results = append(results, r)
			continue
		}
		// A card can be pressed as soon as it is seen: by then it must be known.
		s.mu.Lock()
		posted := s.world.Post(bubble)
		r.Success, r.CarrierID = true, s.newID()
		c.bubbles = append(c.bubbles, posted.ID)
		s.carriers[posted.ID] = r.CarrierID
		s.sent[r.CarrierID] = []string{posted.ID}
		s.mu.Unlock()
		results = append(results, r)
	}
	return results
}

// place finds the chat of a space and draws the card for it.
func (s *Server) place(c *card, sp space, in cardRequest) (b sim.Bubble, problem string) {
	if !c.spaces[sp.kind] {
		return b, fmt.Sprintf("spaceModel of %s is null", sp.kind)
	}
	s.mu.Lock()
	b = sim.Bubble{Card: c.shown(c.params), Route: "card", Mentions: c.mentions()}
	s.mu.Unlock()
	if sp.kind == "IM_ROBOT" {
		if in.RobotDeliver == nil || in.RobotDeliver.SpaceType != "IM_ROBOT" {
			return b, "deliverModel is illegal"
		}
		if in.RobotDeliver.RobotCode != "" && in.RobotDeliver.RobotCode != s.opts.ClientID {
			return b, "chatbot not exist"
		}
		b.Chat = bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(sp.id), Private: true}
		p, ok := s.world.ByUser(bot.DingTalk, bot.UserID(sp.id))
		if !ok || p.Outsider {
			return b, "spaceId is illegal" // a conversation id, say
		}
		return b, ""
	}
	if in.GroupDeliver == nil || in.GroupDeliver.RobotCode != s.opts.ClientID {
		return b, "chatbot not exist"
	}
	b.Chat = bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID(sp.id)}
	group, ok := s.world.Group(b.Chat)
	if !ok {
		return b, "spaceId is illegal"
	}
	b.Mentions = append(b.Mentions, s.memberNames(group, slices.Sorted(maps.Keys(in.GroupDeliver.AtUserIDs)))...)
	b.Only = s.memberNames(group, in.GroupDeliver.Recipients)
	return b, ""
}

// memberNames gives the names of those ids that are in the group; "@ALL" is
// everyone.
func (s *Server) memberNames(g sim.Group, ids []string) []string {
	var names []string
	for _, id := range ids {
		if id == "@ALL" {
			names = append(names, everyone)
		} else if p, ok := s.world.ByUser(bot.DingTalk, bot.UserID(id)); ok && g.Has(p.Name) {
			names = append(names, p.Name)
		}
	}
	return names
}
