package meeting

import (
	"slices"

	"yiqun/bot"
	"yiqun/bot/ballot"
)

// Own returns the ids of the entries whose words are one person's own: what they said,
// why they stayed away, and where they are called by a name that is on no roll, with
// the corrections of all these. What a body noted and resolved is the record of the
// body, whoever wrote it down. name is the person's where that has been confirmed,
// else empty: who only says to be somebody has no claim to their words.
func Own(roll *ballot.Roll, entries []Entry, p bot.PersonID, name string) []string {
	voter := ballot.VoterID("")
	if v, ok := roll.Of(p); ok {
		voter = v.ID
	}
	var out []string
	for _, e := range entries {
		if e.Salt == nil {
			continue // nothing written, or erased already
		}
		if e.own(voter, p, name) || e.Kind == Correct && slices.Contains(out, e.Of) {
			out = append(out, e.ID)
		}
	}
	return out
}

func (e Entry) own(voter ballot.VoterID, p bot.PersonID, name string) bool {
	if name != "" && e.Who == name {
		return true
	}
	switch e.Kind {
	case Speech:
		if e.Who == "" && len(e.Voters) == 0 {
			return e.By == p
		}
	case Excuse, Late, Leave, Absent:
	default:
		return false
	}
	return voter != "" && slices.Contains(e.Voters, voter)
}

// Erased reports whether an entry had words that are no longer kept.
func (e Entry) Erased() bool { return e.Digest != "" && e.Salt == nil }
