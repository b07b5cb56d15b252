package roster

import (
	"maps"
	"slices"
	"time"

	"yiqun/bot"
)

// Book is the whole roster at one moment: what an import is compared with.
type Book struct {
	Nodes      []Node
	Groups     []Group
	People     []Person
	Accounts   []Account
	Posts      []Post
	Belongings []Belonging
	Phones     map[bot.PersonID]string
	// Withheld are people who withdrew their consent to being kept as Party members.
	Withheld []bot.PersonID
}

// Belonging says that a person was entered at a node by an import; they may never
// have spoken there.
type Belonging struct {
	Person bot.PersonID `json:"person"`
	Node   bot.NodeID   `json:"node"`
}

// Import is what one import changed, kept so that it can be taken back.
type Import struct {
	ID     string       `json:"-"` // ULID
	At     time.Time    `json:"-"`
	By     bot.PersonID `json:"-"` // empty: the operator, at the command line
	Undone time.Time    `json:"-"` // zero while it stands

	// What was not there before.
	Nodes      []bot.NodeID   `json:"nodes,omitempty"`
	People     []bot.PersonID `json:"people,omitempty"`
	Accounts   []bot.Account  `json:"accounts,omitempty"`
	Posts      []string       `json:"posts,omitempty"`
	Belongings []Belonging    `json:"belongings,omitempty"`
	// Before are people that were changed, as they stood, and Left as they were left.
	Before []Person `json:"before,omitempty"`
	Left   []Person `json:"left,omitempty"`
	// Joined are accounts' persons that became those of the sheet; that stays when the
	// import is undone, since what they did since cannot be told apart.
	Joined []Join        `json:"joined,omitempty"`
	Phones []PhoneChange `json:"phones,omitempty"`
	Zones  []ZoneChange  `json:"zones,omitempty"`
}

// Join says that whoever was known only by an account is a person of the roster.
type Join struct {
	From bot.PersonID `json:"from"`
	Into bot.PersonID `json:"into"`
}

// PhoneChange is a telephone number before and after; empty for none.
type PhoneChange struct {
	Person bot.PersonID `json:"person"`
	Before string       `json:"before,omitempty"`
	After  string       `json:"after,omitempty"`
}

// Import is what is kept of a plan that was carried out, to take it back.
func (p Plan) Import(id string, m Moment, book Book) Import {
	i := Import{ID: id, At: m.Now, By: m.By, Before: p.Before, Left: p.Changed, Belongings: p.Belongings, Joined: p.Joins, Zones: p.Zones}
	for _, n := range p.Nodes {
		i.Nodes = append(i.Nodes, n.ID)
	}
	for _, who := range p.New {
		i.People = append(i.People, who.ID)
	}
	for _, a := range p.Accounts {
		i.Accounts = append(i.Accounts, a.Account)
	}
	for _, post := range p.Posts {
		i.Posts = append(i.Posts, post.ID)
	}
	for _, who := range slices.Sorted(maps.Keys(p.Phones)) {
		i.Phones = append(i.Phones, PhoneChange{Person: who, Before: book.Phones[who], After: p.Phones[who]})
	}
	return i
}

// Without is the import without what it holds of a person who was erased.
func (i Import) Without(p bot.PersonID) Import {
	i.People = slices.DeleteFunc(slices.Clone(i.People), func(id bot.PersonID) bool { return id == p })
	i.Belongings = slices.DeleteFunc(slices.Clone(i.Belongings), func(b Belonging) bool { return b.Person == p })
	i.Phones = slices.DeleteFunc(slices.Clone(i.Phones), func(c PhoneChange) bool { return c.Person == p })
	i.Joined = slices.DeleteFunc(slices.Clone(i.Joined), func(j Join) bool { return j.Into == p })
	var before, left []Person
	for n, who := range i.Before {
		if who.ID != p {
			before, left = append(before, who), append(left, i.Left[n])
		}
	}
	i.Before, i.Left = before, left
	return i
}
