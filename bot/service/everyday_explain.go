package service

import (
	"yiqun/bot/procedure"
	"yiqun/intents/phrase"
)

// Phrases are the phrases of the bot and of the practices in force, for whoever wants to
// know what a sentence fits.
type Phrases struct{ book phrasebook }

// NewPhrases gathers the phrases that hold with the practices of a set.
func NewPhrases(set procedure.Set) Phrases { return Phrases{newPhrasebook(set)} }

// Fitting returns the phrases that a sentence fits, at whatever moment it is said, in the
// order in which they count: what is understood at once, then what counts only when
// nothing else was understood. The sentence is without the mention of the bot.
func (p Phrases) Fitting(sentence string) []phrase.Match {
	return append(p.book.first.All(sentence, 0), p.book.last.All(sentence, 0)...)
}
