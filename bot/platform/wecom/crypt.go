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
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"
	"sync"
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
// (document 101033; the scheme is the one of every WeCom callback). It may be
// used by several goroutines.
type Envelope struct {
	token    []byte
	block    cipher.Block
	iv       []byte
	receiver []byte
	random   io.Reader
}

// Sealed is something encrypted and signed. As JSON it is the body of a passive answer,
// with the names document 101033 gives: msgsignature is one word here, and the timestamp a
// number of seconds.
type Sealed struct {
	Encrypt   string `json:"encrypt"`
	Signature string `json:"msgsignature"`
	Timestamp int64  `json:"timestamp"`
	Nonce     string `json:"nonce"`
}

// JSON is the answer as it goes over the wire. Base64 and hex need no escaping,
// so only the nonce, which came from outside, passes through an encoder.
func (s Sealed) JSON() []byte {
	out := make([]byte, 0, len(s.Encrypt)+len(s.Signature)+len(s.Nonce)+80)
	out = append(append(out, `{"encrypt":"`...), s.Encrypt...)
	out = append(append(out, `","msgsignature":"`...), s.Signature...)
	out = strconv.AppendInt(append(out, `","timestamp":`...), s.Timestamp, 10)
	out = append(out, `,"nonce":`...)
	return append(appendString(out, s.Nonce), '}')
}

// Query is what the address of a callback says of the ciphertext in its body: msg_signature
// is two words here.
func (s Sealed) Query() url.Values {
	return url.Values{"msg_signature": {s.Signature}, "timestamp": {strconv.FormatInt(s.Timestamp, 10)}, "nonce": {s.Nonce}}
}

// appendString appends s as JSON; the digits that a nonce is made of as they are.
func appendString(out []byte, s string) []byte {
	if strings.Trim(s, "0123456789") == "" {
		return append(append(append(out, '"'), s...), '"')
	}
	quoted, _ := json.Marshal(s) // a string cannot fail
	return append(out, quoted...)
}

// NewEnvelope makes an Envelope from the token and the EncodingAESKey (43
// characters) of the console. The receiver is empty for a 智能机器人 and the
// corporation's id for a self-built app.
func NewEnvelope(token, encodingAESKey Secret, receiver string) (*Envelope, error) {
	key, err := decodeKey(string(encodingAESKey))
	if err != nil {
		return nil, fmt.Errorf("wecom EncodingAESKey: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making cipher: %w", err)
	}
	return &Envelope{
		token: []byte(token), block: block, iv: key[:aes.BlockSize],
		receiver: []byte(receiver), random: rand.Reader,
	}, nil
}

// Open checks the signature of encrypt and returns the message in it. The
// timestamp is only authenticated here; its age is for the caller to judge.
func (e *Envelope) Open(signature, timestamp, nonce, encrypt string) ([]byte, error) {
	return e.open(signature, timestamp, nonce, []byte(encrypt))
}

// open is Open over bytes. Only the message is allocated: the signed text is
// joined in borrowed memory, and the ciphertext is decrypted where it lies.
func (e *Envelope) open(signature, timestamp, nonce string, encrypt []byte) ([]byte, error) {
	want := e.sign(timestamp, nonce, encrypt)
	if subtle.ConstantTimeCompare(want[:], []byte(signature)) != 1 {
		return nil, ErrSignature
	}
	plain := make([]byte, base64.StdEncoding.DecodedLen(len(encrypt)))
	n, err := base64.StdEncoding.Decode(plain, encrypt)
	if err != nil {
		return nil, ErrCiphertext
	}
	if plain, err = decrypt(e.block, e.iv, plain[:n]); err != nil {
		return nil, err
	}
	if len(plain) < envelopeHead {
		return nil, ErrCiphertext
	}
	size := uint64(binary.BigEndian.Uint32(plain[16:envelopeHead]))
	rest := plain[envelopeHead:]
	if size > uint64(len(rest)) || subtle.ConstantTimeCompare(rest[size:], e.receiver) != 1 {
		return nil, ErrCiphertext
	}
	return rest[:size], nil
}

// Seal encrypts and signs msg; nonce is the one of the callback being answered.
func (e *Envelope) Seal(msg []byte, timestamp int64, nonce string) (Sealed, error) {
	size := envelopeHead + len(msg) + len(e.receiver)
	pad := padBlock - size%padBlock
	data := make([]byte, envelopeHead, size+pad)
	if _, err := io.ReadFull(e.random, data[:16]); err != nil {
		return Sealed{}, fmt.Errorf("reading randomness: %w", err)
	}
	binary.BigEndian.PutUint32(data[16:], uint32(len(msg)))
	data = append(append(data, msg...), e.receiver...)
	for range pad {
		data = append(data, byte(pad))
	}
	cipher.NewCBCEncrypter(e.block, e.iv).CryptBlocks(data, data)
	text := base64.StdEncoding.AppendEncode(nil, data)
	sum := e.sign(strconv.FormatInt(timestamp, 10), nonce, text)
	return Sealed{Encrypt: string(text), Signature: string(sum[:]), Timestamp: timestamp, Nonce: nonce}, nil
}

// joins lends the memory in which what is signed is joined.
var joins = sync.Pool{New: func() any { return new([]byte) }}

// sign is hex(SHA-1) over the four strings sorted bytewise and joined.
func (e *Envelope) sign(timestamp, nonce string, encrypt []byte) (sum [2 * sha1.Size]byte) {
	parts := [...][]byte{e.token, []byte(timestamp), []byte(nonce), encrypt}
	for i := range parts { // package slices would move the parts to the heap
		for j := i; j > 0 && bytes.Compare(parts[j], parts[j-1]) < 0; j-- {
			parts[j], parts[j-1] = parts[j-1], parts[j]
		}
	}
	join := joins.Get().(*[]byte)
	defer joins.Put(join)
	*join = (*join)[:0]
	for _, p := range parts {
		*join = append(*join, p...)
	}
	hash := sha1.Sum(*join)
	hex.Encode(sum[:], hash[:])
	return sum
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

// decryptWith is decrypt for a key used once; its first half is the IV.
func decryptWith(key, data []byte) ([]byte, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making cipher: %w", err)
	}
	return decrypt(block, key[:aes.BlockSize], data)
}

// decrypt undoes AES-256-CBC and the padding, in place.
func decrypt(block cipher.Block, iv, data []byte) ([]byte, error) {
	if len(data) == 0 || len(data)%aes.BlockSize != 0 {
		return nil, ErrCiphertext
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(data, data)
	return unpad(data)
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
