package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"net/http"
	"time"
)

//go:embed assets
var files embed.FS

func embedded() fs.FS {
	sub, err := fs.Sub(files, "assets")
	if err != nil {
		panic(err) // the directory is compiled in
	}
	return sub
}

func (s *server) index(w http.ResponseWriter, r *http.Request) { s.serve(w, r, "index.html") }
func (s *server) asset(w http.ResponseWriter, r *http.Request) { s.serve(w, r, r.PathValue("name")) }

// serve answers with one asset, tagged by its content, so that a browser asks
// again after each build and downloads only what changed.
func (s *server) serve(w http.ResponseWriter, r *http.Request, name string) {
	body, err := fs.ReadFile(s.opts.Assets, name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	sum := sha256.Sum256(body)
	w.Header().Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(body))
}
