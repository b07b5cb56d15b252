package sqlstore

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/oklog/ulid/v2"

	"yiqun/bot"
)

// nanos is how an instant is stored: nanoseconds since 1970, 0 for the zero time.
// Instants outside 1970–2262 are moved to the nearest end, so that their order
// stays right and none becomes "never".
func nanos(t time.Time) int64 {
	switch {
	case t.IsZero():
		return 0
	case t.Year() < 1970:
		return 1
	case t.Year() > 2261:
		return math.MaxInt64
	}
	return max(t.UnixNano(), 1)
}

// instant is the inverse of nanos.
func instant(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(0, n).UTC()
}

// scanValue reads rows of one column.
func scanValue[T any](row scanner) (v T, err error) {
	err = row.Scan(&v)
	return v, err
}

// scanInstant reads rows of one column that holds nanos.
func scanInstant(row scanner) (time.Time, error) {
	n, err := scanValue[int64](row)
	return instant(n), err
}

// cleaned makes every string among the arguments one that both databases take.
// PostgreSQL refuses NUL and broken UTF-8, and a member can send either.
func cleaned(args []any) []any {
	for i, a := range args {
		switch a := a.(type) {
		case nil, int, int64, bool, []byte:
		case string:
			args[i] = clean(a)
		default:
			if v := reflect.ValueOf(a); v.Kind() == reflect.String {
				args[i] = clean(v.String())
			}
		}
	}
	return args
}

// clean replaces NUL and broken UTF-8 by U+FFFD, as encoding/json does.
func clean(s string) string {
	if utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 {
		return s
	}
	const replacement = "\uFFFD"
	return strings.ReplaceAll(strings.ToValidUTF8(s, replacement), "\x00", replacement)
}

// firstID is the first id that may have been made at t or later: ids begin with the time
// (ULID), so that what was stored since then is found without an index of its own.
func firstID(t time.Time) (string, error) {
	var first ulid.ULID
	if err := first.SetTime(ulid.Timestamp(t)); err != nil {
		return "", bot.Fault(bot.Internal, fmt.Errorf("an instant no id can have: %w", err))
	}
	return first.String(), nil
}
