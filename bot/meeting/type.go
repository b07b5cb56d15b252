package meeting

import (
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
)

// Type is one sort of meeting, as a template describes it: who belongs to it, by which
// rule it is quorate and votes, and how long before it people are to know.
type Type struct {
	// Also are other names people call it by, besides the template's.
	Also []string `yaml:"also"`
	// Roll is who is entitled: members, posts, people or units.
	Roll RollKind `yaml:"roll"`
	// Posts are the posts whose holders are entitled, where Roll is posts. A post
	// that ends in one of them counts too: 委员 stands for 组织委员.
	Posts []string `yaml:"posts"`
	// Rule is the id of the rule of bot/ballot by which it is quorate and votes.
	// Without one nobody is told whether there are enough: they are only counted.
	Rule string `yaml:"rule"`
	// Counted says why there is no rule, where that is not that none is prescribed.
	Counted string `yaml:"counted"`
	// Votes is the rule of its votes where that is another one.
	Votes string `yaml:"votes"`
	// Lead is how long before the meeting its notice must be out.
	Lead *Lead `yaml:"lead"`
	// Vote is the template that a vote taken in it follows, Order the one that a task
	// given in it becomes, and OrderWord what one types to give a task.
	Vote      string `yaml:"vote"`
	Order     string `yaml:"order"`
	OrderWord string `yaml:"order_word"`
	// Slips is the template of the papers that go up and down with it; empty for none.
	Slips string `yaml:"slips"`
	// Weekly makes it one of every week; nil for none.
	Weekly *Weekly `yaml:"weekly"`
}

// RollKind is from where the roll of a type is taken.
type RollKind string

// The kinds of roll.
const (
	OfMembers RollKind = "members" // the Party members of the node
	OfPosts   RollKind = "posts"   // the holders of posts at the node
	OfPeople  RollKind = "people"  // everybody confirmed at the node
	OfUnits   RollKind = "units"   // organisations, each one seat
	OfNamed   RollKind = "named"   // whoever convenes it names them
)

// RollKinds lists the kinds of roll a template may write.
var RollKinds = []RollKind{OfMembers, OfPosts, OfPeople, OfUnits, OfNamed}

// Problems lists what is wrong with a type, in words for whoever wrote the template.
func (t Type) Problems() []string {
	var out []string
	if !slices.Contains(RollKinds, t.Roll) {
		out = append(out, "meet.roll 请写 members、posts、people、units 或 named")
	}
	if (t.Roll == OfPosts) != (len(t.Posts) > 0) {
		out = append(out, "meet.posts 和 roll: posts 要一起写")
	}
	if t.Lead != nil && (t.Lead.Days < 1 || t.Lead.Days > 90 || t.Lead.Source == "") {
		out = append(out, "meet.lead 要有 days（1到90）和 source")
	}
	if w := t.Weekly; w != nil && (w.Day < 1 || w.Day > 7 || w.Hour < 0 || w.Hour > 23) {
		out = append(out, "meet.weekly 要有 day（1到7，周一是1）和 hour（0到23）")
	}
	if t.Rule != "" && t.Counted != "" {
		out = append(out, "meet.counted 是没有 rule 时的说明，写了 rule 就不要写")
	}
	if (t.Order == "") != (t.OrderWord == "") {
		out = append(out, "meet.order 和 order_word 要一起写")
	}
	return out
}

// Unjudged says that those present are only counted, and why; empty where a rule says how
// many there must be.
func (t Type) Unjudged() string {
	switch {
	case t.Rule != "":
		return ""
	case t.Counted != "":
		return t.Counted + "，只计数。"
	}
	return "到会人数没有规定，只计数。"
}

// Lead is a time of notice, with its source.
type Lead struct {
	Days   int    `yaml:"days"`
	Source string `yaml:"source"`
	// State is empty where the text was verified; otherwise the lead time is said and
	// does not bind.
	State string `yaml:"state"`
}

// Earliest is the first day on which a meeting may be held that is announced at now,
// in now's zone: 15日前 of a notice on the 21st is the 6th.
func (l Lead) Earliest(now time.Time) time.Time {
	y, m, d := now.Date()
	return time.Date(y, m, d+l.Days, 0, 0, 0, 0, now.Location())
}

// Check judges a notice given at now for a meeting at a time, both in the local zone.
// err refuses it by a verified text; warning says what an unverified one asks.
func (l *Lead) Check(name string, now, at time.Time) (warning string, err error) {
	if l == nil || !at.Before(l.Earliest(now)) {
		return "", nil
	}
	first := l.Earliest(now)
	if l.State == "" {
		return "", bot.Errorf(bot.Invalid, "%s须提前%d日通知：最早%d月%d日（%s）。请改个日子。", name, l.Days, first.Month(), first.Day(), l.Source)
	}
	return fmt.Sprintf("按%s（%s），%s要提前%d日通知，最早%d月%d日，请您斟酌。", l.Source, l.State, name, l.Days, first.Month(), first.Day()), nil
}
