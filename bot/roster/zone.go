package roster

import "yiqun/bot"

// ZoneChange is by which clock a node goes before and after; empty for that of the node
// above.
type ZoneChange struct {
	Node   bot.NodeID `json:"node"`
	Before string     `json:"before,omitempty"`
	After  string     `json:"after,omitempty"`
}

// onlyZone reports whether a line speaks of a node alone, and of nobody there.
func (r Row) onlyZone() bool {
	return r.Zone != "" && r == Row{Line: r.Line, Node: r.Node, Zone: r.Zone}
}

// readZone checks the cell that says by which clock a node goes.
func (p *planner) readZone(w *wanted) {
	if w.Zone == "" {
		return
	}
	var ok bool
	if w.zone, ok = p.ZoneCalled(w.Zone); !ok {
		p.wrong(w.Line, "时区“%s”没看懂，请写北京时间、新疆时间，或Asia/Urumqi这样的名字", short(w.Zone))
	}
}

// zone lets a node go by the clock that a line says; false if another line says another.
func (p *planner) zone(w wanted, node Node) bool {
	if w.Zone == "" {
		return true
	}
	before, said := p.zoned[node.ID]
	switch {
	case said && before.zone != w.zone:
		p.wrong(w.Line, "%s的时区和第%d行写的不一样，请留一个", node.Name, before.Line)
		return false
	case said:
		return true
	}
	p.zoned[node.ID] = w
	switch made := p.tree.setZone(node.ID, w.zone); {
	case made || node.Zone == w.zone:
		p.plan.Nodes = p.tree.made
	default:
		p.plan.Zones = append(p.plan.Zones, ZoneChange{Node: node.ID, Before: node.Zone, After: w.zone})
	}
	return true
}

// setZone sets the zone of a node that the tree has made; false if it was there before.
func (t *tree) setZone(id bot.NodeID, zone string) (made bool) {
	for i := range t.made {
		if t.made[i].ID == id {
			t.made[i].Zone = zone
			return true
		}
	}
	return false
}

// zones finds the clocks that still stand as the import left them, of nodes that were
// there before it.
func (u *Undo) zones(i Import, book Book) {
	now := map[bot.NodeID]string{}
	for _, n := range book.Nodes {
		now[n.ID] = n.Zone
	}
	for _, c := range i.Zones {
		if zone, there := now[c.Node]; there && zone == c.After {
			u.Zones = append(u.Zones, c)
		}
	}
}
