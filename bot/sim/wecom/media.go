package wecom

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"net/url"
	"time"

	"yiqun/bot/sim"
)

// mediaLife is how long the link of an attachment works.
const mediaLife = 5 * time.Minute

// media is an attachment on its way to the bot.
type media struct {
	name  string
	data  []byte // encrypted
	until time.Time
}

// attach encrypts a file under a key of its own and gives it an address. The key
// comes without its padding, as is known to happen. The caller holds s.mu.
func (s *Server) attach(f sim.SentFile) *attachment {
	key := make([]byte, 32)
	for i := 0; i < len(key); i += 8 {
		binary.BigEndian.PutUint64(key[i:], s.rand.Uint64())
	}
	id := s.newID()
	s.media[id] = media{name: f.Name, data: encrypt(key, f.Data), until: s.now().Add(mediaLife)}
	return &attachment{
		URL:    s.MediaURL() + "/media/" + id + "?sign=" + s.newID(),
		AESKey: base64.RawStdEncoding.EncodeToString(key),
	}
}

// encrypt is AES-256-CBC with PKCS#7 padding to 32 bytes; the IV is the key's
// first half.
func encrypt(key, data []byte) []byte {
	block, err := aes.NewCipher(key)
	if err != nil {
		panic("simulated WeCom: " + err.Error()) // the key is always 32 bytes
	}
	pad := 32 - len(data)%32
	padded := append(bytes.Clone(data), bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(padded, padded)
	return padded
}

func (s *Server) serveMedia(w http.ResponseWriter, r *http.Request) {
	now := s.now()
	s.mu.Lock()
	m, ok := s.media[r.PathValue("id")]
	ok = ok && !s.faults.MediaGone
	s.mu.Unlock()
	call := sim.Call{Name: "GET media", Result: "ok"}
	if !ok || !now.Before(m.until) {
		call.Result = "403"
		s.record(call)
		http.Error(w, "expired", http.StatusForbidden)
		return
	}
	s.record(call)
	w.Header().Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(m.name))
	_, _ = w.Write(m.data)
}
