package service

import (
	"fmt"
	"strings"
	"time"

	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/cards"
)

// echoOf names what a vote or a survey was opened with although its opener did not say
// it, and how that is changed; empty if all was said. What was changed is named where
// something was.
func (s *session) echoOf(t *procedure.Template, m procedure.Matter, act procedure.Act) string {
	step := t.Box()
	switch {
	case s.amended != "":
		return s.amended
	case act.Seq != 1 || step == nil || !t.Amendable(step) || m.Opener == "" || !m.Steps[step.ID].Live():
		return ""
	}
	var out []string
	if act.Until.IsZero() {
		out = append(out, spanWords(time.Duration(step.Within))+"后截止")
	}
	if terms := act.Terms; terms != nil && !step.IsSurvey() {
		if terms.Meeting != "" {
			return ""
		}
		if terms.Options > 0 && terms.Most == 0 {
			out = append(out, "选1个")
		}
		if rule := shippedRules().ByID(terms.Rule); !terms.Secret && !terms.Open && (rule == nil || rule.Ballot != ballot.OpenBallot) {
			out = append(out, "记名")
		}
		if terms.Rule == "" {
			out = append(out, "只征求意见")
		}
	}
	if len(out) == 0 {
		return ""
	}
	return fmt.Sprintf("没说的先按：%s。发起人可以改，例如：%s %d 截止周五18:00。", strings.Join(out, "、"), amendWord, m.Number)
}

// spanWords says a span of whole days or hours.
func spanWords(d time.Duration) string {
	if day := 24 * time.Hour; d%day == 0 {
		return fmt.Sprintf("%d天", d/day)
	}
	return fmt.Sprintf("%d小时", d/time.Hour)
}

// echoBeside tells whoever opened a vote in a group its defaults in private, where the
// card there has no room for them: one to tick, on a platform whose cards are short.
func (s *session) echoBeside(c cards.Card, text string) error {
	if text == "" || c.Choice == nil || s.e.Chat.Private || s.cfg.Capabilities(s.e.Chat.Platform).CardBody == 0 {
		return nil
	}
	chat, ok, err := s.privateChat(s.me.ID)
	if err != nil || !ok {
		return err
	}
	s.post(deliver.Row{To: chat, Body: deliver.Body{Text: c.Ref + " " + text}})
	return nil
}
