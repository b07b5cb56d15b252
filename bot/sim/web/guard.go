package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// maxBody bounds every request body. A picture sent from the page travels inside
// its JSON as base64.
const maxBody = 4 << 20

// policy lets the page load nothing but itself and forbids inline script, so that
// a slip in rendering members' text would still run nothing.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guard keeps other web pages from driving this one: it refuses foreign host
// names, and state-changing requests that come from another origin.
func guard(hosts []string, next http.Handler) http.Handler {
	sameOrigin := http.NewCrossOriginProtection()
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fail(w, http.StatusForbidden, "只能从本页操作。")
	}))
	checked := sameOrigin.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		head := w.Header()
		head.Set("Content-Security-Policy", policy)
		head.Set("X-Content-Type-Options", "nosniff")
		head.Set("Referrer-Policy", "no-referrer")
		if !ownHost(r.Host, hosts) {
			fail(w, http.StatusForbidden, "请用 localhost 或 IP 地址打开本页。")
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		checked.ServeHTTP(w, r)
	})
}

// ownHost reports whether a Host header names this machine in a way that no
// foreign DNS record can.
func ownHost(hostport string, also []string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.ToLower(strings.Trim(host, "[]"))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	if _, err := netip.ParseAddr(host); err == nil {
		return true
	}
	return slices.ContainsFunc(also, func(name string) bool { return strings.EqualFold(name, host) })
}
