package wecom

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// verifyWithin is how long a URL may take to answer when it is saved (document
// 101033).
const verifyWithin = time.Second

// Save is the console's button 保存 beside a callback URL: WeCom asks the URL to
// decrypt a word, and saves it only if the answer is that word alone, within a
// second. receiver is the corp id for an app's URL, empty for a 智能机器人.
func (s *Server) Save(ctx context.Context, callback, token, encodingAESKey, receiver string) error {
	key, err := base64.StdEncoding.DecodeString(encodingAESKey + "=")
	if err != nil || len(key) != 32 || token == "" {
		return errors.New("console: token or EncodingAESKey is not of the right form")
	}
	s.mu.Lock()
	word := strconv.FormatUint(s.rand.Uint64(), 10)
	nonce := strconv.FormatUint(s.rand.Uint64()>>33, 10)
	salt := s.newID()[:16]
	s.mu.Unlock()
	stamp := strconv.FormatInt(s.now().Unix(), 10)
	encrypted, err := lock(key, salt, word, receiver)
	if err != nil {
		return err
	}
	parts := []string{token, stamp, nonce, encrypted}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	query := url.Values{
		"msg_signature": {hex.EncodeToString(sum[:])}, "timestamp": {stamp}, "nonce": {nonce}, "echostr": {encrypted},
	}
	ctx, cancel := context.WithTimeout(ctx, verifyWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, callback+"?"+query.Encode(), nil)
	if err != nil {
		return fmt.Errorf("console: %w", err)
	}
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		return fmt.Errorf("console: openapi回调地址请求不通过: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil || resp.StatusCode != http.StatusOK || string(answer) != word {
		return fmt.Errorf("console: openapi回调地址请求不通过 (%d)", resp.StatusCode)
	}
	return nil
}

// lock encrypts as WeCom does: salt, length, text, receiver, padded to 32.
func lock(key []byte, salt, text, receiver string) (string, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", fmt.Errorf("console: %w", err)
	}
	plain := binary.BigEndian.AppendUint32([]byte(salt), uint32(len(text)))
	plain = append(plain, text+receiver...)
	pad := 32 - len(plain)%32
	plain = append(plain, strings.Repeat(string(rune(pad)), pad)...)
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain), nil
}
