package procedure

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// Reminders before something ends: to those at work before their deadline and before
// their claim lapses, to those who have not voted before a vote closes, to the
// managers before a 公示 is over, to host and recorder while minutes wait. The group hears
// none of them.
const (
	NoticeSoon    Notice = "soon"    // your deadline is near
	NoticeLeaving Notice = "leaving" // your claim is about to lapse
	NoticeClosing Notice = "closing" // a vote waits for you; whom it concerns is looked up
	NoticeEnding  Notice = "ending"  // a 公示 is about to be over
	NoticeMinutes Notice = "minutes" // minutes wait for you; whom it concerns is looked up
)

// lead is how long before its end somebody is reminded of what was given so much
// time; 0 for what is too short to be worth it.
func lead(given time.Duration) time.Duration {
	switch {
	case given >= 72*time.Hour:
		return 24 * time.Hour
	case given >= 8*time.Hour:
		return 2 * time.Hour
	case given >= 2*time.Hour:
		return 30 * time.Minute
	}
	return 0
}

// ahead lists the reminders before the end of a step. The key names the end, so that
// one that was moved is reminded of anew.
func (e Env) ahead(m *Matter, s *Step) []Timer {
	st := m.Steps[s.ID]
	switch s.Kind {
	case kindFinish:
		return before(NoticeSoon, st.Opened, st.Due)
	case kindVote:
		return before(NoticeClosing, st.Opened, st.Due)
	case kindNotice:
		return before(NoticeEnding, st.Opened, st.Due)
	case kindMeet:
		return e.unconfirmed(m, st.Due)
	case kindClaim:
		var out []Timer
		for _, h := range m.Holders {
			if !h.Finished {
				for _, t := range before(NoticeLeaving, h.Since, h.Until) {
					t.Key = string(NoticeLeaving) + "/" + leaseKey(h)
					out = append(out, t)
				}
			}
		}
		return out
	}
	return nil
}

// unconfirmed lists the reminders of minutes that wait: a working day after the meeting,
// and before they are filed without having been confirmed.
func (e Env) unconfirmed(m *Matter, filed time.Time) []Timer {
	if m.When.IsZero() {
		return nil
	}
	out := before(NoticeMinutes, m.When, filed)
	if at := e.addWorkday(m.When); len(out) > 0 && at.Before(out[0].At) {
		out = append(out, Timer{Key: endKey(NoticeMinutes, at), At: at, Op: Nudge})
	}
	return out
}

func before(n Notice, from, end time.Time) []Timer {
	if from.IsZero() || end.IsZero() {
		return nil
	}
	early := lead(end.Sub(from))
	if early == 0 {
		return nil
	}
	return []Timer{{Key: endKey(n, end), At: end.Add(-early), Op: Nudge}}
}

func endKey(n Notice, end time.Time) string { return string(n) + "/" + end.UTC().Format(time.RFC3339) }

// noticeOf is what a timer of a reminder tells.
func noticeOf(key string) Notice {
	name, _, _ := strings.Cut(key, "/")
	return Notice(name)
}

// early reports whether a notice is about an end that has not come yet.
func (n Notice) early() bool {
	return slices.Contains([]Notice{NoticeSoon, NoticeLeaving, NoticeClosing, NoticeEnding}, n)
}

// StillHolds reports whether what a timer told of is still so: the step goes on, with
// the same end, and an end to come has not come.
func (e Env) StillHolds(m Matter, step, timer string, now time.Time) bool {
	st := m.Steps[step]
	if !m.IsOpen() || !st.Live() || !slices.Contains(st.Fired, timer) {
		return false
	}
	switch n := noticeOf(timer); {
	case n == NoticeLeaving:
		return slices.ContainsFunc(m.Holders, func(h Holder) bool {
			return !h.Finished && timer == string(n)+"/"+leaseKey(h) && now.Before(h.Until)
		})
	case n.early():
		return timer == endKey(n, st.Due) && now.Before(st.Due)
	case n == NoticeLate || n == NoticeLater:
		s := e.Template.Step(step)
		return s == nil || s.Kind != kindClaim || e.stillStranded(&m, s, timer)
	}
	return true
}

// tellsAhead is whom a reminder before an end is for.
func (e Env) tellsAhead(m *Matter, s *Step, key string) Effect {
	tell := Effect{Kind: Tell, Notice: noticeOf(key), Step: s.ID}
	switch tell.Notice {
	case NoticeLeaving:
		for _, h := range m.Holders {
			if key == string(NoticeLeaving)+"/"+leaseKey(h) {
				tell.People = append(tell.People, h.Person)
			}
		}
	case NoticeEnding:
		tell.Posts = e.Template.Managers
	case NoticeSoon:
		tell.People = m.unfinished()
	}
	return tell
}

// sayAhead puts a reminder before an end into words.
func (e Env) sayAhead(m Matter, n Notice) string {
	for s := range e.Template.AllSteps() {
		st := m.Steps[s.ID]
		if !st.Live() {
			continue
		}
		switch {
		case n == NoticeSoon && s.Kind == kindFinish:
			return e.Moment(st.Due) + "到期，您方便时安排一下。" + e.Now(m)
		case n == NoticeClosing && s.Kind == kindVote:
			return "还等您投一票，" + e.Moment(st.Due) + "截止。"
		case n == NoticeEnding && s.Kind == kindNotice:
			return "公示快满了，有不同意见的请在期满前说。" + e.Now(m)
		case n == NoticeMinutes && s.Kind == kindMeet:
			return "会议记录还等您确认，没有不对的请发“确认 " + strconv.Itoa(m.Number) + "”。" + e.Moment(st.Due) + "自动归档。"
		case n == NoticeLeaving && s.Kind == kindClaim:
			return "您的" + s.Name() + "快到期了，到期会放出来让别人接。" + e.done(m)
		}
	}
	return e.Now(m)
}

// done says to who is at work what to send once it is done.
func (e Env) done(m Matter) string {
	s := e.working(&m)
	if s == nil {
		return e.Now(m)
	}
	return "办好了请发“" + s.Verb + " " + strconv.Itoa(m.Number) + "”。"
}
