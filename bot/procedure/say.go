package procedure

import (
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
)

// Lookup looks up what the state only refers to: names and written text. A name or
// text that is gone comes back as what may be shown instead.
type Lookup interface {
	// Name is a person's name as this audience may see it.
	Name(p bot.PersonID) string
	// Text is what was written, as this audience may see it; "" if nothing.
	Text(r Ref) string
	// Ref is how people say another matter: #12.
	Ref(id bot.MatterID) string
	// Result is what came of a step's vote, in words; "" if nothing did.
	Result(step string, round int) string
}

var weekdays = [...]string{"日", "一", "二", "三", "四", "五", "六"}

// Day writes a date as answers echo it: 11月27日(周五).
func Day(t time.Time) string {
	return fmt.Sprintf("%d月%d日(周%s)", t.Month(), t.Day(), weekdays[t.Weekday()])
}

// Moment writes a date and time as answers echo it: 11月27日(周五) 17:00. The end
// of a day is said as the day alone.
func (e Env) Moment(t time.Time) string {
	t = t.In(e.zone())
	h, mi, s := t.Clock()
	if h == 0 && mi == 0 {
		return Day(t.Add(-time.Second)) // a deadline that ends a whole day
	}
	if h == 23 && mi == 59 && s == 59 {
		return Day(t)
	}
	return Day(t) + t.Format(" 15:04")
}

// begins writes when something is. Midnight begins a day here, where as a deadline
// it ends the day before.
func (e Env) begins(t time.Time) string {
	if t = t.In(e.zone()); t.Hour() == 0 && t.Minute() == 0 {
		return Day(t)
	}
	return e.Moment(t)
}

// Did says in one line what an act has done, beginning with the number, so that a
// quote of it can be resolved.
func (e Env) Did(m Matter, a Act, b Lookup) string {
	return m.Ref() + " " + e.did(m, a, b)
}

func (e Env) did(m Matter, a Act, b Lookup) string {
	who := b.Name(a.By)
	text := func(field string) string { return b.Text(Ref{a.Seq, field}) }
	switch a.Op {
	case Cancel:
		return who + "取消了这一" + e.Template.Spoken + after(text(Reason)) + "。"
	case Supplement:
		return who + "补充：" + text(Note)
	case Transfer:
		return "转给" + e.names(a.People, b) + e.by(m, "，")
	case Merge:
		return "已并入 " + b.Ref(a.Other) + "，一起办。"
	case Absorb:
		return b.Ref(a.Other) + " 并了进来，一起办。"
	case Undo:
		if m.Outcome == Withdrawn {
			return who + "撤回了。"
		}
		return who + "撤销了上一步。" + e.Now(m)
	}
	s := e.Template.Step(a.Step)
	if s == nil {
		return ""
	}
	line := who + s.word(a.Op) + "。"
	if s.Slip != nil { // a paper is too long for a line
		return who + s.Verb + "，" + s.Name() + "发出去了。"
	}
	if !s.narrow() {
		line = e.didStep(m, s, a, b, who, text)
	}
	if a.Op != Do || s.Kind != kindClaim {
		went := e.went(m, s)
		if went != "" && s.Ballots() {
			line += "\n" // after the arithmetic
		}
		line += went
	}
	return line
}

