package dingtalk

import (
	"io"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"yiqun/bot/sim"
)

// downloadLife is how long a download address works; the documents say only
// "temporary".
const downloadLife = 10 * time.Minute

type download struct {
	file  sim.SentFile
	until time.Time
}

// mediaKind is what /media/upload takes for a type.
type mediaKind struct {
	extensions []string
	most       int // bytes
}

var mediaKinds = map[string]mediaKind{
	"image": {[]string{".jpg", ".jpeg", ".gif", ".png", ".bmp"}, 20 << 20},
	"voice": {[]string{".amr", ".mp3", ".wav", ".ogg"}, 2 << 20},
	"video": {[]string{".mp4"}, 20 << 20},
	"file":  {[]string{".doc", ".docx", ".xls", ".xlsx", ".ppt", ".pptx", ".zip", ".pdf", ".rar"}, 20 << 20},
}

// attach keeps what a member sent and returns its download code. The caller holds
// s.mu.
func (s *Server) attach(f sim.SentFile) string {
	code := s.newID()
	s.attached[code] = f
	return code
}

// downloadURL serves POST /v1.0/robot/messageFiles/download.
func (s *Server) downloadURL(body []byte) (any, *refusal) {
	in, refused := decode[struct {
		DownloadCode string `json:"downloadCode"`
		RobotCode    string `json:"robotCode"`
	}](body)
	if refused != nil {
		return nil, refused
	}
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	f, ok := s.attached[in.DownloadCode]
	if !ok || in.RobotCode != s.opts.ClientID {
		return nil, badRequest("invalidParameter.robotCode.downloadCode", "downloadCode 或 robotCode 不合法")
	}
	id := s.newID()
	s.downloads[id] = download{file: f, until: now.Add(downloadLife)}
	return map[string]string{"downloadUrl": s.URL() + "/files/" + id}, nil
}

// file serves the bytes of an attachment, without a token and without its name.
func (s *Server) file(w http.ResponseWriter, r *http.Request) {
	now := s.now()
	s.mu.Lock()
	d, ok := s.downloads[r.PathValue("id")]
	ok = ok && !s.faults.MediaGone
	s.mu.Unlock()
	call := sim.Call{Name: "GET /files", Result: "ok"}
	if !ok || !now.Before(d.until) {
		call.Result = "403"
		s.record(call)
		http.Error(w, "expired", http.StatusForbidden)
		return
	}
	s.record(call)
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(d.file.Data)
}

// upload serves POST /media/upload of the old interfaces.
func (s *Server) upload(w http.ResponseWriter, r *http.Request) {
	call := sim.Call{Name: "POST /media/upload"}
	status := s.spendFault()
	if status != 0 && status != http.StatusGatewayTimeout {
		s.fail(w, call, status)
		return
	}
	switch refused := s.admit(call.Name, r.URL.Query().Get("access_token")); {
	case refused == nil:
	case refused.code == "InvalidAuthentication":
		s.old(w, call, trouble{40014, "不合法的access_token"}, nil)
		return
	default:
		s.old(w, call, trouble{90020, refused.message}, nil)
		return
	}
	call.Counts = sim.DingTalkAPI
	kind := r.URL.Query().Get("type")
	f, t := readUpload(r, kind)
	if t.Code != 0 {
		s.old(w, call, t, nil)
		return
	}
	s.mu.Lock()
	id := "@lAD" + s.newID()
	s.uploads[id] = f
	s.mu.Unlock()
	if status == http.StatusGatewayTimeout {
		s.fail(w, call, status)
		return
	}
	s.old(w, call, fine, map[string]any{"media_id": id, "type": kind, "created_at": s.now().UnixMilli()})
}

func readUpload(r *http.Request, kind string) (f sim.SentFile, t trouble) {
	k, ok := mediaKinds[kind]
	if !ok {
		return f, trouble{40004, "不合法的媒体文件类型"}
	}
	r.Body = http.MaxBytesReader(nil, r.Body, bodyLimit)
	part, header, err := r.FormFile("media")
	if err != nil {
		return f, trouble{41005, "缺少 media 字段或文件过大"}
	}
	defer func() { _ = part.Close() }()
	if !slices.Contains(k.extensions, strings.ToLower(path.Ext(header.Filename))) {
		return f, trouble{40005, "不合法的文件类型"}
	}
	data, err := io.ReadAll(part)
	if err != nil || len(data) == 0 || len(data) > k.most {
		return f, trouble{40006, "不合法的文件大小"}
	}
	return sim.SentFile{Name: header.Filename, Size: len(data), Data: data}, t
}
