package group

import (
	"context"
	"fmt"

	"yiqun/storage/sqlstore"
)

// Conn is the connection that writes. It is used by one goroutine at a time, opens
// itself when first needed, and again after Reset.
type Conn interface {
	// Exec and Query come after every write that was given to Send. The failure of such
	// a write may come to light only with them; then they, and all that follows until
	// Reset, fail with it.
	Exec(ctx context.Context, query string, args ...any) (int64, error)
	Query(ctx context.Context, query string, args ...any) (sqlstore.Rows, error)
	// Send has writes carried out in order.
	Send(ctx context.Context, writes []sqlstore.Write) error
	// Open reports whether there is a connection, which may have died meanwhile.
	Open() bool
	// Reset closes the connection; what it had not committed is gone.
	Reset() error
}

// do runs a statement that takes no part in a caller's cancellation: what begins and
// ends transactions.
func do(ctx context.Context, c Conn, statement string) error {
	if _, err := c.Exec(context.WithoutCancel(ctx), statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
