package service

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot/procedure"
)

// waiting is one thing that the speaker may do now.
type waiting struct {
	// say is how it is typed: 下单 1.
	say   string
	title string
	m     procedure.Matter
	t     *procedure.Template
	// votes are sentences that are a ballot, where it is a vote that waits.
	votes []string
	// nearness is 0 for what only the speaker can do, 1 for what their post may, 2
	// for what anybody like them may.
	nearness int
}

func (w waiting) line() string {
	if len(w.votes) > 0 {
		return strings.Join(w.votes, "，或 ") + "（" + cut(w.title, 14) + "）"
	}
	if w.title == "" {
		return w.say
	}
	return w.say + "（" + cut(w.title, 14) + "）"
}

// waitings are the matters that wait for the speaker here, nearest first: their own
// before those of their post before those that are open to many.
func (s *session) waitings() ([]waiting, error) {
	if s.node.ID == "" {
		return nil, nil
	}
	open, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Open: true})
	if err != nil {
		return nil, err
	}
	var out []waiting
	for _, m := range open {
		w, ok, err := s.waits(m)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, w)
		}
	}
	slices.SortStableFunc(out, func(a, b waiting) int {
		return cmp.Or(cmp.Compare(a.nearness, b.nearness), a.m.Opened.Compare(b.m.Opened))
	})
	return out, nil
}

// waits reports whether a matter waits for the speaker and may be spoken of here.
func (s *session) waits(m procedure.Matter) (waiting, bool, error) {
	t, err := s.template(m)
	if err != nil {
		return waiting{}, false, err
	}
	group := !s.e.Chat.Private
	if group && !s.public(t) {
		return waiting{}, false, nil
	}
	if ok, err := s.sees(m); err != nil || !ok {
		return waiting{}, false, err
	}
	actor, err := s.actor(m.Node)
	if err != nil {
		return waiting{}, false, err
	}
	look := s.lookup(t, m, group)
	say := s.env(t, m, actor).Waits(m)
	if say == "" {
		return waiting{}, false, nil
	}
	if answered, err := s.answered(t, m); err != nil || answered {
		return waiting{}, false, err
	}
	if waits, err := s.votes(t, m); err != nil || !waits {
		return waiting{}, false, err
	}
	if step := s.env(t, m, actor).Calling(m); step != nil {
		if due, err := s.attends(t, m); err != nil || !due {
			return waiting{}, false, err
		}
	}
	w := waiting{m: m, t: t, title: s.env(t, m, actor).Title(m, look), nearness: 2}
	w.say = say
	if s.env(t, m, actor).Collecting(m) != nil {
		if w.votes, _, err = s.ballotSentences(m, 2); err != nil {
			return waiting{}, false, err
		}
	}
	switch {
	case m.Concerns(s.me.ID):
		w.nearness = 0
	case len(actor.Posts) > 0:
		w.nearness = 1
	}
	return w, true, nil
}

// likeliest are the things the speaker most likely wants to do now, as they would
// type them: what waits for them, then what they may begin.
func (s *session) likeliest(most int) ([]string, error) {
	waits, err := s.waitings()
	if err != nil {
		return nil, err
	}
	var lines []string
	for _, w := range waits[:min(len(waits), most)] {
		lines = append(lines, w.line())
	}
	begin, err := s.beginnings()
	if err != nil {
		return nil, err
	}
	for _, b := range begin {
		if len(lines) < most {
			lines = append(lines, b)
		}
	}
	return lines, nil
}

// beginnings are what the speaker can begin here, by the order of the practices.
func (s *session) beginnings() ([]string, error) {
	if s.node.ID == "" {
		if !s.e.Chat.Private {
			return []string{s.exampleOf(*commandFor("登记本群")) + "：管理员先登记这个群"}, nil
		}
		return []string{s.exampleOf(*commandFor("认领管理员")) + "：第一次用，管理员在这里认领"}, nil
	}
	actor, err := s.actor(s.node.ID)
	if err != nil {
		return nil, err
	}
	var lines []string
	if len(actor.Posts) == 0 && s.me.Standing == "" {
		lines = append(lines, "我是 姓名：报上姓名，确认后能办的更多")
	}
	called := map[string]bool{}
	for _, t := range s.Templates().All() {
		f := t.First()
		if !t.Enabled() || called[f.Verb] || !s.env(t, procedure.Matter{}, actor).May(procedure.Matter{}, f) {
			continue
		}
		help := t.Help
		if t.Meeting() != nil { // whose sorts share a word
			called[f.Verb] = true
			help = "通知、到会、记录、纪要。" + strings.Join(s.sortsOfMeeting(f.Verb, actor), "、")
		}
		lines = append(lines, fmt.Sprintf("%s：%s", f.Verb, help))
	}
	return lines, nil
}

// sortsOfMeeting are the names of what somebody may call with a word.
func (s *session) sortsOfMeeting(word string, actor procedure.Actor) []string {
	var names []string
	for _, t := range s.Templates().Calls(word) {
		if s.env(t, procedure.Matter{}, actor).May(procedure.Matter{}, t.First()) {
			names = append(names, t.Name)
		}
	}
	return names
}

// rankHere is what the speaker is, for choosing which of the bot's own words to
// name.
func (s *session) rankHere() rank {
	if s.isAdmin() {
		return administrator
	}
	if actor, err := s.actor(s.node.ID); err == nil && len(actor.Posts) > 0 {
		return postHolder
	}
	return everybody
}
