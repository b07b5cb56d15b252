package postgres

import (
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
)

// TroubleOf sorts an error of this package by PostgreSQL's SQLSTATE.
func TroubleOf(err error) Trouble {
	if refused, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case strings.HasPrefix(refused.Code, "28"):
			return Credentials
		case refused.Code == "3D000":
			return NoDatabase
		case refused.Code == "53300":
			return Crowded
		}
		return ""
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return Unreachable
	}
	return ""
}
