// Package redis keeps in Redis what is fast and can be rebuilt: conversation state,
// shared by all instances of the bot, and what they share of their work.
//
// It owns the keys, each with what it is about as its hash tag, so that a cluster may
// hold them:
//
//	yiqun:state:{KEY}    a conversation's state; expires
//	yiqun:lease:{NAME}   who does what one has to do, and :token; expire
//	yiqun:bucket:{NAME}  what a platform still allows; expires when it is full again
//	yiqun:queue:{NAME}   :due, :claimed, :tokens and whose they are, :token; what will
//	                     be due, among it the chats to send to and the cards to refresh
//
// and the scripts that change several of them at once. A flush loses half-finished
// dialogues and nothing else: the queue is compared with the records at the start, every
// two minutes, and as soon as it is found to have been emptied. A Redis that is gone is
// left alone for a second at a time, so that commands go on without it. It refuses
// records.
//
// Start at [Open].
package redis
