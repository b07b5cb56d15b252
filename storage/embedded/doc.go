// Package embedded keeps conversation state in this process, and what instances
// would share of their work, for installations without Redis.
//
// It owns nothing that would be missed: a restart forgets it all, and half-finished
// dialogues ask again. It refuses records.
//
// Start at [New].
package embedded
