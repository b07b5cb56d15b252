package service

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"yiqun/bot"
	"yiqun/bot/meeting"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/intents/zhtext"
)

// showMinutes answers 纪要: those of the number said, of the last meeting of the sort
// said, else of the last meeting.
func (s *session) showMinutes() error {
	if s.node.ID == "" && !s.e.Chat.Private {
		return s.noNode()
	}
	h, err := s.minutesSaid()
	if err != nil {
		return err
	}
	ended := h.state.Phase == meeting.Ended
	switch {
	case !ended:
		return bot.Errorf(bot.Wrong, "%s 会还没开完，散会后才有纪要。", h.m.Ref())
	case h.m.IsOpen() && !slices.Contains(h.offices(), s.me.ID):
		return bot.Errorf(bot.Forbidden, "%s 的记录还在等主持人、记录人确认，确认后才能看。", h.m.Ref())
	case h.m.IsOpen() && !s.e.Chat.Private:
		return bot.Errorf(bot.Forbidden, "%s 的记录还没确认，请私聊我看。", h.m.Ref())
	case s.e.Chat.Private:
		return s.sendMinutes(h, s.e.Chat, s.me.ID)
	}
	s.replyCard(s.minutesCard(h, s.minutes(h), ""), h.m.ID)
	return nil
}

// minutesSaid finds the meeting whose minutes are asked for.
func (s *session) minutesSaid() (*hall, error) {
	if len(s.read.Matters) > 0 {
		m, err := s.numbered(s.read.Matters[0])
		if err != nil {
			return nil, err
		}
		return s.hallFor(m)
	}
	said := folded(s.plain())
	all, err := s.meetingsHere(said)
	if err != nil {
		return nil, err
	}
	from, until, _, timed := s.timeSaid(said)
	skip := max(0, strings.Count(said, "上")-1) // 上上次 is the one before the last
	if !strings.Contains(said, "上上") {
		skip = 0
	}
	var waiting *hall
	for _, m := range all {
		h, err := s.hallFor(m)
		if bot.CodeOf(err) == bot.NotFound {
			continue
		}
		switch {
		case err != nil:
			return nil, err
		case h.state.Phase != meeting.Ended:
		case timed && (h.state.Began.Before(from) || !h.state.Began.Before(until)):
		case skip > 0:
			skip--
		case !m.IsOpen() || slices.Contains(h.offices(), s.me.ID):
			return h, nil
		case waiting == nil:
			waiting = h
		}
	}
	if waiting != nil {
		return waiting, nil
	}
	return nil, bot.Errorf(bot.NotFound, "还没有找到开过的会。写上是哪一种，例如：纪要 上次支委会。")
}

// folded is a text as names are looked for in it: in simplified characters, half width.
func folded(text string) string { return zhtext.Fold(text).Text }

// sortsNamed are the sorts of meeting that a folded text names by the longest name, all of
// them where it names none.
func (s *session) sortsNamed(text string) (sorts []*procedure.Template, named bool) {
	size := 0
	for _, t := range s.Templates().All() {
		if t.Meeting() == nil {
			continue
		}
		long := 0
		for _, name := range meetingNames(t) {
			if strings.Contains(text, folded(name)) {
				long = max(long, len(name))
			}
		}
		if long > size {
			sorts, size = nil, long
		}
		if long == size {
			sorts = append(sorts, t)
		}
	}
	return sorts, size > 0
}

// nodeNamed is the node that a folded text names, in private; else this one. What the
// speaker may see of it is asked of each meeting.
func (s *session) nodeNamed(text string) (bot.NodeID, error) {
	if !s.e.Chat.Private {
		return s.node.ID, nil
	}
	nodes, err := s.tx.Nodes(s.ctx)
	if err != nil {
		return "", err
	}
	best, size := s.node.ID, 0
	for _, n := range nodes {
		for _, name := range []string{n.Name, strings.TrimSuffix(strings.TrimSuffix(n.Name, "党支部"), "支部")} {
			if up := slices.IndexFunc(nodes, func(o roster.Node) bool { return o.ID == n.Parent }); up >= 0 {
				name = strings.TrimPrefix(name, nodes[up].Name) // 翠湖社区第三网格 is called 第三网格
			}
			if utf8.RuneCountInString(name) >= shortestNode && len(name) > size && strings.Contains(text, folded(name)) {
				best, size = n.ID, len(name)
			}
		}
	}
	return best, nil
}

// shortestNode is how many characters a node's name has at least where it is looked for
// within a sentence.
const shortestNode = 3

// meetingsHere are the meetings that may be spoken of here, newest first: of this node, or
// the one a folded text names; of the sort that it names, if it names one.
func (s *session) meetingsHere(text string) ([]procedure.Matter, error) {
	if s.node.ID == "" {
		return nil, s.noNode()
	}
	node, err := s.nodeNamed(text)
	if err != nil {
		return nil, err
	}
	sorts, _ := s.sortsNamed(text)
	var out []procedure.Matter
	for _, t := range sorts {
		found, err := s.tx.Find(s.ctx, procedure.Filter{Node: node, Templates: []string{t.ID}, Limit: 200})
		if err != nil {
			return nil, err
		}
		for _, m := range found {
			if ok, err := s.spokenOfHere(m); err != nil {
				return nil, err
			} else if ok {
				out = append(out, m)
			}
		}
	}
	slices.SortStableFunc(out, func(a, b procedure.Matter) int { return b.Opened.Compare(a.Opened) })
	return out, nil
}

