package platformtest

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
)

// Network is an in-memory network. Its connections are pipes, which a synctest
// bubble can see through: virtual time passes while everyone waits for a frame.
type Network struct {
	mu    sync.Mutex
	hosts map[string]*listener
}

// NewNetwork returns a network without hosts.
func NewNetwork() *Network { return &Network{hosts: map[string]*listener{}} }

// Serve answers http://host, websockets included, until the test ends.
func (n *Network) Serve(t testing.TB, host string, h http.Handler) {
	l := &listener{host: host, conns: make(chan net.Conn), closed: make(chan struct{})}
	n.mu.Lock()
	n.hosts[host] = l
	n.mu.Unlock()
	server := &http.Server{Handler: h}
	served := make(chan struct{})
	go func() {
		defer close(served)
		_ = server.Serve(l)
	}()
	t.Cleanup(func() {
		_ = server.Close()
		<-served
	})
}

// Client returns a client that reaches the hosts of this network and nothing
// else.
func (n *Network) Client() *http.Client {
	return &http.Client{Transport: &http.Transport{DialContext: n.dial, DisableKeepAlives: true}}
}

var errNoHost = errors.New("no such host on the test network")

func (n *Network) dial(ctx context.Context, _, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	l := n.hosts[host]
	n.mu.Unlock()
	if l == nil {
		return nil, errNoHost
	}
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.closed:
	case <-ctx.Done():
	}
	_ = ours.Close()
	_ = theirs.Close()
	return nil, errors.Join(net.ErrClosed, ctx.Err())
}

// listener is one host's net.Listener.
type listener struct {
	host   string
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *listener) Addr() net.Addr { return hostAddr(l.host) }

// hostAddr is a host name as a net.Addr.
type hostAddr string

func (hostAddr) Network() string  { return "memory" }
func (a hostAddr) String() string { return string(a) }
