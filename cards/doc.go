// Package cards holds the neutral card: what a matter, a question or a result
// looks like before any platform has its say.
//
// It owns the model and the rule that every string in it is plain, untrusted
// text. The sub-packages turn a Card into what each platform takes: dingtalk
// (template variables), wecom (button, vote and multiple-choice cards), markdown
// (each dialect, through goldmark), text (the twin that works everywhere). It
// refuses I/O, clocks and platform calls.
//
// Start at [Card].
package cards
