package service

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/talk"
)

// amendWord is what whoever opened a vote says to have it held otherwise.
const amendWord = "改"

// amendAsked is how long an answer to 要改哪一样 is waited for.
const amendAsked = time.Hour

// amendSaid is 改, 改 12 截止周五18:00, 修改12号 匿名: an order, the number, the rest.
var amendSaid = regexp.MustCompile(`^(?:修改|更改|改)(?:一下)?\s*(?:[#＃]?([\d０-９]{1,6})\s*号?)?([\s，,：:的一]*)(.*)$`)

// amendThing is a word for what can be changed: without one, and without a number, 改
// means something else.
var amendThing = regexp.MustCompile(`截止|匿名|[记實实記]名|[规規][则則]|[选選][项項]|[题題]目|议题|可选|征求意见|^按`)

// amending is a vote or a survey that its opener wants held otherwise.
type amending struct {
	m    procedure.Matter
	t    *procedure.Template
	step *procedure.Step
}

// amends takes a sentence that says how a vote that has just been opened is to be held
// otherwise, or answers what was asked about it. done is false for any other.
func (s *session) amends() (done bool, err error) {
	text := s.plain()
	if s.node.ID == "" || s.ordersPlainly() && !talk.Enough(text) {
		return false, nil
	}
	asked, which := s.lastAmending()
	if done, err := s.keepsTerms(text); done || err != nil {
		return done, err
	}
	p := amendSaid.FindStringSubmatch(text)
	if p == nil && asked == "" || p != nil && p[1] == "" && asked == "" && p[3] != "" && !amendThing.MatchString(p[3]) {
		return false, nil // 改天再说, 改成反对
	}
	if p == nil && talk.Enough(text) {
		s.forgetAmending()
		s.verb = amendWord
		s.reply("好，不改了。")
		return true, nil
	}
	rest, number := text, 0
	if p != nil {
		rest, number = p[3], smallNumber(p[1])
	}
	a, ok, err := s.takeApart(rest, which)
	if p == nil && !ok && err == nil {
		return false, nil // a sentence of its own
	}
	m, found, wrong := s.toAmend(number, asked)
	if wrong != nil || !found || !ok && strings.TrimSpace(rest) != "" && p != nil && s.elseMeant(number) {
		return false, wrong
	}
	s.verb = amendWord
	switch {
	case err != nil:
		return true, err
	case !ok || a.which != "":
		return true, s.askAmendment(m, a.which)
	}
	return true, s.amend(m, a)
}

// keepsTerms takes 确认 of who has just opened a vote: it is held as it was echoed.
func (s *session) keepsTerms(text string) (bool, error) {
	if strings.Trim(text, " 。.！!了") != "确认" {
		return false, nil
	}
	m, ok, err := s.lastTouched()
	if err != nil || !ok {
		return false, err
	}
	a, ok, err := s.amendingOf(m)
	if err != nil || !ok || m.Opener != s.me.ID && m.Asker != s.me.ID {
		return false, err
	}
	s.verb = amendWord
	s.forgetAmending()
	s.reply(fmt.Sprintf("%s 好，就按这样，%s截止。", m.Ref(), s.env(a.t, a.m, procedure.Actor{}).Moment(m.Steps[a.step.ID].Due)))
	return true, nil
}

// takeApart reads what is to be changed; which was asked for, if anything.
func (s *session) takeApart(text, which string) (amendment, bool, error) {
	now := s.now.In(s.zone())
	a, ok, err := readAmendment(text, now)
	if which != "" && (!ok || err != nil) {
		a, ok, err = readAmendment(which+" "+text, now)
	}
	if u, unknown := errors.AsType[*unknownRule](err); unknown {
		names := make([]string, len(u.near))
		for i, r := range u.near {
			names[i] = "“" + r.Name + "”"
		}
		err = bot.Errorf(bot.NotFound, "没有“%s”这条规则，请核对一下名称。", cut(u.said, 12))
		if len(names) > 0 {
			err = bot.Errorf(bot.NotFound, "没有“%s”这条规则，相近的有%s，请照名称再发一次。", cut(u.said, 12), strings.Join(names, "、"))
		}
	}
	return a, ok, err
}

