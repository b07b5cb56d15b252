package service

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/cards"
)

// The ops of buttons that a running vote has beside its choices. They never enter an
// act.
const (
	opCheck   procedure.Op = "check"   // 复核: the second person's word
	opDispute procedure.Op = "dispute" // it was recorded wrongly
	opTellers procedure.Op = "tellers" // the second teller's word
	opRecount procedure.Op = "recount" // it was counted wrongly
	opRegret  procedure.Op = "regret"  // 回避 was a slip
)

// toldBy is how a voter told whoever records their vote.
var toldBy = regexp.MustCompile(`打?电话|上门|当面|短信|微信|视频|语音`)

const callExample = "代录 %d 王大爷 赞成 电话"

// recordCall answers 代录 王大爷 赞成 电话: a vote given by telephone is written down
// by somebody with a post, and counts once another has checked it.
func (s *session) recordCall() error {
	s.verb = "ballot" // and never what it says
	h, err := s.held("代录")
	if err != nil {
		return err
	}
	by, err := s.clerk(h)
	if err != nil {
		return err
	}
	example := fmt.Sprintf(callExample, h.m.Number)
	if h.b.Poll.Secret { // refused by the box too; nothing of it is even looked at
		return named(h.m, bot.Errorf(bot.Forbidden, "匿名投票要本人投，不能委托，也不能代录。"))
	}
	v, err := h.takeVoter(example)
	if err != nil {
		return err
	}
	if h.b.Poll.Hidden && !s.e.Chat.Private {
		return named(h.m, bot.Errorf(bot.Forbidden, "截止前不公布，请私聊我代录。"))
	}
	by.Channel = "电话"
	if at := toldBy.FindStringIndex(h.rest); at != nil {
		by.Channel = strings.TrimPrefix(h.rest[at[0]:at[1]], "打")
		h.rest = strings.TrimSpace(h.rest[:at[0]] + " " + h.rest[at[1]:])
	}
	said, reason := takeReason(h.rest)
	c, ok := choiceSaid(h.b.Poll, h.options(s), strings.Trim(said, " ,，。"))
	if !ok || c.Say == ballot.Recuse {
		return named(h.m, bot.Errorf(bot.Missing, "没听懂%s选的是什么，这一票没有记。请写成：%s。", v.Name, example))
	}
	c.Reason = reason
	e, err := h.b.Record(by, v.ID, c, s.nowIn(h.b))
	if err != nil {
		return named(h.m, err)
	}
	if err := s.putEntry(e); err != nil {
		return err
	}
	if err := s.journal("record_vote", h.m.Node, s.me.ID, trail(h, v.ID, by.Channel, e.Version)); err != nil {
		return err
	}
	return s.askCheck(h, v, e)
}

// trail says for the journal which vote and voter something was about, never what was
// chosen.
func trail(h holding, v ballot.VoterID, more string, version int) string {
	return fmt.Sprintf("%s %s %s %d", h.b.Poll.ID, v, more, version)
}

// askCheck asks those who manage such matters, in private, to check a telephone vote.
// Nothing of it is said in the group: it may have been recorded wrongly.
func (s *session) askCheck(h holding, v ballot.Voter, e ballot.Entry) error {
	card := s.callCard(h, v, e)
	managers, err := s.holdersOf(h.m.Node, h.t.Managers, 0)
	if err != nil {
		return err
	}
	asked := 0
	for _, p := range managers {
		chat, ok, err := s.privateChat(p)
		if err != nil {
			return err
		}
		if !ok || p == s.me.ID {
			continue
		}
		c := card
		c.ID = s.cardID(h.m.ID)
		s.post(deliver.Row{To: chat, Matter: h.m.ID, Body: deliver.Body{Card: &c}})
		asked++
	}
	whose := v.Name + "的"
	if !s.e.Chat.Private {
		whose = "代录的"
	}
	how := "已请另一位负责人私下复核"
	if asked == 0 {
		how = fmt.Sprintf("请另一位有岗位的人私聊我发：复核 %d", h.m.Number)
	}
	s.reply(fmt.Sprintf("%s %s一票记下了（%s）。%s，复核后才算。", h.m.Ref(), whose, e.Channel, how))
	return nil
}

