// Package paper holds the neutral document: what minutes, a result sheet or a case
// file say, before any format has its say.
//
// It owns the model and the rule that every string in it is plain, untrusted text.
// docx writes it as a word processor's file in the usual official layout, xlsx as
// tables, cards/html as a printable page, cards/text as plain text for a chat. It
// refuses I/O, clocks, fonts and any knowledge of what a document is about.
//
// Start at [Paper].
package paper