// elseMeant reports whether 改 and a number mean something else of the speaker's: a
// reminder of that number.
func (s *session) elseMeant(number int) bool {
	return number == 0 || s.ownNumber(strconv.Itoa(number), false)
}

// toAmend finds what a change is about: the number said, what was asked about, or the
// only vote here that the speaker opened and that may still be changed.
func (s *session) toAmend(number int, asked bot.MatterID) (amending, bool, error) {
	if number > 0 || asked != "" {
		m, err := s.matterOr(number, asked)
		if bot.CodeOf(err) == bot.NotFound {
			return amending{}, false, nil
		}
		if err != nil {
			return amending{}, false, err
		}
		return s.amendingOf(m)
	}
	open, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Open: true})
	if err != nil {
		return amending{}, false, err
	}
	var mine []amending
	for _, m := range open {
		a, ok, err := s.amendingOf(m)
		if err != nil {
			return amending{}, false, err
		}
		if ok && (m.Opener == s.me.ID || m.Asker == s.me.ID) {
			mine = append(mine, a)
		}
	}
	if len(mine) == 0 {
		return amending{}, false, nil
	}
	slices.SortFunc(mine, func(a, b amending) int { return b.m.Opened.Compare(a.m.Opened) })
	return mine[0], true, nil
}

func (s *session) matterOr(number int, id bot.MatterID) (procedure.Matter, error) {
	if number > 0 {
		return s.numbered(number)
	}
	return s.tx.Matter(s.ctx, id)
}

// amendingOf is the vote or the survey of a matter that could be held otherwise, whoever
// asks; not ok if it has none, or is part of a meeting.
func (s *session) amendingOf(m procedure.Matter) (amending, bool, error) {
	t, err := s.template(m)
	if err != nil {
		return amending{}, false, err
	}
	step := t.Box()
	ok := step != nil && t.Amendable(step) && m.Steps[step.ID].Live() && (m.Terms == nil || m.Terms.Meeting == "")
	return amending{m, t, step}, ok, nil
}

// askAmendment asks what is to be changed, or how; a press is answered on its card.
func (s *session) askAmendment(a amending, which string) error {
	if err := s.stillFresh(a); err != nil {
		return err
	}
	text := "要改哪一样？说一句就行，例如：截止周五18:00；匿名；记名；规则；选项；题目。"
	if a.step.IsSurvey() {
		text = "截止改到什么时候？例如：截止周五18:00。"
		which = amendable[0].word
	}
	for _, w := range amendable {
		if w.word == which {
			text = w.ask
		}
	}
	key, value := s.amendKey(), string(a.m.ID)+" "+which
	s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte(value), amendAsked) })
	if s.e.Press == nil {
		if !s.e.Chat.Private {
			text += "（@我回复）"
		}
		s.reply(a.m.Ref() + " " + text)
		return nil
	}
	group := !s.e.Chat.Private
	c := s.card(s.env(a.t, a.m, procedure.Actor{}), a.m, procedure.Viewer{Group: group}, s.lookup(a.t, a.m, group))
	c.ID, c.Footnote = s.e.Press.Card, strings.Replace(text, "说一句就行", "请@"+s.cfg.BotName+" 说一句", 1)
	s.answer = Answer{Card: &c}
	return nil
}

// amendKey is where it is remembered what the speaker was asked to change.
func (s *session) amendKey() string { return "amend:" + s.e.Chat.Key() + ":" + s.e.From.String() }

func (s *session) lastAmending() (id bot.MatterID, which string) {
	raw, ok := s.remembered(s.amendKey())
	if !ok {
		return "", ""
	}
	m, which, _ := strings.Cut(raw, " ")
	return bot.MatterID(m), which
}

func (s *session) forgetAmending() {
	key := s.amendKey()
	s.later(func(ctx context.Context) error { return s.states.Delete(ctx, key) })
}
