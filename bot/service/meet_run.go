package service

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

// discretion is what is said once when a meeting begins: groups are no place for it.
const discretion = "涉密、处分事项请勿在群里记录。"

// startMeeting begins the meeting, and says so where it is held.
func (s *session) startMeeting(h *hall, text string) (string, error) {
	if n := smallNumber(strings.TrimRight(strings.TrimPrefix(text, meeting.Vouch.Word()), "人家名位 ")); n > 0 {
		if _, err := s.vouchRoll(h, fmt.Sprint(n)); err != nil {
			return "", err
		}
	}
	if err := s.logInto(h, meeting.Entry{Kind: meeting.Start}); err != nil {
		return "", err
	}
	groups, err := s.groupsOf(h)
	if err != nil {
		return "", err
	}
	how := fmt.Sprintf("到会请记录人说：%s 全到 除某某；也可以%s。", meeting.Arrive.Word(), signInWord)
	if h.state.Code != 0 {
		how = fmt.Sprintf("到会请私聊我发：%s 会场里写的四位数；也可以请记录人记。", signInWord)
	}
	counted := h.step.Meet.Unjudged()
	here := false
	for _, g := range groups {
		c := s.groupCard(h)
		c.Body, c.Footnote = discretion, how+counted
		c.ID = s.cardID(h.m.ID)
		row := deliver.Row{To: g, Matter: h.m.ID, Body: deliver.Body{Card: &c}}
		if g == s.e.Chat {
			here, row.Body.Reply = true, s.e.Reply
		}
		s.post(row)
	}
	if here {
		return " ", nil
	}
	return "会议开始。" + discretion + "\n" + h.attendance() + "。" + counted + s.itemNow(h) + "在这里直接发就记进去。", nil
}

// itemNow says which item is being dealt with.
func (s *session) itemNow(h *hall) string {
	if h.state.At == 0 || h.state.At > len(h.state.Items) {
		return ""
	}
	return fmt.Sprintf("第%d项：%s。", h.state.At, h.state.Items[h.state.At-1].Text)
}

// moveMeeting goes to the next item, or pauses and goes on.
func (s *session) moveMeeting(h *hall, k meeting.Kind) (string, error) {
	if k == meeting.Next && h.state.At >= len(h.state.Items) {
		return "", bot.Errorf(bot.Wrong, "%s 议题都过了。加一项请发：%s 内容；结束请发：%s。", h.m.Ref(), meeting.Topic.Word(), meeting.End.Word())
	}
	if err := s.logInto(h, meeting.Entry{Kind: k}); err != nil {
		return "", err
	}
	switch k {
	case meeting.Pause:
		return "休会。接着开请发：" + meeting.Resume.Word() + "。", nil
	case meeting.Resume:
		return "接着开会。" + h.turnout().String() + "。" + s.itemNow(h), nil
	}
	return s.itemNow(h), nil
}

// find is the voter of a roll who goes by a name; ok is false if none or several do.
func (h *hall) find(name string) (ballot.Voter, bool) {
	var found []ballot.Voter
	for _, v := range h.roll.Voters {
		if v.Name == name {
			found = append(found, v)
		}
	}
	if len(found) == 0 && h.roll.Unit == ballot.Seat && utf8.RuneCountInString(name) > 1 {
		for _, v := range h.roll.Voters { // 物业 for 翠湖物业
			if strings.Contains(v.Name, name) {
				found = append(found, v)
			}
		}
	}
	if len(found) != 1 {
		return ballot.Voter{}, false
	}
	return found[0], true
}

// unknownHere refuses a name that is not on the roll, or not clear.
func (h *hall) unknownHere(name string) error {
	return bot.Errorf(bot.NotFound, "应到名单里没有“%s”，或者不止一位。不在名单里的请发：%s %s。", cut(name, 12), meeting.Guest.Word(), cut(name, 12))
}

// people finds voters by name, each perhaps with who came for them in brackets:
// 翠湖物业（王经理）.
func (h *hall) people(names []string) (ids []ballot.VoterID, by map[ballot.VoterID]string, err error) {
	by = map[ballot.VoterID]string{}
	for _, n := range names {
		who := ""
		if open := strings.IndexAny(n, "（("); open > 0 {
			who = strings.Trim(n[open:], "（()）")
			n = n[:open]
		}
		v, ok := h.find(n)
		if !ok {
			return nil, nil, h.unknownHere(n)
		}
		ids = append(ids, v.ID)
		if who != "" {
			by[v.ID] = who
		}
	}
	return ids, by, nil
}

