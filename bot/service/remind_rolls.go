package service

import (
	"fmt"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/remind"
)

// knowsWhoWaits says at once what 提醒没投票的 cannot do when its time has come: of a
// vote without a roll nobody knows who has not voted. It is a refusal where that goes
// for every vote that runs until then, and names a way that works; otherwise a note
// for the answer, empty where there is nothing to say.
func (s *session) knowsWhoWaits(r remind.Reminder) (string, error) {
	running, err := s.runningVotes()
	if err != nil {
		return "", err
	}
	known := 0
	var without []string
	for _, m := range running {
		t, err := s.template(m)
		if err != nil {
			return "", err
		}
		step := t.Vote()
		if due := m.Steps[step.ID].Due; !due.IsZero() && due.Before(r.Next) {
			continue // over by then
		}
		listed, err := s.hasRoll(m, step)
		if err != nil {
			return "", err
		}
		if listed {
			known++
		} else {
			without = append(without, m.Ref())
		}
	}
	which := strings.Join(without, "、")
	switch {
	case known == 0 && len(without) > 0:
		return "", bot.Errorf(bot.Invalid, "%s没有名册，我不知道谁还没投，没法只提醒他们。要提醒就提醒大家，请发：提醒大家 %s 没给%s投票的请投一票。", which, r.Said, which)
	case len(without) > 0:
		return fmt.Sprintf("%s没有名册，不知道谁没投，不在内。", which), nil
	case known == 0:
		return "现在没有到那时还在投的票，到时候有才提醒。", nil
	}
	return "", nil
}

// hasRoll reports whether a running vote knows who has a vote.
func (s *session) hasRoll(m procedure.Matter, step *procedure.Step) (bool, error) {
	b, err := s.box(pollID(m, step))
	if err != nil {
		return false, err
	}
	return b.Roll != nil, nil
}
