package procedure

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"yiqun/bot"
)

// Op is what an act does. Kinds give the step ops their meaning; the matter ops
// work alike in every template.
type Op string

// The step ops.
const (
	Do       Op = "do"       // the step's own verb: 点单, 接单, 办结, 评价
	Refuse   Op = "refuse"   // 不受理
	Release  Op = "release"  // 退单
	Extend   Op = "extend"   // 延期
	Callback Op = "callback" // 回访: rated by telephone
	Object   Op = "object"   // 异议
	Close    Op = "close"    // 结束: a vote that may end before its time
	Lengthen Op = "lengthen" // 延长: a vote that may end later
	Amend    Op = "amend"    // 改: a vote that nobody has voted in is held otherwise
	Move     Op = "move"     // 改期: a meeting that has not begun is held at another time
)

// The matter ops.
const (
	Cancel     Op = "cancel"     // 取消
	Supplement Op = "supplement" // 补充
	Transfer   Op = "transfer"   // 转
	Merge      Op = "merge"      // 并入 another matter
	Absorb     Op = "absorb"     // another matter was merged into this one
	Undo       Op = "undo"       // 撤销
)

// The ops of the clock.
const (
	Expire Op = "expire" // a lease, a window or a notice has ended
	Nudge  Op = "nudge"  // somebody was reminded
	Join   Op = "join"   // a matter that this one waits for has ended
	Redraw Op = "redraw" // the meeting that a matter's papers go with was moved
)

// Act is one official act. It is appended once and never edited. What members
// wrote is not in it: Content travels beside it, and only its salted digest is
// part of the chain, so that a deletion by law leaves the chain whole.
type Act struct {
	Matter bot.MatterID `json:"matter"`
	Seq    int          `json:"seq"` // 1, 2, 3 … without a gap
	Step   string       `json:"step,omitempty"`
	Round  int          `json:"round,omitempty"`
	Op     Op           `json:"op"`
	At     time.Time    `json:"at"`

	// By is who did it; empty for 时钟, the clock.
	By bot.PersonID `json:"by,omitempty"`
	// Post is the post, or relation, by which it was allowed: 书记, 党员, asker.
	// Apply fills it in.
	Post string `json:"post,omitempty"`
	// OnBehalf is for whom it was done, when not for By.
	OnBehalf bot.PersonID `json:"on_behalf,omitempty"`
	// Opening is set on the first act only.
	Opening *Opening `json:"opening,omitempty"`
	// Channel says how it reached us: dingtalk, wecom, phone, clock.
	Channel string `json:"channel,omitempty"`
	// Event is the message or press it came through.
	Event bot.EventID `json:"event,omitempty"`

	People   []bot.PersonID `json:"people,omitempty"`
	Until    time.Time      `json:"until,omitzero"`
	Count    int            `json:"count,omitempty"`
	Score    int            `json:"score,omitempty"`
	Amount   int64          `json:"amount,omitempty"` // hundredths: hours, points
	Choice   string         `json:"choice,omitempty"`
	Category string         `json:"category,omitempty"`
	Other    bot.MatterID   `json:"other,omitempty"`
	Key      string         `json:"key,omitempty"` // of the timer, for acts of the clock
	// Terms are how a vote is to be held; on the act that opens its matter.
	Terms *Terms `json:"terms,omitempty"`
	// Tally is what a vote or a survey came to; on the act that closes it.
	Tally *Tally `json:"tally,omitempty"`
	// Bound is the file that was made of the matter; on the act that files it.
	Bound *Bound `json:"bound,omitempty"`

	// Sealing is what a meeting left; on the act that closes it.
	Sealing *Sealing `json:"sealing,omitempty"`

	// Has lists the keys of Content, sorted: which fields were given is a fact.
	Has    []string `json:"has,omitempty"`
	Digest string   `json:"digest,omitempty"` // hex SHA-256 of salt and content
	Prev   string   `json:"prev,omitempty"`   // Hash of the act before

	// Hash is the hex SHA-256 of everything above, in this JSON form.
	Hash string `json:"-"`
	// Content is what was written, by field id; erasable, kept apart.
	Content map[string]string `json:"-"`
	// Salt keeps Digest from being guessed; stored with Content and erased with it.
	Salt []byte `json:"-"`
}

// Seal completes an act for the chain: content keys, digest and hash.
func (a Act) Seal(prev string, salt []byte) Act {
	a.At, a.Until = instant(a.At), instant(a.Until)
	a.Prev, a.Has, a.Digest, a.Salt = prev, nil, "", nil
	if len(a.Content) > 0 {
		a.Has = slices.Sorted(maps.Keys(a.Content))
		a.Salt = salt
		a.Digest = digest(salt, a.Content)
	}
	a.Hash = a.hash()
	return a
}

// instant is a time as acts keep it: whole milliseconds in UTC.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

// Intact reports whether the act's hash is right and follows prev, and whether
// its content, where still present, is what was written.
func (a Act) Intact(prev string) bool {
	if a.Prev != prev || a.Hash != a.hash() {
		return false
	}
	return a.Content == nil || a.Digest == digest(a.Salt, a.Content)
}

func (a Act) hash() string {
	b, err := json.Marshal(a)
	if err != nil {
		panic("an act is plain data: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func digest(salt []byte, content map[string]string) string {
	// encoding/json writes map keys in order, so the form is canonical.
	b, err := json.Marshal(content)
	if err != nil {
		panic("content is plain data: " + err.Error())
	}
	h := sha256.New()
	h.Write([]byte(base64.StdEncoding.EncodeToString(salt)))
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil))
}

// Opening is what a matter is given when it begins.
type Opening struct {
	Template string     `json:"template"`
	Source   string     `json:"source"` // the template's content hash
	Node     bot.NodeID `json:"node"`
	Series   bot.NodeID `json:"series"`
	Year     int        `json:"year"`
	Number   int        `json:"number"`
	// Parent is the matter that waits for this one; empty for most.
	Parent bot.MatterID `json:"parent,omitempty"`
	// Zone is in which the matter's full days are counted, as Asia/Shanghai; empty in
	// acts from before it was kept.
	Zone string `json:"zone,omitempty"`
}

// Actor is who acts, with what Apply needs to judge their rights. The zero Actor
// is the clock.
type Actor struct {
	Person bot.PersonID
	// Was are ids the same human being had before accounts were joined; a matter
	// may still know them by one of those.
	Was []bot.PersonID
	// Posts are held at the matter's node, lent ones included.
	Posts []string
	// Above are the posts held at nodes above it; they are in Posts too.
	Above []string
	// Member is a confirmed Party member.
	Member bool
}

// Is reports whether id is, or was, the actor's.
func (a Actor) Is(id bot.PersonID) bool {
	return id != "" && (id == a.Person || slices.Contains(a.Was, id))
}

// IsClock reports whether nobody in person acts.
func (a Actor) IsClock() bool { return a.Person == "" }
