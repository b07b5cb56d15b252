package service

import (
	"cmp"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// build makes an act of what was said. A piece that has to be asked about is left
// out of it, and the error asks.
func (s *session) build(step *procedure.Step, v *procedure.Verb) (procedure.Act, error) {
	r := s.read
	a := procedure.Act{Step: step.ID, Op: v.Op, Score: r.Score, Count: r.Count, Choice: cmp.Or(v.Choice, r.Choice)}
	content := map[string]string{}
	var doubt error
	if text := strings.TrimSpace(r.Text); text != "" {
		field := procedure.Reason
		if f := mainField(step, v); f != nil {
			field = f.ID
		}
		content[field] = text
	}
	for _, f := range v.Fields {
		switch {
		case f.Type == procedure.PhoneField && r.Phone != "":
			content[f.ID] = r.Phone
		case f.Type == procedure.PlaceField && r.Place != "":
			content[f.ID] = r.Place
		case f.Type == procedure.PhotoField:
			photos, err := s.countPhotos()
			if err != nil {
				return a, err
			}
			if photos != "" {
				content[f.ID] = photos
			}
		case f.Type == procedure.HoursField && r.Hours > 0:
			a.Amount = int64(r.Hours*100 + 0.5)
		case f.Type == procedure.PointsField && r.Points > 0:
			a.Amount = int64(r.Points*100 + 0.5)
		case (f.Type == procedure.DeadlineField || f.Type == procedure.TimeField) && r.When != nil:
			until, err := s.instant(r.When, f.Type)
			if bot.CodeOf(err) == bot.Invalid {
				err = &procedure.MissingError{Field: f.ID, Ask: bot.MessageOf(err)}
			}
			a.Until, doubt = until, cmp.Or(doubt, err)
		case f.Type == procedure.PersonField:
			people, err := s.people(r.People)
			a.People, doubt = people, cmp.Or(doubt, err)
		}
	}
	if len(content) > 0 {
		a.Content = content
	}
	return a, doubt
}

// mainField is where the free text of a verb belongs; nil for a reason.
func mainField(step *procedure.Step, v *procedure.Verb) *procedure.Field {
	if v.Op != procedure.Do || v.Choice != "" {
		return nil // a reason, or one of several things said in a step
	}
	return step.Main()
}
