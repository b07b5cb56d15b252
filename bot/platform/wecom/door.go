package wecom

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"yiqun/bot"
)

const (
	// maxLetter is the most bytes of a callback's body; 100 kB of text encrypted, in
	// base64 and escaped still fits.
	maxLetter = 1 << 20
	// maxAge is how far a callback's timestamp may be off, either way. WeCom repeats a
	// callback within seconds; the rest is for clocks that are not quite right.
	maxAge = 5 * time.Minute
	// nonceLife is how long WeCom promises not to use a nonce again.
	nonceLife = 2 * time.Hour
	// maxNonces bounds the memory of nonces; what falls out is still held off by
	// maxAge, and by the event's id.
	maxNonces = 1 << 16
)

// ErrEnvelope is the one error of everything that is wrong with an encrypted
// callback: signature, age, repetition, encryption, receiver. Who forges one
// learns nothing from it.
var ErrEnvelope = errors.New("not a callback of wecom for this bot")

// Door is where encrypted callbacks come in: it answers the verification of the
// URL, and hands on only what WeCom has just sent, once.
//
// Repetitions are remembered here, and among all instances behind the same URL
// where ShareNonces was called. Without that, another instance would let one in,
// within maxAge; the event's id catches it there.
type Door struct {
	envelope *Envelope
	clock    bot.Clock
	nonces   nonces
	claims   Claims
}

// Letter is one callback, opened.
type Letter struct {
	Body []byte    // XML for an app, JSON for a 智能机器人
	At   time.Time // when it arrived

	nonce string
	owner string // under which the nonce is claimed among instances
}

// NewDoor makes a Door; the arguments before the clock are NewEnvelope's.
func NewDoor(token, encodingAESKey Secret, receiver string, clock bot.Clock) (*Door, error) {
	if token == "" {
		return nil, errors.New("wecom callback needs a token")
	}
	e, err := NewEnvelope(token, encodingAESKey, receiver)
	if err != nil {
		return nil, err
	}
	return &Door{envelope: e, clock: clock}, nil
}

// Handler answers verifications, refuses what is no callback of WeCom, and gives
// each callback to take. When take fails the callback is answered with 500 and
// forgotten, so that WeCom may send it again.
func (d *Door) Handler(log *slog.Logger, take func(ctx context.Context, l Letter) (answer []byte, err error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		switch r.Method {
		case http.MethodGet:
			d.verify(w, r)
		case http.MethodPost:
			d.post(w, r, log, take)
		default:
			w.Header().Set("Allow", "GET, POST")
			http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		}
	})
}

// verify answers the check made when the URL is saved in the console (document
// 101033): the plaintext, within a second, and nothing around it.
func (d *Door) verify(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	plain, err := d.open(q, []byte(q.Get("echostr")), d.clock.Now())
	if err != nil {
		refuse(w)
		return
	}
	_, _ = w.Write(plain)
}

func (d *Door) post(w http.ResponseWriter, r *http.Request, log *slog.Logger, take func(context.Context, Letter) ([]byte, error)) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxLetter))
	if err != nil {
		refuse(w)
		return
	}
	l, err := d.Open(r.URL.Query(), body)
	if err == nil {
		err = d.claim(r.Context(), &l, log)
	}
	if err != nil {
		log.Warn("wecom callback refused", "err", err)
		refuse(w)
		return
	}
	answer, err := take(r.Context(), l)
	if err != nil {
		d.nonces.forget(l.nonce)
		d.disclaim(r.Context(), l)
		http.Error(w, "not handled", http.StatusInternalServerError)
		return
	}
	_, _ = w.Write(answer)
}

// refuse is the same for every kind of bad envelope.
func refuse(w http.ResponseWriter) { http.Error(w, "forbidden", http.StatusForbidden) }

// Open opens the callback with this query and body, XML or JSON. Its error is
// ErrEnvelope.
func (d *Door) Open(q url.Values, body []byte) (Letter, error) {
	encrypt, ok := encrypted(body)
	if !ok {
		return Letter{}, ErrEnvelope
	}
	now := d.clock.Now()
	plain, err := d.open(q, encrypt, now)
	if err != nil {
		return Letter{}, ErrEnvelope
	}
	nonce := q.Get("nonce")
	if !d.nonces.first(nonce, now) {
		return Letter{}, ErrEnvelope
	}
	return Letter{Body: plain, At: now, nonce: nonce}, nil
}

func (d *Door) open(q url.Values, encrypt []byte, now time.Time) ([]byte, error) {
	timestamp := q.Get("timestamp")
	plain, err := d.envelope.open(q.Get("msg_signature"), timestamp, q.Get("nonce"), encrypt)
	if err != nil {
		return nil, ErrEnvelope
	}
	sec, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || now.Sub(time.Unix(sec, 0)).Abs() > maxAge {
		return nil, ErrEnvelope
	}
	return plain, nil
}

// Seal is msg as the answer to l, in the JSON of a 智能机器人.
func (d *Door) Seal(l Letter, msg []byte) ([]byte, error) {
	s, err := d.envelope.Seal(msg, d.clock.Now().Unix(), l.nonce)
	if err != nil {
		return nil, fmt.Errorf("sealing answer: %w", err)
	}
	return s.JSON(), nil
}

// nonces remembers the nonces of the last two hours.
type nonces struct {
	mu    sync.Mutex
	seen  map[string]time.Time
	order []string // oldest first
}

// first reports whether nonce was not seen before, and remembers it.
func (n *nonces) first(nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	for len(n.order) > 0 && (len(n.order) >= maxNonces || now.Sub(n.seen[n.order[0]]) >= nonceLife) {
		delete(n.seen, n.order[0])
		n.order = n.order[1:]
	}
	if _, known := n.seen[nonce]; known {
		return false
	}
	if n.seen == nil {
		n.seen = map[string]time.Time{}
	}
	n.seen[nonce] = now
	n.order = append(n.order, nonce)
	return true
}

// forget lets nonce come once more. Its place in the order stays, which at worst
// makes it be forgotten early.
func (n *nonces) forget(nonce string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	delete(n.seen, nonce)
}
