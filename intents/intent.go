package intents

import "time"

// Word is one verb the bot answers to.
type Word struct {
	// Verb is the word as shown to members: 接单.
	Verb string
	// Also are other words for exactly the same thing.
	Also []string
	// Takes says which pieces the verb's sentence may hold, so that the reader
	// knows whether "周五" is a deadline or part of the description.
	Takes Takes
	// Choices are the words that may follow as the answer (通过, 重办), by the
	// meaning each has.
	Choices []ChoiceWord
	// Opens says that the verb starts a new matter, so no number is expected.
	Opens bool
	// Undoable says that a slip can be taken back with 撤销, which lowers the
	// certainty needed to act.
	Undoable bool
	// Looks says that the verb only shows something (查, 待办, 帮助): a question
	// is then as good as an order, and a wrong guess does no harm.
	Looks bool
}

// ChoiceWord is one answer a verb takes.
type ChoiceWord struct {
	ID   string
	Word string
	Also []string
}

// Takes says which pieces are looked for after a verb. Pieces that are not
// looked for stay in Text.
type Takes struct {
	Matter bool // #12, 12号单, 刚才那个
	People bool // @王建国, 给李红梅
	Time   bool // an instant, a deadline, a duration
	Count  bool // 要5人
	Score  bool // 1 to 5, 满意
	Phone  bool // a telephone number
	Hours  bool // 2小时
	Points bool // 2分
	Place  bool // 3栋2单元501
	// Command: another verb's sentence follows (代 李阿姨 点单 灯坏). It is left
	// in Text from its verb on, to be read by a second Read.
	Command bool
}

// Lexicon is the set of words of one installation. It is immutable.
type Lexicon struct {
	Words []Word
}

// Context is what the reader may know about the moment. It holds no I/O.
type Context struct {
	// Now and its location are the reference for every time expression.
	Now time.Time
	// BotName is the name people @; it is removed from the text.
	BotName string
	// Private: a one-to-one chat, where digits and bare words are enough.
	Private bool
	// Quoted is the text of the quoted message, searched for "#12".
	Quoted string
	// Names are the people who may be meant, by every name they go by.
	Names []Name
}

// Name is one person as the reader may find them in a sentence.
type Name struct {
	ID   string   // opaque to the reader
	Name string   // 王建国
	Also []string // nicknames
	// Post is used for 王书记: surname plus post.
	Posts []string
}

// Intent is what a sentence means. Pieces that were not there are zero.
type Intent struct {
	// Verb is the Word.Verb meant; "" when no verb was found.
	Verb string
	// Matters are the numbers referred to, in order: "接单 3、5".
	Matters []int
	// Last is set for 刚才那个, 上一单.
	Last bool
	// People are those named, in order. One entry may have several IDs when two
	// people go by that name.
	People []Person
	// When is the time understood; nil if none.
	When *When
	// Choice is the ChoiceWord.ID picked, "" if none.
	Choice string
	Count  int     // 要5人
	Score  int     // 评价 5
	Points float64 // 2分
	Hours  float64 // 2小时
	Digit  int     // the whole text is this number; 0 if it is not
	Phone  string
	Place  string
	// Text is what is left: the description, the reason, the comment, as typed
	// (case, width and characters of the original kept).
	Text string
	// Sure is how certain the verb is: 1 certain; from 0.8 on act if it can be
	// undone; from 0.4 on ask; below, nothing was understood.
	Sure float64
	// Asks says that the sentence is a question about Verb (怎么接单, 12接单了吗)
	// and not an order: explain or show, do not act.
	Asks bool
	// Why says what spoke for and against, for `yiqun explain`.
	Why []string
	// Others are further readings, most likely first.
	Others []Intent
	// Small is set for thanks, greetings and other small talk.
	Small Small
}

// Person is someone named in a sentence.
type Person struct {
	// Said is the name as typed, without @.
	Said string
	// IDs are the Name.IDs it may mean; empty when unknown.
	IDs []string
}

// When is a time as understood. A point has Start == End.
type When struct {
	Start, End time.Time
	// WholeDay: no time of day was said.
	WholeDay bool
	// Deadline: said as 前, 之前, 截止, 内; End is the deadline.
	Deadline bool
	// RRule is set for a recurrence (RFC 5545), empty otherwise.
	RRule string
	// Recurs is set for a recurrence; RRule may still be empty where RFC 5545 has
	// no words for it (workdays, lunar dates).
	Recurs bool
	// Length is set for a length of time (三天, 2小时) that is not placed on the
	// calendar. Start is then Context.Now and End the length after it.
	Length time.Duration
	// Invalid: the words name a date that does not exist (2月30日).
	Invalid bool
	// Doubtful: another reading is as likely (周日 said on a Sunday); Alternative
	// is its start.
	Doubtful    bool
	Alternative time.Time
	// Said is the matched text.
	Said string
}

// Small is a kind of small talk.
type Small string

// The kinds of small talk.
const (
	Thanks   Small = "thanks"
	Greeting Small = "greeting"
	Praise   Small = "praise"
	Goodbye  Small = "goodbye"
	Upset    Small = "upset" // a scolding
	Empty    Small = "empty" // nothing but the mention
	Chat     Small = "chat"  // a sentence that asks nothing of us
)
