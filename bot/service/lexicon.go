package service

import (
	"slices"

	"yiqun/bot/procedure"
	"yiqun/intents"
)

// Lexicon builds the reader's words from the templates and the command table.
// One word may stand in several templates; which is meant follows from the matter.
func Lexicon(set procedure.Set) intents.Lexicon {
	var lex intents.Lexicon
	add := func(w intents.Word) {
		i := slices.IndexFunc(lex.Words, func(o intents.Word) bool { return o.Verb == w.Verb })
		if i < 0 {
			lex.Words = append(lex.Words, w)
			return
		}
		o := &lex.Words[i]
		for _, a := range w.Also {
			if !slices.Contains(o.Also, a) {
				o.Also = append(o.Also, a)
			}
		}
		o.Takes = union(o.Takes, w.Takes)
		o.Choices = append(o.Choices, w.Choices...)
		o.Opens = o.Opens || w.Opens
		o.Looks = o.Looks && w.Looks
		o.Undoable = o.Undoable && w.Undoable
	}
	// A word that is somebody's verb is nobody's alias: which template is meant
	// follows from the matter, and each knows its own aliases.
	verbs := set.Verbs()
	for _, t := range set.All() {
		if !t.Enabled() {
			continue
		}
		for step := range t.AllSteps() {
			for _, v := range procedure.VerbsOf(step) {
				if v.Word != "" {
					opens := step == t.First()
					w := word(v, opens)
					if opens {
						w.Also = append(slices.Clone(w.Also), waysToCall(t)...)
					}
					w.Also = slices.DeleteFunc(slices.Clone(w.Also), func(a string) bool { return slices.Contains(verbs, a) })
					add(w)
				}
			}
		}
	}
	for _, c := range commands {
		add(intents.Word{Verb: c.word, Also: c.also, Takes: c.takes, Looks: c.looks, Undoable: c.undoable})
	}
	return lex
}

// waysToCall are how a meeting is called in one breath, 开支部党员大会, beside its word.
func waysToCall(t *procedure.Template) []string {
	if t.Meeting() == nil {
		return nil
	}
	var out []string
	for _, name := range meetingNames(t) {
		out = append(out, "开"+name, "召开"+name)
	}
	return out
}

func word(v procedure.Verb, opens bool) intents.Word {
	w := intents.Word{Verb: v.Word, Also: v.Also, Opens: opens, Undoable: true}
	w.Takes.Matter = !opens
	for _, c := range v.Choices {
		w.Choices = append(w.Choices, intents.ChoiceWord{ID: c.ID, Word: c.Word, Also: c.Also})
	}
	for _, f := range v.Fields {
		switch f.Type {
		case procedure.PersonField:
			w.Takes.People = true
		case procedure.DeadlineField, procedure.TimeField:
			w.Takes.Time = true
		case procedure.CountField:
			w.Takes.Count = true
		case procedure.PhoneField:
			w.Takes.Phone = true
		case procedure.PlaceField:
			w.Takes.Place = true
		case procedure.HoursField:
			w.Takes.Hours = true
		case procedure.PointsField:
			w.Takes.Points = true
		}
	}
	w.Takes.Score = v.Scored
	return w
}

func union(a, b intents.Takes) intents.Takes {
	return intents.Takes{
		Matter: a.Matter || b.Matter, People: a.People || b.People, Time: a.Time || b.Time,
		Count: a.Count || b.Count, Score: a.Score || b.Score, Phone: a.Phone || b.Phone,
		Hours: a.Hours || b.Hours, Points: a.Points || b.Points, Place: a.Place || b.Place,
		Command: a.Command || b.Command,
	}
}
