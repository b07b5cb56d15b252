// Package service holds the use cases: one event, one act, one transaction, and
// who hears of it.
//
// It owns the path from a bot.Event to committed records and outbox rows, and the
// [Store] and [States] it needs. It refuses rules of procedure (they are in
// bot/procedure), wire formats and SQL.
//
// Start at [Service.Handle].
package service