// replyBeside answers with a card that stands beside a matter's own, which stays the
// one that is shown anew.
func (s *session) replyBeside(c cards.Card, m bot.MatterID) {
	c.ID = s.cardID(m)
	s.post(deliver.Row{To: s.e.Chat, Body: deliver.Body{Reply: s.e.Reply, Card: &c}})
}

// callCard shows a telephone vote to whoever checks it.
func (s *session) callCard(h holding, v ballot.Voter, e ballot.Entry) cards.Card {
	key := func(op procedure.Op) string {
		return procedure.Key{Matter: h.m.ID, Step: h.step.ID, Round: h.b.Poll.ID.Round, Op: op, Choice: string(v.ID), Score: e.Version}.String()
	}
	say := func(word string) string { return fmt.Sprintf("%s %d %s", word, h.m.Number, v.Name) }
	c := cards.Card{
		Ref: h.m.Ref(), Kind: "代录", Title: v.Name + "：" + choiceWords(*e.Choice, h.options(s)),
		Status: "等另一位有岗位的人复核，复核后才算",
		Facts:  []cards.Fact{{Label: "方式", Value: e.Channel}, {Label: "代录", Value: s.name(e.By) + "（" + e.Post + "）"}},
	}
	if e.Choice.Reason != "" {
		c.Body = "理由：" + phone.ReplaceAllString(e.Choice.Reason, "〔电话〕")
	}
	if e.Checker != "" {
		c.Status, c.Tone = "复核过了，已计入", cards.Good
		c.Facts = append(c.Facts, cards.Fact{Label: "复核", Value: s.name(e.Checker)})
		return c
	}
	c.Actions = []cards.Action{
		{Label: "复核无误", Key: key(opCheck), Say: say("复核"), Style: cards.Primary},
		{Label: "记错了", Key: key(opDispute), Say: say("撤销代录"), Style: cards.Danger},
	}
	return c
}

// checkCall answers 复核 12 王大爷, and in private 复核 12: it shows what waits to be
// checked.
func (s *session) checkCall() error {
	h, err := s.held("复核")
	if err != nil {
		return err
	}
	if h.rest != "" {
		return s.aboutCall("复核", s.check)
	}
	if !s.e.Chat.Private {
		return bot.Errorf(bot.Missing, "%s 要复核请私聊我发：复核 %d。", h.m.Ref(), h.m.Number)
	}
	by, err := s.clerk(h)
	if err != nil {
		return err
	}
	if by.Post == "" {
		return bot.Errorf(bot.Forbidden, "%s 复核要由另一位有岗位的人来做。", h.m.Ref())
	}
	shown := 0
	for _, id := range slices.Sorted(maps.Keys(h.b.Entries)) {
		if e := h.b.Entries[id]; e.Way == ballot.ByPhone && e.Checker == "" && e.Choice != nil && shown < offered {
			s.replyBeside(s.callNow(h, id), h.m.ID)
			shown++
		}
	}
	if shown == 0 {
		s.reply(h.m.Ref() + " 现在没有等复核的电话投票。")
	}
	return nil
}

// disputeCall answers 撤销代录 王大爷.
func (s *session) disputeCall() error { return s.aboutCall("撤销代录", s.dispute) }

