// Package deliver carries the outbox to the platforms: in order per chat, within
// budgets and quotas, retried while that makes sense, by the next route when one
// fails, and never dropped silently.
//
// It owns the [Sender] contract, the outbox rows and the worker that drains them.
// It refuses to know what a message is about.
//
// # What may come twice
//
// Nobody can tell whether a program that was killed in mid-send got its message
// through, so whoever comes after it sends the message again: at most one for each
// chat and kill, since nothing is begun in a chat before what went out there is stored
// as sent. The platforms help where they can. A card is refused the second time, by its
// outTrackId on DingTalk and its task_id on WeCom; a reply on WeCom fills the bubble of
// its stream id again. DingTalk's texts, by session webhook or robot message, and
// WeCom's pushed words carry no such handle: such a line can be read twice. An app's
// private push asks WeCom to drop what it has had already, but only after an outcome
// that this process knows to be unknown; asking it always would swallow an answer that
// says the same as the last one.
//
// # Refreshes
//
// A card that is to be shown anew is a row of the outbox like any message, and not an
// entry of a set in Redis: it is committed with the act that it shows, a flush forgets
// none, and a newer one of the same card, by whatever instance, replaces it. Redis only
// remembers when a card was refreshed last, so that many changes share one call; without
// that the next one comes too early, and nothing worse.
//
// Start at [Worker].
package deliver
