package wecom

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// padBlock is the PKCS#7 block of everything WeCom encrypts: 32, not AES's 16.
const padBlock = 32

// envelopeHead is what precedes the message inside an envelope: 16 random bytes
// and the message's length as four bytes, big-endian.
const envelopeHead = 16 + 4

// Errors of opening what WeCom encrypted. Neither says more: a caller who can
// tell a bad pad from a bad length has a decryption oracle.
var (
	// ErrSignature: the signature does not belong to this envelope and token.
	ErrSignature = errors.New("wecom signature does not match")
	// ErrCiphertext: not something encrypted with this key for this receiver.
	ErrCiphertext = errors.New("wecom ciphertext is not valid")
)

// Envelope seals and opens the encrypted bodies of the URL-callback mode
// (document 101033; the scheme is the one of every WeCom callback).
type Envelope struct {
	token    Secret
	key      []byte
	receiver string
	random   io.Reader
}

// Sealed is the body of a passive answer, with the names document 101033 gives:
// msgsignature is one word here, and the timestamp a number of seconds.
type Sealed struct {
	Encrypt   string `json:"encrypt"`
	Signature string `json:"msgsignature"`
	Timestamp int64  `json:"timestamp"`
	Nonce     string `json:"nonce"`
}

// NewEnvelope makes an Envelope from the token and the EncodingAESKey (43
// characters) of the console. The receiver is empty for a 智能机器人 and the
// corporation's id for a self-built app.
func NewEnvelope(token, encodingAESKey Secret, receiver string) (*Envelope, error) {
	key, err := decodeKey(string(encodingAESKey))
	if err != nil {
		return nil, fmt.Errorf("wecom EncodingAESKey: %w", err)
	}
	return &Envelope{token: token, key: key, receiver: receiver, random: rand.Reader}, nil
}

// Open checks the signature of encrypt and returns the message in it. The
// timestamp is only authenticated here; its age is for the caller to judge.
func (e *Envelope) Open(signature, timestamp, nonce, encrypt string) ([]byte, error) {
	want := e.sign(timestamp, nonce, encrypt)
	if subtle.ConstantTimeCompare([]byte(want), []byte(signature)) != 1 {
		return nil, ErrSignature
	}
	data, err := base64.StdEncoding.DecodeString(encrypt)
	if err != nil {
		return nil, ErrCiphertext
	}
	plain, err := decrypt(e.key, data)
	if err != nil {
		return nil, err
	}
	if len(plain) < envelopeHead {
		return nil, ErrCiphertext
	}
	size := uint64(binary.BigEndian.Uint32(plain[16:envelopeHead]))
	rest := plain[envelopeHead:]
	if size > uint64(len(rest)) || string(rest[size:]) != e.receiver {
		return nil, ErrCiphertext
	}
	return rest[:size], nil
}

// Seal encrypts and signs msg; nonce is the one of the callback being answered.
func (e *Envelope) Seal(msg []byte, timestamp int64, nonce string) (Sealed, error) {
	plain := make([]byte, envelopeHead, envelopeHead+len(msg)+len(e.receiver)+padBlock)
	if _, err := io.ReadFull(e.random, plain[:16]); err != nil {
		return Sealed{}, fmt.Errorf("reading randomness: %w", err)
	}
	binary.BigEndian.PutUint32(plain[16:], uint32(len(msg)))
	plain = append(plain, msg...)
	plain = append(plain, e.receiver...)
	data, err := encrypt(e.key, plain)
	if err != nil {
		return Sealed{}, err
	}
	text := base64.StdEncoding.EncodeToString(data)
	return Sealed{
		Encrypt:   text,
		Signature: e.sign(strconv.FormatInt(timestamp, 10), nonce, text),
		Timestamp: timestamp,
		Nonce:     nonce,
	}, nil
}

// sign is hex(SHA-1) over the four strings sorted bytewise and joined.
func (e *Envelope) sign(timestamp, nonce, encrypt string) string {
	parts := []string{string(e.token), timestamp, nonce, encrypt}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// decodeKey reads an AES-256 key in base64 that may lack its padding. It is not
// strict: the keys WeCom publishes have non-zero trailing bits.
func decodeKey(text string) ([]byte, error) {
	key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return nil, errors.New("key is not base64")
	}
	if len(key) != 32 {
		return nil, fmt.Errorf("key has %d bytes, not 32", len(key))
	}
	return key, nil
}

// decrypt undoes AES-256-CBC with the key's first half as IV, and the padding.
func decrypt(key, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making cipher: %w", err)
	}
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, ErrCiphertext
	}
	plain := make([]byte, len(data))
	cipher.NewCBCDecrypter(block, key[:aes.BlockSize]).CryptBlocks(plain, data)
	return unpad(plain)
}

func encrypt(key, plain []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making cipher: %w", err)
	}
	n := padBlock - len(plain)%padBlock
	data := append(slices.Clip(plain), bytes.Repeat([]byte{byte(n)}, n)...)
	cipher.NewCBCEncrypter(block, key[:aes.BlockSize]).CryptBlocks(data, data)
	return data, nil
}

func unpad(plain []byte) ([]byte, error) {
	n := int(plain[len(plain)-1])
	if n < 1 || n > padBlock || n > len(plain) {
		return nil, ErrCiphertext
	}
	body, pad := plain[:len(plain)-n], plain[len(plain)-n:]
	if bytes.Count(pad, []byte{byte(n)}) != n {
		return nil, ErrCiphertext
	}
	return body, nil
}
