package service

import (
	"cmp"
	"regexp"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
)

// The fields of the step that calls a meeting, where its template has them.
const (
	placeField    = "place"
	agendaField   = "agenda"
	hostField     = "host"
	recorderField = "recorder"
	dueField      = "due"
)

// placeSaid is what people put before a place: 地点：, 地址是, 在.
var placeSaid = regexp.MustCompile(`^[\s　，,。]*(?:(?:会议)?(?:地点|地址)[\s　]*(?:[：:是在])?|在)`)

// business begins what a meeting is about where nobody says 议题.
var business = regexp.MustCompile(`(?:^|[\s　，,。；;])(?:研究|讨论|商量|商议|审议|学习|通报|传达|听取|部署|评议|说说|谈谈)[^\s　，,。；;].*$`)

// called finds which sort of meeting a sentence calls, among those that share its word:
// the one whose longest name stands in it, of two as long the one that stands first.
func (s *session) called(t *procedure.Template) (*procedure.Template, error) {
	all := s.Templates().Calls(t.First().Verb)
	best, size, first := (*procedure.Template)(nil), 0, 0
	for _, c := range all {
		for _, name := range meetingNames(c) {
			at := strings.Index(s.plain(), name)
			if at >= 0 && (len(name) > size || len(name) == size && at < first) {
				best, size, first = c, len(name), at
			}
		}
	}
	switch {
	case best != nil:
		return best, nil
	case len(all) < 2:
		return t, nil
	}
	actor, err := s.actor(s.node.ID)
	if err != nil {
		return nil, err
	}
	names := s.sortsOfMeeting(t.First().Verb, actor)
	if len(names) == 0 {
		return t, nil // the engine says why not
	}
	return nil, s.asksRest("开哪一种会？您能开：" + strings.Join(names, "、") + "。")
}

// meetingNames are what a sort of meeting goes by.
func meetingNames(t *procedure.Template) []string {
	return append([]string{t.Name}, t.Meeting().Meet.Also...)
}

// convening takes the sentence that calls a meeting apart, and checks its lead time.
func (s *session) convening(t *procedure.Template, act *procedure.Act) error {
	step, main := t.Meeting(), t.First().Main()
	if step == nil || main == nil {
		return nil
	}
	n := meeting.ReadNotice(act.Content[main.ID])
	names := meetingNames(t)
	slices.SortFunc(names, func(a, b string) int { return len(b) - len(a) })
	place := n.Head
	for _, name := range names {
		if before, after, ok := strings.Cut(place, name); ok {
			place = before + " " + after
			break
		}
	}
	if act.Content == nil {
		act.Content = map[string]string{}
	}
	set := func(field, text string) {
		if text = strings.Trim(text, " 　，,。；;"); text != "" && act.Content[field] == "" && t.Field(field) != nil {
			act.Content[field] = text
		}
	}
	if at := business.FindStringIndex(place); at != nil && len(n.Topics) == 0 {
		n.Topics = meeting.Pieces(strings.Trim(place[at[0]:], " 　，,。；;"))
		place = place[:at[0]]
	}
	act.Content[main.ID] = t.Name
	set(placeField, placeSaid.ReplaceAllString(place, ""))
	set(agendaField, strings.Join(n.Topics, "；"))
	set(hostField, n.Offices[meeting.Host])
	set(recorderField, n.Offices[meeting.Recorder])
	set(dueField, n.Due)
	if act.Until.IsZero() {
		return nil
	}
	if !act.Until.After(s.now) {
		return bot.Errorf(bot.Invalid, "这个时间已经过了，请说一个以后的时间。")
	}
	_, err := step.Meet.Lead.Check(t.Name, s.now.In(s.zone()), act.Until.In(s.zone()))
	return err
}

