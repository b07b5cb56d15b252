// Package roster is who people are: nodes of the organisation tree, the groups
// bound to them, persons with accounts on one or both platforms, and posts with
// terms.
//
// It owns those types, the rules by which a name is believed and a post grants
// its verbs, and the small [Store] they need. It is pure: no I/O, no clock.
//
// Start at [Person] and [Post].
package roster
