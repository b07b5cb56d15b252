// Package merge makes few statements of many writes of one transaction: rows that go into
// one table, and changes of single rows of which it is told how, go together. To both
// databases a statement costs more than a row.
//
// It owns the order: no row comes before one that it refers to, or moves past anything
// that may look at it. It refuses to run statements, and to know which database they are
// for: how many rows one statement is for is the engine's to say.
//
// Start at [Merger].
package merge
