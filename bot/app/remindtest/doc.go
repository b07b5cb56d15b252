// Package remindtest proves that reminders arrive once: many due in the same minute
// while instances are killed, stall and wake, the queue is flushed and clocks jump;
// and it plays a year of one branch and lists every message.
//
// It owns those tests and the benchmarks of reminders, and nothing that others
// import. The storm runs on a clock of its own with the embedded engine, and in real
// time on PostgreSQL and Redis where both are at hand.
//
// Start at storm_test.go.
package remindtest
