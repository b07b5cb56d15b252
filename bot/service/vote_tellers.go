package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/cards"
)

const countExample = "现场计票 %d 到会16人 赞成15 反对0 弃权1"

// countRoom answers 现场计票 赞成15 反对0 弃权1: one teller reports, and nothing counts
// before the other confirms.
func (s *session) countRoom() error {
	h, err := s.held("现场计票")
	if err != nil {
		return err
	}
	if err := s.mayReport(h); err != nil {
		return named(h.m, err)
	}
	counts, names, err := readCount(h.rest, h.options(s))
	if err != nil {
		return named(h.m, bot.Errorf(bot.Invalid, "%s例如：%s。", bot.MessageOf(err), fmt.Sprintf(countExample, h.m.Number)))
	}
	t := counts.tellers(h.b.Poll)
	t.At, t.First = s.now, s.me.ID
	if t.Named, err = s.otherTeller(names); err != nil {
		return named(h.m, err)
	}
	if t.Present == 0 && len(h.b.Present) == 0 {
		return named(h.m, bot.Errorf(bot.Missing, "请加上到会多少人，才能核对，例如：%s。", fmt.Sprintf(countExample, h.m.Number)))
	}
	if t, err = h.b.TakeCount(t); err != nil {
		return named(h.m, err)
	}
	if err := s.tx.PutTellers(s.ctx, t); err != nil {
		return err
	}
	if err := s.journal("count_room", h.m.Node, t.Named, trail(h, "", string(s.e.Platform), 0)); err != nil {
		return err
	}
	return s.askTeller(h, t)
}

// mayReport lets those count who lead the vote: a post here, or who opened it.
func (s *session) mayReport(h holding) error {
	by, err := s.clerk(h)
	switch {
	case err != nil:
		return err
	case by.Post == "" && !h.m.Concerns(s.me.ID):
		return bot.Errorf(bot.Forbidden, "现场计票要由发起人或有岗位的人来报，请找书记或网格长。")
	case s.me.Standing != roster.Confirmed:
		return bot.Errorf(bot.Forbidden, "计票的人要先确认身份，请先说：我是 姓名。")
	}
	return nil
}

// otherTeller is whom a report names as the second teller; nobody if it names none.
func (s *session) otherTeller(names string) (bot.PersonID, error) {
	if names == "" {
		return "", nil
	}
	ids, err := s.namedIn(names)
	if err != nil {
		return "", err
	}
	mine := slices.Contains(ids, s.me.ID)
	ids = slices.DeleteFunc(ids, func(p bot.PersonID) bool { return p == s.me.ID })
	switch {
	case len(ids) == 0:
		return "", bot.Errorf(bot.NotFound, "没找到另一位计票人，请写已确认过的姓名。")
	case len(ids) > 1 || len(ids) == 1 && !mine && strings.Count(names, " ") > 0:
		return "", bot.Errorf(bot.Invalid, "请由两位计票人中的一位来报，另一位确认。")
	}
	return ids[0], nil
}

// askTeller asks the second teller: on a card where it was said, or privately whoever
// was named.
func (s *session) askTeller(h holding, t ballot.TellerCount) error {
	card := s.tellerCard(h, t)
	s.replyBeside(card, h.m.ID)
	if !s.e.Chat.Private || t.Named == "" {
		return nil
	}
	chat, ok, err := s.privateChat(t.Named)
	if err != nil || !ok {
		return err
	}
	card.ID = s.cardID(h.m.ID)
	s.post(deliver.Row{To: chat, Matter: h.m.ID, Body: deliver.Body{Card: &card}})
	return nil
}

// tellerCard shows a count to whoever confirms it.
func (s *session) tellerCard(h holding, t ballot.TellerCount) cards.Card {
	key := func(op procedure.Op) string {
		return procedure.Key{Matter: h.m.ID, Step: h.step.ID, Round: h.b.Poll.ID.Round, Op: op, Score: int(t.At.UnixMilli() % 1e9)}.String()
	}
	who := "另一位计票人"
	if t.Named != "" {
		who = s.name(t.Named)
	}
	c := cards.Card{
		Ref: h.m.Ref(), Kind: "现场计票", Title: counted(t, h.options(s)), Status: "等" + who + "确认，确认后才算",
		Facts: []cards.Fact{{Label: "到会", Value: fmt.Sprintf("%d人", t.Present)}, {Label: "报数", Value: s.name(t.First)}},
	}
	if t.Issued > 0 || t.Returned > 0 {
		c.Facts = append(c.Facts, cards.Fact{Label: "选票", Value: fmt.Sprintf("发出%d张，收回%d张", t.Issued, t.Returned)})
	}
	if t.Second != "" {
		c.Status, c.Tone = "两位计票人都确认了", cards.Good
		c.Facts = append(c.Facts, cards.Fact{Label: "确认", Value: s.name(t.Second)})
		return c
	}
	c.Actions = []cards.Action{
		{Label: "确认无误", Key: key(opTellers), Say: fmt.Sprintf("确认计票 %d", h.m.Number), Style: cards.Primary},
		{Label: "数错了", Key: key(opRecount), Say: fmt.Sprintf("撤销计票 %d", h.m.Number), Style: cards.Danger},
	}
	return c
}

