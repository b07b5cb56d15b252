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
	"slices"
)

// KeySize is the length of a data key in bytes.
const KeySize = 32

// keyIDSize is the length of the key id before each sealed text.
const keyIDSize = 4

// maxKeys is how many keys a Sealer knows: the present one, and while a change of key
// is under way the one before.
const maxKeys = 2

// Sealer encrypts what must not lie readable in the database, with AES-256-GCM.
// A sealed text is key id ‖ nonce ‖ ciphertext; the id says which key opens it, so
// that a key can be changed while texts of the old one remain. It is safe for
// concurrent use.
type Sealer struct{ ring []ringKey }

// ringKey is one data key and what is derived from it.
type ringKey struct {
	id   []byte
	aead cipher.AEAD
	tags []byte
}

// NewSealer makes a Sealer from a data key of KeySize bytes, or from two of them: the
// first seals, both open.
func NewSealer(keys []byte) (*Sealer, error) {
	if n := len(keys) / KeySize; len(keys)%KeySize != 0 || n < 1 || n > maxKeys {
		return nil, fmt.Errorf("a data key has %d bytes, not %d", KeySize, len(keys))
	}
	s := &Sealer{}
	for key := range slices.Chunk(keys, KeySize) {
		k, err := newRingKey(key)
		if err != nil {
			return nil, fmt.Errorf("preparing the data key: %w", err)
		}
		s.ring = append(s.ring, k)
	}
	return s, nil
}

func newRingKey(key []byte) (ringKey, error) {
	derive := func(use string, n int) []byte {
		b, err := hkdf.Key(sha256.New, key, nil, "yiqun "+use, n)
		if err != nil {
			panic("a short key can be derived: " + err.Error())
		}
		return b
	}
	block, err := aes.NewCipher(derive("seal", KeySize))
	if err != nil {
		return ringKey{}, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return ringKey{}, err
	}
	return ringKey{id: derive("id", keyIDSize), aead: aead, tags: derive("tag", KeySize)}, nil
}

var (
	errOtherKey = errors.New("sealed under another key")
	errTampered = errors.New("not what was sealed here")
)

// Seal encrypts text for one place, such as "content/ID/3". It opens only there,
// so that sealed texts cannot be swapped between rows.
func (s *Sealer) Seal(place string, text []byte) []byte {
	k := s.ring[0]
	out := make([]byte, keyIDSize, keyIDSize+len(text)+k.aead.Overhead())
	copy(out, k.id)
	return k.aead.Seal(out, nil, text, []byte(place))
}

// Open decrypts what Seal made for the same place. The error never holds text.
func (s *Sealer) Open(place string, sealed []byte) ([]byte, error) {
	k, ok := s.keyOf(sealed)
	if !ok {
		return nil, errOtherKey
	}
	text, err := k.aead.Open(nil, nil, sealed[keyIDSize:], []byte(place))
	if err != nil {
		return nil, errTampered
	}
	return text, nil
}

// keyOf returns the key that a text was sealed under.
func (s *Sealer) keyOf(sealed []byte) (ringKey, bool) {
	for _, k := range s.ring {
		if bytes.HasPrefix(sealed, k.id) {
			return k, true
		}
	}
	return ringKey{}, false
}

// Tag is a keyed digest of a text, by which a sealed text is found again without
// being opened. The same text has the same tag under the same key.
func (s *Sealer) Tag(text string) []byte { return s.ring[0].tag(text) }

// OldTag is the tag of a text under the key before; the same as Tag if there is none.
// While keys are changed a text is found by either.
func (s *Sealer) OldTag(text string) []byte { return s.ring[len(s.ring)-1].tag(text) }

func (k ringKey) tag(text string) []byte {
	h := hmac.New(sha256.New, k.tags)
	h.Write([]byte(text))
	return h.Sum(nil)[:16]
}
