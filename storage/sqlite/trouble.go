package sqlite

import (
	"errors"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Full reports whether an error of this package says that there is no room on the disk.
func Full(err error) bool {
	refused, ok := errors.AsType[*driver.Error](err)
	return ok && refused.Code()&0xff == sqlite3.SQLITE_FULL // the rest of the code says more of it
}
