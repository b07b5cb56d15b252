package ballot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"time"

	"yiqun/bot"
)

// Unit is what has one vote on a roll.
type Unit string

// The units.
const (
	Person    Unit = "person"
	Household Unit = "household"
	Deed      Unit = "deed" // 不动产权证, joined by owner: one owner of several has one head
	Seat      Unit = "seat" // an organisation's seat: 物业, 驻区单位
)

// AnyUnit stands in rules that any roll suits.
const AnyUnit Unit = "any"

var units = []Unit{Person, Household, Deed, Seat}

// VoterID names a voter within one roll. It is not shown.
type VoterID string

// Voter is one vote on a roll. Name and Units are personal data: they are stored
// encrypted, and never sent to a group as a list.
type Voter struct {
	ID    VoterID `json:"id"`
	Name  string  `json:"name"`
	Class string  `json:"class,omitempty"` // 正式党员, 预备党员
	// Votes is whether the class has a vote. Who has none is on the roll (列席) but
	// in no base.
	Votes bool `json:"votes"`
	// People are the persons who may cast this vote: one, or the grown-ups of a
	// household. Empty for who is in no group.
	People []bot.PersonID `json:"people,omitempty"`
	// Units are the deeds, rooms or seats it stands for.
	Units     []string `json:"units,omitempty"`
	Household string   `json:"household,omitempty"`
	Group     string   `json:"group,omitempty"`
	// Weight is its votes; 0 counts as 1.
	Weight int64 `json:"weight,omitempty"`
	Area   Area  `json:"area,omitempty"`
}

func (v Voter) weight() int64 { return max(v.Weight, 1) }

// Roll is who may vote, as it was when the vote opened. Joins and leaves after that
// do not move it.
type Roll struct {
	Unit Unit `json:"unit"`
	// Taken is when the snapshot was made, From from where: 名册, or a file's name.
	Taken  time.Time `json:"taken"`
	From   string    `json:"from"`
	Voters []Voter   `json:"voters"`
}

// Entitled is everyone with a vote, in every measure.
func (r *Roll) Entitled() Amount {
	return r.sum(func(Voter) bool { return true })
}

// sum adds up the voters with a vote that keep accepts. Households and groups are
// counted once, however many of their people are among them.
func (r *Roll) sum(keep func(Voter) bool) Amount {
	var a Amount
	households, groups := map[string]bool{}, map[string]bool{}
	for _, v := range r.Voters {
		if !v.Votes || !keep(v) {
			continue
		}
		a = a.Plus(v.amount())
		if v.Household != "" {
			households[v.Household] = true
		}
		if v.Group != "" {
			groups[v.Group] = true
		}
	}
	a.Households, a.Groups = int64(len(households)), int64(len(groups))
	return a
}

// Of returns the voter for whom a person may vote.
func (r *Roll) Of(p bot.PersonID) (Voter, bool) {
	i := slices.IndexFunc(r.Voters, func(v Voter) bool { return slices.Contains(v.People, p) })
	if i < 0 {
		return Voter{}, false
	}
	return r.Voters[i], true
}

// Voter returns a voter by id.
func (r *Roll) Voter(id VoterID) (Voter, bool) {
	i := slices.IndexFunc(r.Voters, func(v Voter) bool { return v.ID == id })
	if i < 0 {
		return Voter{}, false
	}
	return r.Voters[i], true
}

// Hash is the hex SHA-256 of the roll: the result names the roll it was counted by.
func (r *Roll) Hash() string {
	same := *r
	same.Taken = instant(r.Taken)
	b, err := json.Marshal(same)
	if err != nil {
		panic("a roll is plain data: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Resolve makes one of voters who turned out to be the same human being, as who
// says; it returns which voter became which. The roll itself is not changed.
// Households and seats are left alone: there a person may stand for two.
func (r *Roll) Resolve(who func(bot.PersonID) bot.PersonID) (*Roll, map[VoterID]VoterID) {
	out := *r
	out.Voters = nil
	became := map[VoterID]VoterID{}
	at := map[bot.PersonID]int{}
	for _, v := range r.Voters {
		v.People = canonical(v.People, who)
		if r.Unit == Person || r.Unit == Deed {
			if i, ok := firstOf(at, v.People); ok {
				became[v.ID] = out.Voters[i].ID
				out.Voters[i] = join(out.Voters[i], v, r.Unit)
				continue
			}
			for _, p := range v.People {
				at[p] = len(out.Voters)
			}
		}
		out.Voters = append(out.Voters, v)
	}
	return &out, became
}

func canonical(people []bot.PersonID, who func(bot.PersonID) bot.PersonID) []bot.PersonID {
	var out []bot.PersonID
	for _, p := range people {
		if p = who(p); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

func firstOf(at map[bot.PersonID]int, people []bot.PersonID) (int, bool) {
	for _, p := range people {
		if i, ok := at[p]; ok {
			return i, true
		}
	}
	return 0, false
}

// join makes one voter of two. Deeds add up; a person stays one.
func join(a, b Voter, u Unit) Voter {
	a.Votes = a.Votes || b.Votes
	a.Units = slices.Concat(a.Units, b.Units)
	if u == Deed {
		a.Area += b.Area
	}
	return a
}
