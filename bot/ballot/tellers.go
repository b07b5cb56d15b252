package ballot

import (
	"time"

	"yiqun/bot"
)

// TellerCount is a vote counted in the room by two named tellers (现场计票): a show of
// hands, or paper.
type TellerCount struct {
	Poll PollID    `json:"poll"`
	At   time.Time `json:"at"`
	// First reported the numbers, Second confirmed them. Nothing counts before.
	First  bot.PersonID `json:"first"`
	Second bot.PersonID `json:"second,omitempty"`
	// Named is whom the first one named as the other teller; then nobody else may
	// confirm. Empty if nobody was named.
	Named bot.PersonID `json:"named,omitempty"`
	// Present is how many with a vote were there; where people signed in it must be
	// their number. 0 takes it from there.
	Present int64 `json:"present"`
	// Issued and Returned are paper ballots; both 0 for a show of hands.
	Issued   int64 `json:"issued,omitempty"`
	Returned int64 `json:"returned,omitempty"`
	Yes      int64 `json:"yes"`
	No       int64 `json:"no"`
	Abstain  int64 `json:"abstain"`
	Void     int64 `json:"void,omitempty"`
	// Votes are the votes for each option of a selection.
	Votes []int64 `json:"votes,omitempty"`
}

// Overfull reports whether more ballots came back than were given out, which makes
// the vote void.
func (t TellerCount) Overfull() bool { return t.Issued > 0 && t.Returned > t.Issued }

func (t TellerCount) given() int64 { return t.Yes + t.No + t.Abstain + t.Void }

// cast is how many gave a ballot. Hands that were not raised for anything are none.
func (t TellerCount) cast() int64 {
	if t.Issued > 0 || len(t.Votes) > 0 {
		return t.Returned
	}
	return t.given()
}

// TakeCount accepts what the tellers counted, for the whole of the vote, once the
// second one confirms it. Until then it returns the count for the second to see.
func (b *Box) TakeCount(t TellerCount) (TellerCount, error) {
	t.Poll = b.Poll.ID
	if t.Present == 0 {
		t.Present = int64(len(b.Present))
	}
	for _, check := range []func(TellerCount) error{b.mayCount, b.numbers, b.ballots} {
		if err := check(t); err != nil {
			return TellerCount{}, err
		}
	}
	if t.Second != "" {
		b.Tellers = &t
	}
	return t, nil
}

func (b *Box) mayCount(t TellerCount) error {
	if err := b.running(t.At); err != nil {
		return err
	}
	switch {
	case b.Roll == nil:
		return bot.Errorf(bot.Missing, "现场计票要先有名册，才能核对到会人数。")
	case b.Rule.Measures(FloorArea) || b.Rule.Measures(Weight):
		return bot.Errorf(bot.Invalid, "按面积或票权计票要逐户登记，不能只报人数。")
	case t.First == "":
		return bot.Errorf(bot.Missing, "请说明由谁计票，要两个人。")
	case t.Second != "" && t.Named != "" && t.Second != t.Named && t.First != t.Second:
		return bot.Errorf(bot.Forbidden, "这次报的另一位计票人不是您，要由TA来确认。")
	case t.First == t.Second:
		return bot.Errorf(bot.Forbidden, "计票要两个人，请另一位来确认。")
	case b.voted() > 0:
		return bot.Errorf(bot.Wrong, "已经有%d人投了票。同一次表决只用一种办法，免得一个人算两次。", b.voted())
	}
	return nil
}

// voted counts the ballots in the box, telephone votes not yet checked among them.
// A declared conflict is none: the others may still be counted by hand.
func (b *Box) voted() int {
	n := 0
	for _, e := range b.Entries {
		if !e.Recused() {
			n++
		}
	}
	return n
}

// recusedHere counts who signed in but declared a conflict.
func (b *Box) recusedHere() int64 {
	n := int64(0)
	for id := range b.Present {
		if b.Entries[id].Recused() {
			n++
		}
	}
	return n
}

// maxCount is more than any room holds; larger numbers are slips.
const maxCount = 1_000_000

// numbers checks the count against the roll and those who signed in.
func (b *Box) numbers(t TellerCount) error {
	entitled := b.Roll.Entitled().Heads
	able := t.Present - b.recusedHere()
	switch {
	case max(t.Present, t.Issued, t.Returned, t.Yes, t.No, t.Abstain, t.Void) > maxCount:
		return bot.Errorf(bot.Invalid, "票数大得不像真的，请重新报。")
	case min(t.Present, t.Issued, t.Returned, t.Yes, t.No, t.Abstain, t.Void) < 0:
		return bot.Errorf(bot.Invalid, "票数不能是负数，请重新报。")
	case len(b.Present) > 0 && t.Present != int64(len(b.Present)):
		return bot.Errorf(bot.Invalid, "已签到%d人，报的是%d人，对不上。请先核对到会人数。", len(b.Present), t.Present)
	case t.Present > entitled:
		return bot.Errorf(bot.Invalid, "应到%d人，到会不能有%d人，请核对。", entitled, t.Present)
	case t.Issued > able:
		return bot.Errorf(bot.Invalid, "能投票的到会%d人，不能发出%d张票，请核对。", able, t.Issued)
	case t.Issued == 0 && max(t.cast(), t.Returned) > able:
		return bot.Errorf(bot.Invalid, "能投票的到会%d人，报的票一共%d，多出来了，请再数一遍。", able, max(t.cast(), t.Returned))
	}
	return nil
}

// ballots checks that the parts add up to the whole.
func (b *Box) ballots(t TellerCount) error {
	if !b.Poll.Selection() {
		if len(t.Votes) > 0 || (t.Issued > 0 || t.Returned > 0) && t.given() != t.Returned {
			return bot.Errorf(bot.Invalid, "收回%d张，各项加起来是%d张，对不上，请再数一遍。", t.Returned, t.given())
		}
		return nil
	}
	valid := t.Returned - t.Void - t.Abstain
	if len(t.Votes) != b.Poll.Options || t.Yes+t.No > 0 || valid < 0 {
		return bot.Errorf(bot.Missing, "请报收回多少张、废票多少张，再报%d个选项各得多少票。", b.Poll.Options)
	}
	var all int64
	for _, n := range t.Votes {
		if n < 0 || n > valid {
			return bot.Errorf(bot.Invalid, "有效票%d张，一个选项不能有%d票，请再数一遍。", valid, n)
		}
		all += n
	}
	if all > valid*int64(b.Poll.most()) {
		return bot.Errorf(bot.Invalid, "有效票%d张，每张最多选%d项，报的票多出来了，请再数一遍。", valid, b.Poll.most())
	}
	return nil
}
