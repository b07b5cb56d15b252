package service

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/roster"
)

// zoneWord says or changes by which clock people live at a node.
const zoneWord = "时区"

func zoneCommands() []command {
	return []command{
		{word: zoneWord, also: []string{"本群时区", "改时区", "设时区"}, help: zoneWord + " 新疆时间", about: "这里按哪里的钟点说时间", by: administrator, who: vouching, denied: "时区要由" + vouching + "来定。", run: (*session).zoneSaid},
	}
}

// spokenZones are what people call a clock; whoever lives by another writes its name in
// the tz database.
var spokenZones = []struct{ said, name string }{
	{"北京时间", "Asia/Shanghai"}, {"新疆时间", "Asia/Urumqi"}, {"乌鲁木齐时间", "Asia/Urumqi"},
}

// sameZone are the words that give a node the clock of the one above again.
var sameZone = []string{"同上级", "跟上级", "和上级一样", "取消", "默认"}

// zoneSaid says by which clock people live here, or changes it for this node or one
// above that is named.
func (s *session) zoneSaid() error {
	s.verb = zoneWord
	if s.node.ID == "" {
		return s.noNode()
	}
	said := s.afterCommand(zoneWord)
	if said == "" {
		s.reply(s.zoneHere() + fmt.Sprintf("要改请发“%s 新疆时间”或“%s Asia/Urumqi”这样的话。", zoneWord, zoneWord))
		return nil
	}
	node, said, err := s.zonedNode(said)
	if err != nil {
		return err
	}
	zone, err := zoneSpoken(said)
	if err != nil {
		return err
	}
	moved, err := s.zoneSet(node, zone)
	if err != nil {
		return err
	}
	lead := "好，"
	if node.ID != s.node.ID {
		lead += node.Name + "改好了。"
	}
	text := lead + s.zoneHere()
	if moved > 0 {
		text += fmt.Sprintf("定期的提醒有%d条，钟点不变，按这个时间来。", moved)
	}
	s.reply(text)
	return nil
}

// zoneSet lets a node go by another clock, and returns how many reminders keep their time of
// day by it.
func (s *session) zoneSet(node roster.Node, zone string) (moved int, err error) {
	node.Zone = zone
	if err := s.tx.PutNode(s.ctx, node); err != nil {
		return 0, err
	}
	if err := s.journal("zone", node.ID, "", cmp.Or(zone, "inherited")); err != nil {
		return 0, err
	}
	return s.reckonAnew(node.ID)
}

// setZone is zoneSet for an import.
func (s *session) setZone(node bot.NodeID, zone string) error {
	n, err := s.tx.Node(s.ctx, node)
	if err == nil {
		_, err = s.zoneSet(n, zone)
	}
	return err
}

// zoneHere says the clock of the node at hand, and what it shows.
func (s *session) zoneHere() string {
	name := s.zone().String()
	for _, z := range spokenZones {
		if z.name == name {
			name = z.said
			break
		}
	}
	return fmt.Sprintf("%s用%s，现在是%s。", s.node.Name, name, s.now.In(s.zone()).Format("15:04"))
}

// zonedNode is the node whose clock is meant, which the speaker may change: the one at
// hand, or one above it that is named. It returns what else was said.
func (s *session) zonedNode(said string) (roster.Node, string, error) {
	node, line := s.node, []bot.NodeID(nil)
	above, err := s.lineage(s.node.ID)
	if err != nil {
		return node, said, err
	}
	for i, id := range above {
		n, err := s.tx.Node(s.ctx, id)
		if err != nil {
			return node, said, err
		}
		if head, rest, ok := strings.Cut(said, n.Name); ok && n.Name != "" {
			node, said = n, strings.TrimSpace(head+rest)
			line = above[i:]
			break
		}
	}
	if line == nil {
		line = above
	}
	may := func(title string) bool { return slices.Contains(vouchers, title) }
	if !s.isAdmin() && !slices.ContainsFunc(roster.Titles(s.posts, s.now, line...), may) {
		return node, said, denied(zoneWord)
	}
	return node, said, nil
}

// zoneSpoken is the name of a zone as it was said; empty for that of the node above.
func zoneSpoken(said string) (string, error) {
	said = strings.Trim(said, " ，。：:")
	if slices.Contains(sameZone, said) {
		return "", nil
	}
	for _, z := range spokenZones {
		if said == z.said {
			return z.name, nil
		}
	}
	// "Local" and the empty name mean something else on every machine.
	if _, err := time.LoadLocation(said); err != nil || said == "" || strings.EqualFold(said, "local") {
		return "", bot.Errorf(bot.Invalid, "不认识“%s”这个时区。可以说北京时间、新疆时间，或写 Asia/Urumqi 这样的名字。", cut(said, 20))
	}
	return said, nil
}

// reckonAnew lets what recurs at a node and below it keep its time of day by the clock
// that holds there now, and says how many there are.
func (s *session) reckonAnew(top bot.NodeID) (moved int, err error) {
	nodes, err := s.tx.Nodes(s.ctx)
	if err != nil {
		return 0, err
	}
	below := map[bot.NodeID]bool{top: true}
	for range deepest {
		for _, n := range nodes {
			below[n.ID] = below[n.ID] || below[n.Parent]
		}
	}
	owners := map[bot.PersonID]bool{}
	for node, is := range below {
		if !is {
			continue
		}
		owners[standingOwner(node)], owners[bot.PersonID(weeklyPrefix+string(node))] = true, true
		people, err := s.tx.PeopleAt(s.ctx, node)
		if err != nil {
			return 0, err
		}
		for _, p := range people {
			owners[p.ID] = true
		}
	}
	for owner := range owners {
		all, err := s.tx.RemindersOf(s.ctx, owner)
		if err != nil {
			return 0, err
		}
		for _, r := range all {
			if !below[r.Node] || !r.Rule.Recurs() {
				continue
			}
			if _, err := s.putReminder(r.Change(s.place(r.Node), r.Rule, s.now)); err != nil {
				return 0, err
			}
			if !isWeekly(r.ID) {
				moved++
			}
		}
	}
	return moved, nil
}
