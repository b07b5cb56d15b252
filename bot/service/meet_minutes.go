package service

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/cards"
	"yiqun/cards/paper/docx"
)

// endMeeting ends the meeting and gives its minutes to host and recorder, before
// anybody else sees them.
func (s *session) endMeeting(h *hall) (string, error) {
	for _, id := range h.state.Votes {
		m, _, step, err := s.voteOf(id)
		if err != nil {
			return "", err
		}
		if m.Steps[step.ID].Live() {
			return "", bot.Errorf(bot.Wrong, "%s 还有表决 %s 没结束，请先结束它，再散会。", h.m.Ref(), m.Ref())
		}
	}
	if err := s.logInto(h, meeting.Entry{Kind: meeting.End}); err != nil {
		return "", err
	}
	if err := s.refreshMeeting(h, true); err != nil {
		return "", err
	}
	missed, err := s.sendDraft(h)
	if err != nil {
		return "", err
	}
	out := "会议结束，" + h.turnout().Final() + "。记录已私下发给主持人、记录人确认。"
	if len(missed) > 0 {
		out = "会议结束。" + strings.Join(missed, "、") + "还收不到私信：请私聊我发一个“在”，再发：纪要。"
	}
	return out, nil
}

// sendDraft sends the minutes to host and recorder, and returns whom it could not reach.
func (s *session) sendDraft(h *hall) (missed []string, err error) {
	for _, p := range h.offices() {
		chat, ok, err := s.privateChat(p)
		if err != nil {
			return nil, err
		}
		if !ok {
			missed = append(missed, s.name(p))
			continue
		}
		if err := s.sendMinutes(h, chat, p); err != nil {
			return nil, err
		}
	}
	return missed, nil
}

// sendMinutes sends the minutes to one person: a short card, and the file.
func (s *session) sendMinutes(h *hall, to bot.Chat, p bot.PersonID) error {
	m := s.minutesShown(h)
	c := s.minutesCard(h, m, p)
	s.linkMinutes(&c, h)
	c.ID = s.cardID(h.m.ID)
	s.post(deliver.Row{To: to, Matter: h.m.ID, Body: deliver.Body{Reply: s.replyIfHere(to), Card: &c}})
	data, err := docx.Render(m.Paper(s.sealOf(h)))
	if err != nil {
		return fmt.Errorf("write minutes: %w", err)
	}
	at := cmp.Or(m.Began, h.m.When.In(s.zoneOf(h.m.Node)))
	name := fmt.Sprintf("%s%s%d年%02d月%02d日.docx", m.Body, m.Title(), at.Year(), at.Month(), at.Day())
	s.post(deliver.Row{To: to, Matter: h.m.ID, Body: s.enclosed(deliver.File{Name: name, Data: data}, minutesPage, h.m)})
	return nil
}

// sealOf is under which hash a meeting's entries were sealed; empty while they are not.
func (s *session) sealOf(h *hall) string {
	if sealing := h.m.Steps[h.step.ID].Sealing; sealing != nil {
		return sealing.Hash
	}
	return ""
}

// minutesCard is the minutes in short, with what their reader may do.
func (s *session) minutesCard(h *hall, m meeting.Minutes, p bot.PersonID) cards.Card {
	c := m.Card()
	c.Ref = h.m.Ref()
	if !h.m.IsOpen() {
		c.Status = "已归档"
		return c
	}
	c.Actions = h.actions(p)
	c.Status = "待确认"
	if len(c.Actions) > 0 {
		c.Footnote = fmt.Sprintf("有不对的请发：%s 原来的话 改为 新的话", meeting.Correct.Word())
	}
	if len(h.state.Approved) > 0 {
		c.Status = s.namesOf(h.state.Approved) + "已确认"
	}
	return c
}

func (s *session) namesOf(people []bot.PersonID) string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = s.name(p)
	}
	return strings.Join(out, "、")
}

