package service

import (
	"errors"
	"fmt"
	"slices"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

const (
	// photosInMinutes is how many photographs the minutes show, photoMost and photosMost
	// how many bytes one and all of them may have there: the file goes to people's phones.
	// Larger ones are named, and shown by 看照片.
	photosInMinutes = 6
	photoMost       = 1 << 20
	photosMost      = 4 << 20
)

// photosSaid takes photographs that came without a word for notes of the meeting whose
// log the speaker keeps; done is false where they keep none, or it is not clear which.
func (s *session) photosSaid(kept []Attached) (done bool, err error) {
	h, err := s.theHall(aimed{kind: meeting.Picture}, func(p meeting.Phase) bool { return p == meeting.Running })
	if _, unclear := errors.AsType[*question](err); unclear {
		return false, nil // they are asked what it is for, as any lone photo is
	}
	if err != nil || h == nil || !s.keepsLog(h) {
		return false, err
	}
	s.verb = "meeting picture"
	if slices.ContainsFunc(kept, func(a Attached) bool { return a.Kind == bot.Video }) {
		return true, bot.Errorf(bot.Wrong, "%s 视频记不进会议记录，请拍张照片发来，或用一句话说。", h.m.Ref())
	}
	answer, err := s.notePhotos(h)
	if err == nil && answer != "" {
		s.reply(h.m.Ref() + " " + answer)
	}
	return answer != "", err
}

// notePhotos puts the speaker's photographs that wait here into the log of a meeting.
func (s *session) notePhotos(h *hall) (answer string, err error) {
	photos, err := s.waitingPhotos()
	if err != nil {
		return "", err
	}
	photos = slices.DeleteFunc(slices.Clone(photos), func(a Attached) bool { return a.Kind != bot.Picture })
	if len(photos) == 0 {
		return "", nil
	}
	if err := s.logInto(h, meeting.Entry{Kind: meeting.Picture, Count: len(photos)}); err != nil {
		return "", err
	}
	for _, a := range photos {
		if err := s.tie(a, h.m.ID, entrySeq(len(h.entries)-1)); err != nil {
			return "", err
		}
	}
	s.photos = &[]Attached{}
	return fmt.Sprintf("照片%d张记下了。", len(photos)), nil
}

// entrySeq is the Seq of what was sent with an entry of a meeting's log, by the entry's
// place: below zero, where no act is.
func entrySeq(place int) int { return -place - 1 }

// dropPhotos deletes the photographs of an entry that is taken back.
func (s *session) dropPhotos(h *hall, e meeting.Entry) error {
	if e.Kind != meeting.Picture {
		return nil
	}
	place := slices.IndexFunc(h.entries, func(o meeting.Entry) bool { return o.ID == e.ID })
	all, err := s.tx.AttachedTo(s.ctx, h.m.ID)
	for _, a := range all {
		if err == nil && a.Person == e.By && a.Seq == entrySeq(place) {
			err = s.tx.DropAttached(s.ctx, a.ID)
		}
	}
	return err
}

// photosIn are the photographs that a meeting's minutes show.
func (s *session) photosIn(h *hall) []meeting.Photo {
	if !slices.ContainsFunc(h.entries, func(e meeting.Entry) bool { return e.Kind == meeting.Picture }) {
		return nil
	}
	all, err := s.tx.AttachedTo(s.ctx, h.m.ID)
	if err != nil {
		return nil // they are counted; a store that failed rolls the transaction back
	}
	var out []meeting.Photo
	sum := 0
	for _, a := range all {
		if a.Seq >= 0 || a.Hash == "" || a.Size > photoMost || sum+a.Size > photosMost || len(out) == photosInMinutes {
			continue
		}
		data, err := s.tx.Blob(s.ctx, a.Hash)
		if err != nil || sniffed(data) == "" {
			continue
		}
		sum += a.Size
		out = append(out, meeting.Photo{Data: data, At: a.At.In(s.zoneOf(h.m.Node)), By: s.name(a.Person)})
	}
	return out
}

// ledTo reports whether the speaker is or was host or recorder of a matter's meeting.
func (s *session) ledTo(m procedure.Matter) bool {
	t, err := s.template(m)
	if err != nil || t.Meeting() == nil {
		return false
	}
	h, err := s.hallOf(t, m)
	return err == nil && slices.Contains(h.offices(), s.me.ID)
}
