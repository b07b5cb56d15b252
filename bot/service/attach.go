package service

import (
	"fmt"
	"slices"
	"time"

	"yiqun/bot"
)

const (
	// photoWaits is how long a lone photo waits for its sentence before its sender is
	// asked; looseFor how long it is kept after that.
	photoWaits = 2 * time.Minute
	looseFor   = 48 * time.Hour
	// mostAttached is how much of one message is kept, and how many photos wait
	// together without a word.
	mostAttached = 9
	// askAfter is how many photos may wait before their sender is asked at once: a
	// WeCom member may have three messages unanswered, and could not send the next.
	askAfter = 3
)

// attached keeps what came with the message, to be fetched at once. done is true for
// a message that has no words of its own.
func (s *session) attached() (done bool, err error) {
	if len(s.e.Message.Attachments) == 0 {
		return false, nil
	}
	lone := s.plain() == ""
	kept, err := s.takeIn(lone)
	if err != nil || !lone {
		return false, err
	}
	s.verb = "attachment"
	if len(kept) == 0 {
		s.reply("文件请私聊发给我，群里只收照片。")
		return true, nil
	}
	if kept[0].Kind == bot.File {
		return true, nil // answered when it has been read
	}
	if done, err := s.replacesLost(kept); done || err != nil {
		return done, err
	}
	if done, err := s.photosSaid(kept); done || err != nil {
		return true, err
	}
	waiting, err := s.tx.LooseBy(s.ctx, s.me.ID)
	if err != nil {
		return true, err
	}
	if unasked := slices.DeleteFunc(waiting, func(a Attached) bool { return a.Asked || !s.waitsHere(a) }); len(unasked) >= askAfter {
		return true, s.askWhatFor(unasked)
	}
	return true, nil
}

// takeIn stores what came along. A file sent to a group is left out: what it is for
// can only be asked in private.
func (s *session) takeIn(lone bool) (kept []Attached, err error) {
	for i, at := range s.e.Message.Attachments {
		if i == mostAttached {
			break
		}
		if at.Kind == bot.File && !s.e.Chat.Private {
			continue
		}
		a := Attached{
			ID: s.newID(), Person: s.me.ID, From: s.e.From, Chat: s.e.Chat, Kind: at.Kind, Name: at.Name, Ref: at.Ref,
			At: s.now, FetchAt: s.now, LookAt: s.now.Add(looseFor), Asked: true,
		}
		switch {
		case at.Kind == bot.File:
			a.Asked, a.LookAt = false, time.Time{} // looked at once it is there
		case lone:
			a.Asked, a.LookAt = false, s.now.Add(photoWaits)
		}
		if err := s.attach(a); err != nil {
			return nil, err
		}
		kept = append(kept, a)
		s.wrote = true
	}
	return kept, nil
}

// waitsHere reports whether a is a photo of the speaker that goes with the next act
// they carry out in this chat.
func (s *session) waitsHere(a Attached) bool {
	return a.Loose() && a.Chat == s.e.Chat && a.Kind != bot.File
}

// waitingPhotos are the photos that go with the speaker's next act here.
func (s *session) waitingPhotos() ([]Attached, error) {
	if s.e.Message == nil {
		return nil, nil
	}
	if s.photos == nil { // looked up once per event
		loose, err := s.tx.LooseBy(s.ctx, s.me.ID)
		if err != nil {
			return nil, err
		}
		loose = slices.DeleteFunc(loose, func(a Attached) bool { return !s.waitsHere(a) })
		s.photos = &loose
	}
	return *s.photos, nil
}

// countPhotos says how many photos go with an act, for the field that asks for them;
// empty for none.
func (s *session) countPhotos() (string, error) {
	photos, err := s.waitingPhotos()
	if err != nil || len(photos) == 0 {
		return "", err
	}
	return fmt.Sprintf("%d张", len(photos)), nil
}

