package service

import (
	"yiqun/bot"
	"yiqun/intents"
)

// people resolves those named or mentioned to persons.
func (s *session) people(said []intents.Person) ([]bot.PersonID, error) {
	if s.said == "" && s.e.Message != nil && len(s.e.Message.Mentions) > 0 {
		return s.mentioned(s.e.Message.Mentions)
	}
	var out []bot.PersonID
	for i, p := range said {
		switch len(p.IDs) {
		case 0:
			return nil, s.stranger(p.Said)
		case 1:
			out = append(out, bot.PersonID(p.IDs[0]))
		default:
			return nil, s.whichPerson(i, p)
		}
	}
	return out, nil
}

// stranger refuses a name that belongs to nobody here.
func (s *session) stranger(name string) error {
	return bot.Errorf(bot.NotFound, "还不认识“%s”，请先让TA在群里 @%s 说：我是 姓名。", cut(name, 12), s.cfg.BotName)
}

// knowMentioned puts those who were @-ed into what was read, so that they are kept
// while something else is asked.
func (s *session) knowMentioned() error {
	if len(s.e.Message.Mentions) == 0 {
		return nil
	}
	ids, err := s.mentioned(s.e.Message.Mentions)
	if err != nil {
		if isRefusal(wrong(err)) {
			return nil // said when it matters who is meant
		}
		return err
	}
	s.read.People = nil
	for _, id := range ids {
		s.read.People = append(s.read.People, intents.Person{Said: s.name(id), IDs: []string{string(id)}})
	}
	return nil
}

// mentioned resolves @-mentions that the platform gave as accounts.
func (s *session) mentioned(accounts []bot.Account) ([]bot.PersonID, error) {
	var out []bot.PersonID
	for _, a := range accounts {
		known, err := s.tx.Account(s.ctx, a)
		if bot.CodeOf(err) == bot.NotFound {
			return nil, bot.Errorf(bot.NotFound, "还不认识被 @ 的这位，请先让TA在群里 @%s 说：我是 姓名。", s.cfg.BotName)
		}
		if err != nil {
			return nil, err
		}
		out = append(out, known.Person)
	}
	return out, nil
}
