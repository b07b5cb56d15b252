package ballot

import (
	"fmt"
	"time"

	"yiqun/bot"
)

// PollID names one question put once: a matter's step, its round, and the item
// where several are put together (the questions of a survey, motions voted one by
// one). Entries are unique per PollID and voter.
type PollID struct {
	Matter bot.MatterID `json:"matter"`
	Step   string       `json:"step"`
	Round  int          `json:"round"`
	Item   int          `json:"item,omitempty"`
}

// String is a stable text form: for keys and for binding a sealed ballot to its
// place.
func (id PollID) String() string {
	return fmt.Sprintf("%s/%s/%d/%d", id.Matter, id.Step, id.Round, id.Item)
}

// Poll is a vote as it was opened. The question and the options' texts belong to
// the matter, which may erase them; a poll only counts options.
type Poll struct {
	ID PollID `json:"id"`
	// Rule and RuleHash name the rule it finishes under.
	Rule     string `json:"rule"`
	RuleHash string `json:"rule_hash"`
	// RollHash is the roll's; empty if there is none.
	RollHash string `json:"roll_hash,omitempty"`
	// Unit is the roll's.
	Unit Unit `json:"unit,omitempty"`

	// Options is how many there are in a selection; 0 for a motion, which is
	// answered by yes, no or abstain.
	Options int `json:"options,omitempty"`
	// Seats is how many options win, Most how many one ballot may pick; 0 counts as
	// 1 and as Seats.
	Seats int `json:"seats,omitempty"`
	Most  int `json:"most,omitempty"`
	// Runoff is a further round, for which the rule may ask less.
	Runoff bool `json:"runoff,omitempty"`

	Secret bool `json:"secret,omitempty"`
	// Hidden: no result before the close. Always set when Secret is.
	Hidden bool `json:"hidden,omitempty"`
	// InRoom: there is a meeting; only who has signed in may vote.
	InRoom bool `json:"in_room,omitempty"`

	// Noticed is when the vote was announced; needed where the rule has notice days.
	Noticed time.Time `json:"noticed,omitzero"`
	Opens   time.Time `json:"opens"`
	Closes  time.Time `json:"closes"`
	// Extended is how often Closes was moved back.
	Extended int `json:"extended,omitempty"`
	// Closed is when it ended; zero while it runs.
	Closed time.Time `json:"closed,omitzero"`
}

// maxOptions is more than a card or a message can hold.
const maxOptions = 100

// Selection reports whether options are picked, rather than a motion answered.
func (p Poll) Selection() bool { return p.Options > 0 }

func (p Poll) seats() int { return max(p.Seats, 1) }

func (p Poll) most() int {
	if p.Most > 0 {
		return p.Most
	}
	return p.seats()
}

// Open starts a vote under a rule. roll is nil where there is none: then anybody may
// answer, once, and there is no verdict. The error says what the rule asks for.
// The rule must be in force on the day of Opens, in Opens' own time zone.
func Open(p Poll, rule *Rule, roll *Roll, s Sealing) (*Box, error) {
	p.Rule, p.RuleHash, p.RollHash = rule.ID, rule.Hash, ""
	p.Hidden = p.Hidden || p.Secret || rule.MinShown > 0
	if roll != nil {
		p.RollHash, p.Unit = roll.Hash(), roll.Unit
	}
	for _, check := range []func(Poll, *Rule, *Roll) error{checkUse, checkShape, checkSecrecy, checkNotice} {
		if err := check(p, rule, roll); err != nil {
			return nil, err
		}
	}
	if s.Random == nil || p.Secret && s.Key == nil {
		return nil, bot.Fault(bot.Internal, errNoSealing)
	}
	return NewBox(p, rule, roll, s), nil
}

func checkUse(p Poll, rule *Rule, roll *Roll) error {
	if err := rule.Usable(DateOf(p.Opens)); err != nil {
		return err
	}
	switch {
	case roll == nil && rule.Outcome != Consults:
		return bot.Errorf(bot.Missing, "按“%s”表决要先有名册。没有名册可以改成征求意见。", rule.Name)
	case roll == nil:
		return nil
	case rule.Outcome != Consults && rule.Unit != AnyUnit && roll.Unit != rule.Unit:
		return bot.Errorf(bot.Invalid, "“%s”的名册单位和这份名册不一样，请换一份名册。", rule.Name)
	case rule.Measures(Households) && roll.Entitled().Households == 0 && rule.Quorum.Need == All,
		rule.Measures(FloorArea) && roll.Entitled().Area == 0:
		return bot.Errorf(bot.Missing, "名册里缺户号或面积，请补上再发一次。")
	}
	return nil
}

func checkShape(p Poll, rule *Rule, _ *Roll) error {
	switch {
	case p.Options < 0 || p.Options == 1 || p.Options > maxOptions || p.Seats < 0 || p.Most < 0:
		return bot.Errorf(bot.Invalid, "选项要有2到%d个。", maxOptions)
	case p.Selection() && (p.seats() > p.Options || p.most() > p.Options):
		return bot.Errorf(bot.Invalid, "一共%d个选项，选不出%d个。", p.Options, max(p.seats(), p.most()))
	case !p.Closes.After(p.Opens):
		return bot.Errorf(bot.Invalid, "截止时间要在开始以后。")
	case rule.Form == Meeting && !p.InRoom:
		return bot.Errorf(bot.Invalid, "“%s”要开会表决，先签到再投票。", rule.Name)
	case rule.Form == Written && p.InRoom:
		return bot.Errorf(bot.Invalid, "“%s”是书面表决，不在会上投。", rule.Name)
	}
	return nil
}

func checkSecrecy(p Poll, rule *Rule, _ *Roll) error {
	switch {
	case rule.Ballot == SecretBallot && !p.Secret:
		return bot.Errorf(bot.Invalid, "“%s”要无记名投票。", rule.Name)
	case rule.Ballot == OpenBallot && p.Secret:
		return bot.Errorf(bot.Invalid, "“%s”要记名表决，不能匿名。", rule.Name)
	case p.Secret && (rule.Measures(FloorArea) || rule.Measures(Weight)):
		return bot.Errorf(bot.Invalid, "按面积或票权计票会看出是谁投的，不能匿名。")
	}
	return nil
}

func checkNotice(p Poll, rule *Rule, _ *Roll) error {
	if rule.NoticeDays == 0 {
		return nil
	}
	earliest := p.Noticed.AddDate(0, 0, rule.NoticeDays)
	if p.Noticed.IsZero() || p.Opens.Before(earliest) {
		return bot.Errorf(bot.Missing, "“%s”要提前%d天通知，请先通知，到时间再开始。通知过的请写上日期，例如：11月1日已通知。", rule.Name, rule.NoticeDays)
	}
	return nil
}