// callRoll notes who came: 全到 除张三、李四, or names. Who asked for leave is not
// counted among all.
func (s *session) callRoll(h *hall, text string) (string, error) {
	c := meeting.ReadRollCall(text)
	if !c.All && len(c.Names) == 0 {
		if err := s.arriveSelf(h, 0); err != nil {
			return "", err
		}
		return h.turnout().String() + "。", nil
	}
	if !s.leads(h) {
		return "", s.notLeading(h, meeting.Arrive.Word())
	}
	ids, by, err := h.people(c.Names)
	if err != nil {
		return "", err
	}
	except, _, err := h.people(c.Except)
	if err != nil {
		return "", err
	}
	note := ""
	if c.All {
		var onLeave int
		if ids, onLeave = h.allBut(except); onLeave > 0 {
			note = fmt.Sprintf("请假的%d人没有算到会，来了请再说一声。", onLeave)
		}
	}
	if err := s.noteArrived(h, ids, by, except); err != nil {
		return "", err
	}
	return h.turnout().String() + "。" + note, nil
}

// allBut are those of the roll who are not excepted and have not asked for leave.
func (h *hall) allBut(except []ballot.VoterID) (ids []ballot.VoterID, onLeave int) {
	for _, v := range h.roll.Voters {
		switch {
		case slices.Contains(except, v.ID):
		case h.state.Present[v.ID].Is == meeting.Excuse:
			onLeave++
		default:
			ids = append(ids, v.ID)
		}
	}
	return ids, onLeave
}

func (s *session) noteArrived(h *hall, ids []ballot.VoterID, by map[ballot.VoterID]string, absent []ballot.VoterID) error {
	var plain []ballot.VoterID
	var entries []meeting.Entry
	for _, id := range ids {
		if by[id] == "" {
			plain = append(plain, id)
			continue
		}
		entries = append(entries, meeting.Entry{Kind: meeting.Arrive, Voters: []ballot.VoterID{id}, Who: by[id]})
	}
	if len(plain) > 0 {
		entries = append(entries, meeting.Entry{Kind: meeting.Arrive, Voters: plain})
	}
	absent = slices.DeleteFunc(slices.Clone(absent), func(id ballot.VoterID) bool { return h.state.Present[id].Is == meeting.Excuse })
	if len(absent) > 0 {
		entries = append(entries, meeting.Entry{Kind: meeting.Absent, Voters: absent})
	}
	return s.logInto(h, entries...)
}

// notePresence notes that somebody came late, left, stayed away, asked for leave or was
// represented: names first, then a reason or who stands for them. Without a name it is
// the speaker.
func (s *session) notePresence(h *hall, k meeting.Kind, text string) (string, error) {
	ids, rest, err := s.namesOff(h, text)
	if err != nil {
		return "", err
	}
	if len(ids) == 0 {
		v, ok := h.voter(s.me.ID)
		if !ok {
			return "", bot.Errorf(bot.Missing, "请写上姓名，例如：%s 张三。", k.Word())
		}
		ids = []ballot.VoterID{v.ID}
	} else if v, ok := h.voter(s.me.ID); !s.leads(h) && (!ok || len(ids) > 1 || ids[0] != v.ID) {
		return "", s.notLeading(h, k.Word())
	}
	e := meeting.Entry{Kind: k, Voters: ids, Text: rest}
	if k == meeting.Represent {
		if e.Who, e.Text = strings.Trim(strings.TrimPrefix(rest, "由"), " 代替表"), ""; e.Who == "" {
			return "", bot.Errorf(bot.Missing, "请写上由谁代表，例如：%s 张三 由 李四。", k.Word())
		}
	}
	if err := s.logInto(h, e); err != nil {
		return "", err
	}
	if h.state.Phase == meeting.Planned {
		if err := s.refreshMeeting(h, false); err != nil {
			return "", err
		}
		return "记下了。" + h.attendance() + "。", nil
	}
	return h.turnout().String() + "。", nil
}

// namesOff takes the names of the roll off the beginning of a text.
func (s *session) namesOff(h *hall, text string) (ids []ballot.VoterID, rest string, err error) {
	fields := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" 　、，,：:", r) })
	i := 0
	for ; i < len(fields); i++ {
		v, ok := h.find(strings.TrimLeft(fields[i], "@＠"))
		if !ok {
			break
		}
		ids = append(ids, v.ID)
	}
	return ids, strings.Join(fields[i:], " "), nil
}

// noteGuests notes who sits in without a vote.
func (s *session) noteGuests(h *hall, text string) (string, error) {
	names := meeting.Names(text)
	if len(names) == 0 {
		return "", bot.Errorf(bot.Missing, "请写上谁%s，例如：%s 社区张主任。", meeting.Guest.Word(), meeting.Guest.Word())
	}
	var entries []meeting.Entry
	for _, n := range names {
		if v, ok := h.find(n); ok {
			if len(h.state.Votes) > 0 {
				return "", bot.Errorf(bot.Wrong, "会上已经表决过，%s的表决权不能再改。", v.Name)
			}
			entries = append(entries, meeting.Entry{Kind: meeting.Guest, Voters: []ballot.VoterID{v.ID}})
			continue
		}
		entries = append(entries, meeting.Entry{Kind: meeting.Guest, Who: n})
	}
	if err := s.logInto(h, entries...); err != nil {
		return "", err
	}
	return h.turnout().String() + "。", nil
}

