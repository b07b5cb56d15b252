package service

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/roster"
	"yiqun/intents"
	"yiqun/intents/zhtext"
)

// kin are the near relatives whom some rules ask a proxy to be.
var kin = regexp.MustCompile(`配偶|丈夫|妻子|老公|老婆|爱人|父亲|母亲|爸爸|妈妈|儿子|女儿|子女|兄弟|姐妹|哥哥|弟弟|姐姐|妹妹|祖父|祖母|爷爷|奶奶|孙子|孙女`)

// mandateText bounds what is kept of the writing.
const mandateText = 200

// entrust answers 委托 张三 代我投. What the voter typed is the writing that the rule
// asks for; a voice message is none.
func (s *session) entrust() error {
	h, err := s.held("委托")
	if err != nil {
		return err
	}
	agent, err := s.agent(h)
	if err != nil {
		return err
	}
	v, _ := h.voterOf(s.me.ID)
	if e, voted := h.b.Entries[v.ID]; voted && e.Way == ballot.Self {
		return named(h.m, bot.Errorf(bot.Wrong, "您已经自己投过了，不用再委托。要改，截止前再投一次就行。"))
	}
	by, err := s.clerk(h)
	if err != nil {
		return err
	}
	m := ballot.Mandate{
		Voter: v.ID, To: agent.ID, At: s.nowIn(h.b), Kin: kin.FindString(h.rest),
		Written: s.e.Message != nil && !s.e.Message.Voice, Text: cut(s.plain(), mandateText),
	}
	if m, err = h.b.Appoint(m, by); err != nil {
		return named(h.m, err)
	}
	if err := s.tx.PutMandate(s.ctx, m); err != nil {
		return err
	}
	if err := s.journal("entrust_vote", h.m.Node, agent.ID, trail(h, v.ID, string(s.e.Platform), 0)); err != nil {
		return err
	}
	if err := s.tellAgent(h, v, agent); err != nil {
		return err
	}
	s.reply(fmt.Sprintf("%s 好，委托%s替您投，书面委托就是您这条消息。您自己投了以您的为准；收回请发：收回委托 %d。", h.m.Ref(), agent.Name, h.m.Number))
	return nil
}

// voterOf is for whom a person votes; where there is no roll, themselves.
func (h holding) voterOf(p bot.PersonID) (ballot.Voter, bool) {
	if h.b.Roll == nil {
		return ballot.Voter{ID: ballot.VoterID(p), Votes: true, People: []bot.PersonID{p}}, true
	}
	return h.b.Roll.Of(p)
}

// agent finds to whom a vote is entrusted: one confirmed person.
func (s *session) agent(h holding) (roster.Person, error) {
	ids, err := s.people(s.read.People)
	if err != nil {
		return roster.Person{}, err
	}
	if len(ids) == 0 {
		// A name the reader does not know, or one that it took for something else.
		if ids, err = s.namedIn(h.rest); err != nil {
			return roster.Person{}, err
		}
	}
	if len(ids) != 1 {
		return roster.Person{}, named(h.m, bot.Errorf(bot.Missing, "请写清委托给哪一位，例如：委托 %d 张三 代我投。", h.m.Number))
	}
	p, err := s.tx.Person(s.ctx, ids[0])
	if err != nil {
		return p, err
	}
	if p.Standing != roster.Confirmed {
		return p, named(h.m, bot.Errorf(bot.Forbidden, "%s还没有确认过身份，不能受委托。", p.Name))
	}
	return p, nil
}

// namedIn finds the people here whose names stand in a text.
func (s *session) namedIn(text string) ([]bot.PersonID, error) {
	all, err := s.tx.PeopleAt(s.ctx, s.node.ID)
	if err != nil {
		return nil, err
	}
	var found []intents.Person
	for _, p := range all {
		if n := zhtext.Fold(p.Name).Text; n != "" && p.Standing == roster.Confirmed && strings.Contains(text, n) {
			found = append(found, intents.Person{Said: p.Name, IDs: []string{string(p.ID)}})
		}
	}
	return s.people(found)
}

