package ballot

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// KeySize is the length of a vote's key in bytes.
const KeySize = 32

var (
	errNoSealing = errors.New("a vote needs randomness for its receipts, a secret one also a key")
	errKeyGone   = errors.New("the key of this vote was destroyed")
)

// Sealing is what a box needs from outside: randomness for receipts, nonces and the
// shuffle, and in a secret vote the vote's own key.
type Sealing struct {
	Key    *Key
	Random io.Reader
}

// Key seals the ballots of one secret vote, with AES-256-GCM. It is made when the
// vote opens and destroyed when it closes; until then storage keeps its Bytes,
// encrypted. It is not safe for concurrent use with Destroy.
type Key struct {
	secret []byte
	aead   cipher.AEAD
}

// NewKey draws a key.
func NewKey(random io.Reader) (*Key, error) {
	secret := make([]byte, KeySize)
	if _, err := io.ReadFull(random, secret); err != nil {
		return nil, fmt.Errorf("drawing a key for a vote: %w", err)
	}
	return LoadKey(secret)
}

// LoadKey makes a key of what Bytes returned.
func LoadKey(secret []byte) (*Key, error) {
	if len(secret) != KeySize {
		return nil, fmt.Errorf("the key of a vote has %d bytes, not %d", KeySize, len(secret))
	}
	block, err := aes.NewCipher(secret)
	if err != nil {
		return nil, fmt.Errorf("preparing the key of a vote: %w", err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("preparing the key of a vote: %w", err)
	}
	return &Key{secret: slices.Clone(secret), aead: aead}, nil
}

// Bytes is the key itself, for storage to encrypt and keep until the close.
func (k *Key) Bytes() []byte { return slices.Clone(k.secret) }

// Destroy forgets the key. What storage kept of it must be deleted in the same
// transaction.
func (k *Key) Destroy() {
	clear(k.secret)
	k.secret, k.aead = nil, nil
}

// String hides the key, so that it may be printed by accident.
func (k *Key) String() string { return "key(…)" }

// GoString hides the key too.
func (k *Key) GoString() string { return k.String() }

// Seal encrypts a choice for one poll and receipt; it opens nowhere else, so sealed
// ballots cannot be moved between votes or voters. All sealed ballots of a poll have
// the same length.
func (k *Key) Seal(random io.Reader, p Poll, receipt string, c Choice) ([]byte, error) {
	if k.aead == nil {
		return nil, errKeyGone
	}
	nonce := make([]byte, k.aead.NonceSize(), k.aead.NonceSize()+64)
	if _, err := io.ReadFull(random, nonce); err != nil {
		return nil, fmt.Errorf("drawing a nonce: %w", err)
	}
	return k.aead.Seal(nonce, nonce, p.pack(c), place(p, receipt)), nil
}

// Open decrypts what Seal made. The error holds nothing of the choice.
func (k *Key) Open(p Poll, receipt string, sealed []byte) (Choice, error) {
	if k.aead == nil {
		return Choice{}, errKeyGone
	}
	n := k.aead.NonceSize()
	if len(sealed) < n {
		return Choice{}, errors.New("a sealed ballot is cut short")
	}
	plain, err := k.aead.Open(nil, sealed[:n], sealed[n:], place(p, receipt))
	if err != nil {
		return Choice{}, errors.New("a sealed ballot is not of this vote, or was altered")
	}
	return p.unpack(plain)
}

func place(p Poll, receipt string) []byte { return []byte("ballot/" + p.ID.String() + "/" + receipt) }

// newReceipt draws a code of twelve digits in threes of four: 4821-7735-0916. It is
// made of randomness alone and says nothing of the choice.
func newReceipt(random io.Reader) (string, error) {
	var parts []string
	for range 3 {
		n, err := uniform(random, 10000)
		if err != nil {
			return "", err
		}
		parts = append(parts, fmt.Sprintf("%04d", n))
	}
	return strings.Join(parts, "-"), nil
}

// shuffle puts a list in an order that each permutation is equally likely to be.
func shuffle[T any](random io.Reader, list []T) error {
	for i := len(list) - 1; i > 0; i-- {
		j, err := uniform(random, i+1)
		if err != nil {
			return err
		}
		list[i], list[j] = list[j], list[i]
	}
	return nil
}

// uniform draws a number below n, each equally likely: what would favour the small
// ones is drawn again.
func uniform(random io.Reader, n int) (int, error) {
	var b [4]byte
	limit := uint64(1<<32) / uint64(n) * uint64(n)
	for range 1000 {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, fmt.Errorf("drawing a random number: %w", err)
		}
		v := uint64(b[0])<<24 | uint64(b[1])<<16 | uint64(b[2])<<8 | uint64(b[3])
		if v < limit {
			return int(v % uint64(n)), nil
		}
	}
	return 0, errors.New("the source of randomness is stuck")
}