// minutes are a meeting's entries on paper.
func (s *session) minutes(h *hall) meeting.Minutes {
	look := s.lookup(h.t, h.m, s.public(h.t))
	body := ""
	if n, err := s.tx.Node(s.ctx, h.m.Node); err == nil {
		body = n.Name
	}
	return meeting.Write(meeting.Facts{
		Body: body, Type: h.t.Name, Place: look.Text(h.m.Fields[placeField]), Zone: s.zoneOf(h.m.Node), Rule: h.rule, Name: s.name,
		Vote: func(id bot.MatterID) (motion, result string) {
			m, t, step, err := s.voteOf(id)
			if err != nil {
				return "（查不到）", ""
			}
			look := s.lookup(t, m, true)
			result, err = s.resultOf(t, m, step.ID, m.Steps[step.ID].Round, look)
			if err != nil || result == "" {
				result = "没有结果。"
			}
			return m.Ref() + " " + s.env(t, m, procedure.Actor{}).Title(m, look), withoutBars(result)
		},
		Ref: func(id bot.MatterID) string { return look.Ref(id) },
	}, h.roll, h.entries)
}

// minutesShown are minutes with what can be shown of the meeting's photographs.
func (s *session) minutesShown(h *hall) meeting.Minutes {
	m := s.minutes(h)
	m.Photos = s.photosIn(h)
	return m
}

