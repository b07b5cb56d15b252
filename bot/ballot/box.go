package ballot

import (
	"time"

	"yiqun/bot"
)

// Box is a vote under way: the poll, its rule and roll, and what came in. Its methods
// decide who may do what now, change the box, and return what storage must keep.
//
// For one press a box need not be complete: a Light one holds the voter's own entry
// alone, and knows the others as sums. Close, Waiting, TakeCount and what is done for
// others need everything.
type Box struct {
	Poll     Poll
	Rule     *Rule
	Roll     *Roll // nil: anybody may answer, without a verdict
	Entries  map[VoterID]Entry
	Mandates map[VoterID]Mandate
	Present  map[VoterID]Attendance
	Tellers  *TellerCount // set once two tellers counted in the room

	sealing Sealing
	// standing is set in a light box, which holds one entry.
	standing *Standing
}

// NewBox is an open box with nothing in it, for storage to fill.
func NewBox(p Poll, rule *Rule, roll *Roll, s Sealing) *Box {
	return &Box{
		Poll: p, Rule: rule, Roll: roll, sealing: s,
		Entries: map[VoterID]Entry{}, Mandates: map[VoterID]Mandate{}, Present: map[VoterID]Attendance{},
	}
}

// Clerk is who acts for others by a post: takes a call, checks one, counts hands.
// Who holds which post is the caller's business; an empty Post has no right.
type Clerk struct {
	Person bot.PersonID
	Post   string
	// Channel is how the voter told them: 电话, 上门.
	Channel string
}

// running says kindly that the vote has not begun or is over.
func (b *Box) running(at time.Time) error {
	switch {
	case !b.Poll.Closed.IsZero() || !at.Before(b.Poll.Closes):
		return bot.Errorf(bot.Wrong, "这次投票已经截止了，不能再改。")
	case at.Before(b.Poll.Opens):
		return bot.Errorf(bot.Wrong, "这次投票还没开始，请到时间再投。")
	case b.Tellers != nil:
		return bot.Errorf(bot.Wrong, "这次表决已在现场计票，不再另外投票。")
	}
	return nil
}

// voterOf finds for whom a person votes.
func (b *Box) voterOf(p bot.PersonID) (Voter, error) {
	if b.Roll == nil {
		return Voter{ID: VoterID(p), Votes: true, People: []bot.PersonID{p}}, nil
	}
	v, ok := b.Roll.Of(p)
	if !ok {
		return Voter{}, bot.Errorf(bot.Forbidden, "您不在这次的名册里，不能投票。名册有误请告诉发起人。")
	}
	return v, b.hasVote(v)
}

func (b *Box) hasVote(v Voter) error {
	if !v.Votes {
		return bot.Errorf(bot.Forbidden, "%s在这次表决里没有表决权，可以列席、发表意见。", v.Class)
	}
	return nil
}

// here says kindly that a voter must sign in first.
func (b *Box) here(v Voter) error {
	if _, ok := b.Present[v.ID]; b.Poll.InRoom && !ok {
		return bot.Errorf(bot.Wrong, "到会的人才能表决，请先发“签到”再投。")
	}
	return nil
}

// Cast records or changes a person's own vote. What somebody else recorded for them
// gives way to it.
func (b *Box) Cast(by bot.PersonID, c Choice, at time.Time) (Entry, error) {
	if err := b.running(at); err != nil {
		return Entry{}, err
	}
	v, err := b.voterOf(by)
	if err != nil {
		return Entry{}, err
	}
	if err := b.here(v); err != nil {
		return Entry{}, err
	}
	old, had := b.Entries[v.ID]
	switch {
	case had && old.Recused():
		return Entry{}, bot.Errorf(bot.Wrong, "您已经声明%s，这一轮不再投票。按错了请在截止前告诉主持人。", Recuse.Word())
	case had && old.By == by && at.Before(old.At):
		return Entry{}, bot.Errorf(bot.Stale, "这是较早的一次点击，已按您后来选的计。")
	}
	return b.put(v, Entry{Way: Self, By: by}, c, at)
}

// put checks and stores a ballot, sealed where the vote is secret.
func (b *Box) put(v Voter, e Entry, c Choice, at time.Time) (Entry, error) {
	if err := b.Poll.check(c); err != nil {
		return Entry{}, err
	}
	e, err := b.stamp(v, e, at)
	if err != nil {
		return Entry{}, err
	}
	c = c.settled()
	if !b.Poll.Secret {
		e.Choice = &c
	} else if e.Sealed, err = b.seal(e.Receipt, c); err != nil {
		return Entry{}, err
	}
	return b.keep(v, e), nil
}

