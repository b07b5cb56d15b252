// Package intents turns a sentence typed in a group chat into an Intent: which
// verb, which matter, which people, when, how many, which choice, and the free
// text that is left, with how sure it is and why.
//
// It is pure: no I/O, no clock, no platform types. The verbs come from outside
// as a Lexicon, built from the templates and the command table. Sub-packages:
// zhtext folds what people type (width, traditional characters, filler), zhnum
// reads numbers, zhtime reads times.
//
// Start at [Reader.Read].
package intents
