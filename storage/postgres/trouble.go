package postgres

import (
	"crypto/tls"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// Trouble is why a database cannot be used, as far as an operator can mend it.
type Trouble string

// The troubles. None is empty: the cause is another.
const (
	Unreachable Trouble = "unreachable" // nobody answered
	Credentials Trouble = "credentials" // user or password refused
	NoDatabase  Trouble = "no database" // the server has none of this name
	Crowded     Trouble = "crowded"     // too many connections
	Starting    Trouble = "starting"    // or stopping: it takes nobody in now
	ReadOnly    Trouble = "read-only"   // a standby, or told to take nothing
	Forbidden   Trouble = "forbidden"   // the user may not do what the bot does
	DiskFull    Trouble = "disk full"   // the server's
	NoTLS       Trouble = "no TLS"      // the URL asks for what the server does not speak
	Untrusted   Trouble = "untrusted"   // nobody vouches for the server's certificate
)

// states are the troubles by SQLSTATE (PostgreSQL documentation, appendix A).
var states = map[string]Trouble{
	"3D000": NoDatabase,
	"53300": Crowded,
	"57P01": Starting, "57P02": Starting, "57P03": Starting,
	"25006": ReadOnly,
	"0A000": ReadOnly, // what a standby says to a serializable transaction; nothing else here is unknown to it
	"42501": Forbidden,
	"53100": DiskFull,
}

// TroubleOf sorts an error of this package.
func TroubleOf(err error) Trouble {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		if strings.HasPrefix(refused.Code, "28") {
			return Credentials
		}
		return states[refused.Code]
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); !ok {
		return ""
	}
	if _, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return Untrusted
	}
	// The driver's own error for it has no type.
	if strings.Contains(err.Error(), "server refused TLS connection") {
		return NoTLS
	}
	return Unreachable
}
