// Package zhtext folds what people type into one plain form, so that the
// readers above it compare one spelling instead of twenty: full-width letters
// become half-width, traditional characters simplified, capitals small, emoji
// and runs of white space one space; zero-width, bidirectional and control
// marks vanish.
//
// Folding is for matching only. What a member wrote is never replaced by its
// folded form: [Folded.Original] cuts the words as typed out of the message.
//
// The package knows characters, not words: polite filler, names and verbs are
// the reader's business.
//
// Start at [Fold].
package zhtext
