// Package privacy is what people are told about their personal information, what
// they agreed to, how long each kind of record is kept, and what stands in the way
// of erasing somebody.
//
// It owns the notice and its version, the purposes, the table of retention and the
// small [Store] they need. It is pure: no I/O, no clock. It refuses to decide what
// law demands beyond what is cited beside each rule; what is a judgement of ours or
// waits to be checked says so.
//
// Start at [Notice], [Purposes] and [Retention].
package privacy
