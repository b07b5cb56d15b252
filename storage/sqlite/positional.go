package sqlite

import (
	"regexp"
	"strconv"
)

// numbered is a placeholder as the records write it. None stands inside a string.
var numbered = regexp.MustCompile(`\$[0-9]+`)

// positional is a query with plain placeholders, and which argument each takes. To
// SQLite $1 is a name like any other: the driver asks for the name of each and looks it
// up among all, so that a statement of many rows takes longer to bind than to run.
func positional(query string) (plain string, takes []int) {
	plain = numbered.ReplaceAllStringFunc(query, func(name string) string {
		n, err := strconv.Atoi(name[1:])
		if err != nil {
			return name // too long for a number: SQLite says what is wrong with it
		}
		takes = append(takes, n-1)
		return "?"
	})
	return plain, takes
}

// inTurn are the arguments as the placeholders take them; unchanged if they are not
// what the query asks for, for SQLite to say so.
func inTurn(args []any, takes []int) []any {
	plain := len(takes) == len(args)
	for i, at := range takes {
		if at < 0 || at >= len(args) {
			return args
		}
		plain = plain && at == i
	}
	if plain {
		return args
	}
	out := make([]any, len(takes))
	for i, at := range takes {
		out[i] = args[at]
	}
	return out
}