func (e Env) didStep(m Matter, s *Step, a Act, b Lookup, who string, text func(string) string) string {
	switch {
	case a.Op == Refuse && s.Refuse != nil:
		return s.Refuse.Verb + after(text(Reason)) + "。"
	case a.Op == Release:
		return who + s.Release + after(text(Reason)) + "。" + e.Now(m)
	case a.Op == Extend:
		return who + s.Extend + "到" + e.Moment(a.Until) + after(text(Reason)) + "。"
	case a.Op == Object:
		concerns := ""
		if c, ok := s.choice(a.Choice); ok {
			concerns = "（" + c.Word + "）"
		}
		return "有人" + s.Object.Verb + concerns + after(text(Reason)) + "。"
	case a.Op == Lengthen:
		return who + "把截止时间延长到" + e.Moment(a.Until) + "。"
	case a.Op == Amend:
		return who + "改了这一" + e.Template.Spoken + "，请照这张卡片来。"
	case a.Op == Move:
		return who + "把这一" + e.Template.Spoken + "改到" + e.begins(a.Until) + after(text(Reason)) + "。"
	case s.Kind == kindMeet && m.Steps[s.ID].Sealing != nil && !m.Steps[s.ID].Sealing.Held:
		return s.Name() + "没有开，到时间收起来了。"
	case s.Kind == kindMeet:
		return s.Name() + "记录归档了。" + b.Result(s.ID, a.Round)
	case s.Ballots():
		return s.Name() + "截止。" + b.Result(s.ID, a.Round)
	case a.Op == Close:
		return who + s.Close.Verb + e.gathered(m, s) + after(text(Reason)) + "。"
	case a.Op == Redraw:
		return "会改期了，" + e.Template.Slips()[0].Name() + "照新的时间重新拟。"
	case a.Op == Join:
		return b.Ref(a.Other) + " 结束了。"
	case s.voice(a.Choice) != nil:
		return e.didSpeak(m, s, a, who, text)
	case s.Kind == kindSpawn:
		return "转成 " + b.Ref(a.Other) + "。"
	case s.Kind == kindFile && a.Bound != nil:
		return fmt.Sprintf("%s%s%s。案卷共%d页，校验码 %s。", who, s.Verb, after(e.mainText(s, text)), a.Bound.Leaves, a.Bound.Hash[:min(8, len(a.Bound.Hash))])
	case a.Op == Expire && s.Kind == kindClaim:
		return s.Verb + "到期了，先放出来。" + e.Now(m) // whose it was is nobody's business here
	case a.Op == Expire && s.Kind == kindNotice:
		return s.Name() + "期满，没有异议。"
	case a.Op == Expire:
		return s.Name() + "时间已过。"
	}
	switch s.Kind {
	case kindAssign:
		if len(a.People) > 0 {
			return "已" + s.Verb + "给" + e.names(a.People, b) + e.by(m, "，")
		}
		return who + "已" + s.Verb + e.by(m, "，") + e.Now(m)
	case kindClaim:
		return fmt.Sprintf("%s%s（%d/%d）%s", who, s.Verb, len(m.Holders), m.places(s), e.by(m, "，"))
	case kindFinish:
		line := who + s.Verb + after(e.mainText(s, text)) + "。"
		if m.Steps[s.ID].Status != Ended {
			line += fmt.Sprintf("（%d/%d）", m.finished(), e.needed(&m, s))
		}
		return line
	case kindRate:
		word := s.word(a.Op)
		if a.Choice != "" {
			word = a.Choice + word
		}
		return fmt.Sprintf("%s%d分（%s）%s。", word, a.Score, scoreWords[min(max(a.Score, 1), 5)-1], after(e.mainText(s, text)))
	case kindReview, kindVerify:
		if c, ok := s.choice(a.Choice); ok {
			return e.judged(m, s, c, a) + after(e.mainText(s, text)) + "。"
		}
	}
	return who + s.Verb + after(e.mainText(s, text)) + "。"
}

// judged says an answer; of a side's, which side it was and how many have spoken.
func (e Env) judged(m Matter, s *Step, c Choice, a Act) string {
	if len(s.Seats) == 0 {
		return s.Verb + c.Word
	}
	spoken := len(s.Seats) - len(m.silent(s))
	if st := m.Steps[s.ID]; st.Status == Waiting || st.Round != a.Round {
		spoken = len(s.Seats) // the last one sent it back
	}
	return fmt.Sprintf("%s%s%s（%d/%d）", a.Post, s.Verb, c.Word, spoken, len(s.Seats))
}

// didSpeak says one entry of a step that collects, and how many there are now.
func (e Env) didSpeak(m Matter, s *Step, a Act, who string, text func(string) string) string {
	v := s.voice(a.Choice)
	said := v.Verb + after(text(Reason))
	if len(s.Seats) > 0 {
		return fmt.Sprintf("%s（%s）%s。（%d/%d）", a.Post, who, said, len(s.Seats)-len(m.silent(s)), len(s.Seats))
	}
	n := 0
	for _, k := range m.Steps[s.ID].Marks {
		if k.Choice == v.ID {
			n++
		}
	}
	if v.Bare {
		return fmt.Sprintf("%s%s。（%d人）", who, said, n)
	}
	return fmt.Sprintf("%s%s。（第%d条）", who, said, n)
}

