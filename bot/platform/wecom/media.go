package wecom

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"yiqun/bot"
)

// mediaLife is how long a link to an attachment lives (document 100719).
const mediaLife = 5 * time.Minute

// mediaTimeout bounds one download.
const mediaTimeout = time.Minute

// mediaRef is what an Attachment's Ref holds: where the bytes are, their own key
// (only the long connection gives one), and until when.
type mediaRef struct {
	URL     string    `json:"url"`
	Key     string    `json:"key"`
	Expires time.Time `json:"expires"`
}

func (r mediaRef) encode() string {
	data, _ := json.Marshal(r) // two strings and a time cannot fail
	return string(data)
}

// Media fetches what members attach, from allowed hosts only.
type Media struct {
	hosts []string
	http  *http.Client
	clock bot.Clock
	key   Secret
}

// NewMedia makes a Media. The hosts are as in Config.MediaHosts. The key is the
// one of attachments that have none of their own: the EncodingAESKey in
// URL-callback mode, empty for the long connection.
func NewMedia(hosts []string, client *http.Client, clock bot.Clock, key Secret) *Media {
	if len(hosts) == 0 {
		hosts = defaultMediaHosts
	}
	m := &Media{hosts: hosts, clock: clock, key: key}
	held := *client
	held.CheckRedirect = m.checkRedirect
	m.http = &held
	return m
}

// Fetch downloads and decrypts what a member attached; see [Media.Fetch].
func (a *Adapter) Fetch(ctx context.Context, att bot.Attachment, limit int64) ([]byte, error) {
	return a.media.Fetch(ctx, att, limit)
}

// Fetch downloads and decrypts what a member attached. The error is Expired when
// the link has died, Rejected for a foreign host, too large a file or a wrong
// key, and Retryable when the host did not answer.
func (m *Media) Fetch(ctx context.Context, att bot.Attachment, limit int64) ([]byte, error) {
	var ref mediaRef
	if err := json.Unmarshal([]byte(att.Ref), &ref); err != nil {
		return nil, bot.Fault(bot.Rejected, errors.New("attachment reference is not ours"))
	}
	if !m.clock.Now().Before(ref.Expires) {
		return nil, bot.Fault(bot.Expired, errors.New("attachment link is older than five minutes"))
	}
	if ref.Key == "" {
		ref.Key = string(m.key)
	}
	key, err := decodeKey(ref.Key)
	if err != nil {
		return nil, bot.Fault(bot.Rejected, fmt.Errorf("attachment key: %w", err))
	}
	data, err := m.download(ctx, ref.URL, limit+padBlock)
	if err != nil {
		return nil, err
	}
	plain, err := decryptWith(key, data)
	if err != nil {
		return nil, bot.Fault(bot.Rejected, fmt.Errorf("decrypting attachment: %w", err))
	}
	if int64(len(plain)) > limit {
		return nil, tooLarge(limit)
	}
	return plain, nil
}

// download gets at most limit bytes from an allowed host. No error names the
// URL: it is signed, and so a secret.
func (m *Media) download(ctx context.Context, link string, limit int64) ([]byte, error) {
	u, err := url.Parse(link)
	if err != nil || !m.allowed(u) {
		return nil, bot.Fault(bot.Rejected, errForeignHost)
	}
	ctx, cancel := context.WithTimeout(ctx, mediaTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, link, nil)
	if err != nil {
		return nil, bot.Fault(bot.Rejected, errors.New("attachment link is not a URL"))
	}
	resp, err := m.http.Do(req)
	if err != nil {
		return nil, downloadFault(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, statusFault(resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, downloadFault(err)
	}
	if int64(len(data)) > limit {
		return nil, tooLarge(limit - padBlock)
	}
	return data, nil
}

var errForeignHost = errors.New("attachment is on a host that is not allowed")

// checkRedirect holds every redirect to the allowed hosts.
func (m *Media) checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) >= 3 || !m.allowed(req.URL) {
		return errForeignHost
	}
	return nil
}

// allowed keeps a member from making the bot fetch from inside its network.
func (m *Media) allowed(u *url.URL) bool {
	for _, entry := range m.hosts {
		if strings.Contains(entry, "://") {
			if u.Scheme+"://"+u.Host == entry {
				return true
			}
			continue
		}
		if u.Scheme == "https" && hostMatches(entry, u) {
			return true
		}
	}
	return false
}

func hostMatches(entry string, u *url.URL) bool {
	if domain, ok := strings.CutPrefix(entry, "*"); ok {
		return strings.HasPrefix(domain, ".") && strings.HasSuffix(strings.ToLower(u.Hostname()), domain) &&
			(u.Port() == "" || u.Port() == "443")
	}
	return strings.EqualFold(entry, u.Host) || strings.EqualFold(entry, u.Hostname())
}

func downloadFault(err error) error {
	if errors.Is(err, errForeignHost) {
		return bot.Fault(bot.Rejected, errForeignHost)
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err
	}
	return bot.Fault(bot.Retryable, fmt.Errorf("fetching attachment: %w", err))
}

func statusFault(status int) error {
	err := fmt.Errorf("fetching attachment: status %d", status)
	switch {
	case status >= 500, status == http.StatusTooManyRequests:
		return bot.Fault(bot.Retryable, err)
	case status == http.StatusForbidden, status == http.StatusNotFound, status == http.StatusGone:
		return bot.Fault(bot.Expired, err)
	}
	return bot.Fault(bot.Rejected, err)
}

func tooLarge(limit int64) error {
	return bot.Fault(bot.Rejected, fmt.Errorf("attachment is larger than %d bytes", limit))
}
