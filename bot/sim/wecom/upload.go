package wecom

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"yiqun/bot/sim"
	"yiqun/bot/sim/internal/meter"
)

// Limits of uploads.
const (
	maxChunk    = 512 << 10
	maxChunks   = 100
	uploadLife  = 30 * time.Minute
	storageLife = 3 * 24 * time.Hour
)

// uploadKinds are the types that can be uploaded: their extensions, any if none
// are named, and their largest size in bytes.
var uploadKinds = map[string]struct {
	extensions []string
	most       int
}{
	"image": {[]string{".jpg", ".jpeg", ".png"}, 10 << 20},
	"voice": {[]string{".amr"}, 2 << 20},
	"video": {[]string{".mp4"}, 10 << 20},
	"file":  {nil, 20 << 20},
}

type uploadRequest struct {
	Type        string `json:"type"`
	Filename    string `json:"filename"`
	TotalSize   int    `json:"total_size"`
	TotalChunks int    `json:"total_chunks"`
	MD5         string `json:"md5"`
}

// uploading is an upload in progress.
type uploading struct {
	uploadRequest
	until  time.Time
	chunks map[int][]byte
}

// storedMedia is what a media_id stands for.
type storedMedia struct {
	kind  string
	file  sim.SentFile
	until time.Time
}

func (s *Server) uploadInit(f frame, call *sim.Call) (any, *refusal) {
	call.Counts = sim.WeComUploads
	var in uploadRequest
	if json.Unmarshal(f.Body, &in) != nil {
		return nil, refuse(codeBadParam, "invalid upload")
	}
	kind, known := uploadKinds[in.Type]
	extension := strings.ToLower(path.Ext(in.Filename))
	switch {
	case !known:
		return nil, refuse(codeBadParam, "invalid type")
	case in.Filename == "" || (kind.extensions != nil && !slices.Contains(kind.extensions, extension)):
		return nil, refuse(codeBadParam, "invalid filename")
	case in.TotalSize <= 0 || in.TotalSize > kind.most:
		return nil, refuse(codeBadParam, "total_size out of range")
	case in.TotalChunks <= 0 || in.TotalChunks > maxChunks:
		return nil, refuse(codeBadParam, "total_chunks out of range")
	case len(in.MD5) != hex.EncodedLen(md5.Size):
		return nil, refuse(codeBadParam, "invalid md5")
	}
	now := s.now()
	if !s.limits.Allow("uploads", now, meter.Limit{Most: 30, Span: time.Minute}, meter.Limit{Most: 1000, Span: time.Hour}) {
		return nil, refuse(codeTooMany, "api freq out of limit")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.newID()
	s.uploads[id] = &uploading{uploadRequest: in, until: now.Add(uploadLife), chunks: map[int][]byte{}}
	return map[string]string{"upload_id": id}, nil
}

// uploadChunk takes a part: in any order, and again.
func (s *Server) uploadChunk(f frame, call *sim.Call) (any, *refusal) {
	var in struct {
		UploadID string `json:"upload_id"`
		Index    int    `json:"chunk_index"`
		Data     string `json:"base64_data"`
	}
	call.Request = "" // the file
	if json.Unmarshal(f.Body, &in) != nil {
		return nil, refuse(codeBadParam, "invalid chunk")
	}
	data, err := base64.StdEncoding.DecodeString(in.Data)
	if err != nil || len(data) == 0 || len(data) > maxChunk {
		return nil, refuse(codeBadParam, "chunk is no base64 or exceeds 512 KB")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	u, refused := s.upload(in.UploadID)
	if refused != nil {
		return nil, refused
	}
	// Sources differ on whether the index starts at 0 or 1.
	if in.Index < 0 || in.Index > u.TotalChunks {
		return nil, refuse(codeBadParam, "chunk_index out of range")
	}
	u.chunks[in.Index] = data
	return nil, nil
}

// upload finds an upload in progress. The caller holds s.mu.
func (s *Server) upload(id string) (*uploading, *refusal) {
	u := s.uploads[id]
	if u == nil || !s.now().Before(u.until) {
		return nil, refuse(codeBadParam, "upload_id unknown or expired")
	}
	return u, nil
}

func (s *Server) uploadFinish(f frame, _ *sim.Call) (any, *refusal) {
	var in struct {
		UploadID string `json:"upload_id"`
	}
	if json.Unmarshal(f.Body, &in) != nil {
		return nil, refuse(codeBadParam, "invalid upload")
	}
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	u, refused := s.upload(in.UploadID)
	if refused != nil {
		return nil, refused
	}
	data := u.whole()
	if sum := md5.Sum(data); len(data) != u.TotalSize || !strings.EqualFold(hex.EncodeToString(sum[:]), u.MD5) {
		return nil, refuse(codeBadParam, "chunks missing, or md5 differs")
	}
	delete(s.uploads, in.UploadID)
	id := s.newID()
	s.stored[id] = storedMedia{
		kind: u.Type, until: now.Add(storageLife),
		file: sim.SentFile{Name: u.Filename, Size: len(data), Data: data},
	}
	return map[string]string{"type": u.Type, "media_id": id, "created_at": strconv.FormatInt(now.Unix(), 10)}, nil
}

// whole joins the chunks, counted from 0 or from 1.
func (u *uploading) whole() []byte {
	var data []byte
	for i := range u.TotalChunks + 1 {
		data = append(data, u.chunks[i]...)
	}
	return data
}

// mediaFile finds what a media_id stands for.
func (s *Server) mediaFile(kind, id string) (*sim.SentFile, *refusal) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.stored[id]
	if !ok || m.kind != kind || !now.Before(m.until) {
		return nil, refuse(codeBadMedia, "invalid media_id")
	}
	return &m.file, nil
}
