// Package ballot is the heart of voting: rules as data, rolls, ballot boxes, secret
// ballots, and the arithmetic that says what came of it, in words.
//
// It owns rules/*.yaml with their worked cases, who may vote when and how, what is
// kept of a vote, and verdicts. It is pure: no I/O and no clock; randomness is handed
// in. It knows nothing of procedures, platforms or posts: a caller says by which post
// a clerk acts. No count passes through a floating-point number.
//
// Start at [Open], then [Box], [Box.Close] and [Tally]. A rule's shape is [Rule].
//
// # What a secret vote protects
//
// Each secret vote has a key of its own. A ballot is sealed under it with AES-256-GCM,
// bound to the vote and to a random receipt, and padded so that all ballots of a vote
// have one length. [Box.Close] opens them, puts them in canonical order and shuffles
// them, takes the sealed ballots out of the entries, and destroys the key; storage
// writes the [Closing] and deletes its copy of the key in the same transaction.
//
// Before the close, a copy of the database alone shows who has voted and when, never
// what: the choices are sealed, and storage keeps the key encrypted. Who holds the
// database and the data key, which is the operator of this program or a thief of both,
// can open every ballot and see whose it is. So can a voter, with [Box.Mine], for the
// one ballot that is theirs.
//
// After the close, what is kept links nobody to a choice: entries say that one voted,
// when last, and the receipt; ballots say choices, in random order, without time,
// receipt or voter; receipts are a sorted list of codes drawn at random. The key is
// gone, so older sealed ballots that a database leaves in free pages or in a log open
// no more.
//
// Reasons are sealed with the ballot, which has room for the longest whether it gives
// one or not. At the close they leave the ballots, are shuffled apart from them, and stay
// as texts beside what was chosen, with no voter; who knows how somebody writes may
// still guess. They are outside the closing's hash, so that one may be erased by law.
//
// An open vote names who chose what, and storage keeps its entries sealed. Where
// everybody may see the numbers while it runs, each entry's choice also stands beside
// it in plain sight, so that a press need not open all the others ([Light]); of a
// secret vote and of one whose numbers are hidden nothing does.
//
// Not protected, before or after: whatever still holds the encrypted key opens, with the
// data key, the ballots sealed under it. That is a backup taken while the vote ran, a
// replication log or archive of that time, and pages that the engine freed but has not yet
// overwritten; a logical dump made after the close holds none of it. Numbers tell by
// themselves: if all chose alike, or only one voted between two counts, everybody knows;
// hence no result of a secret vote exists before its close, floor area and votes of
// several weights cannot be secret, and a rule may ask for a least number before results
// show. Who voted is not secret, a declared conflict is public, and a receipt proves that
// a ballot is among those counted, not what it says. The memory of the running program,
// and what a person shows others on their own phone, are beyond this package.
package ballot
