package service

import (
	"fmt"
	"strconv"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/cards"
)

// cardHere shows a matter as the speaker may see it in this chat.
func (s *session) cardHere(t *procedure.Template, m procedure.Matter) (cards.Card, error) {
	actor, err := s.actor(m.Node)
	if err != nil {
		return cards.Card{}, err
	}
	group := !s.e.Chat.Private
	return s.card(s.env(t, m, actor), m, procedure.Viewer{Group: group, Actor: actor}, s.lookup(t, m, group)), nil
}

// card shows a matter, with its vote where it has one.
func (s *session) card(env procedure.Env, m procedure.Matter, v procedure.Viewer, look procedure.Lookup) cards.Card {
	c := env.Card(m, v, look)
	s.paintSurvey(&c, env.Template, m, !v.Group)
	s.paintSlip(&c, env, m)
	if env.Template.Meeting() != nil {
		s.paintMeeting(&c, env.Template, m, !v.Group)
		return c
	}
	step := env.Template.Vote()
	if step == nil || m.Steps[step.ID].Round == 0 {
		return c
	}
	if m.Outcome == procedure.Withdrawn {
		return c
	}
	b, err := s.lightBox(pollID(m, step))
	if err != nil {
		// A card without its vote is still a card; a store that failed rolls the whole
		// transaction back.
		s.log.WarnContext(s.ctx, "vote not shown", "matter", m.ID, "code", bot.CodeOf(err))
		return c
	}
	s.paintVote(&c, env.Template, m, step, b, !v.Group)
	return c
}

// paintVote puts a vote onto its matter's card. personal: only s.me sees it.
func (s *session) paintVote(c *cards.Card, t *procedure.Template, m procedure.Matter, step *procedure.Step, b *ballot.Box, personal bool) {
	look := s.lookup(t, m, !personal)
	c.Facts = append(c.Facts, cards.Fact{Label: "方式", Value: manner(b)})
	if !m.Steps[step.ID].Live() {
		s.paintResult(c, t, m, step, look)
		return
	}
	c.Facts = append(c.Facts, cards.Fact{Label: "参加", Value: s.turnoutWords(b)})
	options := s.optionsOf(t, m, look)
	if now := standings(b, options); now != "" {
		c.Facts = append(c.Facts, cards.Fact{Label: "现在", Value: now})
	}
	var mine *ballot.Choice
	if personal {
		mine = s.paintMine(c, b, options)
	}
	s.paintChoices(c, m, step, b, options, mine)
	c.Alone = b.Poll.Secret && !personal
	if b.Size() == 0 {
		s.paintAmend(c, t, m, step, personal)
	}
}

// manner says by which rule and how a vote is held.
func manner(b *ballot.Box) string {
	out := fmt.Sprintf("按“%s”", b.Rule.Name)
	if b.Roll == nil {
		out = "征求意见，没有名册，不说过没过"
	}
	switch {
	case b.Poll.Secret:
		out += "；匿名，截止后出结果"
	case b.Poll.Hidden:
		out += "；截止后出结果"
	}
	if b.Poll.InRoom && len(b.Present) == 0 {
		out += "；先签到再投"
	}
	if b.Poll.Selection() {
		out += fmt.Sprintf("；可选%d个", max(1, b.Poll.Most))
	}
	return out
}

// briefly is manner in few words.
func briefly(b *ballot.Box) string {
	out := fmt.Sprintf("选%d个", max(1, b.Poll.Most))
	if b.Poll.Secret {
		out += "，匿名"
	}
	if b.Roll == nil {
		out += "，征求意见"
	}
	return out
}

// turnoutWords says how many have voted, against what is needed.
func (s *session) turnoutWords(b *ballot.Box) string {
	f := b.Turnout()
	if b.Roll == nil {
		return fmt.Sprintf("已投%d人", f.Figures.Cast.Heads)
	}
	out := fmt.Sprintf("应到%d人，已投%d人", f.Figures.Entitled.Heads, f.Figures.Cast.Heads)
	if b.Poll.InRoom {
		out = fmt.Sprintf("应到%d人，实到%d人，已投%d人", f.Figures.Entitled.Heads, f.Figures.Present.Heads, f.Figures.Cast.Heads)
	}
	switch {
	case len(f.Quorum) == 0:
		return out
	case f.Reached:
		return out + "，人数够了"
	}
	return out + "，人数还不够"
}

