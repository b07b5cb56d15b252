// Package group lets commands that wait at the same time share one durable commit.
//
// It owns the line in which they wait, the one connection that writes, and the
// savepoints that keep one command's failure from its neighbours. A command that is
// alone is committed at once. Where a database lets it ([Aside]), the commands of the
// next batch run while one is being committed, and what they are told again and again
// is known without asking. It refuses to know which database it is, and to try
// again what the database could not put in order with others: that is the engine's.
//
// Start at [Writer].
package group