// attachTo ties the waiting photos to an act.
func (s *session) attachTo(m bot.MatterID, seq int) error {
	photos, err := s.waitingPhotos()
	if err != nil {
		return err
	}
	for _, a := range photos {
		if err := s.tie(a, m, seq); err != nil {
			return err
		}
	}
	return nil
}

// attach keeps an attachment, and says so once it is kept.
func (s *session) attach(a Attached) error {
	s.files = true
	return s.tx.PutAttached(s.ctx, a)
}

func (s *session) tie(a Attached, m bot.MatterID, seq int) error {
	a.Matter, a.Seq, a.LookAt, a.Asked = m, seq, time.Time{}, false
	if a.Lost {
		a.LookAt = s.now // to be asked for again, now that it is known for what
	}
	s.wrote = true
	return s.attach(a)
}

// replacesLost ties photos to the act whose photo was lost, if the speaker was asked
// to send it again.
func (s *session) replacesLost(photos []Attached) (bool, error) {
	all, err := s.tx.AttachedBy(s.ctx, s.me.ID)
	if err != nil {
		return false, err
	}
	lost := slices.DeleteFunc(all, func(a Attached) bool {
		return !a.Lost || !a.Asked || a.Loose() || s.now.Sub(a.At) > looseFor
	})
	if len(lost) == 0 {
		return false, nil
	}
	last := lost[len(lost)-1]
	m, err := s.tx.Matter(s.ctx, last.Matter)
	if err != nil {
		return false, err
	}
	for _, a := range photos {
		if err := s.tie(a, last.Matter, last.Seq); err != nil {
			return false, err
		}
	}
	lost = slices.DeleteFunc(lost, func(a Attached) bool { return a.Matter != last.Matter })
	for _, a := range lost[max(0, len(lost)-len(photos)):] {
		if err := s.tx.DropAttached(s.ctx, a.ID); err != nil {
			return false, err
		}
	}
	s.reply(fmt.Sprintf("收到，%d张照片补到 %s 了。", len(photos), m.Ref()))
	return true, nil
}

// askWhatFor asks what photos are about that came without a word.
func (s *session) askWhatFor(photos []Attached) error {
	for _, a := range photos {
		a.Asked, a.LookAt = true, s.now.Add(looseFor)
		if err := s.attach(a); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("收到%d张照片，是哪件事的？请再说一句话，照片就附在那件事上。例如：补充 1 这是现场照片", len(photos))
	if verb := s.someOpening(); verb != "" {
		text += "；或者：" + verb + " 3栋灯坏了"
	}
	if !s.e.Chat.Private {
		text = s.name(s.me.ID) + "，" + text + "（@我说）"
	}
	s.reply(text + "。")
	return nil
}

// askAgain asks for photos that could not be fetched. What nobody knows the use of
// is forgotten.
func (s *session) askAgain(lost []Attached) error {
	first := lost[0]
	what := fmt.Sprintf("刚才的%d张照片", len(lost))
	if first.Kind == bot.File {
		what = "刚才的文件"
	}
	for _, a := range lost {
		if a.Loose() {
			if err := s.tx.DropAttached(s.ctx, a.ID); err != nil {
				return err
			}
			continue
		}
		a.Asked, a.LookAt = true, time.Time{}
		if err := s.attach(a); err != nil {
			return err
		}
	}
	if !first.Loose() {
		m, err := s.tx.Matter(s.ctx, first.Matter)
		if err != nil {
			return err
		}
		what = fmt.Sprintf("%s 的%d张照片", m.Ref(), len(lost))
	}
	return s.tellSender(what + "没有收下来，可能是链接过期了，或者超过了20MB。请再发一次。")
}

// tellSender writes to the sender privately where that is possible, else in the chat.
func (s *session) tellSender(text string) error {
	if !s.e.Chat.Private {
		c, ok, err := s.privateChat(s.me.ID)
		if err != nil {
			return err
		}
		if ok {
			s.e.Chat, s.e.Reply = c, bot.Reply{}
		} else {
			text = s.name(s.me.ID) + "，" + text
		}
	}
	s.reply(text)
	return nil
}
