// Package wecom turns a card into a template card of WeCom's 智能机器人, within
// every limit it has, and into markdown for the day when a card cannot be sent.
//
// It owns the card types and their limits: lengths in characters are cut with an
// ellipsis, counts and sizes in bytes are never exceeded. It refuses I/O, and
// what has no room is said in words or refused as a whole with [ErrUnfit]; no
// button and no option disappears unsaid.
//
// Start at [Render].
package wecom
