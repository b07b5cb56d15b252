// Package app puts the parts together: adapters, service, outbox worker, clock,
// telemetry, in the order in which they start and stop.
//
// It owns wiring and lifecycle, and is the only package that imports storage. It
// refuses logic: what the bot does is in service and below. `yiqun serve`, `yiqun
// demo` and every end-to-end test start what New returns.
//
// Start at [New] for what it is made of, at [App.Run] for how it starts and stops.
package app
