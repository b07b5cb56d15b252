package service

import (
	"fmt"
	"slices"
	"strings"

	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

// most is how many lines a list shows: more is a wall of text on a phone.
const most = 8

// show answers 查 1 with the matter's card, in private with the buttons and the
// private fields that this person may see.
func (s *session) show() error {
	if said, ok := strings.CutPrefix(strings.TrimSpace(s.read.Text), meeting.Resolve.Word()); ok && len(s.read.Matters) == 0 {
		return s.findResolution(strings.TrimSpace(said))
	}
	matters, err := s.about(looking, func(procedure.Matter) bool { return true })
	if err != nil {
		return err
	}
	if len(matters) == 1 && len(s.unknown) == 0 {
		return s.showOne(matters[0])
	}
	return s.each(matters, func(m procedure.Matter) error {
		line, err := s.lineOf(m)
		s.reply(line)
		return err
	})
}

// showOne answers with the card of one matter.
func (s *session) showOne(m procedure.Matter) error {
	t, err := s.template(m)
	if err != nil {
		return err
	}
	if !s.e.Chat.Private && !s.public(t) {
		s.reply(m.Ref() + " 不在群里公开，请私聊我查。")
		return nil
	}
	c, err := s.cardHere(t, m)
	if err != nil {
		return err
	}
	if c.Footnote, err = s.noticePhotos(m, c.Footnote); err != nil {
		return err
	}
	s.replyCard(c, m.ID)
	return nil
}

// mine answers 我的单: what the speaker asked for or has taken on, newest first. With a
// number it is that matter.
func (s *session) mine() error {
	if len(s.read.Matters) > 0 {
		return s.show()
	}
	var all []procedure.Matter
	for _, f := range []procedure.Filter{{Asker: s.me.ID, Limit: 20}, {Holder: s.me.ID, Limit: 20}} {
		found, err := s.tx.Find(s.ctx, f)
		if err != nil {
			return err
		}
		for _, m := range found {
			if !slices.ContainsFunc(all, func(o procedure.Matter) bool { return o.ID == m.ID }) {
				all = append(all, m)
			}
		}
	}
	slices.SortFunc(all, func(a, b procedure.Matter) int {
		if a.IsOpen() != b.IsOpen() {
			if a.IsOpen() {
				return -1
			}
			return 1
		}
		return b.Opened.Compare(a.Opened)
	})
	if len(all) == 0 {
		s.reply("您还没有发起或接过什么。有事可以直接说，例如：" + s.someOpening() + " 3栋2单元声控灯坏了。")
		return nil
	}
	return s.list("您的：", all)
}

// todo answers 待办: what the speaker may do now.
func (s *session) todo() error {
	if s.node.ID == "" {
		return s.noNode()
	}
	waits, err := s.waitings()
	if err != nil {
		return err
	}
	var can []procedure.Matter
	for _, w := range waits {
		can = append(can, w.m)
	}
	if len(can) == 0 {
		s.reply("现在没有等您办的，歇一歇。")
		return nil
	}
	return s.list(fmt.Sprintf("等您办的有%d件：", len(can)), can)
}

// list answers with a line a matter.
func (s *session) list(head string, matters []procedure.Matter) error {
	lines := []string{head}
	for i, m := range matters {
		if i == most {
			lines = append(lines, fmt.Sprintf("还有%d件，可以“查”加号码看。", len(matters)-most))
			break
		}
		if ok, err := s.spokenOfHere(m); err != nil {
			return err
		} else if !ok {
			continue
		}
		line, err := s.lineOf(m)
		if err != nil {
			return err
		}
		lines = append(lines, line)
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

// lineOf is a matter in one line: number, title, where it stands.
func (s *session) lineOf(m procedure.Matter) (string, error) {
	t, err := s.template(m)
	if err != nil {
		return "", err
	}
	group := !s.e.Chat.Private
	if group && !s.public(t) {
		return m.Ref() + " 不在群里公开，请私聊我查。", nil
	}
	env := s.env(t, m, procedure.Actor{})
	status := strings.NewReplacer("（", " ", "）", "").Replace(env.Status(m)) // no brackets in brackets
	return fmt.Sprintf("%s %s（%s）", m.Ref(), cut(env.Title(m, s.lookup(t, m, group)), 18), status), nil
}
