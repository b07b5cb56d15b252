// Package talk is what the bot remembers between two sentences, and how short
// answers to its questions are read.
//
// It owns the shape of a pending question (the piece asked for, the readings
// offered by number, what is known already) and the words that pick, agree, decline
// or give up: 2, 第二个, 是的, 都不是, 算了. It refuses to store anything official: a
// pending question is lost without loss, and expires. Secret choices never enter it.
//
// Start at [Pending], [Pick] and [Enough].
package talk
