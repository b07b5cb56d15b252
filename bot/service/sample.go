package service

import (
	"encoding/binary"
	"math/rand/v2"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// sampleFrom bounds how many matters of a year are drawn from.
const sampleFrom = 100_000

// draw fills the list that a matter of this template begins with: closed matters of
// the year that nobody has verified yet, drawn by lot.
func (s *session) draw(t *procedure.Template, act *procedure.Act) error {
	d := t.Sample
	if d == nil {
		return nil
	}
	of := s.Templates().ByID(d.Of)
	if of == nil {
		return bot.Errorf(bot.Wrong, "“%s”要抽的那种做法没有启用，请找管理员。", t.Name)
	}
	year := s.now.In(s.zone()).Year()
	from := time.Date(year, time.January, 1, 0, 0, 0, 0, s.zone())
	all, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Templates: []string{d.Of}, From: from, Limit: sampleFrom})
	if err != nil {
		return err
	}
	var numbers []int
	for _, m := range all {
		if m.Year == year && of.Unverified(m) {
			numbers = append(numbers, m.Number)
		}
	}
	if len(numbers) == 0 {
		return bot.Errorf(bot.NotFound, "今年还没有办完又没核过的%s，不用抽。", of.Name)
	}
	seed, err := s.salt()
	if err != nil {
		return err
	}
	lot := rand.New(rand.NewPCG(binary.BigEndian.Uint64(seed), binary.BigEndian.Uint64(seed[8:])))
	lot.Shuffle(len(numbers), func(i, j int) { numbers[i], numbers[j] = numbers[j], numbers[i] })
	listed := procedure.Listed(numbers[:min(d.Most, len(numbers))])
	if said := act.Content[d.Into]; said != "" {
		listed = said + "：" + listed
	}
	act.Content[d.Into] = listed
	return nil
}

// drawnAreVerified refuses to end a matter before all that was drawn for it is verified,
// or was sent back.
func (s *session) drawnAreVerified(t *procedure.Template, m procedure.Matter, step *procedure.Step) error {
	if t.Sample == nil || step == t.First() {
		return nil
	}
	of := s.Templates().ByID(t.Sample.Of)
	if of == nil {
		return nil // nobody can verify them any more
	}
	var left []int
	for _, n := range procedure.Numbers(s.lookup(t, m, false).Text(m.Fields[t.Sample.Into])) {
		found, err := s.tx.Numbered(s.ctx, m.Series, n)
		if err != nil {
			return err
		}
		for _, one := range found {
			if one.Year == m.Year && one.Template == t.Sample.Of && of.Unverified(one) {
				left = append(left, n)
			}
		}
	}
	if len(left) == 0 {
		return nil
	}
	verb := of.After[0].Verb
	return bot.Errorf(bot.Wrong, "还有%d件没核：%s。逐件问一问，再发“%s %d %s”这样的话。", len(left), procedure.Listed(left), verb, left[0],
		strings.TrimSpace(of.After[0].Choices[0].Word))
}
