package wecom

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// obvious is the callback crypto as one writes it down from the document, and as
// the official samples have it: decode the envelope, sort and join, make the
// cipher, copy out. It is what ours is measured against.
type obvious struct{ token, key, receiver string }

func (o obvious) sign(timestamp, nonce, encrypt string) string {
	parts := []string{o.token, timestamp, nonce, encrypt}
	sort.Strings(parts)
	return fmt.Sprintf("%x", sha1.Sum([]byte(strings.Join(parts, ""))))
}

func (o obvious) openXML(signature, timestamp, nonce string, body []byte) ([]byte, error) {
	var in struct {
		To      string `xml:"ToUserName"`
		Agent   string `xml:"AgentID"`
		Encrypt string `xml:"Encrypt"`
	}
	if err := xml.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	return o.open(signature, timestamp, nonce, in.Encrypt)
}

func (o obvious) openJSON(signature, timestamp, nonce string, body []byte) ([]byte, error) {
	var in struct {
		Encrypt string `json:"encrypt"`
	}
	if err := json.Unmarshal(body, &in); err != nil {
		return nil, err
	}
	return o.open(signature, timestamp, nonce, in.Encrypt)
}

func (o obvious) open(signature, timestamp, nonce, encrypt string) ([]byte, error) {
	if o.sign(timestamp, nonce, encrypt) != signature {
		return nil, errors.New("signature")
	}
	key, err := base64.StdEncoding.DecodeString(o.key + "=")
	if err != nil {
		return nil, err
	}
	data, err := base64.StdEncoding.DecodeString(encrypt)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, key[:16]).CryptBlocks(plain, data)
	plain = plain[:len(plain)-int(plain[len(plain)-1])]
	size := binary.BigEndian.Uint32(plain[16:20])
	if string(plain[20+size:]) != o.receiver {
		return nil, errors.New("receiver")
	}
	return plain[20 : 20+size], nil
}

func (o obvious) sealJSON(msg []byte, timestamp int64, nonce string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(o.key + "=")
	if err != nil {
		return nil, err
	}
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return nil, err
	}
	size := make([]byte, 4)
	binary.BigEndian.PutUint32(size, uint32(len(msg)))
	plain := append(append(append(random, size...), msg...), o.receiver...)
	pad := 32 - len(plain)%32
	plain = append(plain, strings.Repeat(string(rune(pad)), pad)...)
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	data := make([]byte, len(plain))
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(data, plain)
	text := base64.StdEncoding.EncodeToString(data)
	ts := strconv.FormatInt(timestamp, 10)
	return json.Marshal(Sealed{Encrypt: text, Signature: o.sign(ts, nonce, text), Timestamp: timestamp, Nonce: nonce})
}

// cryptCase is one direction, ours and the obvious way.
type cryptCase struct {
	name          string
	ours, obvious func(t testing.TB)
}

// cryptCases are a published XML message, and a group message and its answer in
// JSON.
func cryptCases(t testing.TB) []cryptCase {
	all := loadVectors(t).Messages
	find := func(name string) messageVector {
		for _, v := range all {
			if v.Name == name {
				return v
			}
		}
		require.Fail(t, "no such vector", name)
		return messageVector{}
	}
	x, j := find("official-xml-message-1"), find("computed-aibot-text-group")
	xmlBody := fmt.Appendf(nil, "<xml><ToUserName><![CDATA[%s]]></ToUserName><AgentID><![CDATA[218]]></AgentID><Encrypt><![CDATA[%s]]></Encrypt></xml>", x.Receiver, x.Encrypt)
	jsonBody := fmt.Appendf(nil, `{"encrypt":"%s"}`, j.Encrypt)
	check := func(t testing.TB, v messageVector, got []byte, err error) {
		if err != nil || string(got) != v.Expect.Msg {
			require.Fail(t, "wrong message", "%v", err)
		}
	}
	open := func(v messageVector, body []byte) func(testing.TB) {
		e := v.envelope(t)
		return func(t testing.TB) {
			text, _ := encrypted(body)
			got, err := e.open(v.Signature, v.Timestamp, v.Nonce, text)
			check(t, v, got, err)
		}
	}
	e, ox, oj := j.envelope(t), obvious{x.Token, x.Key, x.Receiver}, obvious{j.Token, j.Key, j.Receiver}
	reply := []byte(`{"msgtype":"stream","stream":{"id":"s1","finish":true,"content":"已收到，编号 12。网格员王建国会在今天联系您。"}}`)
	return []cryptCase{
		{"open XML", open(x, xmlBody), func(t testing.TB) {
			got, err := ox.openXML(x.Signature, x.Timestamp, x.Nonce, xmlBody)
			check(t, x, got, err)
		}},
		{"open JSON", open(j, jsonBody), func(t testing.TB) {
			got, err := oj.openJSON(j.Signature, j.Timestamp, j.Nonce, jsonBody)
			check(t, j, got, err)
		}},
		{"seal JSON", func(t testing.TB) {
			s, err := e.Seal(reply, 1760000000, "1597212914")
			if err != nil || len(s.JSON()) == 0 {
				require.NoError(t, err)
			}
		}, func(t testing.TB) {
			_, err := oj.sealJSON(reply, 1760000000, "1597212914")
			if err != nil {
				require.NoError(t, err)
			}
		}},
	}
}

// BenchmarkCrypt measures both ways and prints ours as a share of the obvious one.
func BenchmarkCrypt(b *testing.B) {
	for _, c := range cryptCases(b) {
		b.Run(c.name, func(b *testing.B) {
			var ours time.Duration // for one
			b.Run("ours", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.ours(b)
				}
				ours = b.Elapsed() / time.Duration(b.N)
			})
			b.Run("obvious", func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					c.obvious(b)
				}
				b.ReportMetric(float64(ours)*float64(b.N)/float64(b.Elapsed()), "ours/obvious")
			})
		})
	}
}

// Callback crypto takes at most half the allocations of the obvious way. Time is
// the benchmark's affair; it depends on what else the machine does.
func TestCryptAllocations(t *testing.T) {
	for _, c := range cryptCases(t) {
		ours := testing.AllocsPerRun(200, func() { c.ours(t) })
		theirs := testing.AllocsPerRun(200, func() { c.obvious(t) })
		t.Logf("%s: %.0f allocations, the obvious way %.0f: ratio %.2f", c.name, ours, theirs, ours/theirs)
		assert.LessOrEqual(t, ours, theirs/2, c.name)
	}
}
