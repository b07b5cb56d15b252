package ballot

import (
	"slices"
	"time"

	"yiqun/bot"
)

// Appoint records that a voter lets another vote for them (委托). by is the voter, or
// a clerk who has the writing before them.
func (b *Box) Appoint(m Mandate, by Clerk) (Mandate, error) {
	if err := b.running(m.At); err != nil {
		return Mandate{}, err
	}
	v, err := b.agreeable(m.Voter)
	if err != nil {
		return Mandate{}, err
	}
	if err := b.mayAppoint(v, m, by); err != nil {
		return Mandate{}, err
	}
	m.Poll, m.By, m.Revoked = b.Poll.ID, by.Person, time.Time{}
	b.Mandates[v.ID] = m
	return m, nil
}

// agreeable finds a voter for whom others may act at all.
func (b *Box) agreeable(id VoterID) (Voter, error) {
	if b.Poll.Secret {
		return Voter{}, bot.Errorf(bot.Forbidden, "无记名投票要本人投，不能委托，也不能代录。")
	}
	if b.Roll == nil {
		return Voter{}, bot.Errorf(bot.Invalid, "没有名册，分不清替谁投，请本人来投。")
	}
	v, ok := b.Roll.Voter(id)
	if !ok {
		return Voter{}, bot.Errorf(bot.NotFound, "名册里没有这个人，请核对一下。")
	}
	return v, b.hasVote(v)
}

func (b *Box) mayAppoint(v Voter, m Mandate, by Clerk) error {
	rule, own := b.Rule.Proxy, speaksFor(v, by.Person)
	switch {
	case !rule.Allowed:
		return bot.Errorf(bot.Forbidden, "按“%s”不能委托别人投票，请本人来投。", b.Rule.Name)
	case !own && by.Post == "":
		return bot.Errorf(bot.Forbidden, "委托要由本人来说，或由工作人员看过书面委托后登记。")
	case m.To == "" || speaksFor(v, m.To):
		return bot.Errorf(bot.Invalid, "请说委托给谁，不能委托给自己。")
	case rule.Written && !m.Written:
		return bot.Errorf(bot.Missing, "要有书面委托。请打字发来，或交给工作人员登记。")
	case rule.Kin && m.Kin == "":
		return bot.Errorf(bot.Missing, "只能委托近亲属。请说明是什么亲属，例如配偶、子女。")
	case rule.Cap > 0 && b.held(m.To, v.ID) >= rule.Cap:
		return bot.Errorf(bot.Forbidden, "一个人最多受%d人委托，对方已经满了，请换一位。", rule.Cap)
	}
	return nil
}

func speaksFor(v Voter, p bot.PersonID) bool {
	return slices.Contains(v.People, p)
}

// held counts the mandates a person holds, but for one voter's.
func (b *Box) held(p bot.PersonID, but VoterID) int {
	n := 0
	for id, m := range b.Mandates {
		if id != but && m.To == p && m.Revoked.IsZero() {
			n++
		}
	}
	return n
}

// Revoke takes a voter's mandate back. A vote already cast under it stays until the
// voter casts another.
func (b *Box) Revoke(by bot.PersonID, at time.Time) (Mandate, error) {
	if err := b.running(at); err != nil {
		return Mandate{}, err
	}
	v, err := b.voterOf(by)
	if err != nil {
		return Mandate{}, err
	}
	m, ok := b.Mandates[v.ID]
	if !ok || !m.Revoked.IsZero() {
		return Mandate{}, bot.Errorf(bot.NotFound, "您没有委托过别人，直接投就可以。")
	}
	m.Revoked = at
	b.Mandates[v.ID] = m
	return m, nil
}

// CastFor records a proxy's vote. In a meeting the voter then counts as present.
func (b *Box) CastFor(by bot.PersonID, voter VoterID, c Choice, at time.Time) (Entry, error) {
	if err := b.running(at); err != nil {
		return Entry{}, err
	}
	v, err := b.agreeable(voter)
	if err != nil {
		return Entry{}, err
	}
	m, ok := b.Mandates[v.ID]
	if !ok || m.To != by || !m.Revoked.IsZero() {
		return Entry{}, bot.Errorf(bot.Forbidden, "还没有%s给您的委托，请先让本人委托。", v.Name)
	}
	if err := b.giveWay(v); err != nil {
		return Entry{}, err
	}
	return b.put(v, Entry{Way: ByProxy, By: by}, c, at)
}

