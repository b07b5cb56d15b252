// Package text writes a card as plain text, the twin that works in every chat and
// on every screen reader.
//
// It owns the order of the lines and the words that say what can be typed. What
// comes out starts with the matter's number, holds no markup, and nothing in it
// acts: no address, mention or template variable of a member's making.
//
// Start at [Render]; [Line] is the short form.
package text
