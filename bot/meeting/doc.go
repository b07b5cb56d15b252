// Package meeting is one meeting from its notice to its minutes: who is entitled,
// who was there and when, whether there were enough, what was said and decided.
//
// It owns types of meeting as data, the entries a meeting is made of and what follows
// from them: attendance, quorum by class, and the minutes, all as pure functions over
// a roll and the entries. Rolls and rules are those of bot/ballot. It refuses
// procedure (who may do what next is bot/procedure's), votes (bot/ballot counts them),
// I/O and clocks; and it never says of a meeting that it was valid by a rule that has
// not been verified.
//
// Start at [Type], then [Entry], [Fold] and [Count]; [Write] makes the minutes.
package meeting
