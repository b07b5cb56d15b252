// Package postgres keeps the records in PostgreSQL, for several instances of the
// bot on one set of records.
//
// It owns the pool, and transactions that are serializable and run again when they
// lose to another instance. It refuses SQL about matters, which is sqlstore's, and
// migrating at start: with several instances that is an operator's decision.
//
// Start at [Open] and [Migrate].
package postgres
