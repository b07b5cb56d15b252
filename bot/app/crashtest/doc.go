// Package crashtest kills the real program at any moment, thousands of events long,
// and then asks whether anything was lost or done twice.
//
// It owns tests and nothing that others import. A test plays both platforms, starts
// `yiqun serve` as a process of its own, has people talk and press, and kills it with
// SIGKILL where a plan drawn from a seed says: while an event waits to be committed,
// between commit and acknowledgement, before a message is sent, in the middle of a
// call. Between the program and the platforms stands a tap, which sees every frame
// and call; what was on its way at a kill is judged by what the tap let through and
// what the records say.
//
// A seed is printed with every run and read from YIQUN_CRASH_SEED; YIQUN_CRASH_KILLS
// says how often to kill (`make crash` has its own number). The order of events among
// processes is not the seed's to decide: a seed repeats the plan, not the run.
//
// The package refuses to know what the bot should answer; that is apptest's. Start
// at TestKilled.
package crashtest
