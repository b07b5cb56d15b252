package service

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
)

func rowTo(to bot.Chat, m bot.MatterID, text string) deliver.Row {
	return deliver.Row{To: to, Matter: m, Body: deliver.Body{Text: text}}
}

// hallsHere are the meetings a sentence here can be about: in a group its node's, in
// private those the speaker leads, then those of their own node.
func (s *session) hallsHere() ([]meeting.Sitting, error) {
	var all []meeting.Sitting
	if s.e.Chat.Private {
		mine, err := s.tx.SittingsOf(s.ctx, s.me.ID)
		if err != nil {
			return nil, err
		}
		all = mine
	}
	if s.node.ID == "" {
		return all, nil
	}
	here, err := s.tx.SittingsAt(s.ctx, s.node.ID)
	if err != nil {
		return nil, err
	}
	for _, h := range here {
		if !slices.ContainsFunc(all, func(o meeting.Sitting) bool { return o.ID == h.ID }) {
			all = append(all, h)
		}
	}
	return all, nil
}

// noMeeting answers who speaks to a meeting where none is.
func noMeeting() error {
	return bot.Errorf(bot.NotFound, "现在没有在开的会。要开会，请先发会议通知；发“帮助 会议”看怎么说。")
}

// meetingWord says a word of meetings to the one that was asked for, and answers where
// there is none.
func (s *session) meetingWord() error {
	if done, err := s.meetingSaid(); done || err != nil {
		return err
	}
	text, n := s.numberOff(s.plain())
	if _, n = s.aim(s.utteranceOf(text), n); n > 0 {
		return bot.Errorf(bot.NotFound, "没有 #%d 这次会，或者已经归档了，请核对一下号码。", n)
	}
	if word := s.raising(); word != "" && meeting.KindOf(s.read.Verb) == meeting.Topic {
		return bot.Errorf(bot.NotFound, "现在没有在开的会，也没有会在收议题。想请大家商量一件事，请发“%s …”，后面写是什么事。", word)
	}
	return noMeeting()
}

// raising is the word by which a practice in use takes topics where no meeting is called;
// empty if there is none.
func (s *session) raising() string {
	for _, t := range s.Templates().All() {
		if word := t.First().Verb; t.Enabled() && strings.Contains(word, meeting.Topic.Word()) {
			return word
		}
	}
	return ""
}

// meetingSaid takes a sentence that belongs to a meeting: one that begins with a word
// of its log, and in the recorder's private chat any that orders nothing else.
func (s *session) meetingSaid() (done bool, err error) {
	if done, err := s.signInByCode(); done || err != nil {
		return done, err
	}
	text, number := s.numberOff(s.plain())
	first := s.utteranceOf(text)
	if v := s.read.Verb; v != "" && meeting.KindOf(v) == "" && !s.templated(first.kind) && s.read.Sure >= certain && strings.HasPrefix(text, v) {
		first = utterance{} // a longer word of somebody else's
	}
	private := s.e.Chat.Private && s.read.Small == "" && s.read.Digit == 0
	if s.read.Verb == undoing && len(s.read.Matters) == 0 {
		h, err := s.strikeIn()
		if err != nil || h == nil {
			return false, err
		}
		return true, s.strikeLast(h)
	}
	if first.kind == "" && !(private && (s.read.Verb == "" || s.read.Sure < likely || meeting.KindOf(s.read.Verb) != "")) {
		return false, nil
	}
	if first, number = s.aim(first, number); number == 0 && s.chosenHall() {
		number = s.read.Matters[0]
	}
	h, err := s.theHall(aimed{first.kind, s.wordAgain(), number}, func(meeting.Phase) bool { return true })
	if err == nil && first.kind == meeting.Topic && first.text != "" && number == 0 {
		box, err := s.topicBox(h)
		if err != nil {
			return false, err
		}
		h = cmp.Or(box, h)
	}
	if err != nil || h == nil {
		return false, err
	}
	switch {
	case first.kind == "" && (!s.keepsLog(h) || s.forSelf()):
		return false, nil
	case s.templated(first.kind) && !(h.state.Phase == meeting.Running && s.leads(h)):
		return false, nil // a vote or an order of its own
	}
	if u, ok := s.presenceSaid(h, text); ok && first.kind == "" {
		first, text = u, u.text
	}
	s.verb = "meeting " + string(first.kind)
	return true, s.logAll(h, s.utterances(text, first))
}

// keepsLog reports whether what the speaker sends without a word belongs to a meeting: it
// is being held, and they are its host or recorder.
func (s *session) keepsLog(h *hall) bool {
	return h.state.Phase == meeting.Running && slices.Contains(h.offices(), s.me.ID)
}

