package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/cards"
)

// paintMeeting puts a meeting onto its matter's card. personal: only s.me sees it.
func (s *session) paintMeeting(c *cards.Card, t *procedure.Template, m procedure.Matter, personal bool) {
	h, err := s.hallOf(t, m)
	if err != nil {
		// A card without its numbers is still a card; a store that failed rolls the whole
		// transaction back.
		s.log.WarnContext(s.ctx, "meeting not shown", "matter", m.ID, "code", bot.CodeOf(err))
		return
	}
	var viewer bot.PersonID
	if personal {
		viewer = s.me.ID
	}
	s.paintHall(c, h, viewer)
}

// paintHall is paintMeeting for a viewer; nobody in particular is a group.
func (s *session) paintHall(c *cards.Card, h *hall, viewer bot.PersonID) {
	c.Kind, c.Progress = "会议", nil
	c.Facts = slices.DeleteFunc(c.Facts, func(f cards.Fact) bool { return f.Label == "议题" || f.Label == "应到" || f.Label == "期限" })
	for i, f := range c.Facts { // as it is now, not as it was called
		if post := officeLabels[f.Label]; post != "" && h.state.Offices[post] != "" {
			c.Facts[i].Value = s.name(h.state.Offices[post])
		}
	}
	if agenda := h.state.Agenda(); len(agenda) > 0 {
		c.Facts = append(c.Facts, cards.Fact{Label: "议题", Value: numberedLine(agenda)})
	}
	c.Facts = append(c.Facts, cards.Fact{Label: "到会", Value: h.attendance()})
	if s := h.phaseWord(); s != "" {
		c.Status = s
	}
	c.Actions = h.actions(viewer)
	if h.state.Phase == meeting.Planned && h.m.IsOpen() {
		warning, _ := h.step.Meet.Lead.Check(h.t.Name, h.m.Opened.In(s.zoneOf(h.m.Node)), h.m.When.In(s.zoneOf(h.m.Node)))
		c.Footnote = warning
	}
	s.linkCalendar(c, h)
	if viewer == "" {
		return
	}
	if v, ok := h.voter(viewer); ok {
		if said := presenceWords[h.state.Present[v.ID].Is]; said != "" {
			c.Footnote = strings.TrimSpace(c.Footnote + " 您：" + said)
		}
	}
}

// officeLabels are how the fields of a notice call the offices.
var officeLabels = map[string]meeting.Post{"主持": meeting.Host, "记录": meeting.Recorder}

// presenceWords say to a member where they stand.
var presenceWords = map[meeting.Kind]string{
	meeting.Coming: "会来", meeting.Excuse: "请假", meeting.Arrive: "已到会", meeting.Leave: "早退",
	meeting.Represent: "由人代表", meeting.Absent: "缺席",
}

// numberedLine is a short list in one value: 1.讨论发展对象 2.通报经费.
func numberedLine(items []string) string {
	var b strings.Builder
	for i, it := range items {
		if i > 0 {
			b.WriteByte(' ')
		}
		fmt.Fprintf(&b, "%d.%s", i+1, it)
	}
	return b.String()
}

// attendance is the numbers: before the meeting who means to come, then who is there.
func (h *hall) attendance() string {
	t := h.turnout()
	switch {
	case t.Present > 0 && h.state.Phase == meeting.Ended:
		return t.Final()
	case t.Present > 0:
		return t.String()
	case h.state.Phase != meeting.Planned:
		return t.Counted() // before the roll is called there is nothing to judge
	}
	coming, excused := 0, 0
	for _, p := range h.state.Present {
		switch p.Is {
		case meeting.Coming:
			coming++
		case meeting.Excuse:
			excused++
		}
	}
	unit := "人"
	if t.Unit == "seat" {
		unit = "家"
	}
	out := fmt.Sprintf("应到%d%s", t.Entitled, unit)
	if coming > 0 {
		out += fmt.Sprintf("，会来%d%s", coming, unit)
	}
	if excused > 0 {
		out += fmt.Sprintf("，请假%d%s", excused, unit)
	}
	return out
}

func (h *hall) phaseWord() string {
	if !h.m.IsOpen() {
		return ""
	}
	switch h.state.Phase {
	case meeting.Running:
		return "开会中"
	case meeting.Paused:
		return "休会中"
	case meeting.Ended:
		return "已结束，记录待确认"
	case meeting.Planned:
	}
	return ""
}

