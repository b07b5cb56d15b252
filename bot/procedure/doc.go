// Package procedure is the engine: a practice is a template, a matter walks
// through its steps by acts, and the state is the fold of the acts.
//
// It owns templates and their check, the kinds of step, who may do what when, the
// hash chain, and what a matter looks like as a card. It is pure: no I/O, no
// clock, no randomness; what time does is an act by the clock. It names no
// template and no verb: those are data in templates/*.yaml.
//
// Votes and surveys collect ballots, which are no acts: somebody else keeps them, and the
// act that closes the step carries their number and hash. Matters that wait for others
// hear of their end by an act of the clock ([Join]). A matter's file ([Bind], [Leaf]) is
// made of its acts' hashes, so that [Fold] finds a page that was changed.
//
// Start at [Apply]; a template's shape is [Template]; a kind of step is [Kind].
package procedure
