package service

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// noneAboveFor is how long nobody is told again that there is no level above to send to.
const noneAboveFor = 365 * 24 * time.Hour

// openSlips opens the papers that go up and down with a meeting, where its template has
// any. A meeting is held all the same where they cannot be: nobody above, or called by
// somebody who may not file.
func (s *session) openSlips(h *hall) error {
	t := s.Templates().ByID(h.step.Meet.Slips)
	if t == nil || !t.Enabled() || len(t.Slips()) == 0 {
		return nil
	}
	above, err := s.above(t, h.m.Node)
	if err != nil {
		return err
	}
	if len(above) == 0 {
		return s.nobodyAbove(t, h)
	}
	act := procedure.Act{Content: map[string]string{t.First().Main().ID: s.slipsTitle(h.t, h.m)}}
	m, err := s.numbering(t, h.m.Node, &act, h.m.ID)
	if bot.CodeOf(err) == bot.Forbidden {
		return nil
	}
	if err != nil {
		return err
	}
	next, effects, err := s.apply(t, m, h.m.Node, &act)
	if err != nil {
		return err
	}
	if err := s.keep(t, next, act, effects); err != nil {
		return err
	}
	return s.sendDraftSlip(t, next)
}

// slipsTitle is what the papers of a meeting go by: which, and when it is held.
func (s *session) slipsTitle(t *procedure.Template, meet procedure.Matter) string {
	if meet.When.IsZero() {
		return t.Name
	}
	return t.Name + " " + s.env(t, meet, procedure.Actor{}).Moment(meet.When)
}

// nobodyAbove says once to who would have filed that there is nobody to file with.
func (s *session) nobodyAbove(t *procedure.Template, h *hall) error {
	key := "slips-none:" + string(h.m.Node)
	if _, said, err := s.states.Get(s.ctx, key); err != nil || said {
		return err
	}
	people, err := s.holdersOf(h.m.Node, t.Slips()[0].By, 0)
	if err != nil {
		return err
	}
	for _, p := range people {
		chat, ok, err := s.privateChat(p)
		if err != nil || !ok {
			return err
		}
		s.post(deliver.Row{To: chat, Matter: h.m.ID, StaleAfter: s.now.AddDate(0, 0, 1), Body: deliver.Body{
			Text: fmt.Sprintf("%s 会照常开。%s没有拟：上级组织还没有登记负责人，登记以后再召集，单子会自动拟好。", h.m.Ref(), t.Name),
		}})
		s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte("1"), noneAboveFor) })
	}
	return nil
}

// above are the holders of a template's managing posts at the nearest node above a node
// where there are any.
func (s *session) above(t *procedure.Template, node bot.NodeID) ([]bot.PersonID, error) {
	return s.nearestAbove(node, t.Manages)
}