// actions are what one may press on a meeting's card now.
func (h *hall) actions(viewer bot.PersonID) []cards.Action {
	if !h.m.IsOpen() {
		return nil
	}
	key := func(k meeting.Kind) string {
		return procedure.Key{Matter: h.m.ID, Step: h.step.ID, Round: h.sit.ID.Round, Op: procedure.Do, Choice: string(k)}.String()
	}
	act := func(label string, k meeting.Kind, style cards.Style) cards.Action {
		return cards.Action{Label: label, Key: key(k), Say: fmt.Sprintf("%s %d", label, h.m.Number), Style: style}
	}
	switch h.state.Phase {
	case meeting.Planned:
		return []cards.Action{act(h.step.Verb, meeting.Coming, cards.Primary), act(meeting.Excuse.Word(), meeting.Excuse, cards.Default)}
	case meeting.Running, meeting.Paused:
		if h.state.Code == 0 {
			return []cards.Action{act(signInWord, meeting.Arrive, cards.Primary)}
		}
	case meeting.Ended:
		if slices.Contains(h.offices(), viewer) && !slices.Contains(h.state.Approved, viewer) {
			return []cards.Action{act(meeting.Approve.Word(), meeting.Approve, cards.Primary)}
		}
	}
	return nil
}

// signInWord is what one says to be counted.
const signInWord = "签到"

// refreshMeeting shows the numbers on the cards that can be changed: at once for what
// matters, else now and then.
func (s *session) refreshMeeting(h *hall, atOnce bool) error {
	groups, err := s.groupsOf(h)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if !s.cfg.Capabilities(g.Platform).CardUpdate {
			continue
		}
		id, _ := s.remembered(cardKey(h.m.ID, g))
		if s.e.Press != nil && g == s.e.Chat {
			id = s.e.Press.Card
		}
		if id == "" {
			continue
		}
		c := s.groupCard(h)
		c.ID = id
		s.refresh(c, g, atOnce)
	}
	return nil
}

// groupCard is a meeting as everybody in a group sees it.
func (s *session) groupCard(h *hall) cards.Card {
	c := s.env(h.t, h.m, procedure.Actor{}).Card(h.m, procedure.Viewer{Group: true}, s.lookup(h.t, h.m, true))
	s.paintHall(&c, h, "")
	return c
}

// pressMeeting carries out a press on a meeting's card.
func (s *session) pressMeeting(t *procedure.Template, m procedure.Matter, k procedure.Key) error {
	s.verb = "meeting " + k.Choice
	h, err := s.hallOf(t, m)
	if err != nil {
		return err
	}
	if k.Round != h.sit.ID.Round || !m.IsOpen() {
		return bot.Errorf(bot.Wrong, "%s 这张卡片是以前的，请看新的一张。", m.Ref())
	}
	before := h.turnout()
	switch kind := meeting.Kind(k.Choice); kind {
	case meeting.Coming, meeting.Excuse:
		err = s.answerCall(h, kind, "")
	case meeting.Arrive:
		err = s.arriveSelf(h, 0)
	case meeting.Approve:
		return s.approveMinutes(h)
	default:
		err = bot.Errorf(bot.NotFound, "这个按钮已经不能用了。")
	}
	if err != nil {
		return err
	}
	return s.afterPress(h, before)
}

// afterPress answers a press with the card as it is now.
func (s *session) afterPress(h *hall, before meeting.Turnout) error {
	now := h.turnout()
	if err := s.refreshMeeting(h, before.Present == 0 && now.Present > 0 || before.Reached != now.Reached); err != nil {
		return err
	}
	group := !s.e.Chat.Private
	c := s.env(h.t, h.m, procedure.Actor{}).Card(h.m, procedure.Viewer{Group: group}, s.lookup(h.t, h.m, group))
	personal := !group || s.cfg.Capabilities(s.e.Chat.Platform).CardUpdate
	var viewer bot.PersonID
	if personal {
		viewer = s.me.ID
	}
	s.paintHall(&c, h, viewer)
	c.ID = s.e.Press.Card
	// Where a card can be changed only in answer to a press on it, everybody gets the
	// numbers with it; elsewhere the presser sees where they stand.
	s.answer = Answer{Card: &c, Everyone: !personal}
	return nil
}
