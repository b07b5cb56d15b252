package wecom

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// vectors are the published and computed crypto vectors.
type vectors struct {
	Messages []messageVector `json:"vectors"`
	Media    []mediaVector   `json:"media_vectors"`
}

type messageVector struct {
	Name      string `json:"name"`
	Token     string `json:"token"`
	Key       string `json:"encoding_aes_key"`
	Receiver  string `json:"receiveid"`
	Timestamp string `json:"timestamp"`
	Nonce     string `json:"nonce"`
	Encrypt   string `json:"encrypt"`
	Signature string `json:"msg_signature"`
	Expect    struct {
		Random string `json:"random16"`
		Msg    string `json:"msg"`
	} `json:"expect"`
}

type mediaVector struct {
	Name   string `json:"name"`
	Key    string `json:"aeskey_base64"`
	Cipher []byte `json:"ciphertext_base64"`
	Plain  []byte `json:"plaintext_base64"`
}

func loadVectors(t testing.TB) (v vectors) {
	t.Helper()
	data, err := os.ReadFile("../../../testdata/callbacks/wecom-crypto-vectors.json")
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, &v))
	require.NotEmpty(t, v.Messages)
	require.NotEmpty(t, v.Media)
	return v
}

func (v messageVector) envelope(t testing.TB) *Envelope {
	t.Helper()
	e, err := NewEnvelope(Secret(v.Token), Secret(v.Key), v.Receiver)
	require.NoError(t, err)
	return e
}

// signText signs as WeCom does, for envelopes that it never made.
func (e *Envelope) signText(timestamp, nonce, encrypt string) string {
	sum := e.sign(timestamp, nonce, []byte(encrypt))
	return string(sum[:])
}

func TestEnvelopeVectors(t *testing.T) {
	for _, v := range loadVectors(t).Messages {
		t.Run(v.Name, func(t *testing.T) {
			e := v.envelope(t)
			got, err := e.Open(v.Signature, v.Timestamp, v.Nonce, v.Encrypt)
			require.NoError(t, err)
			assert.Equal(t, v.Expect.Msg, string(got))

			e.random = strings.NewReader(v.Expect.Random)
			ts, err := strconv.ParseInt(v.Timestamp, 10, 64)
			require.NoError(t, err)
			sealed, err := e.Seal([]byte(v.Expect.Msg), ts, v.Nonce)
			require.NoError(t, err)
			assert.Equal(t, Sealed{Encrypt: v.Encrypt, Signature: v.Signature, Timestamp: ts, Nonce: v.Nonce}, sealed)
		})
	}
}

func TestMediaVectors(t *testing.T) {
	for _, v := range loadVectors(t).Media {
		for _, text := range []string{v.Key, strings.TrimRight(v.Key, "=")} {
			key, err := decodeKey(text)
			require.NoError(t, err)
			got, err := decryptWith(key, bytes.Clone(v.Cipher))
			require.NoError(t, err, v.Name)
			assert.Equal(t, v.Plain, got, v.Name)
		}
	}
}

func TestEnvelopeRefuses(t *testing.T) {
	v := loadVectors(t).Messages[0]
	e := v.envelope(t)
	_, err := e.Open(v.Signature, v.Timestamp, v.Nonce+"0", v.Encrypt)
	require.ErrorIs(t, err, ErrSignature)
	_, err = e.Open("", v.Timestamp, v.Nonce, v.Encrypt)
	require.ErrorIs(t, err, ErrSignature)

	// What is signed with the right token may still be for another receiver.
	other := v
	other.Receiver = "another corporation"
	_, err = other.envelope(t).Open(v.Signature, v.Timestamp, v.Nonce, v.Encrypt)
	require.ErrorIs(t, err, ErrCiphertext)

	for name, text := range map[string]string{
		"nothing": "", "no base64": "灯", "half a block": "AAAA", "noise": base64.StdEncoding.EncodeToString(make([]byte, 64)),
	} {
		_, err = e.Open(e.signText(v.Timestamp, v.Nonce, text), v.Timestamp, v.Nonce, text)
		require.ErrorIs(t, err, ErrCiphertext, name)
	}
}

func TestEnvelopeKeys(t *testing.T) {
	for _, key := range []Secret{"", "short", "灯", Secret(strings.Repeat("a", 44))} {
		_, err := NewEnvelope("token", key, "")
		require.Error(t, err)
	}
}

func TestSealedOpens(t *testing.T) {
	v := loadVectors(t).Messages[0]
	rapid.Check(t, func(t *rapid.T) {
		e, err := NewEnvelope("token", Secret(v.Key), rapid.String().Draw(t, "receiver"))
		require.NoError(t, err)
		msg := rapid.SliceOfN(rapid.Byte(), 0, 200).Draw(t, "msg")
		sealed, err := e.Seal(msg, 1760000000, "nonce")
		require.NoError(t, err)
		got, err := e.Open(sealed.Signature, "1760000000", "nonce", sealed.Encrypt)
		require.NoError(t, err)
		assert.True(t, bytes.Equal(msg, got))
	})
}

// FuzzEnvelopeOpen signs whatever comes, so that what lies behind the signature
// meets it.
func FuzzEnvelopeOpen(f *testing.F) {
	all := loadVectors(f).Messages
	for _, v := range all {
		data, err := base64.StdEncoding.DecodeString(v.Encrypt)
		require.NoError(f, err)
		f.Add(data)
	}
	e := all[0].envelope(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		text := base64.StdEncoding.EncodeToString(data)
		msg, err := e.Open(e.signText("1", "n", text), "1", "n", text)
		if err != nil {
			assert.ErrorIs(t, err, ErrCiphertext)
			return
		}
		assert.Less(t, len(msg), len(data))
	})
}
