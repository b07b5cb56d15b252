package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// probeFor bounds one look at a running bot; a container's health check gives up
// after five seconds.
const probeFor = 4 * time.Second

// maxReadiness is the most bytes of a running bot's answer.
const maxReadiness = 64 << 10

// ErrNotRunning says that nobody answers where a bot would tell how it is.
var ErrNotRunning = errors.New("没有正在运行的机器人")

// Probe asks the bot that runs with YIQUN_TELEMETRY_LISTEN set to listen how it is.
// The error is ErrNotRunning when nobody listens there.
func Probe(ctx context.Context, listen string) (Readiness, error) {
	ctx, cancel := context.WithTimeout(ctx, probeFor)
	defer cancel()
	address, err := dialable(listen)
	if err != nil {
		return Readiness{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
	if err != nil {
		return Readiness{}, fmt.Errorf("ask the running bot: %w", err)
	}
	// The environment's proxy is for the way out, never for this machine.
	resp, err := (&http.Client{Transport: &http.Transport{DisableKeepAlives: true}}).Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return Readiness{}, errors.New("正在运行的机器人几秒内没有回答")
		}
		return Readiness{}, ErrNotRunning
	}
	defer func() { _ = resp.Body.Close() }()
	var r Readiness
	if err := json.NewDecoder(io.LimitReader(resp.Body, maxReadiness)).Decode(&r); err != nil || r.Status == "" {
		return Readiness{}, fmt.Errorf("%s 上运行的不是议群，请换一个 YIQUN_TELEMETRY_LISTEN", listen)
	}
	return r, nil
}

// dialable is where a listen address is reached from this machine: one that
// listens everywhere, at the loopback.
func dialable(listen string) (string, error) {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "", errors.New("YIQUN_TELEMETRY_LISTEN 要写成 主机:端口")
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
		if ip != nil && ip.To4() == nil {
			host = "::1"
		}
	}
	return net.JoinHostPort(host, port), nil
}
