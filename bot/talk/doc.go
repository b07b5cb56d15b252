// Package talk is what the bot remembers between two sentences: the piece it
// asked for, the choice it offered.
//
// It owns the shape of a pending question and how an answer fills it. It refuses
// to store anything official: a pending question is lost without loss, and
// expires. Secret choices never enter it.
//
// Start at [Pending].
package talk
