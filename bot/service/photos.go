package service

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
)

// mostShown is how many photos one answer shows: each is a message of its own, and
// WeCom counts thirty a minute in a chat.
const mostShown = 9

// photosOf are the photos of a matter that can be shown to the speaker: to who has to
// do with it, to host and recorder of a meeting, and to who holds a post there. Others
// get none.
func (s *session) photosOf(m procedure.Matter) ([]Attached, error) {
	if !m.Concerns(s.me.ID) && !s.ledTo(m) {
		actor, err := s.actor(m.Node)
		if err != nil || len(actor.Posts) == 0 {
			return nil, err
		}
	}
	all, err := s.tx.AttachedTo(s.ctx, m.ID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(a Attached) bool { return a.Hash == "" }), nil
}

// noticePhotos adds to a matter's card, in a private chat, how its photos are seen.
func (s *session) noticePhotos(m procedure.Matter, footnote string) (string, error) {
	if !s.e.Chat.Private {
		return footnote, nil
	}
	photos, err := s.photosOf(m)
	if err != nil || len(photos) == 0 {
		return footnote, err
	}
	note := fmt.Sprintf("有%d张照片，发“看照片 %s”就给您。", len(photos), strings.TrimPrefix(m.Ref(), "#"))
	return strings.TrimSpace(footnote + " " + note), nil
}

// showPhotos answers 看照片 12, privately.
func (s *session) showPhotos() error {
	matters, err := s.about("看照片", func(procedure.Matter) bool { return true })
	if err != nil {
		return err
	}
	m := matters[0]
	photos, err := s.photosOf(m)
	switch {
	case err != nil:
		return err
	case len(photos) == 0:
		return bot.Errorf(bot.NotFound, "%s 没有能给您看的照片。照片只给经办的人和负责人看。", m.Ref())
	}
	var files []deliver.File
	for i, a := range photos[:min(len(photos), mostShown)] {
		data, err := s.tx.Blob(s.ctx, a.Hash)
		if err != nil {
			return err
		}
		files = append(files, photoFile(m, i+1, a, data))
	}
	line := ""
	if more := len(photos) - len(files); more > 0 {
		line = fmt.Sprintf("%s 共%d张照片，先给您前%d张。", m.Ref(), len(photos), len(files))
	}
	_, err = s.handOver(line, files...)
	return err
}

// photoFile names a photo after its matter; what is no PNG or JPEG goes as a file.
func photoFile(m procedure.Matter, n int, a Attached, data []byte) deliver.File {
	f := deliver.File{Name: fmt.Sprintf("%s号照片%d", strings.TrimPrefix(m.Ref(), "#"), n), Data: data}
	switch sniffed(data) {
	case "image/png":
		f.Name, f.Picture = f.Name+".png", true
	case "image/jpeg":
		f.Name, f.Picture = f.Name+".jpg", true
	default:
		f.Name += extension(a.Name)
	}
	return f
}

// sniffed is what a photo's bytes say it is; empty for neither PNG nor JPEG.
func sniffed(data []byte) string {
	switch {
	case strings.HasPrefix(string(data[:min(len(data), 8)]), "\x89PNG\r\n\x1a\n"):
		return "image/png"
	case strings.HasPrefix(string(data[:min(len(data), 3)]), "\xff\xd8\xff"):
		return "image/jpeg"
	}
	return ""
}

// extension is a file's ending as its sender named it, if that is short and plain.
func extension(name string) string {
	ext := strings.ToLower(path.Ext(name))
	if len(ext) > 6 || strings.Trim(ext, ".abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ""
	}
	return ext
}
