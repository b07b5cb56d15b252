package ballot

import (
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"yiqun/bot"
)

// Say is what a ballot says of a motion.
type Say string

// The sayings. In a selection a ballot picks, or abstains.
const (
	Yes     Say = "yes"
	No      Say = "no"
	Abstain Say = "abstain"
	Pick    Say = "pick"
)

// Choice is what one ballot says. It is never logged, and in a secret vote never
// stored but sealed.
type Choice struct {
	Say Say `json:"say"`
	// Picks are the options picked, from 0, in order; for Pick only.
	Picks []int `json:"picks,omitempty"`
	// Reason is why, in the voter's own words; at most MaxReason characters. At the
	// close it goes into the closing's Reasons and leaves the ballot.
	Reason string `json:"reason,omitempty"`
}

// MaxReason is how many characters a reason may have. In a secret vote every sealed
// ballot has room for so many, whether it gives a reason or not.
const MaxReason = 60

// maxReasonBytes holds MaxReason characters in UTF-8.
const maxReasonBytes = 4 * MaxReason

// String hides the choice, so that a Choice may be printed by accident.
func (c Choice) String() string { return "choice(…)" }

// GoString hides the choice too.
func (c Choice) GoString() string { return c.String() }

// settled returns the choice in its one canonical form.
func (c Choice) settled() Choice {
	c.Picks = slices.Sorted(slices.Values(c.Picks))
	return c
}

// bare is the choice without its reason.
func (c Choice) bare() Choice {
	c.Reason = ""
	return c
}

// check says what is wrong with a choice for a poll, kindly.
func (p Poll) check(c Choice) error {
	if utf8.RuneCountInString(c.Reason) > MaxReason || len(c.Reason) > maxReasonBytes {
		return bot.Errorf(bot.Invalid, "理由请写在%d个字以内，这一票没有计，请重新发。", MaxReason)
	}
	if c.Say == Abstain && len(c.Picks) == 0 {
		return nil
	}
	if !p.Selection() {
		if (c.Say == Yes || c.Say == No) && len(c.Picks) == 0 {
			return nil
		}
		return bot.Errorf(bot.Invalid, "请从%s、%s、%s里选一个。", Yes.Word(), No.Word(), Abstain.Word())
	}
	picks := c.settled().Picks
	switch {
	case c.Say != Pick || len(picks) == 0:
		return bot.Errorf(bot.Invalid, "请选1到%d项，或者说%s。", p.most(), Abstain.Word())
	case picks[0] < 0 || picks[len(picks)-1] >= p.Options:
		return bot.Errorf(bot.Invalid, "没有这个选项，请从1到%d里选。", p.Options)
	case len(slices.Compact(slices.Clone(picks))) < len(picks):
		return bot.Errorf(bot.Invalid, "同一项只能选一次，请重新选。")
	case len(picks) > p.most():
		return bot.Errorf(bot.Invalid, "最多选%d项，您选了%d项，请重新选。", p.most(), len(picks))
	}
	return nil
}

// pack writes a choice in a fixed number of bytes for the poll, so that the length
// of a sealed ballot tells nothing.
func (p Poll) pack(c Choice) []byte {
	b := make([]byte, p.packedSize())
	b[0] = byte(slices.Index(packed, c.Say))
	for _, i := range c.Picks {
		b[1+i/8] |= 1 << (i % 8)
	}
	reason := b[len(b)-1-maxReasonBytes:]
	reason[0] = byte(copy(reason[1:], c.Reason))
	return b
}

// packedSize is a byte for what is said, a bit for each option, and the reason's
// length and room.
func (p Poll) packedSize() int { return 1 + (p.Options+7)/8 + 1 + maxReasonBytes }

var packed = []Say{Yes, No, Abstain, Pick}

func (p Poll) unpack(b []byte) (Choice, error) {
	if len(b) != p.packedSize() || int(b[0]) >= len(packed) {
		return Choice{}, fmt.Errorf("a sealed ballot of %d bytes is not one of this poll", len(b))
	}
	reason := b[len(b)-1-maxReasonBytes:]
	if int(reason[0]) > maxReasonBytes {
		return Choice{}, errors.New("a sealed ballot has too long a reason")
	}
	c := Choice{Say: packed[b[0]], Reason: string(reason[1 : 1+reason[0]])}
	for i := range p.Options {
		if b[1+i/8]&(1<<(i%8)) != 0 {
			c.Picks = append(c.Picks, i)
		}
	}
	return c, p.check(c)
}
