// Package postgres keeps the records in PostgreSQL, for several instances of the
// bot on one set of records.
//
// It owns the pool. One connection of each instance writes, and commands that wait share
// its commits ([yiqun/storage/group]); transactions are serializable and run again when
// they lose to another instance. The others read. It refuses SQL about matters, which is
// sqlstore's, and migrating at start: with several instances that is an operator's
// decision.
//
// Start at [Open] and [Migrate].
package postgres
