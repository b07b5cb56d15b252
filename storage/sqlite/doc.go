// Package sqlite keeps the records in one SQLite file, with no server around it.
//
// It owns the file: its settings, its migration at start, one connection that writes and a
// few that read. Commands that wait at the same time share one durable commit
// ([yiqun/storage/group]), and checkpoints are made after the answers. It refuses SQL
// about matters, which is sqlstore's.
//
// Start at [Open].
package sqlite