// keep puts an entry in the place of the voter's earlier one, with what storage keeps
// beside it.
func (b *Box) keep(v Voter, e Entry) Entry {
	e.Amount, e.Public = v.amount(), b.public(e)
	if b.standing != nil {
		old, had := b.Entries[v.ID]
		b.standing.replace(v.amount(), old, had, e)
	}
	b.Entries[v.ID] = e
	return e
}

func (b *Box) seal(receipt string, c Choice) ([]byte, error) {
	if b.sealing.Key == nil {
		return nil, bot.Fault(bot.Internal, errNoSealing)
	}
	sealed, err := b.sealing.Key.Seal(b.sealing.Random, b.Poll, receipt, c)
	if err != nil {
		return nil, bot.Fault(bot.Internal, err)
	}
	return sealed, nil
}

// stamp fills in what every entry has: place, time, version and receipt.
func (b *Box) stamp(v Voter, e Entry, at time.Time) (Entry, error) {
	old := b.Entries[v.ID]
	e.Poll, e.Voter, e.At = b.Poll.ID, v.ID, at
	e.Version, e.Receipt = old.Version+1, old.Receipt
	if e.Receipt != "" {
		return e, nil
	}
	if b.sealing.Random == nil {
		return Entry{}, bot.Fault(bot.Internal, errNoSealing)
	}
	receipt, err := newReceipt(b.sealing.Random)
	if err != nil {
		return Entry{}, bot.Fault(bot.Internal, err)
	}
	e.Receipt = receipt
	return e, nil
}

// Recuse declares a person's conflict (回避): their ballot is taken out, and no other
// is accepted this round. It is public, in a secret vote too.
func (b *Box) Recuse(by bot.PersonID, at time.Time) (Entry, error) {
	if err := b.running(at); err != nil {
		return Entry{}, err
	}
	v, err := b.voterOf(by)
	if err != nil {
		return Entry{}, err
	}
	if old := b.Entries[v.ID]; old.Recused() {
		return old, nil
	}
	e, err := b.stamp(v, Entry{Way: Conflict, By: by}, at)
	if err != nil {
		return Entry{}, err
	}
	return b.keep(v, e), nil
}

// SlipWindow is how long a voter may take a mistaken conflict back themselves.
const SlipWindow = 10 * time.Minute

// Reinstate takes a mistaken conflict back, by the voter within SlipWindow or by
// someone with a post: the voter may vote again. The returned entry is to be deleted.
func (b *Box) Reinstate(by Clerk, voter VoterID, at time.Time) (Entry, error) {
	if err := b.running(at); err != nil {
		return Entry{}, err
	}
	old, ok := b.Entries[voter]
	own := ok && old.By == by.Person && at.Sub(old.At).Abs() <= SlipWindow
	switch {
	case by.Post == "" && ok && !own:
		return Entry{}, bot.Errorf(bot.Forbidden, "已经过了十分钟，要由主持人来撤回，请告诉主持人。")
	case !ok || !old.Recused():
		return Entry{}, bot.Errorf(bot.Wrong, "没有声明过%s，不用撤回。", Recuse.Word())
	}
	delete(b.Entries, voter)
	return old, nil
}

// SignIn records that a voter is in the room. by is the voter or who called the roll.
func (b *Box) SignIn(voter VoterID, by bot.PersonID, at time.Time) (Attendance, error) {
	if err := b.running(at); err != nil {
		return Attendance{}, err
	}
	if !b.Poll.InRoom || b.Roll == nil {
		return Attendance{}, bot.Errorf(bot.Wrong, "这次不是到会表决，不用签到，直接投就可以。")
	}
	v, ok := b.Roll.Voter(voter)
	if !ok {
		return Attendance{}, bot.Errorf(bot.NotFound, "名册里没有这个人，请核对一下。")
	}
	if err := b.hasVote(v); err != nil {
		return Attendance{}, err
	}
	if old, ok := b.Present[v.ID]; ok {
		return old, nil
	}
	a := Attendance{Poll: b.Poll.ID, Voter: v.ID, At: at, By: by}
	b.Present[v.ID] = a
	return a, nil
}

// Mine is a person's own entry and, in an open vote, what they chose. In a secret
// vote before the close it opens the voter's own ballot for them alone.
func (b *Box) Mine(p bot.PersonID) (Entry, *Choice, error) {
	v, err := b.voterOf(p)
	if err != nil {
		return Entry{}, nil, err
	}
	e, ok := b.Entries[v.ID]
	switch {
	case !ok:
		return Entry{}, nil, bot.Errorf(bot.NotFound, "您还没有投。截止前投就可以。")
	case len(e.Sealed) == 0 || b.sealing.Key == nil:
		return e, e.Choice, nil
	}
	c, err := b.sealing.Key.Open(b.Poll, e.Receipt, e.Sealed)
	if err != nil {
		return Entry{}, nil, bot.Fault(bot.Internal, err)
	}
	return e, &c, nil
}
