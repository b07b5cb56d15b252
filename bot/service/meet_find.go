package service

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

// showMinutes answers 纪要: those of the number said, of the last meeting of the sort
// said, else of the last meeting.
func (s *session) showMinutes() error {
	if s.node.ID == "" && !s.e.Chat.Private {
		return s.noNode()
	}
	h, err := s.minutesSaid()
	if err != nil {
		return err
	}
	ended := h.state.Phase == meeting.Ended
	switch {
	case !ended:
		return bot.Errorf(bot.Wrong, "%s 会还没开完，散会后才有纪要。", h.m.Ref())
	case h.m.IsOpen() && !slices.Contains(h.offices(), s.me.ID):
		return bot.Errorf(bot.Forbidden, "%s 的记录还在等主持人、记录人确认，确认后才能看。", h.m.Ref())
	case h.m.IsOpen() && !s.e.Chat.Private:
		return bot.Errorf(bot.Forbidden, "%s 的记录还没确认，请私聊我看。", h.m.Ref())
	case s.e.Chat.Private:
		return s.sendMinutes(h, s.e.Chat, s.me.ID)
	}
	s.replyCard(s.minutesCard(h, s.minutes(h), ""), h.m.ID)
	return nil
}

// minutesSaid finds the meeting whose minutes are asked for.
func (s *session) minutesSaid() (*hall, error) {
	if len(s.read.Matters) > 0 {
		m, err := s.numbered(s.read.Matters[0])
		if err != nil {
			return nil, err
		}
		t, err := s.template(m)
		if err != nil {
			return nil, err
		}
		return s.hallOf(t, m)
	}
	all, err := s.meetingsHere(s.read.Text)
	if err != nil {
		return nil, err
	}
	var waiting *hall
	for _, m := range all {
		t, err := s.template(m)
		if err != nil {
			return nil, err
		}
		h, err := s.hallOf(t, m)
		if bot.CodeOf(err) == bot.NotFound {
			continue
		}
		switch {
		case err != nil:
			return nil, err
		case h.state.Phase != meeting.Ended:
		case !m.IsOpen() || slices.Contains(h.offices(), s.me.ID):
			return h, nil
		case waiting == nil:
			waiting = h
		}
	}
	if waiting != nil {
		return waiting, nil
	}
	return nil, bot.Errorf(bot.NotFound, "还没有找到开过的会。写上是哪一种，例如：纪要 上次支委会。")
}

// meetingsHere are the meetings of this node that may be spoken of here, newest first;
// of the sort that a text names, if it names one.
func (s *session) meetingsHere(text string) ([]procedure.Matter, error) {
	if s.node.ID == "" {
		return nil, s.noNode()
	}
	var sorts []*procedure.Template
	size := 0
	for _, t := range s.Templates().All() {
		if t.Meeting() == nil {
			continue
		}
		named := 0
		for _, name := range meetingNames(t) {
			if strings.Contains(text, name) {
				named = max(named, len(name))
			}
		}
		if named > size {
			sorts, size = nil, named
		}
		if named == size {
			sorts = append(sorts, t)
		}
	}
	var out []procedure.Matter
	for _, t := range sorts {
		found, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Templates: []string{t.ID}, Limit: 200})
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			if ok, err := s.spokenOfHere(m); err != nil {
				return nil, err
			} else if ok {
				out = append(out, m)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b procedure.Matter) int { return b.Opened.Compare(a.Opened) })
	return out, nil
}

// findResolution answers 查 决议 加装电梯: what was decided about it, newest first, of
// meetings whose minutes are filed.
func (s *session) findResolution(text string) error {
	words := strings.Fields(text)
	all, err := s.meetingsHere("")
	if err != nil {
		return err
	}
	var lines []string
	for _, m := range all {
		if m.IsOpen() || m.Outcome != procedure.Done {
			continue
		}
		found, err := s.resolutionsOf(m, words)
		if err != nil {
			return err
		}
		lines = append(lines, found...)
		if len(lines) > most {
			lines = append(lines[:most], "还有更早的，请多写几个字再查。")
			break
		}
	}
	if len(lines) == 0 {
		return bot.Errorf(bot.NotFound, "没有查到这样的决议。换个词试试，例如：%s %s 电梯。", looking, meeting.Resolve.Word())
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

func (s *session) resolutionsOf(m procedure.Matter, words []string) ([]string, error) {
	t, err := s.template(m)
	if err != nil {
		return nil, err
	}
	h, err := s.hallOf(t, m)
	if bot.CodeOf(err) == bot.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, l := range s.minutes(h).Of(meeting.Resolve, meeting.Vote) {
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(l.Text, w) }) {
			continue
		}
		text := l.Text
		if l.Kind == meeting.Vote {
			arithmetic, _, _ := strings.Cut(l.Result, "\n")
			text += "：" + arithmetic
		}
		if !s.e.Chat.Private {
			text = maskPhones(text)
		}
		out = append(out, fmt.Sprintf("%s %s %s：%s", m.Ref(), t.Name, procedure.Day(h.state.Began.In(s.cfg.Zone)), text))
	}
	return out, nil
}

// verifyMeetings checks that every sealed meeting is still what its closing act says.
func verifyMeetings(ctx context.Context, tx Tx, acts []procedure.Act) (bad []string, err error) {
	for _, a := range acts {
		if a.Sealing == nil || a.Sealing.Hash == "" {
			continue
		}
		id := meeting.ID{Matter: a.Matter, Step: a.Step, Round: a.Round}
		roll, err := tx.SittingRoll(ctx, id)
		if bot.CodeOf(err) == bot.NotFound {
			bad = append(bad, fmt.Sprintf("第%d条记录的会议不见了", a.Seq))
			continue
		}
		if err != nil {
			return bad, err
		}
		entries, err := tx.Logged(ctx, id)
		if err != nil {
			return bad, err
		}
		for _, what := range verifySittings(roll, entries, a.Sealing) {
			bad = append(bad, fmt.Sprintf("第%d条记录的%s", a.Seq, what))
		}
	}
	return bad, nil
}
