package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"net/url"

	"github.com/coder/websocket"
	"github.com/open-dingtalk/dingtalk-stream-sdk-go/payload"

	"yiqun/bot"
)

const (
	frameSystem   = "SYSTEM"
	frameEvent    = "EVENT"
	frameCallback = "CALLBACK"

	// maxFrame bounds what one frame may hold; members' messages of 100 kB and
	// more are normal.
	maxFrame = 4 << 20
)

var errEndpoint = errors.New("the gateway named no usable endpoint")

// dial opens one connection: a ticket from the gateway, good for 90 s and once,
// then the websocket it names.
func (a *Adapter) dial(ctx context.Context) (*websocket.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	opened, err := a.ticket(ctx)
	if err != nil {
		return nil, err
	}
	address, err := a.socketAddress(opened)
	if err != nil {
		return nil, bot.Fault(bot.Retryable, err)
	}
	conn, resp, err := websocket.Dial(ctx, address, &websocket.DialOptions{HTTPClient: a.http})
	if err != nil {
		if resp != nil && resp.Body != nil {
			_ = resp.Body.Close()
		}
		return nil, failed("opening the websocket", err)
	}
	conn.SetReadLimit(maxFrame)
	return conn, nil
}

// ticket asks the gateway where to connect.
func (a *Adapter) ticket(ctx context.Context) (payload.ConnectionEndpointResponse, error) {
	request := payload.ConnectionEndpointRequest{
		ClientId:     a.cfg.ClientID,
		ClientSecret: string(a.cfg.ClientSecret),
		UserAgent:    "yiqun/1",
		Subscriptions: []*payload.SubscriptionModel{
			{Type: frameEvent, Topic: "*"},
			{Type: frameCallback, Topic: payload.BotMessageCallbackTopic},
			{Type: frameCallback, Topic: payload.CardInstanceCallbackTopic},
		},
	}
	var opened payload.ConnectionEndpointResponse
	err := a.exchange(ctx, http.MethodPost, "/v1.0/gateway/connections/open", "", request, &opened)
	return opened, err
}

// socketAddress joins endpoint and ticket. The ticket is base64-like: unescaped,
// a "+" in it would arrive as a blank.
func (a *Adapter) socketAddress(opened payload.ConnectionEndpointResponse) (string, error) {
	if opened.Valid() != nil {
		return "", errEndpoint
	}
	u, err := url.Parse(opened.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "wss" && (u.Scheme != "ws" || a.api.Scheme != "http") {
		return "", errEndpoint
	}
	u.RawQuery = url.Values{"ticket": {opened.Ticket}}.Encode()
	return u.String(), nil
}