// standings are the numbers of an open vote whose results need not be hidden.
func standings(b *ballot.Box, options []string) string {
	if b.Poll.Hidden || b.Poll.Secret || b.Size() == 0 {
		return ""
	}
	count, err := b.Count()
	if err != nil {
		return ""
	}
	if !b.Poll.Selection() {
		return fmt.Sprintf("%s%d，%s%d，%s%d", ballot.Yes.Word(), count.Yes.Heads,
			ballot.No.Word(), count.No.Heads, ballot.Abstain.Word(), count.Abstain.Heads)
	}
	var out []string
	for i, v := range count.Votes {
		if i < len(options) {
			out = append(out, fmt.Sprintf("%s %d", cut(options[i], 8), v.Heads))
		}
	}
	return strings.Join(out, "，")
}

// paintMine says what the speaker has cast. Of a secret vote it says only that they
// have.
func (s *session) paintMine(c *cards.Card, b *ballot.Box, options []string) *ballot.Choice {
	e, ok := b.Entries[s.voterOf(b)]
	switch {
	case !ok:
		return nil
	case e.Recused():
		c.Footnote = "您声明了" + ballot.Recuse.Word() + "，按错了十分钟内可以撤销"
		return nil
	case e.Choice == nil:
		c.Footnote = "您已投，截止前可以改"
		return nil
	}
	c.Footnote = "您投了" + choiceWords(*e.Choice, options) + "，截止前可以改"
	return e.Choice
}

func (s *session) voterOf(b *ballot.Box) ballot.VoterID {
	if b.Roll == nil {
		return ballot.VoterID(s.me.ID)
	}
	v, _ := b.Roll.Of(s.me.ID)
	return v.ID
}

// fewOptions is up to how many options each get a button, so that one press votes;
// buttonText how long one may be.
const fewOptions, buttonText = 5, 10

// paintChoices puts what one may press onto the card.
func (s *session) paintChoices(c *cards.Card, m procedure.Matter, step *procedure.Step, b *ballot.Box, options []string, mine *ballot.Choice) {
	key := func(choice string) string {
		return procedure.Key{Matter: m.ID, Step: step.ID, Round: m.Steps[step.ID].Round, Op: procedure.Do, Choice: choice}.String()
	}
	c.Actions = nil
	if !b.Poll.Selection() {
		for i, say := range sayings {
			a := cards.Action{Label: say.Word(), Key: key(string(say)), Say: fmt.Sprintf("%d %s", m.Number, say.Word())}
			if i == 0 {
				a.Style = cards.Primary
			}
			c.Actions = append(c.Actions, a)
		}
		s.paintRecuse(c, m, step, b)
		return
	}
	if b.Poll.Most <= 1 && len(options) <= fewOptions {
		for i, o := range options {
			c.Actions = append(c.Actions, cards.Action{
				Label: cut(o, buttonText), Key: key(strconv.Itoa(i + 1)), Say: fmt.Sprintf("%d %s", m.Number, o),
			})
		}
		s.paintRecuse(c, m, step, b)
		return
	}
	// A card to tick has room for little else on WeCom: the facts must be said in the
	// thirty characters under its title.
	c.Status = fmt.Sprintf("已投%d人，%s止", b.Turnout().Figures.Cast.Heads, b.Poll.Closes.In(s.zoneOf(m.Node)).Format("2日15:04"))
	ch := &cards.Choice{
		Key: key(""), Question: briefly(b), Multiple: b.Poll.Most > 1,
		Submit: cards.Action{Label: step.Name(), Key: key(""), Say: strconv.Itoa(m.Number), Style: cards.Primary},
	}
	for i, o := range options {
		opt := cards.Option{ID: strconv.Itoa(i + 1), Text: o}
		if mine != nil {
			for _, p := range mine.Picks {
				opt.Picked = opt.Picked || p == i
			}
		}
		ch.Options = append(ch.Options, opt)
	}
	c.Choice = ch
}