// counted says what was counted.
func counted(t ballot.TellerCount, options []string) string {
	var out []string
	for i, n := range t.Votes {
		if i < len(options) {
			out = append(out, fmt.Sprintf("%s%d", cut(options[i], 8), n))
		}
	}
	if len(t.Votes) == 0 {
		out = append(out, fmt.Sprintf("%s%d", ballot.Yes.Word(), t.Yes), fmt.Sprintf("%s%d", ballot.No.Word(), t.No))
	}
	out = append(out, fmt.Sprintf("%s%d", ballot.Abstain.Word(), t.Abstain))
	if t.Void > 0 {
		out = append(out, fmt.Sprintf("废票%d", t.Void))
	}
	return strings.Join(out, "，")
}

// confirmCount answers 确认计票.
func (s *session) confirmCount() error {
	h, err := s.held("确认计票")
	if err != nil {
		return err
	}
	t, err := s.reported(h)
	if err != nil {
		return err
	}
	_, err = s.confirmTellers(h, t)
	return err
}

// dropCount answers 撤销计票: it was counted wrongly.
func (s *session) dropCount() error {
	h, err := s.held("撤销计票")
	if err != nil {
		return err
	}
	if err := s.recount(h); err != nil {
		return err
	}
	s.reply(h.m.Ref() + " 这次计票撤掉了，请重新数、重新报。")
	return nil
}

// reported is the count that waits for its second teller.
func (s *session) reported(h holding) (ballot.TellerCount, error) {
	t, err := s.tx.Tellers(s.ctx, h.b.Poll.ID)
	if bot.CodeOf(err) == bot.NotFound || err == nil && t.First == "" {
		return t, named(h.m, bot.Errorf(bot.NotFound, "没有等着确认的计票。"))
	}
	return t, err
}

// confirmTellers is the second teller's word: the count stands and the vote is over.
func (s *session) confirmTellers(h holding, t ballot.TellerCount) (ballot.TellerCount, error) {
	if s.me.Standing != roster.Confirmed {
		return t, named(h.m, bot.Errorf(bot.Forbidden, "计票的人要先确认身份，请先说：我是 姓名。"))
	}
	t.Second, t.At = s.me.ID, s.now
	t, err := h.b.TakeCount(t)
	if err != nil {
		return t, named(h.m, err)
	}
	if err := s.tx.PutTellers(s.ctx, t); err != nil {
		return t, err
	}
	if err := s.journal("confirm_count", h.m.Node, t.First, trail(h, "", string(s.e.Platform), 0)); err != nil {
		return t, err
	}
	return t, s.closeVote(h.t, h.m, h.step)
}

// recount takes back a count that nobody has confirmed.
func (s *session) recount(h holding) error {
	t, err := s.reported(h)
	if err != nil {
		return err
	}
	by, err := s.clerk(h)
	if err != nil {
		return err
	}
	if by.Post == "" && s.me.ID != t.First && s.me.ID != t.Named {
		return named(h.m, bot.Errorf(bot.Forbidden, "要由计票人来撤，请告诉%s。", s.name(t.First)))
	}
	if err := s.journal("drop_count", h.m.Node, t.First, trail(h, "", string(s.e.Platform), 0)); err != nil {
		return err
	}
	return s.tx.PutTellers(s.ctx, ballot.TellerCount{Poll: h.b.Poll.ID})
}

// pressTellers carries out a press on a count's card. The result is said in a message
// of its own: it is what everybody waits for.
func (s *session) pressTellers(h holding, k procedure.Key) error {
	t, err := s.reported(h)
	if err != nil {
		return err
	}
	if int(t.At.UnixMilli()%1e9) != k.Score {
		return named(h.m, bot.Errorf(bot.Stale, "这张卡片上的数已经改过，请看新的一张。"))
	}
	c := s.tellerCard(h, t)
	if k.Op == opRecount {
		if err := s.recount(h); err != nil {
			return err
		}
		c.Status, c.Tone, c.Actions = "撤掉了，请重新数、重新报", cards.Muted, nil
		s.answerAll(c)
		return nil
	}
	press, reply := s.e.Press, s.e.Reply
	s.e.Press, s.e.Reply = nil, bot.Reply{}
	t, err = s.confirmTellers(h, t)
	s.e.Press, s.e.Reply = press, reply
	if err != nil {
		return err
	}
	s.answerAll(s.tellerCard(h, t))
	return nil
}

// tellersNow is the card of a count as it stands.
func (s *session) tellersNow(h holding) (cards.Card, error) {
	t, err := s.reported(h)
	if bot.CodeOf(err) == bot.NotFound {
		return cards.Card{Ref: h.m.Ref(), Kind: "现场计票", Title: "计票", Status: "撤掉了", Tone: cards.Muted}, nil
	}
	return s.tellerCard(h, t), err
}
