// Package intents turns a sentence typed in a group chat into an Intent: which
// verb, which matter, which people, when, how many, which choice, and the free
// text that is left, with how sure it is and why.
//
// It is pure: no I/O, no clock, no platform types. The verbs come from outside
// as a Lexicon, built from the templates and the command table; the package
// knows only the words around them: politeness, denial, questions, numbers,
// names. Whether to act, ask or answer is not its business.
//
// Sub-packages: zhtext folds what people type (width, traditional characters,
// emoji), zhnum reads numbers, zhtime reads times.
//
// A sentence is read in four steps. The bot's own mention is blanked. The head
// of each clause is read up to its verb, spelled right, by ear, by eye or in
// pinyin (head.go, slip.go). The words after it are searched for the pieces the
// verb takes, and what remains is the text (pieces.go, text.go). Last, everything
// that speaks against acting lowers the certainty (judge.go). A sentence without
// a verb may be an answer (implied.go), small talk or a complaint (vague.go).
//
// The utterances it is measured by are in testdata/intents of the module.
//
// Start at [Reader.Read].
package intents