// wordAgain is the word under which a sentence is said again once it is known which
// meeting is meant.
func (s *session) wordAgain() string {
	if meeting.KindOf(s.read.Verb) != "" {
		return s.read.Verb
	}
	return meeting.Note.Word()
}

// chosenHall reports whether the sentence is one that was asked about: which meeting is
// known by now.
func (s *session) chosenHall() bool {
	return s.said != "" && len(s.read.Matters) == 1 && meeting.KindOf(s.read.Verb) != ""
}

// undoing is the word that takes back.
const undoing = "撤销"

// corrective are words of a line that may be meant for one noted before. It is noted all
// the same, for people at a meeting speak so too.
var corrective = regexp.MustCompile(`(刚才|刚刚|前面|上面|上一条|上一句).{0,8}(错|不对|有误)|(记|写|说|打)错了`)

// logAll carries out what a message says of a meeting, and answers once.
func (s *session) logAll(h *hall, said []utterance) error {
	var answers []string
	noted := 0
	before := h.turnout()
	for i, u := range said {
		answer, err := s.logOne(h, u)
		if err != nil {
			if len(said) > 1 && bot.MessageOf(err) != "" {
				return bot.Errorf(bot.CodeOf(err), "第%d条没有记下，前后都先没记：%s", i+1, bot.MessageOf(err))
			}
			return err
		}
		if answer == "" {
			noted++
		} else {
			answers = append(answers, answer)
		}
	}
	if s.keepsLog(h) && slices.ContainsFunc(said, func(u utterance) bool { return slices.Contains(several, u.kind) }) {
		if answer, err := s.notePhotos(h); err != nil {
			return err
		} else if answer != "" {
			answers = append(answers, answer)
		}
	}
	switch {
	case noted > 1:
		answers = append([]string{fmt.Sprintf("记下%d条。", noted)}, answers...)
	case noted == 1 && corrective.MatchString(said[0].text):
		answers = append([]string{"记下了。要改前面记的，请说：更正 原来的话 改为 新的话。"}, answers...)
	case noted == 1:
		answers = append([]string{"记下了。"}, answers...)
	}
	if now := h.turnout(); now.Judged && !now.Reached && now.Present > 0 && slices.ContainsFunc(said, func(u utterance) bool { return u.kind == meeting.Resolve }) {
		answers = append(answers, "到会"+now.Enough()+"，这条决议请再核对。")
	}
	answers = slices.DeleteFunc(answers, func(a string) bool { return strings.TrimSpace(a) == "" }) // said already
	if len(answers) > 0 {
		s.reply(h.m.Ref() + " " + strings.Join(answers, "\n"))
	}
	if h.turnout().Present != before.Present {
		if err := s.mayVote(h); err != nil {
			return err
		}
		return s.tellTurn(h, before)
	}
	return nil
}

// notLeading refuses what only who leads a meeting may say.
func (s *session) notLeading(h *hall, word string) error {
	return bot.Errorf(bot.Forbidden, "%s “%s”由主持人、记录人来说，这次是%s。", h.m.Ref(), word, s.namesOf(h.offices()))
}

// anybodys are what those who do not lead a meeting may say of it, of themselves.
var anybodys = []meeting.Kind{meeting.Excuse, meeting.Topic, meeting.Speech, meeting.Arrive, meeting.Late, meeting.Leave}

// logOne carries out one thing said. An empty answer means that it was noted.
func (s *session) logOne(h *hall, u utterance) (string, error) {
	if !s.leads(h) {
		_, member := h.voter(s.me.ID)
		box := u.kind == meeting.Topic && h.step.Meet.Weekly != nil // everybody's, all week
		if !box && (!slices.Contains(anybodys, u.kind) || !member) {
			return "", s.notLeading(h, s.wordFor(u.kind))
		}
	}
	if err := h.fits(u.kind, s.wordFor(u.kind)); err != nil {
		return "", err
	}
	switch u.kind {
	case meeting.Start:
		return s.startMeeting(h, u.text)
	case meeting.End:
		return s.endMeeting(h)
	case meeting.Pause, meeting.Resume, meeting.Next:
		return s.moveMeeting(h, u.kind)
	case meeting.Arrive:
		return s.callRoll(h, u.text)
	case meeting.Late, meeting.Leave, meeting.Absent, meeting.Excuse, meeting.Represent:
		return s.notePresence(h, u.kind, u.text)
	case meeting.Guest:
		return s.noteGuests(h, u.text)
	case meeting.Vouch:
		return s.vouchRoll(h, u.text)
	case meeting.Topic:
		return s.noteTopic(h, u.text)
	case meeting.Speech:
		return s.noteSpeech(h, u.text)
	case meeting.Vote:
		return s.meetingVote(h, u.text)
	case meeting.Task:
		return s.meetingTask(h, u.text)
	case meeting.Office:
		return s.handOffice(h, u.text)
	case meeting.Correct:
		return s.correctMinutes(h, u.text)
	case meeting.Approve:
		return " ", s.approveMinutes(h)
	}
	if u.text == "" {
		return "", bot.Errorf(bot.Missing, "请在“%s”后面写上内容。", s.wordFor(u.kind))
	}
	return "", s.logInto(h, meeting.Entry{Kind: u.kind, Text: u.text})
}