// handOffice makes somebody host or recorder from now on. Once the meeting is over they get
// the minutes that are theirs to confirm.
func (s *session) handOffice(h *hall, text string) (string, error) {
	post, name := meeting.OfficeSaid(text)
	if name == "" {
		return "", bot.Errorf(bot.Missing, "请写上由谁来，例如：%s 陈晓。", meeting.Office.Word())
	}
	who, err := s.personCalled(h.m.Node, name)
	if err != nil {
		return "", err
	}
	if err := s.logInto(h, meeting.Entry{Kind: meeting.Office, Post: post, Person: who}); err != nil {
		return "", err
	}
	word := map[meeting.Post]string{meeting.Host: "主持人", meeting.Recorder: "记录人"}[post]
	if h.state.Phase == meeting.Ended {
		if _, err := s.sendDraft(h); err != nil {
			return "", err
		}
	}
	return fmt.Sprintf("%s现在是%s。", word, s.name(who)), s.refreshMeeting(h, false)
}

// vouchRoll keeps how many are entitled, as somebody has checked, or before the meeting
// takes a new list of them.
func (s *session) vouchRoll(h *hall, text string) (string, error) {
	if n := smallNumber(strings.TrimRight(text, "人家名位。 ")); n > 0 {
		if due := int(h.turnout().Entitled); n != due {
			return "", bot.Errorf(bot.Invalid, "您说应到%d，名单上有表决权的是%d。请核对：开会前可以重发名单，例如：%s 张三、李四；没有表决权的请发：%s 姓名。", n, due, meeting.Vouch.Word(), meeting.Guest.Word())
		}
		return h.attendance() + "，人数核对过了。", s.logInto(h, meeting.Entry{Kind: meeting.Vouch, Count: n})
	}
	if h.state.Phase != meeting.Planned {
		return "", bot.Errorf(bot.Wrong, "会已经开始，名单不能再改；核对人数请发：%s 30人。", meeting.Vouch.Word())
	}
	roll, err := s.rollOfKind(h.t, h.m, h.step.Meet.Roll, meeting.Names(text))
	if err != nil {
		return "", err
	}
	h.roll = roll
	if err := s.tx.PutSitting(s.ctx, h.sit, roll); err != nil {
		return "", err
	}
	s.wrote = true
	return h.attendance() + "。", s.refreshMeeting(h, true)
}

// noteTopic proposes an item: anybody entitled until the meeting begins, then who leads it.
func (s *session) noteTopic(h *hall, text string) (string, error) {
	if h.state.Phase != meeting.Planned && !s.leads(h) {
		return "", bot.Errorf(bot.Wrong, "%s 议题已经定了，请当场跟主持人说。", h.m.Ref())
	}
	if text != "" && s.agendaSet(h) && h.state.Phase == meeting.Planned {
		return "", bot.Errorf(bot.Wrong, "%s 议题已经定了，请当场跟主持人说。", h.m.Ref())
	}
	if text == "" {
		return "议题：" + cmp.Or(numberedLine(h.state.Agenda()), "还没有"), nil
	}
	if err := s.logInto(h, meeting.Entry{Kind: meeting.Topic, Text: text}); err != nil {
		return "", err
	}
	if h.state.Phase == meeting.Planned {
		if err := s.refreshMeeting(h, true); err != nil {
			return "", err
		}
	}
	added := "议题加上了：" + numberedLine(h.state.Agenda())
	if h.state.Phase == meeting.Planned && h.step.Meet.Weekly != nil {
		added += "。" + s.env(h.t, h.m, procedure.Actor{}).Moment(h.m.When) + "议。"
	}
	return added, nil
}

// noteSpeech notes what somebody said: 张三：没有意见. Without a name it is the speaker.
func (s *session) noteSpeech(h *hall, text string) (string, error) {
	who, said, ok := strings.Cut(strings.ReplaceAll(text, ":", "："), "：")
	if !ok || utf8.RuneCountInString(who) > 12 {
		who, said = "", text
	}
	if said = strings.TrimSpace(said); said == "" {
		return "", bot.Errorf(bot.Missing, "请写上说了什么，例如：%s 张三：没有意见。", meeting.Speech.Word())
	}
	e := meeting.Entry{Kind: meeting.Speech, Text: said}
	who = strings.TrimLeft(strings.TrimSpace(who), "@＠")
	if v, found := h.find(who); found {
		e.Voters = []ballot.VoterID{v.ID}
	} else {
		e.Who = who
	}
	mine, _ := h.voter(s.me.ID)
	if !s.leads(h) && who != "" && (len(e.Voters) == 0 || e.Voters[0] != mine.ID) {
		return "", s.notLeading(h, "替别人记发言")
	}
	return "", s.logInto(h, e)
}
