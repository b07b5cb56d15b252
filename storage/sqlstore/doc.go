// Package sqlstore keeps the records in SQL: matters and their acts, the roster,
// the outbox, handled events and the journal.
//
// It owns the one SQL text that both databases run ($1, ON CONFLICT, RETURNING),
// what is sealed in it ([Sealer]) and the mapping of rows to the core's types. How
// a transaction begins, waits and commits is the [Engine]'s: storage/sqlite and
// storage/postgres each bring one. It refuses rules of procedure and reads no
// clock.
//
// Text that members wrote, names, reply tokens and answers are sealed; ids, times
// and facts are not. Strings are made valid UTF-8 without NUL on their way in, the
// same for both databases.
//
// "LIMIT $1 + 0" is no slip: SQLite plans a statement anew for each value of a bare
// parameter there, which takes longer than running it.
//
// Start at [Store], then [Tx].
package sqlstore