// withoutBars leaves the bars out of a vote's result: they are drawn for a phone.
func withoutBars(result string) string {
	var out []string
	for line := range strings.Lines(result) {
		if !strings.Contains(line, "▇") {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return strings.Join(slices.DeleteFunc(out, bareCount), "\n")
}

// bareCount reports whether a line of a result is a bar of nothing: 反对 0.
func bareCount(line string) bool {
	fields := strings.Fields(line)
	return len(fields) == 2 && fields[1] == "0"
}

// approveMinutes confirms the minutes. Once host and recorder both have, they are sealed and
// filed, and the tasks in them become orders.
func (s *session) approveMinutes(h *hall) error {
	switch {
	case h.state.Phase != meeting.Ended:
		return bot.Errorf(bot.Wrong, "%s 会还没结束，结束时请发：%s。", h.m.Ref(), meeting.End.Word())
	case !slices.Contains(h.offices(), s.me.ID):
		return bot.Errorf(bot.Forbidden, "%s 会议记录由主持人、记录人确认。", h.m.Ref())
	}
	if !slices.Contains(h.state.Approved, s.me.ID) {
		if err := s.logInto(h, meeting.Entry{Kind: meeting.Approve}); err != nil {
			return err
		}
	}
	if waiting := h.waiting(); len(waiting) > 0 {
		return s.answerMinutes(h, fmt.Sprintf("您确认了，还等%s确认。", s.namesOf(waiting)))
	}
	sealing, err := s.sealHall(h)
	if err != nil {
		return err
	}
	if err := s.commit(h.t, h.m, h.m.Node, procedure.Act{Step: h.step.ID, Op: procedure.Close, Sealing: sealing}); err != nil {
		return err
	}
	if h.m, err = s.tx.Matter(s.ctx, h.m.ID); err != nil || s.e.Press == nil {
		return err
	}
	c := s.minutesCard(h, s.minutes(h), s.me.ID)
	c.ID = s.e.Press.Card
	s.answer = Answer{Card: &c}
	return nil
}

// waiting are host and recorder as far as they have not confirmed the minutes.
func (h *hall) waiting() []bot.PersonID {
	return slices.DeleteFunc(slices.Clone(h.offices()), func(p bot.PersonID) bool { return slices.Contains(h.state.Approved, p) })
}

// answerMinutes answers who read the minutes, on the card they pressed or in words.
func (s *session) answerMinutes(h *hall, text string) error {
	if s.e.Press == nil {
		s.reply(h.m.Ref() + " " + text)
		return nil
	}
	c := s.minutesCard(h, s.minutes(h), s.me.ID)
	c.ID, c.Footnote = s.e.Press.Card, text
	s.answer = Answer{Card: &c}
	return nil
}

// sealMeeting seals what nobody confirmed in time; for the clock.
func (s *session) sealMeeting(t *procedure.Template, m procedure.Matter) (*procedure.Sealing, error) {
	h, err := s.hallOf(t, m)
	if bot.CodeOf(err) == bot.NotFound {
		return &procedure.Sealing{}, nil // began before its entries were kept
	}
	if err != nil {
		return nil, err
	}
	return s.sealHall(h)
}

// sealHall makes the orders, and closes the entries for good.
func (s *session) sealHall(h *hall) (*procedure.Sealing, error) {
	held := !h.state.Began.IsZero()
	approved := h.state.Approved
	if held {
		if err := s.meetingOrders(h); err != nil {
			return nil, err
		}
	}
	out := &procedure.Sealing{Entries: len(h.entries), Hash: meeting.Hash(h.roll, h.entries), Held: held, Approved: approved}
	return out, s.tx.SealSitting(s.ctx, h.sit.ID)
}

// meetingResult says in a line what came of a meeting; empty while it is not filed.
func (s *session) meetingResult(t *procedure.Template, m procedure.Matter) string {
	h, err := s.hallOf(t, m)
	if err != nil || m.IsOpen() && m.Steps[h.step.ID].Sealing == nil {
		return ""
	}
	c := s.minutes(h).Card()
	out := ""
	for _, f := range c.Facts {
		if f.Label == "到会" {
			out = f.Value + "。"
		}
	}
	if c.Body != "" {
		out += "\n" + c.Body
	}
	return out
}

// correctMinutes puts the record right: who was there, or what was said.
func (s *session) correctMinutes(h *hall, text string) (string, error) {
	if ids, rest, err := s.namesOff(h, text); err != nil {
		return "", err
	} else if len(ids) > 0 {
		word, why, _ := strings.Cut(rest, " ")
		for _, k := range []meeting.Kind{meeting.Arrive, meeting.Late, meeting.Leave, meeting.Absent, meeting.Excuse} {
			if word == k.Word() || slices.Contains(k.Also(), word) {
				return s.putRight(h, meeting.Entry{Kind: meeting.Correct, As: k, Voters: ids, Text: why})
			}
		}
	}
	e, to, err := h.toCorrect(text)
	if err != nil {
		return "", err
	}
	return s.putRight(h, meeting.Entry{Kind: meeting.Correct, Of: e.ID, Text: to})
}

func (s *session) putRight(h *hall, e meeting.Entry) (string, error) {
	if err := s.logInto(h, e); err != nil {
		return "", err
	}
	if h.state.Phase != meeting.Ended {
		if e.As != "" {
			return "更正了。" + h.turnout().String() + "。", nil
		}
		return "更正了：" + e.Text, nil
	}
	// Who has the draft gets the new one: nobody confirms what they have not seen.
	missed, err := s.sendDraft(h)
	if err != nil {
		return "", err
	}
	if slices.Contains(h.offices(), s.me.ID) && s.e.Chat.Private && len(missed) == 0 {
		return " ", nil
	}
	return "更正了，新的记录已发给主持人、记录人。", nil
}

// asWords stand between what was written and what it is to be.
var asWords = []string{"改为", "改成", "应为", "应该是"}

// toCorrect finds the text that a correction is about: the one that holds the words
// before 改为, else the last one written down.
func (h *hall) toCorrect(text string) (e meeting.Entry, to string, err error) {
	written := []meeting.Kind{meeting.Note, meeting.Speech, meeting.Resolve, meeting.Task, meeting.Topic}
	from := ""
	to = text
	for _, w := range asWords {
		if a, b, ok := strings.Cut(text, w); ok {
			from, to = strings.Trim(a, spaced+"“”"), strings.Trim(b, spaced+"“”")
			break
		}
	}
	if to == "" {
		return e, "", bot.Errorf(bot.Missing, "请写上改成什么，例如：%s 三千元 改为 三百元。", meeting.Correct.Word())
	}
	for _, e := range slices.Backward(meeting.Effective(h.entries)) {
		if !slices.Contains(written, e.Kind) || !strings.Contains(e.Text, from) {
			continue
		}
		if from != "" {
			to = strings.ReplaceAll(e.Text, from, to)
		}
		return e, to, nil
	}
	return e, "", bot.Errorf(bot.NotFound, "%s 记录里没有找到“%s”。", h.m.Ref(), cut(from, 12))
}

// verifySittings checks that every sealed meeting is still what its closing act says.
func verifySittings(roll *ballot.Roll, entries []meeting.Entry, sealed *procedure.Sealing) []string {
	var bad []string
	if len(entries) != sealed.Entries || meeting.Hash(roll, entries) != sealed.Hash {
		bad = append(bad, "会议记录与封存的不符")
	}
	for _, e := range entries {
		if !e.Intact() {
			bad = append(bad, "会议记录有一条与写下时不符")
			break
		}
	}
	return bad
}