// giveWay refuses to replace what the voter did in person.
func (b *Box) giveWay(v Voter) error {
	old, had := b.Entries[v.ID]
	switch {
	case had && old.Recused():
		return bot.Errorf(bot.Wrong, "%s已经声明%s，这一轮不再投票。", v.Name, Recuse.Word())
	case had && old.Way == Self:
		return bot.Errorf(bot.Wrong, "%s已经自己投过了，以本人投的为准。", v.Name)
	}
	return nil
}

// Record writes down a vote given by telephone (代录). It is not counted before
// another clerk has checked it; recording again asks for a new check.
func (b *Box) Record(by Clerk, voter VoterID, c Choice, at time.Time) (Entry, error) {
	if err := b.running(at); err != nil {
		return Entry{}, err
	}
	v, err := b.agreeable(voter)
	if err != nil {
		return Entry{}, err
	}
	switch {
	case !b.Rule.Phone:
		return Entry{}, bot.Errorf(bot.Forbidden, "按“%s”不能电话投票，请本人来投。", b.Rule.Name)
	case by.Post == "":
		return Entry{}, bot.Errorf(bot.Forbidden, "电话投票要由有岗位的人代录，请找书记或网格长。")
	case speaksFor(v, by.Person):
		return Entry{}, bot.Errorf(bot.Invalid, "这是您自己的一票，直接投就可以。")
	case b.Poll.InRoom:
		return Entry{}, bot.Errorf(bot.Forbidden, "到会的人才能表决，没到会的不能电话投票。")
	}
	if err := b.giveWay(v); err != nil {
		return Entry{}, err
	}
	return b.put(v, Entry{Way: ByPhone, By: by.Person, Post: by.Post, Channel: by.Channel}, c, at)
}

// Withdraw takes a telephone vote back that nobody has checked yet: it was recorded
// wrongly. The returned entry is to be deleted.
func (b *Box) Withdraw(by Clerk, voter VoterID, version int, at time.Time) (Entry, error) {
	if err := b.running(at); err != nil {
		return Entry{}, err
	}
	e, ok := b.Entries[voter]
	switch {
	case !ok || e.Way != ByPhone || e.Checker != "":
		return Entry{}, bot.Errorf(bot.NotFound, "这位没有等着复核的电话投票。")
	case by.Post == "":
		return Entry{}, bot.Errorf(bot.Forbidden, "要由有岗位的人来改，请找书记或网格长。")
	case e.Version != version:
		return Entry{}, bot.Errorf(bot.Stale, "这一票刚刚改过，请看新的。")
	}
	delete(b.Entries, voter)
	return e, nil
}

// Verify is the second person's word that a telephone vote was recorded rightly.
// version is that of the entry they checked.
func (b *Box) Verify(by Clerk, voter VoterID, version int, at time.Time) (Entry, error) {
	if err := b.running(at); err != nil {
		return Entry{}, err
	}
	e, ok := b.Entries[voter]
	v, err := b.agreeable(voter)
	switch {
	case err != nil:
		return Entry{}, err
	case !ok || e.Way != ByPhone:
		return Entry{}, bot.Errorf(bot.NotFound, "这位没有要复核的电话投票。")
	case by.Post == "" || speaksFor(v, by.Person):
		return Entry{}, bot.Errorf(bot.Forbidden, "复核要由另一位有岗位的人来做。")
	case by.Person == e.By:
		return Entry{}, bot.Errorf(bot.Forbidden, "复核要换一个人，不能是代录的人。")
	case e.Version != version:
		return Entry{}, bot.Errorf(bot.Stale, "这一票刚刚改过，请看过新的再复核。")
	case e.Checker != "":
		return e, nil
	}
	e.Checker = by.Person
	e.Version++
	return b.keep(v, e), nil
}
