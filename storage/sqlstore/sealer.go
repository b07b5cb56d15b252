package sqlstore

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
)

// KeySize is the length of a data key in bytes.
const KeySize = 32

// keyIDSize is the length of the key id before each sealed text.
const keyIDSize = 4

// Sealer encrypts what must not lie readable in the database, with AES-256-GCM.
// A sealed text is key id ‖ nonce ‖ ciphertext; the id says which key opens it, so
// that a key can be changed while texts of the old one remain. It is safe for
// concurrent use.
type Sealer struct {
	id   []byte
	aead cipher.AEAD
	tags []byte
}

// NewSealer makes a Sealer from a data key of KeySize bytes.
func NewSealer(key []byte) (*Sealer, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("a data key has %d bytes, not %d", KeySize, len(key))
	}
	derive := func(use string, n int) []byte {
		b, err := hkdf.Key(sha256.New, key, nil, "yiqun "+use, n)
		if err != nil {
			panic("a short key can be derived: " + err.Error())
		}
		return b
	}
	block, err := aes.NewCipher(derive("seal", KeySize))
	if err != nil {
		return nil, fmt.Errorf("preparing the data key: %w", err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, fmt.Errorf("preparing the data key: %w", err)
	}
	return &Sealer{id: derive("id", keyIDSize), aead: aead, tags: derive("tag", KeySize)}, nil
}

var (
	errOtherKey = errors.New("sealed under another key")
	errTampered = errors.New("not what was sealed here")
)

// Seal encrypts text for one place, such as "content/ID/3". It opens only there,
// so that sealed texts cannot be swapped between rows.
func (s *Sealer) Seal(place string, text []byte) []byte {
	out := make([]byte, keyIDSize, keyIDSize+len(text)+s.aead.Overhead())
	copy(out, s.id)
	return s.aead.Seal(out, nil, text, []byte(place))
}

// Open decrypts what Seal made for the same place. The error never holds text.
func (s *Sealer) Open(place string, sealed []byte) ([]byte, error) {
	if len(sealed) < keyIDSize || !bytes.Equal(sealed[:keyIDSize], s.id) {
		return nil, errOtherKey
	}
	text, err := s.aead.Open(nil, nil, sealed[keyIDSize:], []byte(place))
	if err != nil {
		return nil, errTampered
	}
	return text, nil
}

// Tag is a keyed digest of a text, by which a sealed text is found again without
// being opened. The same text has the same tag under the same key.
func (s *Sealer) Tag(text string) []byte {
	h := hmac.New(sha256.New, s.tags)
	h.Write([]byte(text))
	return h.Sum(nil)[:16]
}
