// Package storagetest is the suite that every storage engine passes, and the
// decorators that make one misbehave.
//
// It owns what the sentences of service.Store, service.States and the nouns' small
// stores mean: each has a case here. It refuses to know any engine.
//
// Start at [Run] for records, [RunStates] for conversation state, [NewFaulty] to
// see what the rest of the program does when storage fails.
package storagetest
