package service

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/privacy"
	"yiqun/bot/roster"
	"yiqun/cards"
)

// onlyPrivately refuses in a group what is nobody else's business.
func (s *session) onlyPrivately() error {
	if s.e.Chat.Private {
		return nil
	}
	return bot.Errorf(bot.Wrong, "这是您自己的事，请私聊我说。")
}

// notice answers 隐私: in private the whole of it, in a group one sentence.
func (s *session) notice() error {
	if !s.e.Chat.Private {
		s.reply(privacy.Short)
		return nil
	}
	answers, err := s.tx.ConsentsOf(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	return s.showNotice(answers)
}

// showNotice sends the notice: as a card where it is shown whole, else in words. What
// has to be told must not be cut off.
func (s *session) showNotice(answers []privacy.Consent) error {
	c, err := s.noticeCard(answers)
	if err != nil {
		return err
	}
	body := deliver.Body{Reply: s.e.Reply, Card: &c}
	if most := s.cfg.Capabilities(s.e.Platform).CardBody; most > 0 && utf8.RuneCountInString(c.Body) > most {
		body.Card, body.Text = nil, noticeText(c)
	} else {
		c.ID = s.cardID("")
	}
	s.post(deliver.Row{To: s.e.Chat, Body: body})
	return s.told()
}

// noticeText is the notice in words, with the words that stand for its buttons.
func noticeText(c cards.Card) string {
	lines := []string{c.Title + "（" + c.Status + "）", c.Body}
	for _, f := range c.Facts {
		lines = append(lines, f.Label+"："+f.Value)
	}
	for _, a := range c.Actions {
		lines = append(lines, a.Label+"请回：“"+a.Say+"”")
	}
	return strings.Join(append(lines, c.Footnote), "\n")
}

// told keeps that the speaker was shown the notice.
func (s *session) told() error {
	s.wrote = true
	return s.tx.PutTold(s.ctx, privacy.Told{Person: s.me.ID, Version: privacy.Version, At: s.now})
}

// untold are words after which the notice would be out of place: it has just been
// shown, the person is gone, or they are about to turn out to be somebody who was told.
var untold = []string{"隐私", "删除我的信息", "绑定", "认领管理员"}

// firstUse tells whoever writes privately for the first time what is kept about them
// and why, after their answer (个人信息保护法 第17条); again when that has changed. As long as
// no place is known there is nobody yet who would have to say it.
func (s *session) firstUse() error {
	if !s.e.Chat.Private || s.node.ID == "" || slices.Contains(untold, s.verb) {
		return nil
	}
	told, err := s.tx.ToldOf(s.ctx, s.me.ID)
	if err != nil || told.Version >= privacy.Version {
		return err
	}
	answers, err := s.tx.ConsentsOf(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	return s.showNotice(answers)
}

const consentPrefix = "c/"

// noticeCard is the notice with what can be agreed to. Nothing has to be: the card
// says so.
func (s *session) noticeCard(answers []privacy.Consent) (cards.Card, error) {
	body, err := s.operator()
	if err != nil {
		return cards.Card{}, err
	}
	c := cards.Card{
		Kind: "个人信息", Title: "我记什么、为什么、记多久", Status: fmt.Sprintf("告知书第%d版", privacy.Version),
		Body: privacy.Notice(body), Footnote: "不同意也照样给您办事。",
	}
	if asked := privacy.Unanswered(s.concerning(answers)); len(asked) == 0 {
		c.Facts = s.consentFacts(answers)
		c.Footnote = "要改请发：撤回同意，或：允许 私聊提醒。"
	} else {
		c.Actions = []cards.Action{
			{Label: "都同意", Key: consentPrefix + "yes", Say: "允许 全部", Style: cards.Primary},
			{Label: "都不同意", Key: consentPrefix + "no", Say: "撤回同意 全部"},
		}
	}
	return c, nil
}

// operator is who uses the bot here: the speaker's place and the one at the top.
func (s *session) operator() (string, error) {
	if s.node.ID == "" {
		return "", nil
	}
	line, err := s.lineage(s.node.ID)
	if err != nil || len(line) < 2 {
		return s.node.Name, err
	}
	top, err := s.tx.Node(s.ctx, line[len(line)-1])
	if err != nil {
		return "", err
	}
	return top.Name + "和" + s.node.Name, nil
}

// concerning treats what does not concern the speaker as answered: nobody else is
// asked about membership of the Party.
func (s *session) concerning(answers []privacy.Consent) []privacy.Consent {
	if s.me.Member || slices.ContainsFunc(answers, func(c privacy.Consent) bool { return c.Purpose == privacy.Member }) {
		return answers
	}
	return append(slices.Clone(answers), privacy.Consent{Purpose: privacy.Member, Version: privacy.Version})
}

func (s *session) consentFacts(answers []privacy.Consent) (facts []cards.Fact) {
	for _, p := range s.purposes(answers) {
		facts = append(facts, cards.Fact{Label: p.Name, Value: allowedWord(p.Allowed(answers))})
	}
	return facts
}

// purposes are those that concern the speaker.
func (s *session) purposes(answers []privacy.Consent) []privacy.Purpose {
	return slices.DeleteFunc(privacy.Purposes(), func(p privacy.Purpose) bool {
		return p.ID == privacy.Member && !s.me.Member &&
			!slices.ContainsFunc(answers, func(c privacy.Consent) bool { return c.Purpose == privacy.Member && !c.Given })
	})
}

func allowedWord(yes bool) string {
	if yes {
		return "用"
	}
	return "不用（您已撤回）"
}

// pressConsent answers the notice by button.
func (s *session) pressConsent(key string) error {
	yes := strings.TrimPrefix(key, consentPrefix) == "yes"
	if !yes && strings.TrimPrefix(key, consentPrefix) != "no" {
		return bot.Errorf(bot.NotFound, "这个按钮已经不能用了。")
	}
	s.verb = "consent"
	answers, err := s.tx.ConsentsOf(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	for _, p := range privacy.Unanswered(s.concerning(answers)) {
		if err := s.consent(p, yes); err != nil {
			return err
		}
	}
	if answers, err = s.tx.ConsentsOf(s.ctx, s.me.ID); err != nil {
		return err
	}
	c, err := s.noticeCard(answers)
	if err != nil {
		return err
	}
	c.ID = s.e.Press.Card
	s.answer = Answer{Card: &c, Everyone: true}
	s.refresh(c, s.e.Chat, true)
	return nil
}

// consent keeps an answer about one purpose. Membership that is withdrawn is off the
// roster until it is allowed again.
func (s *session) consent(p privacy.Purpose, yes bool) error {
	s.wrote = true
	c := privacy.Consent{Person: s.me.ID, Purpose: p.ID, Version: privacy.Version, Given: yes, At: s.now}
	if err := s.tx.PutConsent(s.ctx, c); err != nil {
		return err
	}
	if p.ID == privacy.Member && s.me.Member != yes && s.me.Standing == roster.Confirmed {
		s.me.Member = yes
		if err := s.tx.PutPerson(s.ctx, s.me); err != nil {
			return err
		}
	}
	what := "consent"
	if !yes {
		what = "withdraw"
	}
	return s.journal(what, "", s.me.ID, fmt.Sprintf("%s v%d", p.ID, privacy.Version))
}

func (s *session) withdraw() error { return s.choosePurpose(false) }
func (s *session) allow() error    { return s.choosePurpose(true) }

// choosePurpose answers 撤回同意 私聊提醒 and 允许 私聊提醒.
func (s *session) choosePurpose(yes bool) error {
	if err := s.onlyPrivately(); err != nil {
		return err
	}
	answers, err := s.tx.ConsentsOf(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	mine := s.purposes(answers)
	chosen := mine
	if !strings.Contains(s.plain(), "全部") {
		p, ok := privacy.Find(spokenName(s.read.Text, s.plain(), commandFor(s.verb)))
		if !ok {
			return s.askPurpose(mine, answers)
		}
		chosen = []privacy.Purpose{p}
	}
	var lines []string
	for _, p := range chosen {
		if !slices.ContainsFunc(mine, func(o privacy.Purpose) bool { return o.ID == p.ID }) {
			return bot.Errorf(bot.Wrong, "您没有登记为党员，没有这一项。")
		}
		if err := s.consent(p, yes); err != nil {
			return err
		}
		if yes {
			lines = append(lines, "好，“"+p.Name+"”可以用了。")
		} else {
			lines = append(lines, "好，“"+p.Name+"”撤回了："+p.Off+"。")
		}
	}
	if !yes {
		lines = append(lines, "您照样可以找我办事。要恢复请发：允许 "+chosen[0].Name)
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

// askPurpose lists what can be withdrawn or allowed.
func (s *session) askPurpose(mine []privacy.Purpose, answers []privacy.Consent) error {
	lines := []string{"要" + s.verb + "哪一项？例如：" + s.verb + " " + mine[0].Name}
	for _, p := range mine {
		lines = append(lines, fmt.Sprintf("%s：现在%s；撤回后，%s（个人信息保护法%s）", p.Name, allowedWord(p.Allowed(answers)), p.Off, p.Basis))
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

// refuses reports whether somebody refused a purpose.
func (s *session) refuses(p bot.PersonID, purpose string) bool {
	who, err := s.tx.Refused(s.ctx, purpose)
	return err == nil && slices.Contains(who, p)
}

// myInfo answers 我的信息: what is kept about the speaker, in words.
func (s *session) myInfo() error {
	if err := s.onlyPrivately(); err != nil {
		return err
	}
	lines, err := s.kept(s.me)
	if err != nil {
		return err
	}
	answers, err := s.tx.ConsentsOf(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	for _, p := range s.purposes(answers) {
		lines = append(lines, p.Name+"："+allowedWord(p.Allowed(answers)))
	}
	lines = append(lines, privacy.RuleOf(privacy.MatterText).String()+"。",
		"要全部请发“导出我的信息”；改：更正 姓名、更正 电话；删：删除我的信息。")
	s.reply("只有您看得到：\n" + strings.Join(lines, "\n"))
	return nil
}

// kept says what is kept about a person, a line each.
func (s *session) kept(p roster.Person) ([]string, error) {
	standing := "没有确认过"
	if p.Standing == roster.Confirmed {
		standing = "已确认"
	}
	class := "群众"
	switch {
	case p.Member && p.Probation:
		class = "预备党员"
	case p.Member:
		class = "党员"
	}
	lines := []string{"姓名：" + p.Name + "（" + standing + "，" + class + "）"}
	phone, err := s.tx.Phone(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if phone != "" {
		lines = append(lines, "电话："+phone)
	}
	for _, more := range []func(roster.Person) ([]string, error){s.keptAccounts, s.keptPosts, s.keptTraces} {
		some, err := more(p)
		if err != nil {
			return nil, err
		}
		lines = append(lines, some...)
	}
	return lines, nil
}

func (s *session) keptAccounts(p roster.Person) ([]string, error) {
	accounts, err := s.tx.AccountsOf(s.ctx, p.ID)
	var names []string
	for _, a := range accounts {
		name := a.Account.Platform.Spoken()
		if a.Nick != "" {
			name += "（昵称" + a.Nick + "）"
		}
		names = append(names, name)
	}
	return []string{"账号：" + orNone(names)}, err
}

func (s *session) keptPosts(p roster.Person) ([]string, error) {
	posts, err := s.tx.PostsOf(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, o := range posts {
		name := o.Title
		if n, err := s.tx.Node(s.ctx, o.Node); err == nil {
			name += "（" + n.Name + "）"
		}
		if !o.Holds(s.now) {
			name += "，已卸任"
		}
		names = append(names, name)
	}
	nodes, err := s.tx.BelongingsOf(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	var places []string
	for _, id := range nodes {
		if n, err := s.tx.Node(s.ctx, id); err == nil {
			places = append(places, n.Name)
		}
	}
	lines := []string{"职务：" + orNone(names)}
	if len(places) > 0 {
		lines = append(lines, "名册里在："+strings.Join(places, "、"))
	}
	return lines, nil
}

func (s *session) keptTraces(p roster.Person) ([]string, error) {
	t, err := s.tx.TracesOf(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	texts, err := s.tx.WrittenBy(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	sent, err := s.tx.AttachedBy(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	told, err := s.tx.ToldOf(s.ctx, p.ID)
	if err != nil {
		return nil, err
	}
	line := fmt.Sprintf("办过%d步，其中写了字的%d步；照片和文件%d个；明细账%d笔；投过%d次票", t.Acts, len(texts), len(sent), t.Ledger, t.Ballots)
	shown := "还没看过告知书"
	if told.Version > 0 {
		shown = fmt.Sprintf("%s看过告知书第%d版", s.dateOf(told.At), told.Version)
	}
	return []string{"记录：" + line, "告知：" + shown}, nil
}

// dateOf is a date as people say it here.
func (s *session) dateOf(t time.Time) string {
	t = t.In(s.zone())
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}
