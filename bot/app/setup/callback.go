package setup

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"yiqun/bot/app"
	"yiqun/bot/platform/wecom"
)

// callback takes the token and key of a callback URL, and answers WeCom itself while
// the operator presses 保存 in the console: it is saved only if the URL answers.
func (w *wizard) callback(ctx context.Context, path, tokenName, keyName, receiver string, also ...value) (outcome, error) {
	token, err := w.secret(ctx, "Token")
	if err != nil {
		return refill, err
	}
	key, err := w.secret(ctx, "EncodingAESKey")
	if err != nil {
		return refill, err
	}
	ok, err := w.keep(append(also, sealed(tokenName, token), sealed(keyName, key))...)
	if err != nil || !ok {
		return refill, err
	}
	cfg, err := w.config()
	if err != nil {
		return refill, err
	}
	door, err := wecom.NewDoor(wecom.Secret(token), wecom.Secret(key), receiver, w.Clock)
	if err != nil {
		return refill, err
	}
	verified := make(chan struct{}, 1)
	stop, err := serve(ctx, cfg.Listen, path, told{door.Handler(slog.New(slog.DiscardHandler), noBot), verified})
	if err != nil {
		w.say("本机的 %s 已经有程序在用（机器人正在运行？），没法在这里替它回答：请重新启动机器人，再到管理后台点保存，然后运行 yiqun doctor。\n", cfg.Listen)
		return skipped, nil
	}
	defer stop()
	w.say("现在到管理后台点保存，我在这里等企业微信来核对。等不到，就输入 跳过 或 重填：")
	return w.awaitSaved(ctx, verified)
}

// awaitSaved waits for the verification, or for a word.
func (w *wizard) awaitSaved(ctx context.Context, verified <-chan struct{}) (outcome, error) {
	saved := func() (outcome, error) {
		w.say("\n✓ 企业微信核对过了。\n")
		return passed, nil
	}
	for {
		select {
		case <-verified:
			return saved()
		case <-ctx.Done():
			return refill, ctx.Err()
		case h := <-w.listen():
			w.waiting = false
			select {
			case <-verified:
				w.back = &h // it answers the next question
				return saved()
			default:
			}
			if h.err != nil {
				return refill, h.err
			}
			switch strings.TrimSpace(h.line) {
			case "跳过", "3":
				return skipped, nil
			case "重填", "2":
				return refill, nil
			}
			w.say("还没有等到。请检查公网地址和反向代理，再点一次保存；或输入 跳过、重填：")
		}
	}
}

// noBot answers callbacks with nothing: only verifications are wanted yet.
func noBot(context.Context, wecom.Letter) ([]byte, error) { return nil, nil }

// told says when a verification was answered.
type told struct {
	http.Handler
	verified chan<- struct{}
}

// ServeHTTP implements http.Handler.
func (t told) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	noted := &noted{ResponseWriter: rw, status: http.StatusOK}
	t.Handler.ServeHTTP(noted, r)
	if r.Method == http.MethodGet && noted.status == http.StatusOK {
		select {
		case t.verified <- struct{}{}:
		default: // known
		}
	}
}

// noted remembers the status of an answer.
type noted struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (n *noted) WriteHeader(status int) {
	n.status = status
	n.ResponseWriter.WriteHeader(status)
}

// serve listens until the function it returns is called.
func serve(ctx context.Context, address, path string, h http.Handler) (stop func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.Handle(path, h)
	server := app.NewServer(mux)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = server.Serve(listener) // until it is stopped
	}()
	return func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		if server.Shutdown(ctx) != nil {
			_ = server.Close()
		}
		<-ended
	}, nil
}
