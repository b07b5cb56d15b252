// Package redis keeps conversation state in Redis, shared by all instances of the
// bot.
//
// It owns the keys, each "yiqun:state:{KEY}" with the state's own key as its hash
// tag, so that a cluster may hold them; each expires. A flush loses half-finished
// dialogues and nothing else. It refuses records.
//
// Start at [Open].
package redis