// tellAgent tells a proxy privately how to vote for whom. One who cannot be reached
// hears of it from the voter.
func (s *session) tellAgent(h holding, v ballot.Voter, agent roster.Person) error {
	chat, ok, err := s.privateChat(agent.ID)
	if err != nil || !ok || agent.ID == s.me.ID {
		return err
	}
	s.post(deliver.Row{To: chat, Matter: h.m.ID, StaleAfter: h.b.Poll.Closes, Body: deliver.Body{
		Text: fmt.Sprintf("%s %s委托您代投。请问过TA的意思再投，例如：代投 %d %s 赞成。", h.m.Ref(), v.Name, h.m.Number, v.Name),
	}})
	return nil
}

// takeBack answers 收回委托.
func (s *session) takeBack() error {
	h, err := s.held("收回委托")
	if err != nil {
		return err
	}
	m, err := h.b.Revoke(s.me.ID, s.nowIn(h.b))
	if err != nil {
		return named(h.m, err)
	}
	if err := s.tx.PutMandate(s.ctx, m); err != nil {
		return err
	}
	if err := s.journal("revoke_mandate", h.m.Node, m.To, trail(h, m.Voter, string(s.e.Platform), 0)); err != nil {
		return err
	}
	text := fmt.Sprintf("%s 委托收回了，请您自己投。", h.m.Ref())
	if e, voted := h.b.Entries[m.Voter]; voted && e.Way == ballot.ByProxy {
		text = fmt.Sprintf("%s 委托收回了。%s已经替您投过，您自己再投一次就以您的为准。", h.m.Ref(), s.name(m.To))
	}
	s.reply(text)
	return nil
}

// castsFor is how people who speak for others say that they vote for them: 投赞成,
// 投 12 赞成.
var castsFor = regexp.MustCompile(`^(?:来|去)?投(?:票|一票)?\s*(?:[#＃]?([\d０-９]+)号?)?\s*(.+)$`)

// castForSaid takes 替王大爷投赞成 as 代投 王大爷 赞成.
func (s *session) castForSaid(who, text string) (done bool, err error) {
	p := castsFor.FindStringSubmatch(text)
	if p == nil || sayOf(p[2]) == "" {
		return false, nil
	}
	number := p[1]
	if number == "" && len(s.read.Matters) == 1 {
		number = strconv.Itoa(s.read.Matters[0])
	}
	s.said = strings.Join(strings.Fields(strings.Join([]string{"代投", number, who, p[2]}, " ")), " ")
	return true, s.castFor()
}

// castFor answers 代投 王大爷 赞成: a proxy votes for who sent them.
func (s *session) castFor() error {
	s.verb = "ballot" // and never what it says
	h, err := s.held("代投")
	if err != nil {
		return err
	}
	if h.b.Poll.Secret {
		return named(h.m, bot.Errorf(bot.Forbidden, "匿名投票要本人投，不能委托，也不能代录。"))
	}
	example := fmt.Sprintf("代投 %d 王大爷 赞成", h.m.Number)
	v, err := h.takeVoter(example)
	if err != nil {
		return err
	}
	said, reason := takeReason(h.rest)
	c, ok := choiceSaid(h.b.Poll, h.options(s), strings.Trim(said, " ,，。"))
	if !ok || c.Say == ballot.Recuse {
		return named(h.m, bot.Errorf(bot.Missing, "没听懂选的是什么，这一票没有计。请写成：%s。", example))
	}
	if h.b.Poll.Hidden && !s.e.Chat.Private {
		return named(h.m, bot.Errorf(bot.Forbidden, "截止前不公布，请私聊我代投。"))
	}
	c.Reason = reason
	before := h.b.Turnout()
	e, err := h.b.CastFor(s.me.ID, v.ID, c, s.nowIn(h.b))
	if err != nil {
		return named(h.m, err)
	}
	e.Channel = string(s.e.Platform)
	if err := s.putEntry(e); err != nil {
		return err
	}
	if err := s.journal("cast_for", h.m.Node, s.me.ID, trail(h, v.ID, e.Channel, e.Version)); err != nil {
		return err
	}
	if err := s.refreshVote(h.t, h.m, h.b, crossed(before, h.b.Turnout())); err != nil {
		return err
	}
	s.reply(fmt.Sprintf("%s 已替%s投了。截止前可以改，%s。", h.m.Ref(), v.Name, s.turnoutWords(h.b)))
	return nil
}
