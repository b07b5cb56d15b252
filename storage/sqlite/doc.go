// Package sqlite keeps the records in one SQLite file, with no server around it.
//
// It owns the file: its settings, its migration at start, one connection that
// writes and a few that read, and the group commit. Commands that wait at the same
// time share one durable commit, each in a savepoint of its own; a command that is
// alone is committed at once. It refuses SQL about matters, which is sqlstore's.
//
// Start at [Open], then engine.Write.
package sqlite
