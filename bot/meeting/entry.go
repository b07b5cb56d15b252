package meeting

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

// ID names one meeting: a matter's step and its round.
type ID struct {
	Matter bot.MatterID `json:"matter"`
	Step   string       `json:"step"`
	Round  int          `json:"round"`
}

// Kind is what an entry says.
type Kind string

// What is said before a meeting.
const (
	Coming Kind = "coming" // 参加
	Excuse Kind = "excuse" // 请假, with a reason
	Topic  Kind = "topic"  // 议题: an item proposed
)

// What happens in the room.
const (
	Start     Kind = "start"
	Arrive    Kind = "arrive"    // 到会, 签到
	Late      Kind = "late"      // 迟到: came after the beginning
	Leave     Kind = "leave"     // 早退
	Absent    Kind = "absent"    // 缺席
	Represent Kind = "represent" // 代表出席: somebody stands for them
	Guest     Kind = "guest"     // 列席: there, without a vote
	Next      Kind = "next"      // 下一项
	Note      Kind = "note"      // 记
	Speech    Kind = "speech"    // 发言
	Resolve   Kind = "resolve"   // 决议
	Vote      Kind = "vote"      // 表决: opens a matter of its own
	Task      Kind = "task"      // opens an order
	Picture   Kind = "picture"   // a photograph
	Ordered   Kind = "ordered"   // the order that a task became
	Code      Kind = "code"      // the four digits shown in the room
	Pause     Kind = "pause"     // 休会
	Resume    Kind = "resume"    // 复会
	End       Kind = "end"
)

// What is done to the record itself.
const (
	Correct Kind = "correct" // the text of an earlier entry is to read thus
	Strike  Kind = "strike"  // an earlier entry does not count
	Approve Kind = "approve" // 确认: somebody has read the minutes
	Office  Kind = "office"  // who is host or recorder from now on
	Vouch   Kind = "vouch"   // how many are entitled, as somebody has checked
)

// Entry is one thing said of a meeting. It is appended and never edited: a correction
// is another entry. Text is erasable; the chain holds its salted digest.
type Entry struct {
	// ID orders the entries: ULIDs, drawn as they come.
	ID   string       `json:"id"`
	At   time.Time    `json:"at"`
	By   bot.PersonID `json:"by"`
	Kind Kind         `json:"kind"`
	// Voters are those on the roll whom it concerns: who came, who spoke.
	Voters []ballot.VoterID `json:"voters,omitempty"`
	// Count is a number said: of those entitled.
	Count int `json:"count,omitempty"`
	// Of is the entry that is corrected or struck.
	Of string `json:"of,omitempty"`
	// As is what a correction of attendance makes of it.
	As Kind `json:"as,omitempty"`
	// Post is host or recorder, Person who holds it.
	Post   Post         `json:"post,omitempty"`
	Person bot.PersonID `json:"person,omitempty"`
	// Matter is the vote or the order it opened.
	Matter bot.MatterID `json:"matter,omitempty"`
	Due    time.Time    `json:"due,omitzero"`
	// Who is a name that is not on the roll: a guest, a speaker, who stands for a seat.
	// It is text, as Text is.
	Who    string `json:"-"`
	Text   string `json:"-"`
	Salt   []byte `json:"-"`
	Digest string `json:"digest,omitempty"` // hex SHA-256 of Salt, Who and Text
}

// Post is an office in a meeting.
type Post string

// The offices.
const (
	Host     Post = "host"
	Recorder Post = "recorder"
)

// Sealed completes an entry for the chain.
func (e Entry) Sealed(salt []byte) Entry {
	e.At, e.Due = instant(e.At), instant(e.Due)
	e.Salt, e.Digest = nil, ""
	if e.Who+e.Text != "" {
		e.Salt = salt
		e.Digest = e.digest()
	}
	return e
}

// Intact reports whether the text, where it is still there, is what was written.
func (e Entry) Intact() bool { return e.Salt == nil || e.Digest == e.digest() }

func (e Entry) digest() string {
	raw := mustJSON([]string{e.Who, e.Text})
	sum := sha256.Sum256(append(append([]byte{}, e.Salt...), raw...))
	return hex.EncodeToString(sum[:])
}

// Hash is what the act that closes a meeting says of its entries: the hex SHA-256 of
// the roll's hash and of every entry's facts, in order. Erased texts leave it as it is.
func Hash(roll *ballot.Roll, entries []Entry) string {
	h := sha256.New()
	if roll != nil {
		h.Write([]byte(roll.Hash()))
	}
	for _, e := range entries {
		e.At, e.Due = instant(e.At), instant(e.Due)
		h.Write(mustJSON(e))
	}
	return hex.EncodeToString(h.Sum(nil))
}

func mustJSON(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic("an entry is plain data: " + err.Error())
	}
	return b
}

func instant(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC().Truncate(time.Millisecond)
}
