package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
)

const (
	fetchTimeout = 2 * time.Minute
	maxRedirects = 3
)

var (
	errForeignHost = errors.New("the file is on a host that is not allowed")
	errTooBig      = errors.New("the attachment is too big")
)

// Fetch downloads an attachment: its code is exchanged for a temporary address,
// which is followed only on the allowed hosts.
func (a *Adapter) Fetch(ctx context.Context, at bot.Attachment, limit int64) ([]byte, error) {
	request := map[string]string{"downloadCode": at.Ref, "robotCode": a.cfg.ClientID}
	var got struct {
		DownloadURL string `json:"downloadUrl"`
	}
	var calls int
	if err := a.counted(a.call(ctx, &calls, http.MethodPost, "/v1.0/robot/messageFiles/download", request, &got)); err != nil {
		return nil, err
	}
	address, err := url.Parse(got.DownloadURL)
	if err != nil || !a.mediaHost(address) {
		return nil, bot.Fault(bot.Rejected, errForeignHost)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	return a.download(ctx, address, limit)
}

// mediaHost reports whether u is on an allowed host. Plain http is for a local
// test server, where the API is plain http too.
func (a *Adapter) mediaHost(u *url.URL) bool {
	if u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || a.api.Scheme != "http") {
		return false
	}
	host := u.Hostname()
	if strings.Contains(host, "-internal.") { // a cloud's inner network
		return false
	}
	return slices.ContainsFunc(a.cfg.MediaHosts, func(allowed string) bool {
		return host == allowed || strings.HasSuffix(host, "."+allowed)
	})
}

func (a *Adapter) download(ctx context.Context, address *url.URL, limit int64) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return nil, failed("download", err)
	}
	client := *a.http
	client.CheckRedirect = func(next *http.Request, via []*http.Request) error {
		if len(via) > maxRedirects || !a.mediaHost(next.URL) {
			return errForeignHost
		}
		return nil
	}
	resp, err := client.Do(req)
	switch {
	case errors.Is(err, errForeignHost):
		return nil, bot.Fault(bot.Rejected, errForeignHost)
	case err != nil:
		return nil, failed("download", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode != http.StatusOK {
		return nil, bot.Fault(downloadCode(resp.StatusCode), fmt.Errorf("download: status %d", resp.StatusCode))
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case err != nil:
		return nil, failed("download", err)
	case int64(len(data)) > limit:
		return nil, bot.Fault(bot.Rejected, errTooBig)
	}
	return data, nil
}

// downloadCode reads the status of a file server: its addresses die after a
// while, and then say 403 or 404.
func downloadCode(status int) bot.Code {
	if status >= 500 || status == http.StatusTooManyRequests {
		return bot.Retryable
	}
	return bot.Expired
}
