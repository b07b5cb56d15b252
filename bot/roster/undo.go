package roster

import (
	"slices"

	"yiqun/bot"
)

// Undo is what taking an import back does. What has been used since stays: somebody
// who has spoken or has a matter, a post that was given later, a place with a group.
type Undo struct {
	People     []bot.PersonID
	Accounts   []bot.Account
	Posts      []string
	Belongings []Belonging
	Nodes      []bot.NodeID // each before the one above it
	Restore    []Person
	Phones     []PhoneChange // to be set to Before
	Zones      []ZoneChange  // the same
	// Kept are people of the import who stay, since they have been active.
	Kept []bot.PersonID
}

// PlanUndo says what taking i back changes. busy reports whether a person or node is
// part of a matter.
func PlanUndo(i Import, book Book, busy Busy) Undo {
	u := Undo{Posts: i.Posts}
	heard := map[bot.PersonID]bool{} // by an account the import did not bring, or one that has spoken
	brought := set(i.Accounts)
	for _, a := range book.Accounts {
		switch {
		case brought[a.Account] && a.Seen.IsZero() && a.Private.IsZero():
			u.Accounts = append(u.Accounts, a.Account)
		default:
			heard[a.Person] = true
		}
	}
	posted := map[bot.PersonID]bool{}
	ours := set(i.Posts)
	for _, p := range book.Posts {
		posted[p.Person] = posted[p.Person] || !ours[p.ID]
	}
	stays := map[bot.PersonID]bool{}
	for _, id := range i.People {
		if heard[id] || posted[id] || busy.People[id] {
			stays[id] = true
			u.Kept = append(u.Kept, id)
			continue
		}
		u.People = append(u.People, id)
	}
	for _, b := range i.Belongings {
		if !stays[b.Person] {
			u.Belongings = append(u.Belongings, b)
		}
	}
	u.restore(i, book, stays)
	u.zones(i, book)
	u.nodes(i, book, busy)
	return u
}

// Busy names the people and nodes that are part of matters.
type Busy struct {
	People map[bot.PersonID]bool
	Nodes  map[bot.NodeID]bool
}

// restore finds what still stands as the import left it.
func (u *Undo) restore(i Import, book Book, stays map[bot.PersonID]bool) {
	now := map[bot.PersonID]Person{}
	for _, p := range book.People {
		now[p.ID] = p
	}
	for n, before := range i.Before {
		if now[before.ID] == i.Left[n] {
			u.Restore = append(u.Restore, before)
		} else {
			u.Kept = append(u.Kept, before.ID)
		}
	}
	for _, c := range i.Phones {
		if book.Phones[c.Person] == c.After && !stays[c.Person] {
			u.Phones = append(u.Phones, c)
		}
	}
}

// nodes drops the places that the import made and nobody uses.
func (u *Undo) nodes(i Import, book Book, busy Busy) {
	used := map[bot.NodeID]bool{}
	for _, g := range book.Groups {
		used[g.Node] = true
	}
	dropped := set(i.Posts)
	for _, p := range book.Posts {
		used[p.Node] = used[p.Node] || !dropped[p.ID]
	}
	taken := set(u.Belongings)
	for _, b := range book.Belongings {
		used[b.Node] = used[b.Node] || !taken[b]
	}
	parents := map[bot.NodeID]bot.NodeID{}
	made := set(i.Nodes)
	for _, n := range book.Nodes {
		parents[n.ID] = n.Parent
		if !made[n.ID] {
			used[n.Parent] = true
		}
	}
	for _, id := range slices.Backward(i.Nodes) { // children were made after
		if used[id] || busy.Nodes[id] {
			used[parents[id]] = true
			continue
		}
		u.Nodes = append(u.Nodes, id)
	}
}

func set[T comparable](list []T) map[T]bool {
	out := map[T]bool{}
	for _, s := range list {
		out[s] = true
	}
	return out
}
