package service

import (
	"regexp"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/talk"
	"yiqun/intents/zhtext"
)

// backWord ends a deputyship before its day.
const backWord = "代班结束"

// lentHere are the posts at the speaker's place that they have lent, or stand in for, now.
func (s *session) lentHere() ([]roster.Post, error) {
	if s.node.ID == "" {
		return nil, nil
	}
	posts, err := s.tx.PostsAt(s.ctx, s.node.ID)
	return slices.DeleteFunc(posts, func(p roster.Post) bool {
		return p.LentBy == "" || !p.Holds(s.now) || p.LentBy != s.me.ID && p.Person != s.me.ID
	}), err
}

var (
	// lentByMe and lentToMe tell apart the two ends of a deputyship: that of somebody who
	// stands in for the speaker, and that in which the speaker does.
	lentByMe = regexp.MustCompile(`请人|替我|代我|我请|给我|帮我|不再请`)
	lentToMe = regexp.MustCompile(`替人|我替|我代|帮人|替别人|不再替`)
)

// meantByBack are the deputyships that 代班结束 ends: of those that run here the ones it
// speaks of, by who lent them or by a name; none where it names somebody else.
func (s *session) meantByBack(lent []roster.Post) ([]roster.Post, error) {
	said := zhtext.Fold(s.plain()).Text
	named := func(name string) bool { return name != "" && strings.Contains(said, zhtext.Fold(name).Text) }
	kept := slices.DeleteFunc(slices.Clone(lent), func(p roster.Post) bool {
		other := p.Person
		if other == s.me.ID {
			other = p.LentBy
		}
		return !named(s.name(other)) && (!lentByMe.MatchString(said) || p.LentBy != s.me.ID) && (!lentToMe.MatchString(said) || p.Person != s.me.ID)
	})
	if len(kept) > 0 {
		return kept, nil
	}
	people, err := s.tx.PeopleAt(s.ctx, s.node.ID)
	if err != nil || !slices.ContainsFunc(people, func(p roster.Person) bool { return p.ID != s.me.ID && named(p.Name) }) {
		return lent, err
	}
	return nil, bot.Errorf(bot.NotFound, "这个人现在没有替您代班，您也没有替他代。")
}

// whichEnds asks which is to end where the speaker both has a deputy and is one.
func (s *session) whichEnds(lent []roster.Post) (bool, error) {
	var mine, theirs []string
	for _, p := range lent {
		if p.LentBy == s.me.ID {
			mine = append(mine, s.name(p.Person)+"替您代"+p.Title)
		} else {
			theirs = append(theirs, "您替"+s.name(p.LentBy)+"代"+p.Title)
		}
	}
	if len(mine) == 0 || len(theirs) == 0 {
		return false, nil
	}
	s.verb = "unsure"
	says := []string{backWord + " 不再请人代", backWord + " 不再替人代"}
	labels := []string{strings.Join(mine, "、"), strings.Join(theirs, "、")}
	if voting, err := s.digitsVote(); err != nil {
		return false, err
	} else if voting {
		s.reply("结束哪一个？" + labels[0] + "，要结束发“" + says[0] + "”；" + labels[1] + "，要结束发“" + says[1] + "”。")
		return true, nil
	}
	s.ask(talk.Pending{
		Verb: s.verb, Field: talk.WhichSaying, Says: says, Until: s.now.Add(sayingLasts), Said: s.plain(),
		Ask: "结束哪一个？回数字就行：\n" + talk.Numbered(labels),
	})
	return true, nil
}

// back answers 代班结束: whoever lent a post has it alone again; whoever stands in may say
// so as well.
func (s *session) back() error {
	s.verb = backWord
	if s.node.ID == "" {
		return s.noNode()
	}
	lent, err := s.lentHere()
	if err != nil {
		return err
	}
	if len(lent) == 0 {
		return bot.Errorf(bot.NotFound, "现在没有人替您代班，您也没有替人代班。")
	}
	if lent, err = s.meantByBack(lent); err != nil {
		return err
	}
	if asked, err := s.whichEnds(lent); asked || err != nil {
		return err
	}
	var said []string
	for _, p := range lent {
		p.Until = s.now
		if err := s.tx.PutPost(s.ctx, p); err != nil {
			return err
		}
		if err := s.journal("unlend", p.Node, p.Person, p.Title); err != nil {
			return err
		}
		if line := s.name(p.Person) + "不再代" + p.Title; !slices.Contains(said, line) {
			said = append(said, line)
		}
	}
	s.takenBackBy("代班已经结束了；还要请人代，就再发“代班 姓名 到周五”。")
	s.reply("好，" + strings.Join(said, "，") + "，辛苦了。")
	return nil
}
