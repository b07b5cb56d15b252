package service

import (
	"fmt"
	"slices"

	"yiqun/bot"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/bot/talk"
	"yiqun/intents"
)

// offered bounds how many answers are numbered: more is a wall of text.
const offered = 6

// whichPerson asks which of several people of one name the sentence means. place is
// where they stand in it.
func (s *session) whichPerson(place int, said intents.Person) error {
	var all []roster.Person
	for _, id := range said.IDs {
		p, err := s.tx.Person(s.ctx, bot.PersonID(id))
		if err != nil {
			return err
		}
		all = append(all, p)
	}
	slices.SortStableFunc(all, func(a, b roster.Person) int { return a.Since.Compare(b.Since) })
	all = all[:min(len(all), offered)]
	labels := make([]string, len(all))
	for i, p := range all {
		about, err := s.known(p)
		if err != nil {
			return err
		}
		if slices.Contains(labels[:i], label(p, about)) {
			about += "，" + procedure.Day(p.Since.In(s.zone())) + "起"
		}
		labels[i] = label(p, about)
	}
	return s.whichOf(fmt.Sprintf("有%d位“%s”，是哪一位？", len(said.IDs), cut(said.Said, 12)), labels, func(r *intents.Intent, i int) {
		r.People = slices.Clone(r.People)
		r.People[place].IDs = []string{string(all[i].ID)}
	})
}

func label(p roster.Person, about string) string { return p.Name + "（" + about + "）" }

// known tells a person from others of the same name: their post, what they call
// themselves, or where they are.
func (s *session) known(p roster.Person) (string, error) {
	posts, err := s.tx.PostsOf(s.ctx, p.ID)
	if err != nil {
		return "", err
	}
	for _, post := range posts {
		if post.Holds(s.now) {
			return post.Title, nil
		}
	}
	accounts, err := s.tx.AccountsOf(s.ctx, p.ID)
	if err != nil {
		return "", err
	}
	for _, a := range accounts {
		if a.Nick != "" && a.Nick != p.Name {
			return a.Nick, nil
		}
	}
	is := "居民"
	if p.Member {
		is = procedure.Member
	}
	for _, a := range accounts {
		return a.Account.Platform.Spoken() + "上的" + is, nil
	}
	return is, nil
}

// which asks which of several matters is meant, keeping the rest of the sentence.
func (s *session) which(word string, can []procedure.Matter) error {
	slices.SortFunc(can, func(a, b procedure.Matter) int { return b.Number - a.Number })
	can = can[:min(len(can), offered)] // the newest
	slices.Reverse(can)
	p := talk.Pending{Verb: word, Field: talk.WhichMatter, Said: s.plain(), Ask: fmt.Sprintf("“%s”哪一件？", word)}
	for _, m := range can {
		t, err := s.template(m)
		if err != nil {
			return err
		}
		title := s.env(t, m, procedure.Actor{}).Title(m, s.lookup(t, m, !s.e.Chat.Private))
		p.Ask += fmt.Sprintf("\n%s %s", m.Ref(), cut(title, 20))
		r := plainReading(s.read)
		r.Verb, r.Matters = word, []int{m.Number}
		p.Readings = append(p.Readings, r)
	}
	p.Ask += fmt.Sprintf("\n请回复：%s %d", word, can[0].Number)
	return &question{p}
}
