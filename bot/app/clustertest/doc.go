// Package clustertest runs several instances of the bot over one PostgreSQL and one
// Redis, against the same simulator.
//
// It owns tests and nothing that others import: that work is shared without a
// double, and that one instance's end is another's task. It refuses what one
// instance shows as well; that is apptest's.
//
// Start at TestTwoShareTheWork.
package clustertest
