package redis

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/redis/go-redis/v9"
)

// Trouble is why a Redis cannot be used, as far as an operator can mend it.
type Trouble string

// The troubles. None is empty: the cause is another.
const (
	Unreachable Trouble = "unreachable" // nobody answered
	NoPassword  Trouble = "no password" // it wants one
	Credentials Trouble = "credentials" // user or password refused
	Forbidden   Trouble = "forbidden"   // the user may not do what the bot does
	Encryption  Trouble = "encryption"  // one side speaks TLS and the other does not, for certain
	HungUp      Trouble = "hung up"     // it was reached and hung up: only one side speaks TLS, or a proxy has nobody behind it
	Silent      Trouble = "silent"      // it was reached and says nothing: it hangs, or waits for the end of a TLS greeting
	Untrusted   Trouble = "untrusted"   // nobody vouches for its certificate
	NoDatabase  Trouble = "no database" // it has none of this number
	ReadOnly    Trouble = "read-only"   // a replica
	Full        Trouble = "full"        // of its memory
	DiskFailed  Trouble = "disk failed" // it takes nothing because it cannot save
	Clustered   Trouble = "clustered"   // the URL says that it is none, and it is a cluster
	Single      Trouble = "single"      // the URL says that it is a cluster, and it is none
	Incomplete  Trouble = "incomplete"  // a cluster of which parts are missing
	NoSentinel  Trouble = "no sentinel" // none that knows the master
	Loading     Trouble = "loading"     // it reads its data, and will be there soon
	Stranger    Trouble = "stranger"    // something answers that is no Redis
)

// refusals are the troubles by how Redis begins what it refuses with. What is refused
// before the rest is told apart first.
var refusals = []struct {
	prefix  string
	trouble Trouble
}{
	{"NOAUTH", NoPassword},
	{"WRONGPASS", Credentials},
	{"ERR invalid password", Credentials}, // before version 6, and of one that wants none
	{"ERR AUTH", Credentials},
	{"NOPERM", Forbidden},
	{"DENIED", NoPassword}, // protected mode: it takes others only with a password
	{"ERR DB index", NoDatabase},
	{"ERR invalid DB index", NoDatabase},
	{"ERR SELECT is not allowed in cluster mode", Clustered},
	{"MOVED", Clustered},
	{"READONLY", ReadOnly},
	{"OOM", Full},
	{"MISCONF", DiskFailed},
	{"ERR This instance has cluster support disabled", Single},
	{"CLUSTERDOWN", Incomplete},
	{"LOADING", Loading},
	{"MASTERDOWN", ReadOnly},
}

// tlsAlert begins, as the client quotes it, what somebody who speaks TLS says to one who does not.
const tlsAlert = `\x15\x03`

// TroubleOf sorts an error of this package.
func TroubleOf(err error) Trouble {
	if err == nil {
		return ""
	}
	// The client's own sentences have no type.
	switch text := err.Error(); {
	case strings.Contains(text, "redis: all sentinels"), strings.Contains(text, "redis: master not found"):
		return NoSentinel
	case strings.Contains(text, "redis: cluster has no nodes"):
		return Incomplete
	case strings.Contains(text, tlsAlert):
		return Encryption
	case strings.Contains(text, "redis: can't parse"), strings.Contains(text, "redis: invalid reply"):
		return Stranger
	}
	if refused, ok := errors.AsType[redis.Error](err); ok {
		for _, r := range refusals {
			if strings.HasPrefix(refused.Error(), r.prefix) {
				return r.trouble
			}
		}
		return ""
	}
	return troubleOnTheWay(err)
}

// troubleOnTheWay sorts what was not said by a Redis. One that speaks TLS hangs up on who
// does not, and so does a proxy that reaches nobody; one that does not speak it waits for
// the end of what it cannot read, and so does one that hangs. The two are not told apart.
func troubleOnTheWay(err error) Trouble {
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return Encryption
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return Untrusted
	}
	if _, ok := errors.AsType[x509.HostnameError](err); ok {
		return Untrusted
	}
	dialled, ok := errors.AsType[*net.OpError](err)
	switch {
	case ok && dialled.Op == "dial":
		return Unreachable
	case errors.Is(err, io.EOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return HungUp
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return Silent
	}
	if _, ok := errors.AsType[net.Error](err); ok {
		return Unreachable
	}
	return ""
}
