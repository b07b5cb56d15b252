package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/roster"
	"yiqun/cards"
)

// vouchers are the posts whose holders confirm who somebody is.
var vouchers = []string{"书记", "网格长"}

// vouches reports whether the speaker may confirm people at this node.
func (s *session) vouches() bool {
	if s.isAdmin() {
		return true
	}
	line, err := s.lineage(s.node.ID)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(roster.Titles(s.posts, s.now, line...), func(t string) bool { return slices.Contains(vouchers, t) })
}

// iAm proposes a name. It proves nothing until somebody who may vouch says 是他.
func (s *session) iAm() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	name := spokenName(s.read.Text, s.plain(), commandFor("我是"))
	if !roster.PersonName(name) {
		return bot.Errorf(bot.Missing, "请写上姓名，例如：我是 王建国。")
	}
	if s.me.Standing == roster.Confirmed {
		return bot.Errorf(bot.Wrong, "您已经登记为%s了。要更正请找书记或网格长。", s.me.Name)
	}
	return s.propose(name)
}

// propose asks those who may vouch whether the speaker is called so.
func (s *session) propose(name string) error {
	open, err := s.tx.OpenProposals(s.ctx, s.node.ID)
	if err != nil {
		return err
	}
	p := roster.Proposal{ID: s.newID(), Person: s.me.ID, Name: name, Node: s.node.ID, At: s.now}
	for _, o := range open {
		if o.Person == s.me.ID {
			p.ID = o.ID // said again: the newer name counts
		}
	}
	if err := s.tx.PutProposal(s.ctx, p); err != nil {
		return err
	}
	s.wrote = true
	return s.proposalCards(p)
}

// spokenName is what follows the command's word.
func spokenName(text, plain string, c *command) string {
	if t := strings.TrimSpace(text); t != "" {
		return strings.Trim(t, "。，,.！! ")
	}
	for _, w := range append([]string{c.word}, c.also...) {
		if _, rest, ok := strings.Cut(plain, w); ok {
			return strings.Trim(rest, "。，,.！!：: ")
		}
	}
	return ""
}

const proposalPrefix = "p/"

// proposalCards asks those who may vouch, where the name was said: one press
// answers it.
func (s *session) proposalCards(p roster.Proposal) error {
	c := s.proposalCard(p)
	if s.e.Chat.Private {
		s.reply("记下了，请书记或网格长确认一下，确认前您先按居民使用。")
		voucher, err := s.holdersOf(p.Node, vouchers, 0)
		if err != nil {
			return err
		}
		for _, v := range voucher {
			if chat, ok, err := s.privateChat(v); err != nil {
				return err
			} else if ok {
				card := c
				card.ID = s.cardID("")
				s.post(deliver.Row{To: chat, Body: deliver.Body{Card: &card}})
			}
		}
		return nil
	}
	s.replyCard(c, "")
	return nil
}

func (s *session) proposalCard(p roster.Proposal) cards.Card {
	key := func(answer string) string { return proposalPrefix + p.ID + "/" + answer }
	title, corrected := s.correctedTitle(p)
	c := cards.Card{
		Kind: "确认身份", Title: title,
		Status: "等书记或网格长确认",
		Body:   s.accountOf(p.Person),
		Actions: []cards.Action{
			{Label: "是他，党员", Key: key("member"), Say: "是他 " + p.Name + " 党员", Style: cards.Primary},
			{Label: "是他，群众", Key: key("yes"), Say: "是他 " + p.Name},
			{Label: "不是他", Key: key("no"), Say: "不是他 " + p.Name, Style: cards.Danger},
		},
	}
	if corrected {
		c.Actions[1].Label, c.Actions[1].Style = "更正", cards.Primary
		c.Actions[2].Label = "不更正"
		c.Actions = c.Actions[1:]
	}
	if p.Decided.IsZero() {
		return c
	}
	c.Actions = nil
	c.Status, c.Tone = "已确认", cards.Good
	if !p.Accepted {
		c.Status, c.Tone = "不是本人", cards.Muted
	}
	c.Facts = []cards.Fact{{Label: "确认", Value: s.name(p.By)}}
	return c
}

// accountOf says by what a person can be recognised who has no confirmed name yet:
// their nickname, or where the platform gives none their account.
func (s *session) accountOf(p bot.PersonID) string {
	accounts, err := s.tx.AccountsOf(s.ctx, p)
	if err != nil || len(accounts) == 0 {
		return ""
	}
	if a := accounts[0]; a.Nick == "" {
		return a.Account.Platform.Spoken() + "账号：" + cut(string(a.Account.User), longestNick)
	}
	return "账号昵称：" + accounts[0].Nick
}

// pressProposal answers a proposal by button.
func (s *session) pressProposal(key string) error {
	id, answer, _ := strings.Cut(strings.TrimPrefix(key, proposalPrefix), "/")
	p, err := s.tx.Proposal(s.ctx, id)
	if bot.CodeOf(err) == bot.NotFound {
		return bot.Errorf(bot.NotFound, "这个按钮已经不能用了。")
	}
	if err != nil {
		return err
	}
	if answer != member && answer != "yes" && answer != "no" {
		return bot.Errorf(bot.NotFound, "这个按钮已经不能用了。")
	}
	if s.node, err = s.tx.Node(s.ctx, p.Node); err != nil {
		return err
	}
	s.verb = "vouch"
	show := func(note string) {
		c := s.proposalCard(p)
		c.ID, c.Footnote = s.e.Press.Card, note
		s.answer = Answer{Card: &c, Everyone: note == ""}
	}
	if !s.vouches() || p.Person == s.me.ID {
		show(commandFor("是他").denied)
		return nil
	}
	if !p.Decided.IsZero() {
		show("这一条已经有人确认过了。")
		return nil
	}
	as := ""
	if answer == member {
		as = member
	}
	if p, err = s.decide(p, answer != "no", as); err != nil {
		return err
	}
	show("")
	s.refresh(*s.answer.Card, s.e.Chat, true)
	return nil
}

