// Package deliver carries the outbox to the platforms: in order per chat, within
// budgets and quotas, retried while that makes sense, by the next route when one
// fails, and never dropped silently.
//
// It owns the [Sender] contract, the outbox rows and the worker that drains them.
// It refuses to know what a message is about.
//
// Start at [Worker].
package deliver
