package service

import (
	"slices"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

// hall is a meeting loaded whole.
type hall struct {
	m       procedure.Matter
	t       *procedure.Template
	step    *procedure.Step
	sit     meeting.Sitting
	roll    *ballot.Roll
	entries []meeting.Entry
	state   meeting.State
	// rule judges its quorum; nil where nothing does.
	rule *ballot.Rule
}

// isMeeting reports whether a step collects the entries of a meeting.
func isMeeting(t *procedure.Template, step *procedure.Step) bool {
	return step != nil && t.Meeting() == step
}

// hallOf loads the meeting of a matter; NotFound if it has none yet.
func (s *session) hallOf(t *procedure.Template, m procedure.Matter) (*hall, error) {
	step := t.Meeting()
	if step == nil {
		return nil, bot.Errorf(bot.NotFound, "%s 不是会议。", m.Ref())
	}
	sit, err := s.tx.Sitting(s.ctx, m.MeetingID(step))
	if err != nil {
		return nil, err
	}
	h := &hall{m: m, t: t, step: step, sit: sit, rule: shippedRules().ByID(step.Meet.Rule)}
	if h.roll, err = s.tx.SittingRoll(s.ctx, sit.ID); err != nil {
		return nil, err
	}
	if h.entries, err = s.tx.Logged(s.ctx, sit.ID); err != nil {
		return nil, err
	}
	h.state = meeting.Fold(h.entries)
	return h, nil
}

// hallAt loads a meeting that was found by where or whose it is.
func (s *session) hallAt(sit meeting.Sitting) (*hall, error) {
	m, err := s.tx.Matter(s.ctx, sit.ID.Matter)
	if err != nil {
		return nil, err
	}
	return s.hallFor(m)
}

// hallFor is hallOf where only the matter is at hand.
func (s *session) hallFor(m procedure.Matter) (*hall, error) {
	t, err := s.template(m)
	if err != nil {
		return nil, err
	}
	return s.hallOf(t, m)
}

func (h *hall) turnout() meeting.Turnout { return meeting.Count(h.roll, h.state, h.rule) }

// voter is whom a person is on the roll.
func (h *hall) voter(p bot.PersonID) (ballot.Voter, bool) { return h.roll.Of(p) }

// offices are host and recorder, each once.
func (h *hall) offices() []bot.PersonID {
	var out []bot.PersonID
	for _, post := range []meeting.Post{meeting.Host, meeting.Recorder} {
		if p := h.state.Offices[post]; p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// leads reports whether the speaker leads the meeting: its host, its recorder, who
// called it, or a manager of its practice.
func (s *session) leads(h *hall) bool {
	return slices.Contains(h.offices(), s.me.ID) || h.m.Opener == s.me.ID || s.manages(h.t, h.m)
}

// logInto appends entries and keeps the meeting's row in step with what they say.
func (s *session) logInto(h *hall, entries ...meeting.Entry) error {
	for i := range entries {
		e := &entries[i]
		if e.ID == "" {
			e.ID = s.newID()
		}
		if e.At.IsZero() {
			e.At = s.now
		}
		if e.By == "" {
			e.By = s.me.ID
		}
		salt, err := s.salt()
		if err != nil {
			return err
		}
		*e = e.Sealed(salt)
	}
	if err := s.tx.Log(s.ctx, h.sit.ID, entries...); err != nil {
		return err
	}
	h.entries = append(h.entries, entries...)
	h.state = meeting.Fold(h.entries)
	now := h.sit
	now.Phase, now.Host, now.Recorder = h.state.Phase, h.state.Offices[meeting.Host], h.state.Offices[meeting.Recorder]
	s.wrote = true
	if now == h.sit {
		return nil
	}
	h.sit = now
	return s.tx.PutSitting(s.ctx, now, nil)
}

// attends reports whether the speaker is on the roll of a matter's meeting.
func (s *session) attends(t *procedure.Template, m procedure.Matter) (bool, error) {
	step := t.Meeting()
	if step == nil {
		return false, nil
	}
	roll, err := s.tx.SittingRoll(s.ctx, m.MeetingID(step))
	switch {
	case bot.CodeOf(err) == bot.NotFound:
		return false, nil
	case err != nil:
		return false, err
	}
	_, ok := roll.Of(s.me.ID)
	return ok, nil
}
