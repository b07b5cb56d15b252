package ballot

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
)

// Ballot is one choice of a secret vote after its close: nothing says whose.
type Ballot struct {
	Poll PollID `json:"poll"`
	// Row is the place after the shuffle, from 1.
	Row    int    `json:"row"`
	Choice Choice `json:"choice"`
}

// Reason is why somebody chose as they did. In a secret vote nothing says who.
type Reason struct {
	Say   Say   `json:"say"`
	Picks []int `json:"picks,omitempty"`
	// Voter is who said so; empty in a secret vote.
	Voter VoterID `json:"voter,omitempty"`
	Text  string  `json:"text"`
}

// Closing is a vote sealed for good: what storage keeps from now on.
type Closing struct {
	Poll  Poll  `json:"poll"` // with Closed set
	Count Count `json:"count"`
	// Entries replace those in storage. In a secret vote they say that one voted and
	// nothing else.
	Entries []Entry `json:"entries"`
	// Ballots are the choices of a secret vote, shuffled; nil in an open one.
	Ballots []Ballot `json:"ballots,omitempty"`
	// Receipts is the list to publish: the code of every counted ballot, in order of
	// the codes.
	Receipts []string     `json:"receipts"`
	Tellers  *TellerCount `json:"tellers,omitempty"`
	// Hash is the hex SHA-256 of all the above, for the closing act.
	Hash string `json:"-"`
	// Reasons are what voters wrote, by what they chose, else in random order. They
	// are outside the hash: like all that members write they may have to be erased.
	Reasons []Reason `json:"-"`
}

// MayClose returns nil if the vote may end at a moment: when its time is up, when
// tellers have counted, or earlier where the rule allows and everybody has voted.
func (b *Box) MayClose(at time.Time) error {
	switch {
	case b.standing != nil:
		return bot.Fault(bot.Internal, errLight)
	case !b.Poll.Closed.IsZero():
		return bot.Errorf(bot.Wrong, "这次投票已经截止了。")
	case !at.Before(b.Poll.Closes), b.Tellers != nil:
		return nil
	case b.Rule.CloseEarly != WhenAll:
		return bot.Errorf(bot.Forbidden, "按“%s”不能提前截止，到时间会自动截止。", b.Rule.Name)
	case b.Roll == nil:
		return bot.Errorf(bot.Forbidden, "没有名册，不知道是不是都投了，不能提前截止。到时间会自动截止。")
	}
	if n := len(b.Waiting()); n > 0 {
		return bot.Errorf(bot.Forbidden, "还有%d位没投，不能提前截止。都投了就可以。", n)
	}
	if b.Poll.InRoom && len(b.Present) == 0 {
		return bot.Errorf(bot.Forbidden, "还没有人到会，不能提前截止。")
	}
	return nil
}

// Extend moves the close back, where the rule allows.
func (b *Box) Extend(until, at time.Time) (Poll, error) {
	if err := b.running(at); err != nil {
		return Poll{}, err
	}
	switch {
	case b.Rule.Extend == NoExtension:
		return Poll{}, bot.Errorf(bot.Forbidden, "按“%s”不能延长时间，请按时截止。", b.Rule.Name)
	case b.Poll.Extended > 0:
		return Poll{}, bot.Errorf(bot.Forbidden, "已经延长过一次，不能再延。")
	case b.Rule.Extend == ShortQuorum && b.Turnout().Reached:
		return Poll{}, bot.Errorf(bot.Forbidden, "参加的人数已经够了，不用延长。")
	case !until.After(b.Poll.Closes):
		return Poll{}, bot.Errorf(bot.Invalid, "新的截止时间要比原来的晚。")
	}
	b.Poll.Closes, b.Poll.Extended = until, b.Poll.Extended+1
	return b.Poll, nil
}

// Close ends the vote. In a secret one it opens every ballot, shuffles them, takes
// the sealed ones out of the entries and destroys the key; on an error nothing has
// changed and the key still is. Storage must write the whole Closing and delete its
// copy of the key in one transaction.
func (b *Box) Close(at time.Time) (Closing, error) {
	if err := b.MayClose(at); err != nil {
		return Closing{}, err
	}
	c := Closing{Poll: b.Poll, Tellers: b.Tellers}
	c.Poll.Closed = at
	choices := b.openChoices()
	if b.Poll.Secret && b.Tellers == nil {
		var err error
		if c.Ballots, err = b.openSealed(); err != nil {
			return Closing{}, bot.Fault(bot.Internal, err)
		}
		for _, ballot := range c.Ballots {
			choices = append(choices, weighted{ballot.Choice, heads(1)})
		}
	}
	c.Count = b.count(choices)
	reasons, err := b.reasons(c.Ballots)
	if err != nil {
		return Closing{}, bot.Fault(bot.Internal, err)
	}
	c.Reasons = reasons
	c.Entries, c.Receipts = b.kept()
	for i := range c.Ballots {
		c.Ballots[i].Choice = c.Ballots[i].Choice.bare()
	}
	c.Hash = c.hash()
	if b.sealing.Key != nil {
		b.sealing.Key.Destroy()
	}
	b.Poll = c.Poll
	b.Entries = map[VoterID]Entry{}
	for _, e := range c.Entries {
		b.Entries[e.Voter] = e
	}
	return c, nil
}