// What somebody is confirmed as beside being who they say; a resident is neither.
const (
	member    = "member"
	probation = "probation" // 预备党员, who has no vote in the Party
)

// memberSaid is what a sentence confirms somebody as.
func memberSaid(text string) string {
	switch {
	case strings.Contains(text, "预备党员"):
		return probation
	case strings.Contains(text, "党员"):
		return member
	}
	return ""
}

// decide settles who somebody is, and as what.
func (s *session) decide(p roster.Proposal, yes bool, as string) (roster.Proposal, error) {
	p.Decided, p.By, p.Accepted = s.now, s.me.ID, yes
	if err := s.tx.PutProposal(s.ctx, p); err != nil {
		return p, err
	}
	detail := "no"
	if yes {
		who, err := s.tx.Person(s.ctx, p.Person)
		if err != nil {
			return p, err
		}
		if who.Standing == roster.Confirmed {
			return p, s.rename(who, p)
		}
		who.Name, who.Standing, who.Member, who.Probation = p.Name, roster.Confirmed, as != "", as == probation
		if who, err = s.recognise(who, p.Node); err != nil {
			return p, err
		}
		delete(s.names, p.Person)
		detail = "resident"
		switch {
		case who.Probation:
			detail = probation
		case who.Member:
			detail = member
		}
	}
	return p, s.journal("confirm", p.Node, p.Person, detail)
}

func (s *session) itIs() error    { return s.vouch(true) }
func (s *session) itIsNot() error { return s.vouch(false) }

// vouch answers a proposal in words: 是他 王建国 党员.
func (s *session) vouch(yes bool) error {
	if s.node.ID == "" {
		return s.noNode()
	}
	if !s.vouches() {
		return denied("是他")
	}
	open, err := s.tx.OpenProposals(s.ctx, s.node.ID)
	if err != nil {
		return err
	}
	text := s.plain()
	var found []roster.Proposal
	for _, p := range open {
		if strings.Contains(text, p.Name) || len(open) == 1 {
			found = append(found, p)
		}
	}
	switch {
	case len(found) == 0:
		return bot.Errorf(bot.NotFound, "没有等着确认的这个名字。")
	case len(found) > 1:
		return bot.Errorf(bot.Ambiguous, "有%d个人都这样报名，请在卡片上按一下本人那张。", len(found))
	case found[0].Person == s.me.ID:
		return bot.Errorf(bot.Forbidden, "自己不能确认自己，请别的负责人来。")
	}
	as := memberSaid(strings.ReplaceAll(text, found[0].Name, ""))
	p, err := s.decide(found[0], yes, as)
	if err != nil {
		return err
	}
	switch {
	case !yes:
		s.reply("好，这个账号不是" + p.Name + "。")
	case as == probation:
		s.reply("好，" + p.Name + "（预备党员）确认了。")
	case as == member:
		s.reply("好，" + p.Name + "（党员）确认了。")
	default:
		s.reply("好，" + p.Name + "确认了。")
	}
	return nil
}

// bindFor is how long a binding code may be used.
const bindFor = 10 * time.Minute

// bind joins one person's two accounts: a code given in one private chat is typed
// in the other.
func (s *session) bind() error {
	if !s.e.Chat.Private {
		return bot.Errorf(bot.Wrong, "请私聊我说“绑定”。")
	}
	code := digits(s.plain())
	if code == "" {
		return s.offerBind()
	}
	if s.tooMany("bind") {
		return bot.Errorf(bot.Forbidden, "试错太多次了，请一小时后再试。")
	}
	raw, ok, err := s.states.Get(s.ctx, "bind:"+code)
	if err != nil {
		return err
	}
	other := bot.PersonID(raw)
	if !ok || other == "" {
		s.guessedWrong("bind")
		s.reply("口令不对或过期了，请在另一边再发一次“绑定”拿新的。")
		return nil
	}
	if other == s.me.ID {
		return bot.Errorf(bot.Wrong, "这是您自己这边的口令，请到另一个平台上私聊我发它。")
	}
	return s.join(other, code)
}

func (s *session) offerBind() error {
	code, err := s.code6()
	if err != nil {
		return err
	}
	me := s.me.ID
	s.later(func(ctx context.Context) error { return s.states.Set(ctx, "bind:"+code, []byte(me), bindFor) })
	s.reply(fmt.Sprintf("口令是 %s，十分钟内在另一个平台私聊我发：绑定 %s", code, code))
	return nil
}

// join makes two persons one: the confirmed one stays, else the older.
func (s *session) join(other bot.PersonID, code string) error {
	them, err := s.tx.Person(s.ctx, other)
	if err != nil {
		return err
	}
	into, from := them, s.me
	if s.me.Standing == roster.Confirmed && them.Standing != roster.Confirmed {
		into, from = s.me, them
	}
	if into.Standing == roster.Confirmed && from.Standing == roster.Confirmed && into.Name != from.Name {
		return bot.Errorf(bot.Forbidden, "两边登记的姓名不一样，请先找书记更正。")
	}
	if err := s.tx.MergePeople(s.ctx, from.ID, into.ID); err != nil {
		return err
	}
	if err := s.journal("bind", "", into.ID, string(from.ID)); err != nil {
		return err
	}
	s.later(func(ctx context.Context) error { return s.states.Delete(ctx, "bind:"+code) })
	s.reply("好，两边是同一个人了：" + into.Name + "。")
	return nil
}
