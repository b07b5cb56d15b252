package sqlite

import (
	"errors"
	"slices"

	driver "modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Full reports whether an error of this package says that there is no room on the disk.
func Full(err error) bool { return refused(err, sqlite3.SQLITE_FULL) }

// Damaged reports whether an error of this package says that the file is no database, or
// one that is broken.
func Damaged(err error) bool { return refused(err, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT) }

// Forbidden reports whether an error of this package says that the file, or one beside it,
// may not be read or written, or cannot be made.
func Forbidden(err error) bool {
	return refused(err, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM)
}

// refused reports whether SQLite refused with one of codes; the upper bits say more of it.
func refused(err error, codes ...int) bool {
	e, ok := errors.AsType[*driver.Error](err)
	return ok && slices.Contains(codes, e.Code()&0xff)
}
