package wecom

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"yiqun/bot"
)

// The outcomes of a probe that an operator can do something about; any other error
// means that WeCom could not be reached.
var (
	// ErrCredentials: the bot id or the secret is wrong.
	ErrCredentials = errCredentials
	// ErrTakenOver: another process uses the same bot and took the connection back.
	ErrTakenOver = errKicked
	// ErrNotVerified: the callback URL answered, but not as WeCom wants.
	ErrNotVerified = errors.New("the answer is not the word alone")
)

// Reach opens a connection and closes it again, without subscribing: it shows that
// the host can be reached, and puts nobody off.
func (a *Adapter) Reach(ctx context.Context) error {
	conn, err := a.dial(ctx)
	if err != nil {
		return err
	}
	return conn.CloseNow()
}

// Try subscribes with the bot's credentials, stays for a while to see whether another
// process takes the connection back, and leaves. A process that is connected is put
// off by it for good, so it is only for a bot that is not at work. What members write
// meanwhile is lost.
func (a *Adapter) Try(ctx context.Context, stay time.Duration) error {
	conn, err := a.dial(ctx)
	if err != nil {
		return err
	}
	s := startSession(conn, a.cfg.Clock, func(s *session, f inFrame) {
		if f.Cmd == cmdEvent && isKick(f) {
			s.fail(errKicked)
		}
	}, func(error) {})
	defer s.tasks.Wait()
	defer s.fail(errClosing)
	if err := a.subscribe(ctx, s); err != nil {
		return err
	}
	timer, stop := a.cfg.Clock.Timer(stay)
	defer stop()
	select {
	case <-timer:
		return nil
	case <-s.done:
		_, err := s.reason()
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// verifyWithin is how long a callback URL may take to answer when it is saved in the
// console (document 101033).
const verifyWithin = time.Second

// VerifyURL does to a callback URL what WeCom does when it is saved in the console:
// it asks for a word to be decrypted. receiver is NewEnvelope's. The error is
// ErrNotVerified when somebody answered and it was not that.
func VerifyURL(ctx context.Context, client *http.Client, callback string, token, encodingAESKey Secret, receiver string, now time.Time) error {
	e, err := NewEnvelope(token, encodingAESKey, receiver)
	if err != nil {
		return err
	}
	word := rand.Text()
	sealed, err := e.Seal([]byte(word), now.Unix(), strconv.FormatInt(now.UnixNano(), 36))
	if err != nil {
		return err
	}
	query := sealed.Query()
	query.Set("echostr", sealed.Encrypt)
	ctx, cancel := context.WithTimeout(ctx, verifyWithin)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, callback+"?"+query.Encode(), nil)
	if err != nil {
		return errors.New("the callback URL cannot be read")
	}
	resp, err := client.Do(req)
	if err != nil {
		var at *url.Error
		if errors.As(err, &at) {
			err = at.Err // without the query
		}
		return bot.Fault(bot.Retryable, fmt.Errorf("calling the callback URL: %w", err))
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	if err != nil || resp.StatusCode != http.StatusOK || string(answer) != word {
		return fmt.Errorf("%w (status %d)", ErrNotVerified, resp.StatusCode)
	}
	return nil
}
