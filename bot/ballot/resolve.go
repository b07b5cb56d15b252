package ballot

import (
	"maps"
	"slices"

	"yiqun/bot"
)

// Resolve makes one of voters who turned out to be the same human being, as who says:
// the later ballot stands. It returns the entries to store and those to delete. Call
// it whenever a box was loaded whole: the stored roll stays as it was taken.
func (b *Box) Resolve(who func(bot.PersonID) bot.PersonID) (put, drop []Entry) {
	became := b.becomes(who)
	b.moveMandates(became, who)
	for _, from := range slices.Sorted(maps.Keys(became)) {
		into := became[from]
		if a, ok := b.Present[from]; ok {
			delete(b.Present, from)
			if _, there := b.Present[into]; !there {
				a.Voter = into
				b.Present[into] = a
			}
		}
		e, ok := b.Entries[from]
		if !ok {
			continue
		}
		delete(b.Entries, from)
		drop = append(drop, e)
		old, had := b.Entries[into]
		if had && !stands(e, old) {
			continue
		}
		e.Voter, e.Version = into, old.Version+1
		v := Voter{ID: into}
		if b.Roll != nil {
			v, _ = b.Roll.Voter(into)
		}
		put = append(put, b.keep(v, e))
	}
	return put, drop
}

// stands reports whether e outlasts old: a conflict does, then the later one.
func stands(e, old Entry) bool {
	if e.Recused() != old.Recused() {
		return e.Recused()
	}
	return e.At.After(old.At)
}

// becomes finds who is now whom, and makes the roll say so.
func (b *Box) becomes(who func(bot.PersonID) bot.PersonID) map[VoterID]VoterID {
	if b.Roll != nil {
		roll, became := b.Roll.Resolve(who)
		b.Roll = roll
		return became
	}
	became := map[VoterID]VoterID{}
	for id := range b.Entries {
		if p := VoterID(who(bot.PersonID(id))); p != id {
			became[id] = p
		}
	}
	return became
}

// moveMandates gives mandates to who the voters and proxies are now. The voter's own
// earlier name gives way.
func (b *Box) moveMandates(became map[VoterID]VoterID, who func(bot.PersonID) bot.PersonID) {
	for _, id := range slices.Sorted(maps.Keys(b.Mandates)) {
		m := b.Mandates[id]
		m.To = who(m.To)
		into, moved := became[id]
		if !moved {
			b.Mandates[id] = m
			continue
		}
		delete(b.Mandates, id)
		if _, there := b.Mandates[into]; !there {
			m.Voter = into
			b.Mandates[into] = m
		}
	}
}