func (s *session) wordFor(k meeting.Kind) string {
	if words := s.wordsOf(k); len(words) > 0 {
		return words[0]
	}
	return ""
}

// phasesOf says when a kind may be said; a kind that is not listed needs a meeting that
// is being held.
var phasesOf = map[meeting.Kind][]meeting.Phase{
	meeting.Start:   {meeting.Planned},
	meeting.Coming:  {meeting.Planned},
	meeting.Code:    {meeting.Planned, meeting.Running, meeting.Paused},
	meeting.Excuse:  {meeting.Planned, meeting.Running, meeting.Paused},
	meeting.Topic:   {meeting.Planned, meeting.Running},
	meeting.Vouch:   {meeting.Planned, meeting.Running},
	meeting.Guest:   {meeting.Planned, meeting.Running},
	meeting.Arrive:  {meeting.Planned, meeting.Running, meeting.Paused},
	meeting.Absent:  {meeting.Running, meeting.Paused},
	meeting.Office:  {meeting.Planned, meeting.Running, meeting.Paused, meeting.Ended},
	meeting.Resume:  {meeting.Paused},
	meeting.End:     {meeting.Running, meeting.Paused},
	meeting.Correct: {meeting.Running, meeting.Paused, meeting.Ended},
	meeting.Approve: {meeting.Ended},
}

// fits refuses what does not belong to where the meeting stands.
func (h *hall) fits(k meeting.Kind, word string) error {
	may, ok := phasesOf[k]
	if !ok {
		may = []meeting.Phase{meeting.Running}
	}
	switch {
	case slices.Contains(may, h.state.Phase):
		return nil
	case h.state.Phase == meeting.Planned:
		return bot.Errorf(bot.Wrong, "%s 会还没开始，开始时请发：%s。", h.m.Ref(), meeting.Start.Word())
	case h.state.Phase == meeting.Paused:
		return bot.Errorf(bot.Wrong, "%s 正在休会，接着开请发：%s。", h.m.Ref(), meeting.Resume.Word())
	case h.state.Phase == meeting.Ended:
		return bot.Errorf(bot.Wrong, "%s 会已经结束，要改记录请发：%s。", h.m.Ref(), meeting.Correct.Word())
	}
	return bot.Errorf(bot.Wrong, "%s 正在开会，不用再说“%s”。", h.m.Ref(), word)
}

// strikeLast takes back what the speaker last put into the log, within ten minutes.
func (s *session) strikeLast(h *hall) error {
	e, _ := s.lastOwn(h)
	if s.now.Sub(e.At).Abs() > procedure.UndoWindow {
		return bot.Errorf(bot.Wrong, "%s 已经过了十分钟，请用“%s”。", h.m.Ref(), meeting.Correct.Word())
	}
	s.verb = "meeting strike"
	if err := s.logInto(h, meeting.Entry{Kind: meeting.Strike, Of: e.ID}); err != nil {
		return err
	}
	if err := s.dropPhotos(h, e); err != nil {
		return err
	}
	s.reply(h.m.Ref() + " 撤掉了：" + s.gist(e))
	return nil
}

// unstrikable are what 撤销 does not take back: the meeting's own course, and what
// opened a matter that has its own undo.
var unstrikable = []meeting.Kind{meeting.Start, meeting.End, meeting.Office, meeting.Vote, meeting.Code, meeting.Approve, meeting.Coming, meeting.Vouch}

// gist says an entry in few words.
func (s *session) gist(e meeting.Entry) string {
	if e.Kind == meeting.Picture {
		return fmt.Sprintf("照片%d张", e.Count)
	}
	word := s.wordFor(e.Kind)
	if e.Text != "" {
		return word + " " + cut(e.Text, 20)
	}
	if len(e.Voters) > 0 {
		return fmt.Sprintf("%s %d人", word, len(e.Voters))
	}
	return word
}
