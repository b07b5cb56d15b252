package web

import (
	"mime"
	"net/http"
	"strconv"
)

// file hands out a file from a chat, always as a download: its content is
// whatever a member or the bot sent.
func (s *server) file(w http.ResponseWriter, r *http.Request) {
	b := s.world.Bubble(r.PathValue("bubble"))
	if b == nil || b.File == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Content-Length", strconv.Itoa(len(b.File.Data)))
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": b.File.Name}))
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(b.File.Data) // a reader gone away is nobody's error
}