// findResolution answers 查 决议 加装电梯: what was decided about it, newest first, of
// meetings whose minutes are filed.
func (s *session) findResolution(text string) error {
	text = folded(text)
	words := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ，,、。：:？?", r) })
	if len(words) == 1 {
		words[0] = strings.TrimSuffix(strings.TrimPrefix(words[0], "关于"), "的")
	}
	all, err := s.meetingsHere("")
	if err != nil {
		return err
	}
	var lines []string
	for _, m := range all {
		if m.IsOpen() || m.Outcome != procedure.Done {
			continue
		}
		found, err := s.resolutionsOf(m, words)
		if err != nil {
			return err
		}
		lines = append(lines, found...)
		if len(lines) > most {
			lines = append(lines[:most], "还有更早的，请多写几个字再查。")
			break
		}
	}
	if len(lines) == 0 {
		return bot.Errorf(bot.NotFound, "没有查到这样的决议。换个词试试，例如：%s %s 电梯。", looking, meeting.Resolve.Word())
	}
	s.reply(strings.Join(lines, "\n"))
	return nil
}

func (s *session) resolutionsOf(m procedure.Matter, words []string) ([]string, error) {
	h, err := s.hallFor(m)
	if bot.CodeOf(err) == bot.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var out []string
	for _, l := range s.minutes(h).Of(meeting.Resolve, meeting.Vote) {
		if slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(folded(l.Text), w) }) {
			continue
		}
		text := l.Text
		if l.Kind == meeting.Vote {
			arithmetic, _, _ := strings.Cut(l.Result, "\n")
			text += "：" + arithmetic
		}
		if !s.e.Chat.Private {
			text = maskPhones(text)
		}
		out = append(out, fmt.Sprintf("%s %s %s：%s", m.Ref(), h.t.Name, procedure.Day(h.state.Began.In(s.zone())), text))
	}
	return out, nil
}

var (
	// minutesAsked is 支委会的纪要, 看看上次支委会会议记录; resolutionsAsked 查决议加装电梯;
	// resolutionAsked 查一下加装电梯的决议.
	minutesAsked     = regexp.MustCompile(`^(?:请|帮我|给我)*(?:查|看|找|发)?(?:一下|查|看)?\s*([^出，,。；;：:开]+?)的?(?:会议)?(?:纪要|记录)$`)
	resolutionsAsked = regexp.MustCompile(`^(?:请|帮我|给我)*(?:查|看|找|搜)(?:一下|查|看)?\s*决议[\s:：，,]*(.+)$`)
	resolutionAsked  = regexp.MustCompile(`^(?:请|帮我|给我)*(?:查|看|找|搜)?(?:一下|查|看)?\s*(?:关于)?([^，,。；;：:]+?)的决议$`)
)

// meetingAsked answers who asks for minutes or resolutions otherwise than by the word that
// stands first.
func (s *session) meetingAsked() (done bool, err error) {
	if s.templateFor(s.read.Verb) != nil {
		return false, nil // it calls one, and names who keeps the log
	}
	if v := s.read.Verb; v != "" && s.read.Sure >= certain && v != looking && meeting.KindOf(v) != meeting.Resolve || len(s.read.Matters) > 0 {
		return false, nil
	}
	said := strings.TrimRight(folded(s.plain()), " 。.!？?")
	if m := minutesAsked.FindStringSubmatch(said); m != nil {
		if _, named := s.sortsNamed(m[1]); named {
			s.verb = "纪要"
			return true, s.showMinutes()
		}
	}
	for _, asked := range []*regexp.Regexp{resolutionsAsked, resolutionAsked} {
		if m := asked.FindStringSubmatch(said); m != nil {
			s.verb = looking
			return true, s.findResolution(m[1])
		}
	}
	return false, nil
}

// verifyMeetings checks that every sealed meeting is still what its closing act says.
func verifyMeetings(ctx context.Context, tx Tx, acts []procedure.Act) (bad []string, err error) {
	for _, a := range acts {
		if a.Sealing == nil || a.Sealing.Hash == "" {
			continue
		}
		id := meeting.ID{Matter: a.Matter, Step: a.Step, Round: a.Round}
		roll, err := tx.SittingRoll(ctx, id)
		if bot.CodeOf(err) == bot.NotFound {
			bad = append(bad, fmt.Sprintf("第%d条记录的会议不见了", a.Seq))
			continue
		}
		if err != nil {
			return bad, err
		}
		entries, err := tx.Logged(ctx, id)
		if err != nil {
			return bad, err
		}
		for _, what := range verifySittings(roll, entries, a.Sealing) {
			bad = append(bad, fmt.Sprintf("第%d条记录的%s", a.Seq, what))
		}
	}
	return bad, nil
}