// openSittings begins the meetings of the steps that have just opened.
func (s *session) openSittings(t *procedure.Template, m procedure.Matter, act procedure.Act, effects []procedure.Effect) error {
	step := t.Meeting()
	if step == nil || !slices.ContainsFunc(effects, func(e procedure.Effect) bool { return e.Kind == procedure.Opened && e.Step == step.ID }) {
		return nil
	}
	roll, count, err := s.entitledTo(t, m, act.Content[dueField])
	if err != nil {
		return err
	}
	h := &hall{m: m, t: t, step: step, roll: roll, rule: shippedRules().ByID(step.Meet.Rule)}
	h.sit = meeting.Sitting{ID: m.MeetingID(step), Node: m.Node, Phase: meeting.Planned}
	if err := s.tx.PutSitting(s.ctx, h.sit, roll); err != nil {
		return err
	}
	var begin []meeting.Entry
	for post, field := range map[meeting.Post]string{meeting.Host: hostField, meeting.Recorder: recorderField} {
		who := s.me.ID
		if name := act.Content[field]; name != "" {
			if who, err = s.personCalled(m.Node, name); err != nil {
				return err
			}
		}
		if who == "" {
			continue // the clock called it: whoever is appointed there
		}
		begin = append(begin, meeting.Entry{Kind: meeting.Office, Post: post, Person: who})
	}
	slices.SortFunc(begin, func(a, b meeting.Entry) int { return cmp.Compare(a.Post, b.Post) })
	for _, topic := range meeting.Pieces(act.Content[agendaField]) {
		begin = append(begin, meeting.Entry{Kind: meeting.Topic, Text: topic})
	}
	if count > 0 {
		begin = append(begin, meeting.Entry{Kind: meeting.Vouch, Count: count})
	}
	if err := s.logInto(h, begin...); err != nil {
		return err
	}
	if act.By == "" {
		return nil // the box of a week: nobody is told before its agenda is set
	}
	if err := s.inviteTo(h, ""); err != nil {
		return err
	}
	return s.openSlips(h)
}

// personCalled is the one person at a node who goes by a name.
func (s *session) personCalled(node bot.NodeID, name string) (bot.PersonID, error) {
	name = strings.TrimLeft(strings.TrimSpace(name), "@＠")
	found, err := s.peopleCalled(node, name)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", s.stranger(name)
	case len(found) > 1:
		return "", bot.Errorf(bot.Ambiguous, "这里有%d位“%s”，请先不写，开会时再说由谁来，例如：%s 王建国。", len(found), cut(name, 12), meeting.Office.Word())
	}
	return found[0], nil
}

// peopleCalled are those at a node who go by a name.
func (s *session) peopleCalled(node bot.NodeID, name string) ([]bot.PersonID, error) {
	people, err := s.tx.PeopleAt(s.ctx, node)
	if err != nil {
		return nil, err
	}
	var found []bot.PersonID
	for _, p := range people {
		if p.Name == name {
			found = append(found, p.ID)
		}
	}
	return found, nil
}

// entitledTo is the roll of a meeting, and how many there are where the caller said so.
// Names said take the place of whom the practice would take.
func (s *session) entitledTo(t *procedure.Template, m procedure.Matter, said string) (*ballot.Roll, int, error) {
	kind := t.Meeting().Meet.Roll
	if n := smallNumber(strings.TrimRight(said, "人家名位 ")); n > 0 {
		roll, err := s.rollOfKind(t, m, kind, nil)
		if err == nil && n != len(roll.Voters) {
			err = s.miscounted(n, len(roll.Voters))
		}
		return roll, n, err
	}
	roll, err := s.rollOfKind(t, m, kind, meeting.Names(said))
	return roll, 0, err
}

// miscounted refuses a number that the roster does not have.
func (s *session) miscounted(said, known int) error {
	return bot.Errorf(bot.Invalid, "您说应到%d人，名册上是%d人。请先发“名册”核对，让没到的人报姓名、确认；也可以写明名单，例如：应到：张三、李四。", said, known)
}

func (s *session) rollOfKind(t *procedure.Template, m procedure.Matter, kind meeting.RollKind, names []string) (*ballot.Roll, error) {
	unit := ballot.Person
	if kind == meeting.OfUnits {
		unit = ballot.Seat
	}
	if len(names) == 0 && (kind == meeting.OfUnits || kind == meeting.OfNamed) {
		return s.lastRoll(t, m)
	}
	rows, err := s.rollRows(m.Node, t.Meeting().Meet, names)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, bot.Errorf(bot.Missing, "还不知道该到会的是谁。请写明名单，例如：应到：张三、李四。")
	}
	classes := append([]ballot.Class{{Votes: true}}, partyClasses...)
	for _, r := range rows {
		if !slices.ContainsFunc(classes, func(c ballot.Class) bool { return c.Name == r.Class }) {
			classes = append(classes, ballot.Class{Name: r.Class, Votes: true})
		}
	}
	roll, problems := ballot.Import(unit, classes, rows)
	if len(problems) > 0 {
		return nil, bot.Errorf(bot.Invalid, "名单有问题：%s", problems[0])
	}
	roll.Taken, roll.From = s.now, "名册"
	if len(names) > 0 {
		roll.From = "召集时的名单"
	}
	return roll, nil
}

