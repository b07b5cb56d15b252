// Package setup is the conversation in a terminal that makes a bot's settings: step
// by step, each checked live before the next, with the consoles' own menu names.
//
// It owns the questions, the settings file it writes (yiqun.env) and the folder of
// secrets beside it. It refuses to print a secret, to keep one in the settings file,
// or to lose anything to Ctrl-C: what was answered is on disk before the next
// question. What is checked, and in which words, is package doctor's.
//
// Start at [Run].
package setup
