package roster

import (
	"slices"
	"time"

	"yiqun/bot"
)

// Node is one place in the organisation tree: 街道, 社区, 网格支部.
type Node struct {
	ID     bot.NodeID
	Parent bot.NodeID // empty at the top
	Name   string
	// Zone is by which clock people live there, as Asia/Urumqi; empty for that of the
	// node above, and at the top for the bot's own.
	Zone string
}

// Group is a chat bound to a node. A node may have one on each platform.
type Group struct {
	Chat  bot.Chat
	Node  bot.NodeID
	Title string // the platform's own title, display only
	Since time.Time
}

// Standing is how far we believe who someone is.
type Standing string

// The standings. Only a confirmed person can hold a post or be a Party member;
// everybody else may ask, rate and speak.
const (
	Unknown   Standing = ""          // an account that spoke; its name is a nickname
	Listed    Standing = "listed"    // a name without an account: 代 李阿姨 点单
	Confirmed Standing = "confirmed" // 书记 or 网格长 said 是他, or an import
)

// Person is one human being, whatever accounts they have.
type Person struct {
	ID       bot.PersonID
	Name     string // real name once confirmed, else the display name
	Standing Standing
	Member   bool // confirmed Party member, on probation or not
	// Probation marks a member on probation (预备党员), who has no vote in the Party.
	Probation bool
	Since     time.Time
}

// Account is an account and whose it is.
type Account struct {
	Account bot.Account
	Person  bot.PersonID
	Nick    string
	// Private is when this account last wrote to the bot in a private chat; zero
	// means a push may be refused (WeCom).
	Private time.Time
	Seen    time.Time // last heard anywhere
	// Chat is the group it last spoke in; zero if only in private.
	Chat bot.Chat
}

// Administrator is the post of the one who runs the bot; held at no node.
const Administrator = "管理员"

// Post is an office someone holds at a node.
type Post struct {
	ID     string // ULID
	Person bot.PersonID
	Node   bot.NodeID // empty for Administrator
	Title  string     // 书记, 网格长
	From   time.Time
	Until  time.Time // zero = no end
	// LentBy is whose post this stands in for (代班); empty for an own post.
	LentBy bot.PersonID
	By     bot.PersonID // who appointed
}

// Holds reports whether the post is in force at t.
func (p Post) Holds(t time.Time) bool {
	return !t.Before(p.From) && (p.Until.IsZero() || t.Before(p.Until))
}

// Titles returns the titles in force at t at one of the nodes, without repeats.
func Titles(posts []Post, t time.Time, nodes ...bot.NodeID) []string {
	var out []string
	for _, p := range posts {
		if p.Holds(t) && slices.Contains(nodes, p.Node) && !slices.Contains(out, p.Title) {
			out = append(out, p.Title)
		}
	}
	return out
}

// Proposal is a name someone gave themselves (我是 王建国), waiting for 书记 or
// 网格长 to say 是他 or 不是他.
type Proposal struct {
	ID     string // ULID
	Person bot.PersonID
	Name   string
	Node   bot.NodeID
	At     time.Time
	// Decided and By are set once somebody answered; Accepted is the answer.
	Decided  time.Time
	By       bot.PersonID
	Accepted bool
}
