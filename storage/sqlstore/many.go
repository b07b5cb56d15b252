package sqlstore

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/roster"
)

// mostAtOnce is how many rows are asked for in one statement.
const mostAtOnce = 512

// anyOf makes a list of placeholders for ids, the first of which is $next, and their
// arguments. It is filled up with the last id to a power of two, so that few statements
// are enough for lists of any length.
func anyOf[T ~string](next int, ids []T) (list string, args []any) {
	size := 1
	for size < len(ids) {
		size *= 2
	}
	places := make([]string, size)
	args = make([]any, size)
	for i := range size {
		places[i] = fmt.Sprintf("$%d", next+i)
		args[i] = string(ids[min(i, len(ids)-1)])
	}
	return strings.Join(places, ", "), args
}

// inChunks calls fn with at most mostAtOnce ids at a time.
func inChunks[T any](ids []T, fn func([]T) error) error {
	for len(ids) > 0 {
		n := min(len(ids), mostAtOnce)
		if err := fn(ids[:n]); err != nil {
			return err
		}
		ids = ids[n:]
	}
	return nil
}

// knownAs is a person under an id they were asked for by.
type knownAs struct {
	asked  bot.PersonID
	person roster.Person
}

// KnownAs implements roster.Store.
func (t *Tx) KnownAs(ctx context.Context, ids ...bot.PersonID) (map[bot.PersonID]roster.Person, error) {
	out := make(map[bot.PersonID]roster.Person, len(ids))
	err := inChunks(ids, func(some []bot.PersonID) error {
		in, args := anyOf(1, some)
		found, err := list(ctx, t, "people", `
			SELECT a.id, p.id, p.name_sealed, p.standing, p.member, p.since, p.probation
			FROM people a JOIN people p ON p.id = CASE WHEN a.merged_into <> '' THEN a.merged_into ELSE a.id END
			WHERE a.id IN (`+in+`)`,
			func(row scanner) (k knownAs, err error) {
				k.person, err = t.scanPerson(asked{row, &k.asked})
				return k, err
			}, args...)
		for _, k := range found {
			out[k.asked] = k.person
		}
		return err
	})
	return out, err
}

// asked is a row whose first column goes elsewhere.
type asked struct {
	scanner
	first *bot.PersonID
}

func (a asked) Scan(dest ...any) error { return a.scanner.Scan(append([]any{a.first}, dest...)...) }

// AccountsOfAll implements roster.Store.
func (t *Tx) AccountsOfAll(ctx context.Context, people ...bot.PersonID) (map[bot.PersonID][]roster.Account, error) {
	out := make(map[bot.PersonID][]roster.Account, len(people))
	err := inChunks(people, func(some []bot.PersonID) error {
		in, args := anyOf(1, some)
		found, err := list(ctx, t, "people's accounts",
			accountColumns+` WHERE person IN (`+in+`)`, t.scanAccount, args...)
		for _, a := range found {
			out[a.Person] = append(out[a.Person], a)
		}
		return err
	})
	for _, theirs := range out { // mostly one each: the database would sort all of them
		slices.SortFunc(theirs, func(a, b roster.Account) int {
			return cmp.Or(b.Seen.Compare(a.Seen),
				cmp.Compare(a.Account.Platform, b.Account.Platform), cmp.Compare(a.Account.User, b.Account.User))
		})
	}
	return out, err
}
