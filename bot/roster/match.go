package roster

import (
	"fmt"
	"maps"
	"time"

	"yiqun/bot"
)

// people finds persons by what a sheet says of them; those of the sheet itself are
// added as it is read.
type people struct {
	byID      map[bot.PersonID]*draft
	byAccount map[bot.Account]*draft
	byPhone   map[string]*draft
	byName    map[string][]*draft
}

// draft is a person as the sheet leaves them.
type draft struct {
	Person
	before   Person // zero if new
	fresh    bool
	line     int // of the sheet; 0 if not named in it yet
	phone    string
	accounts map[bot.Account]bool
	posts    []Post
	nodes    map[bot.NodeID]bool
	// planned: it is in Plan.New or Plan.Changed already, at place.
	planned bool
	place   int
	joined  bool // into somebody else
}

func newPeople(book Book, now time.Time) people {
	p := people{byID: map[bot.PersonID]*draft{}, byAccount: map[bot.Account]*draft{}, byPhone: map[string]*draft{}, byName: map[string][]*draft{}}
	for _, who := range book.People {
		p.add(&draft{Person: who, before: who})
	}
	of := map[bot.Chat]bot.NodeID{}
	for _, g := range book.Groups {
		of[g.Chat] = g.Node
	}
	for _, a := range book.Accounts {
		if d := p.byID[a.Person]; d != nil {
			d.accounts[a.Account] = true
			p.byAccount[a.Account] = d
			if n := of[a.Chat]; n != "" {
				d.nodes[n] = true
			}
		}
	}
	for _, post := range book.Posts {
		if d := p.byID[post.Person]; d != nil && post.Holds(now) {
			d.posts = append(d.posts, post)
			d.nodes[post.Node] = true
		}
	}
	for _, b := range book.Belongings {
		if d := p.byID[b.Person]; d != nil {
			d.nodes[b.Node] = true
		}
	}
	for id, phone := range book.Phones {
		if d := p.byID[id]; d != nil {
			d.phone = phone
			p.byPhone[phone] = d
		}
	}
	return p
}

func (p *people) add(d *draft) {
	d.accounts, d.nodes = map[bot.Account]bool{}, map[bot.NodeID]bool{}
	p.byID[d.ID] = d
	if d.Standing == Confirmed {
		p.byName[d.Name] = append(p.byName[d.Name], d)
	}
}

// who finds whom a line means, or makes somebody new. ok is false if that cannot be
// told; a problem says why.
func (p *planner) who(w wanted, node Node) (*draft, bool) {
	found := map[*draft]bool{}
	var strangers []*draft
	for _, a := range w.accounts {
		switch d := p.people.byAccount[a]; {
		case d == nil:
		case d.Standing == Confirmed:
			found[d] = true
		default:
			strangers = append(strangers, d)
		}
	}
	if d := p.people.byPhone[w.phone]; d != nil {
		found[d] = true
	}
	if len(found) == 0 {
		named, ok := p.namedAt(w, node)
		if !ok {
			return nil, false
		}
		if named != nil {
			found[named] = true
		}
	}
	if len(found) > 1 {
		p.wrong(w.Line, "账号和手机号是两个人的，请核对")
		return nil, false
	}
	for d := range maps.Keys(found) {
		if d.Name != w.Name {
			p.wrong(w.Line, "%s", p.otherName(w, d))
			return nil, false
		}
		return p.once(w, d, strangers, node)
	}
	return p.once(w, p.somebody(w, strangers), strangers, node)
}

// otherName says that an account or number is somebody else's, in the sheet or on
// the roster.
func (p *planner) otherName(w wanted, d *draft) string {
	what := "手机号"
	if p.people.byPhone[w.phone] != d {
		what = "账号"
	}
	if d.fresh {
		return fmt.Sprintf("%s和第%d行的%s一样", what, d.line, d.Name)
	}
	return fmt.Sprintf("%s已经是%s的了，改名请用“更正”", what, d.Name)
}

// namedAt is the one person of that name at the node. Telephone numbers and accounts
// tell two of one name apart.
func (p *planner) namedAt(w wanted, node Node) (*draft, bool) {
	var here []*draft
	for _, d := range p.people.byName[w.Name] {
		if d.nodes[node.ID] && (w.phone == "" || d.phone == "" || d.phone == w.phone) {
			here = append(here, d)
		}
	}
	switch len(here) {
	case 0:
		if n := len(p.people.byName[w.Name]); n > 0 {
			p.note(w.Line, "别处已有%d位%s，这里按另一个人登记；是同一个人请填手机号或账号", n, w.Name)
		}
		return nil, true
	case 1:
		if here[0].fresh && len(w.accounts) > 0 && len(here[0].accounts) > 0 {
			return nil, true // of the same sheet, with different accounts
		}
		return here[0], true
	}
	p.wrong(w.Line, "这里有%d位%s，请填手机号或账号", len(here), w.Name)
	return nil, false
}

// somebody makes a new person, or the person an unknown account belongs to.
func (p *planner) somebody(w wanted, strangers []*draft) *draft {
	if len(strangers) > 0 {
		d := strangers[0]
		d.Name, d.Standing = w.Name, Confirmed
		p.people.byName[w.Name] = append(p.people.byName[w.Name], d)
		return d
	}
	d := &draft{Person: Person{ID: bot.PersonID(p.ID()), Name: w.Name, Standing: Confirmed, Since: p.Now}, fresh: true}
	p.people.add(d)
	return d
}

// once refuses the same person at the same node twice, and joins what is known only
// by an account to the person.
func (p *planner) once(w wanted, d *draft, strangers []*draft, node Node) (*draft, bool) {
	key := string(d.ID) + "/" + string(node.ID)
	if line := p.seen[key]; line > 0 {
		p.wrong(w.Line, "和第%d行重复了，请删掉一行", line)
		return nil, false
	}
	p.seen[key] = w.Line
	for _, s := range strangers {
		if s == d || s.joined {
			continue
		}
		s.joined = true
		p.plan.Joins = append(p.plan.Joins, Join{From: s.ID, Into: d.ID})
		for a := range s.accounts {
			p.people.byAccount[a] = d
			d.accounts[a] = true
		}
	}
	if d.line == 0 {
		d.line = w.Line
	}
	return d, true
}
