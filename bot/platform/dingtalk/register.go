package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Registrar makes an application by a code that a person scans with DingTalk: the
// official device flow under /app/registration of oapi.dingtalk.com. It needs no
// credentials; the application it makes has a robot, Stream mode, and the
// permissions for messages and cards.
type Registrar struct {
	OAPIURL string // scheme and host; empty means DefaultOAPIURL
	HTTP    *http.Client
}

// Registration is one under way.
type Registration struct {
	// DeviceCode is asked with; whoever has it gets the secret.
	DeviceCode Secret
	// Link is what the person scans.
	Link string
	// Life is how long it may take, Interval how long to wait between two questions.
	Life, Interval time.Duration
}

// Progress is where a registration stands.
type Progress string

// What Poll tells.
const (
	Waiting  Progress = "WAITING"
	Success  Progress = "SUCCESS"
	Declined Progress = "FAIL"
	Expired  Progress = "EXPIRED"
)

// Registered is a question's answer. ClientID and ClientSecret are set with Success,
// Reason with Declined.
type Registered struct {
	Progress     Progress
	ClientID     string
	ClientSecret Secret
	Reason       string
}

// Begin starts a registration.
func (r Registrar) Begin(ctx context.Context) (Registration, error) {
	var nonce struct {
		Nonce string `json:"nonce"`
	}
	if err := r.post(ctx, "init", map[string]string{}, &nonce); err != nil {
		return Registration{}, err
	}
	var begun struct {
		DeviceCode Secret `json:"device_code"`
		Complete   string `json:"verification_uri_complete"`
		ExpiresIn  int64  `json:"expires_in"` // seconds
		Interval   int64  `json:"interval"`
	}
	if err := r.post(ctx, "begin", map[string]string{"nonce": nonce.Nonce}, &begun); err != nil {
		return Registration{}, err
	}
	if begun.DeviceCode == "" || begun.Complete == "" {
		return Registration{}, errors.New("registration begin: the answer holds no code to scan")
	}
	return Registration{
		DeviceCode: begun.DeviceCode, Link: begun.Complete,
		Life:     time.Duration(min(max(begun.ExpiresIn, 60), 7200)) * time.Second,
		Interval: time.Duration(min(max(begun.Interval, 1), 60)) * time.Second,
	}, nil
}

// Poll asks how a registration stands, not more often than its Interval.
func (r Registrar) Poll(ctx context.Context, code Secret) (Registered, error) {
	var got struct {
		Status       Progress `json:"status"`
		ClientID     string   `json:"client_id"`
		ClientSecret Secret   `json:"client_secret"`
		Reason       string   `json:"fail_reason"`
	}
	if err := r.post(ctx, "poll", map[string]string{"device_code": string(code)}, &got); err != nil {
		return Registered{}, err
	}
	if got.Status == Success && (got.ClientID == "" || got.ClientSecret == "") {
		return Registered{}, errors.New("registration poll: success without credentials")
	}
	return Registered{Progress: got.Status, ClientID: got.ClientID, ClientSecret: got.ClientSecret, Reason: got.Reason}, nil
}

// ErrRegistration is a question that DingTalk refused: a code it does not know, or
// one asked too soon.
var ErrRegistration = errors.New("registration refused")

// post asks one of the three questions. The errors hold neither code nor secret.
func (r Registrar) post(ctx context.Context, what string, body, into any) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	host := strings.TrimSuffix(r.OAPIURL, "/")
	if host == "" {
		host = DefaultOAPIURL
	}
	address, err := url.JoinPath(host, "app/registration", what)
	if err != nil {
		return fmt.Errorf("registration %s: the address cannot be read", what)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(encode(body)))
	if err != nil {
		return fmt.Errorf("registration %s: %w", what, bare(err))
	}
	req.Header.Set("Content-Type", "application/json")
	client := r.HTTP
	if client == nil {
		client = &http.Client{}
	}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("registration %s: %w", what, bare(err))
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return fmt.Errorf("registration %s: %w", what, bare(err))
	}
	judged, ok := readRefusal(answer)
	switch {
	case resp.StatusCode != http.StatusOK || !ok:
		return fmt.Errorf("registration %s: status %d", what, resp.StatusCode)
	case judged.ErrCode != nil && *judged.ErrCode != 0:
		return fmt.Errorf("registration %s: %w with errcode %d", what, ErrRegistration, *judged.ErrCode)
	}
	if err := lenient(json.Unmarshal(answer, into)); err != nil {
		return fmt.Errorf("registration %s: the answer cannot be read", what)
	}
	return nil
}