// rollRows are those of the roster whom a sort of meeting takes, or those named.
func (s *session) rollRows(node bot.NodeID, typ *meeting.Type, names []string) ([]ballot.Row, error) {
	people, err := s.tx.PeopleAt(s.ctx, node)
	if err != nil {
		return nil, err
	}
	var rows []ballot.Row
	add := func(r ballot.Row) {
		r.Line = len(rows) + 1
		rows = append(rows, r)
	}
	for _, n := range names {
		r := ballot.Row{Name: n}
		if typ.Roll == meeting.OfUnits {
			r.Unit = n
		} else if i := slices.IndexFunc(people, func(p roster.Person) bool { return p.Name == n && p.Standing == roster.Confirmed }); i >= 0 {
			r.Person = people[i].ID
		}
		add(r)
	}
	if len(names) > 0 {
		return rows, nil
	}
	for _, p := range people {
		if p.Standing != roster.Confirmed {
			continue
		}
		class, ok, err := s.classIn(typ, node, p)
		if err != nil {
			return nil, err
		}
		if ok {
			add(ballot.Row{Name: p.Name, Person: p.ID, Class: class})
		}
	}
	return rows, nil
}

// classIn reports whether a sort of meeting takes a person, and as what.
func (s *session) classIn(typ *meeting.Type, node bot.NodeID, p roster.Person) (class string, ok bool, err error) {
	switch typ.Roll {
	case meeting.OfMembers:
		if p.Probation {
			return partyClasses[1].Name, p.Member, nil
		}
		return partyClasses[0].Name, p.Member, nil
	case meeting.OfPosts:
		posts, err := s.tx.PostsOf(s.ctx, p.ID)
		if err != nil {
			return "", false, err
		}
		for _, post := range posts {
			if post.Node == node && post.Holds(s.now) && slices.ContainsFunc(typ.Posts, func(t string) bool { return strings.HasSuffix(post.Title, t) }) {
				return "", true, nil
			}
		}
		return "", false, nil
	case meeting.OfPeople:
		return "", true, nil
	case meeting.OfUnits, meeting.OfNamed:
	}
	return "", false, nil
}

// lastRoll is the roll of the last meeting of this sort here: nobody is asked twice.
func (s *session) lastRoll(t *procedure.Template, m procedure.Matter) (*ballot.Roll, error) {
	before, err := s.tx.Find(s.ctx, procedure.Filter{Node: m.Node, Templates: []string{t.ID}, Limit: 5})
	if err != nil {
		return nil, err
	}
	for _, o := range before {
		if o.ID == m.ID {
			continue
		}
		roll, err := s.tx.SittingRoll(s.ctx, o.MeetingID(t.Meeting()))
		if bot.CodeOf(err) == bot.NotFound {
			continue
		}
		if err == nil {
			roll.Taken, roll.From = s.now, "上一次的名单"
		}
		return roll, err
	}
	return nil, bot.Errorf(bot.Missing, "头一次要写明应到的是谁，以后就不用了，例如：%s %s 明天15:00 应到：张三、李四。", t.First().Verb, t.Name)
}

// inviteTo tells those entitled of a meeting privately where no group does, where they
// can be reached; note stands on their cards, if anything.
func (s *session) inviteTo(h *hall, note string) error {
	inGroup, err := s.groupsOf(h)
	if err != nil {
		return err
	}
	for _, v := range h.roll.Voters {
		for _, p := range v.People {
			if p == s.me.ID && (s.e.Chat.Private || s.public(h.t)) {
				continue // who called it has the answer before them
			}
			accounts, err := s.tx.AccountsOf(s.ctx, p)
			if err != nil {
				return err
			}
			if slices.ContainsFunc(accounts, func(a roster.Account) bool { return slices.Contains(inGroup, a.Chat) }) {
				continue
			}
			if err := s.sendCard(h, p, note); err != nil {
				return err
			}
		}
	}
	return nil
}

// groupsOf are the chats that a meeting is open to.
func (s *session) groupsOf(h *hall) ([]bot.Chat, error) {
	if !s.public(h.t) {
		return nil, nil
	}
	groups, err := s.tx.GroupsOf(s.ctx, h.m.Node)
	if err != nil {
		return nil, err
	}
	out := make([]bot.Chat, len(groups))
	for i, g := range groups {
		out[i] = g.Chat
	}
	return out, nil
}

// sendCard sends a meeting's card to one person privately, if they can be reached.
func (s *session) sendCard(h *hall, p bot.PersonID, note string) error {
	chat, ok, err := s.privateChat(p)
	if err != nil || !ok {
		return err
	}
	c := s.env(h.t, h.m, procedure.Actor{Person: p}).Card(h.m, procedure.Viewer{Actor: procedure.Actor{Person: p}}, s.lookup(h.t, h.m, s.public(h.t)))
	s.paintHall(&c, h, p)
	c.ID = s.cardID(h.m.ID)
	if note != "" {
		c.Body = strings.TrimSpace(note + "\n" + c.Body)
	}
	s.post(deliver.Row{To: chat, Matter: h.m.ID, Body: deliver.Body{Card: &c}, StaleAfter: h.m.When})
	return nil
}