// paintRecuse adds the declared conflict to a deciding vote's buttons; who has just
// declared one gets the way back instead.
func (s *session) paintRecuse(c *cards.Card, m procedure.Matter, step *procedure.Step, b *ballot.Box) {
	if b.Roll == nil {
		return
	}
	k := procedure.Key{Matter: m.ID, Step: step.ID, Round: m.Steps[step.ID].Round, Op: procedure.Do, Choice: string(ballot.Recuse)}
	a := cards.Action{Label: ballot.Recuse.Word(), Key: k.String(), Say: fmt.Sprintf("%d %s", m.Number, ballot.Recuse.Word())}
	if strings.HasPrefix(c.Footnote, "您声明了") {
		k.Op, k.Choice = opRegret, ""
		a = cards.Action{Label: "撤销回避", Key: k.String(), Say: fmt.Sprintf("撤销回避 %d", m.Number)}
		c.Actions = nil
	}
	c.Actions = append(c.Actions, a)
}

// paintResult shows a vote as it ended.
func (s *session) paintResult(c *cards.Card, t *procedure.Template, m procedure.Matter, step *procedure.Step, look procedure.Lookup) {
	tally := m.Steps[step.ID].Tally
	if tally == nil {
		return
	}
	if next := t.Next(step); next != nil {
		c.Facts = append(c.Facts, cards.Fact{Label: "结果", Value: ballot.Verdict(tally.Verdict).Word()})
		if m.IsOpen() && !m.Steps[next.ID].Live() {
			return // the arithmetic was on the card of the step that followed
		}
	} else if m.Outcome == procedure.Done {
		c.Status = "已截止，" + ballot.Verdict(tally.Verdict).Word()
	}
	if text, err := s.resultOf(t, m, step.ID, m.Steps[step.ID].Round, look); err == nil && text != "" {
		c.Body = strings.TrimSpace(text + "\n" + c.Body)
	}
}

// optionsOf are the texts of what there is to choose from.
func (s *session) optionsOf(t *procedure.Template, m procedure.Matter, look procedure.Lookup) []string {
	step := t.Vote()
	if step == nil || step.OptionsFrom == "" {
		return nil
	}
	return splitOptions(look.Text(m.Fields[step.OptionsFrom]))
}

// pressedChoice is what a press on a vote's card says.
func pressedChoice(p ballot.Poll, k procedure.Key, picked []string) (ballot.Choice, bool) {
	if k.Choice == string(ballot.Recuse) {
		return ballot.Choice{Say: ballot.Recuse}, true
	}
	if k.Choice != "" && !p.Selection() {
		return ballot.Choice{Say: ballot.Say(k.Choice)}, true
	}
	if k.Choice != "" {
		picked = []string{k.Choice}
	}
	var picks []int
	for _, id := range picked {
		n, err := strconv.Atoi(id)
		if err != nil {
			return ballot.Choice{}, false
		}
		picks = append(picks, n-1)
	}
	return ballot.Choice{Say: ballot.Pick, Picks: picks}, len(picks) > 0
}

// pressedChoices reports whether a press came from a vote's own card, rather than from
// one that stands beside it.
func (s *session) pressedChoices() bool {
	if s.e.Press == nil {
		return false
	}
	k, ok := procedure.ParseKey(s.e.Press.Key)
	return ok && (k.Op == procedure.Do || k.Op == opRegret)
}

// refreshVote shows how many have voted on the cards that can be changed: at once for
// what matters, else when half of the vote's time has passed since the last.
func (s *session) refreshVote(t *procedure.Template, m procedure.Matter, b *ballot.Box, atOnce bool) error {
	if !s.public(t) {
		return nil
	}
	groups, err := s.tx.GroupsOf(s.ctx, m.Node)
	if err != nil {
		return err
	}
	every := max(refreshEvery, b.Poll.Closes.Sub(b.Poll.Opens)/2)
	for _, g := range groups {
		if !s.cfg.Capabilities(g.Chat.Platform).CardUpdate {
			continue
		}
		id, _ := s.remembered(cardKey(m.ID, g.Chat))
		if id == "" && s.pressedChoices() && g.Chat == s.e.Chat {
			id = s.e.Press.Card // an older one shows its presser how it stands in any case
		}
		if id == "" {
			continue
		}
		c := s.env(t, m, procedure.Actor{}).Card(m, procedure.Viewer{Group: true}, s.lookup(t, m, true))
		s.paintVote(&c, t, m, t.Vote(), b, false)
		c.ID = id
		s.refreshEach(c, g.Chat, atOnce, every)
	}
	return nil
}
