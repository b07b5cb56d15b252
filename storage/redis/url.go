package redis

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	sentinelScheme = "redis+sentinel://"
	clusterScheme  = "redis+cluster://"
)

// client makes the client that a URL asks for:
//
//	redis://[user:password@]host[:port][/db]        one server
//	rediss://…                                      the same over TLS
//	redis+sentinel://[user:password@]host,host/master   the password also of the sentinels
//	redis+cluster://[user:password@]host,host
//
// Several hosts are separated by commas. Errors do not repeat the URL, which may
// hold a password.
func client(url string) (redis.UniversalClient, error) {
	if rest, ok := strings.CutPrefix(url, sentinelScheme); ok {
		rest, master, _ := strings.Cut(rest, "/")
		if master == "" {
			return nil, fmt.Errorf("want %shost,host/master", sentinelScheme)
		}
		o, err := several(rest)
		if err != nil {
			return nil, err
		}
		o.MasterName = master
		// Sentinels that want none take any.
		o.SentinelUsername, o.SentinelPassword = o.Username, o.Password
		impatient(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout)
		o.DialerRetries = 1
		return redis.NewFailoverClient(o.Failover()), nil
	}
	if rest, ok := strings.CutPrefix(url, clusterScheme); ok {
		o, err := several(strings.TrimSuffix(rest, "/"))
		if err != nil {
			return nil, err
		}
		impatient(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout)
		o.DialerRetries = 1
		return redis.NewClusterClient(o.Cluster()), nil
	}
	o, err := redis.ParseURL(url)
	if err != nil {
		return nil, errors.New("want a URL like redis://host:6379/0")
	}
	impatient(&o.DialTimeout, &o.ReadTimeout, &o.WriteTimeout)
	o.DialerRetries = 1
	return redis.NewClient(o), nil
}

// waitFor is how long anything of Redis is waited for: a press has two seconds to be
// answered, with Redis or without.
const waitFor = 500 * time.Millisecond

// impatient sets the time-outs that the URL leaves open.
func impatient(timeouts ...*time.Duration) {
	for _, t := range timeouts {
		if *t == 0 {
			*t = waitFor
		}
	}
}

// several reads "user:password@host:port,host:port". Credentials and defaults are
// read by go-redis, from the URL of the first host.
func several(hosts string) (*redis.UniversalOptions, error) {
	userinfo, list := "", hosts
	if i := strings.LastIndex(hosts, "@"); i >= 0 {
		userinfo, list = hosts[:i+1], hosts[i+1:]
	}
	all := &redis.UniversalOptions{}
	for host := range strings.SplitSeq(list, ",") {
		o, err := redis.ParseURL("redis://" + userinfo + host)
		if err != nil || host == "" {
			return nil, errors.New("want hosts like host:port,host:port")
		}
		all.Addrs = append(all.Addrs, o.Addr)
		all.Username, all.Password = o.Username, o.Password
	}
	return all, nil
}