// openSealed decrypts the counted ballots and shuffles them.
func (b *Box) openSealed() ([]Ballot, error) {
	if b.sealing.Key == nil || b.sealing.Random == nil {
		return nil, errNoSealing
	}
	out := []Ballot{}
	var failed error
	b.eachVoter(func(_ Voter, e Entry) {
		if !e.Counts() {
			return
		}
		c, err := b.sealing.Key.Open(b.Poll, e.Receipt, e.Sealed)
		failed = cmp.Or(failed, err)
		out = append(out, Ballot{Poll: b.Poll.ID, Choice: c})
	})
	if failed != nil {
		return nil, fmt.Errorf("opening the ballots: %w", failed)
	}
	// Without a roll the ballots came in map order, so the shuffle must not be the
	// only thing that is random: it is, over a list in canonical order.
	slices.SortFunc(out, func(x, y Ballot) int {
		return cmp.Or(cmp.Compare(x.Choice.Say, y.Choice.Say), slices.Compare(x.Choice.Picks, y.Choice.Picks))
	})
	if err := shuffle(b.sealing.Random, out); err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Row = i + 1
	}
	return out, nil
}

// reasons gathers what voters wrote. Those of a secret vote come out of its opened
// ballots and are shuffled apart from them.
func (b *Box) reasons(opened []Ballot) ([]Reason, error) {
	var out []Reason
	add := func(c Choice, by VoterID) {
		if c.Reason != "" {
			out = append(out, Reason{Say: c.Say, Picks: c.Picks, Voter: by, Text: c.Reason})
		}
	}
	for _, ballot := range opened {
		add(ballot.Choice, "")
	}
	if !b.Poll.Secret && b.Tellers == nil {
		b.eachVoter(func(v Voter, e Entry) {
			if e.Counts() && e.Choice != nil {
				add(*e.Choice, v.ID)
			}
		})
	}
	// In canonical order first: without a roll they came in map order.
	slices.SortFunc(out, func(x, y Reason) int { return cmp.Or(cmp.Compare(x.Voter, y.Voter), cmp.Compare(x.Text, y.Text)) })
	if err := shuffle(b.sealing.Random, out); err != nil {
		return nil, err
	}
	slices.SortStableFunc(out, func(x, y Reason) int {
		return cmp.Or(cmp.Compare(slices.Index(packed, x.Say), slices.Index(packed, y.Say)), slices.Compare(x.Picks, y.Picks))
	})
	return out, nil
}

// kept are the entries as they stay, by voter, and the receipts of what counts.
func (b *Box) kept() ([]Entry, []string) {
	entries, receipts := []Entry{}, []string{}
	for _, e := range b.Entries {
		if b.Poll.Secret {
			e.Sealed, e.Choice = nil, nil
		} else if e.Choice != nil {
			bare := e.Choice.bare()
			e.Choice = &bare
		}
		entries = append(entries, e)
	}
	b.eachVoter(func(_ Voter, e Entry) {
		if e.Counts() {
			receipts = append(receipts, e.Receipt)
		}
	})
	slices.SortFunc(entries, func(x, y Entry) int { return cmp.Compare(x.Voter, y.Voter) })
	slices.Sort(receipts)
	return entries, receipts
}

// Intact reports whether what storage kept is what was sealed under a hash.
func (c Closing) Intact(hash string) bool { return c.hash() == hash }

// hash is taken of one canonical form, so that a store may keep times in UTC to the
// millisecond and read an empty list as none.
func (c Closing) hash() string {
	for _, t := range []*time.Time{&c.Poll.Noticed, &c.Poll.Opens, &c.Poll.Closes, &c.Poll.Closed} {
		*t = instant(*t)
	}
	c.Entries = append([]Entry{}, c.Entries...)
	for i := range c.Entries {
		c.Entries[i].At = instant(c.Entries[i].At)
	}
	c.Receipts = append([]string{}, c.Receipts...)
	if c.Tellers != nil {
		t := *c.Tellers
		t.At = instant(t.At)
		c.Tellers = &t
	}
	b, err := json.Marshal(c)
	if err != nil {
		panic("a closing is plain data: " + err.Error())
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
