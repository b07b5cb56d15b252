package roster

import (
	"slices"
)

// change puts into the plan what a line changes of a person.
func (p *planner) change(w wanted, d *draft, node Node) {
	p.plan.Nodes = p.tree.made // made while the path was followed
	if w.Class != "" {
		p.reclass(w, d)
	}
	p.person(d)
	if !d.nodes[node.ID] {
		d.nodes[node.ID] = true
		p.plan.Belongings = append(p.plan.Belongings, Belonging{Person: d.ID, Node: node.ID})
	}
	if w.phone != "" && w.phone != d.phone {
		delete(p.people.byPhone, d.phone)
		d.phone, p.people.byPhone[w.phone] = w.phone, d
		p.plan.Phones[d.ID] = w.phone
	}
	for _, a := range w.accounts {
		if d.accounts[a] {
			continue
		}
		d.accounts[a], p.people.byAccount[a] = true, d
		p.plan.Accounts = append(p.plan.Accounts, Account{Account: a, Person: d.ID})
	}
	p.posts(w, d, node)
}

// size counts what a plan changes.
func (p *Plan) size() int {
	return len(p.Nodes) + len(p.New) + len(p.Changed) + len(p.Joins) + len(p.Accounts) + len(p.Posts) + len(p.Belongings) + len(p.Phones) + len(p.Zones)
}

// reclass makes somebody what the sheet says they are. Who withdrew their consent to
// being kept as a Party member stays what they are.
func (p *planner) reclass(w wanted, d *draft) {
	is, was := w.class != resident, d.before.Member && d.before.Standing == Confirmed
	if is && p.withheld[d.ID] {
		p.note(w.Line, "%s撤回过“党员身份”的同意，这一项没有改，请本人私聊我说：允许 党员身份", d.Name)
		return
	}
	if was && !is {
		p.note(w.Line, "%s原来登记为党员，这次改为%s", d.Name, w.Class)
	}
	d.Member, d.Probation = is, w.class == probationary
}

// person puts a new or changed person into the plan, once.
func (p *planner) person(d *draft) {
	if !d.fresh && d.Person == d.before {
		return
	}
	list := &p.plan.Changed
	if d.fresh {
		list = &p.plan.New
	}
	if d.planned {
		(*list)[d.place] = d.Person
		return
	}
	d.planned, d.place = true, len(*list)
	*list = append(*list, d.Person)
	if !d.fresh {
		p.plan.Before = append(p.plan.Before, d.before)
	}
}

// posts gives the posts of a line that are not held already.
func (p *planner) posts(w wanted, d *draft, node Node) {
	for _, title := range w.titles {
		held := slices.ContainsFunc(d.posts, func(o Post) bool { return o.Node == node.ID && o.Title == title && o.LentBy == "" })
		if held {
			continue
		}
		post := Post{ID: p.ID(), Person: d.ID, Node: node.ID, Title: title, From: p.Now, Until: w.until, By: p.By}
		d.posts = append(d.posts, post)
		p.plan.Posts = append(p.plan.Posts, post)
	}
}
