// Package storage groups the engines that keep what Yiqun must not lose, and what
// it may.
//
// The records (service.Store) live in SQL: [yiqun/storage/sqlstore] holds the one
// SQL text, [yiqun/storage/sqlite] and [yiqun/storage/postgres] open a database
// under it, [yiqun/storage/group] lets commands share a commit,
// [yiqun/storage/migrations] holds the schema of both. Conversation state
// (service.States) lives in [yiqun/storage/redis], or in this process with
// [yiqun/storage/embedded]. [yiqun/storage/storagetest] is the suite that every
// engine passes.
//
// This package itself has no code. Start at sqlstore.Store.
package storage
