// Package remind is who is reminded of what, when, and whether now is a good moment:
// reminders with their rules, notices on their way to somebody, and the policy of
// quiet hours, budgets and bundling between the two.
//
// It owns those types, the reading of 提醒 sentences, and the small [Store] they need.
// It refuses to know how a notice travels, what a matter's step means, and the time:
// the present moment, the zone and the calendar are arguments.
//
// A reminder comes due ([Reminder.Fire]) and leaves a [Notice] for each of its
// recipients; [Policy.Plan] says which of the notices waiting for one recipient make
// up the next message, and when to look again.
//
// Start at [Reminder], then [Policy].
package remind
