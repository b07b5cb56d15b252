// Package procedure is the engine: a practice is a template, a matter walks
// through its steps by acts, and the state is the fold of the acts.
//
// It owns templates and their check, the kinds of step, who may do what when, the
// hash chain, and what a matter looks like as a card. It is pure: no I/O, no
// clock, no randomness; what time does is an act by the clock. It names no
// template and no verb: those are data in templates/*.yaml.
//
// Start at [Apply]; a template's shape is [Template]; a kind of step is [Kind].
package procedure
