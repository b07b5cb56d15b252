// Package calendar is how often what has to be held: the cadence of organisation
// life as rules with their source, how a year stands by them, and when somebody is to
// be told in good time.
//
// It owns rules.yaml, periods, and the words for both. It refuses to accuse: a rule
// that says 一般 (normally) warns with that word, and one whose text nobody has
// verified is off until an operator turns it on. It knows neither templates nor
// people: what was held is handed in under the name of its practice, and to whom a
// [Warning] goes is for others. Holidays and the present moment are arguments.
//
// Start at [Rule], then [Year] and [Warnings].
package calendar