// nearestAbove are those who hold a post of such a title at the nearest node above a node
// where anybody does.
func (s *session) nearestAbove(node bot.NodeID, is func(title string) bool) ([]bot.PersonID, error) {
	line, err := s.lineage(node)
	if err != nil {
		return nil, err
	}
	for _, id := range line[min(1, len(line)):] {
		posts, err := s.tx.PostsAt(s.ctx, id)
		if err != nil {
			return nil, err
		}
		var out []bot.PersonID
		for _, p := range posts {
			if p.Holds(s.now) && is(p.Title) && !slices.Contains(out, p.Person) {
				out = append(out, p.Person)
			}
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	return nil, nil
}

// holdersFor is holdersOf where the level above may be among the titles.
func (s *session) holdersFor(t *procedure.Template, node bot.NodeID, titles []string, up int) ([]bot.PersonID, error) {
	out, err := s.holdersOf(node, titles, up)
	if err != nil || !slices.Contains(titles, procedure.Above) {
		return out, err
	}
	more, err := s.above(t, node)
	return append(out, more...), err
}

// handsOn reports whether people are told an effect by the paper that is handed on.
func handsOn(t *procedure.Template, m procedure.Matter, e procedure.Effect) bool {
	switch e.Notice {
	case procedure.NoticeWaiting:
		step := t.Step(e.Step)
		return step != nil && step.Slip != nil
	case procedure.NoticeEnded:
		return m.Outcome == procedure.Done && len(t.Slips()) > 0
	}
	return false
}

// slipsAfter hands a paper on that was just given, and sees to the papers of a meeting
// that has just ended.
func (s *session) slipsAfter(t *procedure.Template, before, m procedure.Matter, act procedure.Act, effects []procedure.Effect) error {
	if act.Op == procedure.Move {
		return s.redrawSlips(t, m)
	}
	step := t.Step(act.Step)
	if step != nil && step.Slip != nil && act.Op == procedure.Do {
		if err := s.handOnSlip(t, m, step); err != nil {
			return err
		}
		if done, err := s.lapseSlip(t, m); done || err != nil {
			return err
		}
		if next := s.env(t, m, procedure.Actor{}).LiveSlip(m); next != nil && next.Slip.Draws == procedure.FromMinutes && !s.tooEarly(next, m) {
			return s.sendDraftSlip(t, m)
		}
		return nil
	}
	ended := slices.ContainsFunc(effects, func(e procedure.Effect) bool { return e.Kind == procedure.ClosedNow })
	if meet := t.Meeting(); meet == nil || meet.Meet.Slips == "" || !ended && !(before.IsOpen() && !m.IsOpen()) {
		return nil
	}
	return s.slipsOf(m, t.Meeting().Meet.Slips)
}

// slipsOf sees to the papers of a meeting that has ended: the report is drafted, and what
// was never handed on is dropped with a meeting that was not held.
func (s *session) slipsOf(meet procedure.Matter, template string) error {
	return s.eachPaper(meet, template, func(t *procedure.Template, m procedure.Matter) error {
		if done, err := s.lapseSlip(t, m); done || err != nil {
			return err
		}
		step := s.env(t, m, procedure.Actor{}).LiveSlip(m)
		switch {
		case step == nil:
			return nil
		case step.Slip.Draws == procedure.FromMinutes:
			return s.sendDraftSlip(t, m)
		case meet.Outcome != procedure.Done && step == t.Slips()[0]:
			return s.dropSlips(t, m)
		}
		return nil
	})
}

// eachPaper sees to each matter of the papers that go with a meeting and is still open.
func (s *session) eachPaper(meet procedure.Matter, template string, see func(*procedure.Template, procedure.Matter) error) error {
	open, err := s.tx.Find(s.ctx, procedure.Filter{Node: meet.Node, Templates: []string{template}, Open: true})
	if err != nil {
		return err
	}
	for _, m := range open {
		if m.Parent != meet.ID {
			continue
		}
		t, err := s.template(m)
		if err != nil {
			return err
		}
		if err := see(t, m); err != nil {
			return err
		}
	}
	return nil
}

// lapseSlip ends the wait for a paper that has not come although the meeting is over, and
// drafts the one after it: the report is due whether or not guidance came. Nobody is taken
// to have agreed; the report says what was not received.
func (s *session) lapseSlip(t *procedure.Template, m procedure.Matter) (done bool, err error) {
	step := s.env(t, m, procedure.Actor{}).LiveSlip(m)
	if step == nil || !step.Slip.Lapses {
		return false, nil
	}
	h, err := s.meetingOf(m)
	if err != nil || h == nil || h.m.IsOpen() {
		return false, err
	}
	act := procedure.Act{Step: step.ID, Op: procedure.Join, Other: h.m.ID, Choice: string(h.m.Outcome), Key: h.m.Head}
	next, effects, err := s.applyClock(t, m, &act)
	if err != nil {
		return false, err
	}
	if err := s.keep(t, next, act, effects); err != nil {
		return false, err
	}
	return true, s.sendDraftSlip(t, next)
}

// dropSlips calls off papers that nobody has seen but who was to send them.
func (s *session) dropSlips(t *procedure.Template, m procedure.Matter) error {
	if s.me.ID == "" {
		return nil // the clock calls nothing off
	}
	act := procedure.Act{Op: procedure.Cancel}
	next, effects, err := s.apply(t, m, m.Node, &act)
	if bot.CodeOf(err) == bot.Forbidden {
		return nil
	}
	if err != nil {
		return err
	}
	return s.keep(t, next, act, effects)
}

// sendDraftSlip sends what is drafted to those who may hand it on.
func (s *session) sendDraftSlip(t *procedure.Template, m procedure.Matter) error {
	return s.sendDraftNoting(t, m, "")
}

// sendDraftNoting is sendDraftSlip with a line above the paper that says why it comes.
func (s *session) sendDraftNoting(t *procedure.Template, m procedure.Matter, note string) error {
	step := s.env(t, m, procedure.Actor{}).LiveSlip(m)
	if step == nil {
		return nil
	}
	people, err := s.holdersFor(t, m.Node, step.By, 0)
	if err != nil {
		return err
	}
	_, err = s.sendSlip(t, m, people, nil, note)
	return err
}

// handOnSlip sends a paper that was given to whom it is for, as a card and as a file, and
// the file to who gave it.
func (s *session) handOnSlip(t *procedure.Template, m procedure.Matter, step *procedure.Step) error {
	file, err := s.slipFile(t, m, step)
	if err != nil {
		return err
	}
	people, err := s.holdersFor(t, m.Node, step.Slip.To, 0)
	if err != nil {
		return err
	}
	if len(people) == 0 {
		if people, err = s.holdersOf("", []string{roster.Administrator}, 0); err != nil {
			return err
		}
	}
	people = slices.DeleteFunc(people, func(p bot.PersonID) bool { return p == s.me.ID })
	note := ""
	if m.Redrawn(step) {
		note = "会改期了，请以这一张为准。"
	}
	told, err := s.sendSlip(t, m, people, file, note)
	if err != nil {
		return err
	}
	var missed []bot.PersonID
	for _, p := range people {
		if !slices.Contains(told, p) {
			missed = append(missed, p)
		}
	}
	if chat, ok, err := s.privateChat(s.me.ID); err == nil && ok {
		s.post(deliver.Row{To: chat, Matter: m.ID, Body: deliver.Body{File: file}})
	} else if err != nil {
		return err
	}
	return s.passOn(t, m, procedure.Effect{Kind: procedure.Tell, Notice: procedure.NoticeWaiting, Step: step.ID}, told, missed)
}

// sendSlip shows people a matter's paper privately, with what each may do and a line of its
// own above it, and returns who could be reached.
func (s *session) sendSlip(t *procedure.Template, m procedure.Matter, people []bot.PersonID, file *deliver.File, note string) (told []bot.PersonID, err error) {
	slices.Sort(people)
	for _, p := range slices.Compact(people) {
		chat, ok, err := s.privateChat(p)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		actor, err := s.actorOf(p, m.Node)
		if err != nil {
			return nil, err
		}
		look := &lookup{s: s, m: m, t: t, full: true, texts: map[int]map[string]string{}}
		c := s.card(s.env(t, m, actor), m, procedure.Viewer{Actor: actor}, look)
		c.ID, c.Body = s.cardID(m.ID), strings.TrimSpace(note+"\n"+c.Body)
		s.post(deliver.Row{To: chat, Matter: m.ID, Body: deliver.Body{Card: &c}})
		if file != nil {
			s.post(deliver.Row{To: chat, Matter: m.ID, Body: deliver.Body{File: file}})
		}
		key, id := askedKey(p), m.ID
		s.later(func(ctx context.Context) error { return s.states.Set(ctx, key, []byte(id), 24*time.Hour) })
		told = append(told, p)
	}
	return told, nil
}

// actorOf is somebody other than the speaker with the rights they have at a node.
func (s *session) actorOf(p bot.PersonID, node bot.NodeID) (procedure.Actor, error) {
	who, err := s.tx.Person(s.ctx, p)
	if err != nil {
		return procedure.Actor{}, err
	}
	posts, err := s.tx.PostsOf(s.ctx, p)
	if err != nil {
		return procedure.Actor{}, err
	}
	return s.actorWith(who, posts, node)
}

// askedAbout is the matter somebody was last told of privately, if it has this number: who
// is of the level above may count in other numbers than those who wrote to them.
func (s *session) askedAbout(number int) (procedure.Matter, bool, error) {
	if !s.e.Chat.Private {
		return procedure.Matter{}, false, nil
	}
	raw, ok := s.remembered(askedKey(s.me.ID))
	if !ok {
		return procedure.Matter{}, false, nil
	}
	m, err := s.tx.Matter(s.ctx, bot.MatterID(raw))
	if bot.CodeOf(err) == bot.NotFound || err == nil && m.Number != number {
		return procedure.Matter{}, false, nil
	}
	if err != nil {
		return m, false, err
	}
	sees, err := s.sees(m)
	return m, sees, err
}

// meetingOf is the meeting that a matter's papers go with; nil if there is none.
func (s *session) meetingOf(m procedure.Matter) (*hall, error) {
	if m.Parent == "" {
		return nil, nil
	}
	meet, err := s.tx.Matter(s.ctx, m.Parent)
	if bot.CodeOf(err) == bot.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	t, err := s.template(meet)
	if err != nil {
		return nil, err
	}
	h, err := s.hallOf(t, meet)
	if bot.CodeOf(err) == bot.NotFound {
		return nil, nil
	}
	return h, err
}

// tooEarly reports whether a slip waits for minutes that are not filed yet.
func (s *session) tooEarly(step *procedure.Step, m procedure.Matter) bool {
	if step.Slip.Draws != procedure.FromMinutes {
		return false
	}
	h, err := s.meetingOf(m)
	return err == nil && h != nil && h.m.IsOpen()
}

// ofMinutes joins what the minutes say of a kind: 一；二.
func ofMinutes(m meeting.Minutes, k meeting.Kind, say func(meeting.Line) string) string {
	var out []string
	for _, l := range m.Of(k) {
		out = append(out, strings.TrimRight(say(l), "。；"))
	}
	return strings.Join(out, "；")
}