// gathered says how much was collected: 提名3条，附议5条.
func (e Env) gathered(m Matter, s *Step) string {
	var out []string
	for _, v := range s.Entries {
		n := 0
		for _, k := range m.Steps[s.ID].Marks {
			if k.Choice == v.ID {
				n++
			}
		}
		if n > 0 {
			out = append(out, fmt.Sprintf("%s%d条", v.Verb, n))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "，共" + strings.Join(out, "、")
}

// mainText is the step's main field, or the free reason beside it.
func (e Env) mainText(s *Step, text func(string) string) string {
	if f := s.Main(); f != nil {
		if t := text(f.ID); t != "" {
			return t
		}
	}
	return text(Reason)
}

// went says what the act led to.
func (e Env) went(m Matter, s *Step) string {
	if !m.IsOpen() {
		if m.Outcome == Refused && s.Kind == kindVote {
			return "没有通过，这一" + e.Template.Spoken + "到此为止。"
		}
		if m.Outcome == Done && m.Steps[s.ID].Status == Ended && !s.after && s.Kind != kindMeet && (!s.Ballots() || s.index > 1) {
			return "这一" + e.Template.Spoken + "办完了，谢谢大家。"
		}
		return ""
	}
	if m.Steps[s.ID].Status == Waiting { // sent back
		if m.Level > 0 {
			return "已请上一级帮忙。" + e.Now(m)
		}
		return e.Now(m)
	}
	if m.Steps[s.ID].Status == Ended && s.Kind != kindAssign {
		return e.Now(m)
	}
	return ""
}

// by says the deadline in force, if any.
func (e Env) by(m Matter, sep string) string {
	for _, s := range e.Template.Steps {
		if s.Kind != kindFinish {
			continue
		}
		due := m.Steps[s.ID].Due
		if !m.Deadline.IsZero() {
			due = m.Deadline
		}
		if m.Steps[s.ID].Status == Waiting && m.Deadline.IsZero() {
			return "。"
		}
		if !due.IsZero() {
			return sep + e.Moment(due) + "前" + s.Verb + "。"
		}
	}
	return "。"
}

func (e Env) names(people []bot.PersonID, b Lookup) string {
	out := make([]string, len(people))
	for i, p := range people {
		out[i] = b.Name(p)
	}
	return strings.Join(out, "、")
}

func after(text string) string {
	if text == "" {
		return ""
	}
	return "：" + strings.TrimRight(text, "。.！!")
}

// titleMost is how many characters of what was asked for a notice repeats: enough to know
// which it is; the whole stands on the card.
const titleMost = 60

func clip(title string) string {
	if r := []rune(title); len(r) > titleMost {
		return string(r[:titleMost-1]) + "…"
	}
	return title
}

// Say puts a notice into words for the person told.
func (e Env) Say(m Matter, n Notice, b Lookup) string {
	title := m.Ref() + " " + clip(e.Title(m, b))
	free := e.waitsForTaker(&m)
	switch n {
	case NoticeAssigned:
		return title + "\n派给您了" + e.by(m, "，请") + e.Now(m)
	case NoticeReturned:
		return title + "\n您的认领到期了，已经放出来。还想办可以再接。"
	case NoticeReopened:
		return title + "\n请您再看看。" + e.Now(m)
	case NoticeUp:
		if m.Reopens < reopenLimit {
			return title + "\n几方没有商量拢，请您帮着协调。"
		}
		return title + "\n已经返工两次，请您帮着协调。"
	case NoticeLate:
		if free != nil {
			return fmt.Sprintf("%s\n还没有人%s，请您看看请谁来办。要派给谁就发“转 %d 给 姓名”。", title, free.Verb, m.Number)
		}
		return title + "\n已经到期了，您方便时看一下。" + e.Now(m)
	case NoticeLater:
		if free != nil {
			return title + "\n又过了一个工作日，还没有人" + free.Verb + "，请您过问一下。"
		}
		return title + "\n到期一个工作日了，还没有办好，请您过问一下。" + e.Now(m)
	case NoticeWaiting:
		return title + "\n" + e.Now(m)
	case NoticeEnded:
		return title + "\n" + e.OutcomeWord(m) + "。"
	case NoticeUndone:
		return title + "\n刚才那一步撤销了，您先不用办。"
	case NoticeLetter:
		return e.letter(m, b)
	case NoticeSoon, NoticeLeaving, NoticeClosing, NoticeEnding, NoticeMinutes:
		return title + "\n" + e.sayAhead(m, n)
	}
	return title
}