func (s *session) aboutCall(word string, do func(holding, ballot.VoterID, int) (ballot.Voter, ballot.Entry, error)) error {
	h, err := s.held(word)
	if err != nil {
		return err
	}
	v, err := h.takeVoter(fmt.Sprintf("%s %d 王大爷", word, h.m.Number))
	if err != nil {
		return err
	}
	_, e, err := do(h, v.ID, h.b.Entries[v.ID].Version)
	if err != nil {
		return err
	}
	if e.Checker == "" {
		s.reply(fmt.Sprintf("%s %s的%s投票撤掉了，可以重新代录。", h.m.Ref(), v.Name, e.Channel))
		return nil
	}
	s.reply(fmt.Sprintf("%s %s的%s投票复核过了，已计入，%s。", h.m.Ref(), v.Name, e.Channel, s.turnoutWords(h.b)))
	return nil
}

// check makes a telephone vote count.
func (s *session) check(h holding, voter ballot.VoterID, version int) (ballot.Voter, ballot.Entry, error) {
	v, by, err := s.callOf(h, voter)
	if err != nil {
		return v, ballot.Entry{}, err
	}
	before, was := h.b.Turnout(), h.b.Entries[voter]
	e, err := h.b.Verify(by, voter, version, s.nowIn(h.b))
	if err != nil {
		return v, e, named(h.m, err)
	}
	if e.Version == was.Version {
		return v, e, nil // checked before
	}
	if err := s.putEntry(e); err != nil {
		return v, e, err
	}
	if err := s.journal("check_vote", h.m.Node, s.me.ID, trail(h, voter, e.Channel, e.Version)); err != nil {
		return v, e, err
	}
	return v, e, s.refreshVote(h.t, h.m, h.b, crossed(before, h.b.Turnout()))
}

// dispute takes a telephone vote out that was recorded wrongly.
func (s *session) dispute(h holding, voter ballot.VoterID, version int) (ballot.Voter, ballot.Entry, error) {
	v, by, err := s.callOf(h, voter)
	if err != nil {
		return v, ballot.Entry{}, err
	}
	e, err := h.b.Withdraw(by, voter, version, s.nowIn(h.b))
	if err != nil {
		return v, e, named(h.m, err)
	}
	if err := s.tx.DropEntry(s.ctx, e.Poll, e.Voter); err != nil {
		return v, e, err
	}
	return v, e, s.journal("dispute_vote", h.m.Node, s.me.ID, trail(h, voter, e.Channel, e.Version))
}

func (s *session) callOf(h holding, voter ballot.VoterID) (ballot.Voter, ballot.Clerk, error) {
	by, err := s.clerk(h)
	if err != nil || h.b.Roll == nil {
		return ballot.Voter{}, by, err
	}
	v, _ := h.b.Roll.Voter(voter)
	return v, by, nil
}

// pressCall carries out a press on a telephone vote's card.
func (s *session) pressCall(h holding, k procedure.Key) error {
	do := s.check
	if k.Op == opDispute {
		do = s.dispute
	}
	v, e, err := do(h, ballot.VoterID(k.Choice), k.Score)
	if err != nil {
		return err
	}
	c := s.callCard(h, v, e)
	if k.Op == opDispute {
		c.Title, c.Status, c.Tone, c.Actions = v.Name, "撤掉了，可以重新代录", cards.Muted, nil
	}
	s.answerAll(c)
	return nil
}

// callNow is the card of a telephone vote as it stands.
func (s *session) callNow(h holding, voter ballot.VoterID) cards.Card {
	e, ok := h.b.Entries[voter]
	if !ok || e.Way != ballot.ByPhone || e.Choice == nil || h.b.Roll == nil {
		return cards.Card{Ref: h.m.Ref(), Kind: "代录", Title: "电话投票", Status: "撤掉了，或本人自己投过了", Tone: cards.Muted}
	}
	v, _ := h.b.Roll.Voter(voter)
	return s.callCard(h, v, e)
}

// answerAll shows a pressed card anew to everybody who sees it.
func (s *session) answerAll(c cards.Card) {
	c.ID = s.e.Press.Card
	s.answer = Answer{Card: &c, Everyone: !s.e.Chat.Private}
	if s.answer.Everyone {
		s.refresh(c, s.e.Chat, true)
	}
}
