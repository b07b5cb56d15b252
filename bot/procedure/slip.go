package procedure

import (
	"fmt"
	"slices"
	"strings"
)

// Above is who holds one of the template's managing posts at a node above the matter's:
// 上级党组织. A post that ends in one of them counts too: 党委书记 stands for 书记.
const Above = "上级"

// Slip makes a submit step a paper that the bot drafts: a press hands it on as it stands,
// and what is typed instead takes its place. The step's main field holds it, its stage is
// what the paper is called.
type Slip struct {
	// To are the posts that get it once it is handed on.
	To Who `yaml:"to"`
	// Draws is from when on it can be drafted out of the meeting that the matter goes
	// with: call, minutes, or empty where its body needs no meeting.
	Draws SlipSource `yaml:"draws"`
	// Press is the button's label; the step's verb where it is empty.
	Press string `yaml:"press"`
	// Lapses: where the paper has not come when the meeting that the matter goes with is
	// over, the step ends without it, and a later paper can say so.
	Lapses bool `yaml:"lapses"`
	// Body is its text; what it may hold is in SlipWords. A line of it whose
	// placeholders all come to nothing is left out.
	Body string `yaml:"body"`
}

// SlipSource is what a slip is drawn from.
type SlipSource string

// The sources of slips.
const (
	FromCall    SlipSource = "call"    // the notice of the meeting
	FromMinutes SlipSource = "minutes" // its minutes, once they are filed
)

// SlipWords are the placeholders of a slip's body: those of a meeting's notice, and those
// that only its minutes know.
var SlipWords = struct{ Call, Minutes []string }{
	[]string{"node", "meeting", "when", "place", "agenda", "due", "host", "recorder"},
	[]string{"held", "turnout", "items", "votes", "resolutions", "tasks", "missing"},
}

func (s *Step) checkSlip(t *Template) []Problem {
	if s.Slip == nil {
		return nil
	}
	var ps []Problem
	add := func(what, cure string) { ps = append(ps, s.problem("slip", what, cure)) }
	if s == t.First() {
		add("第一步不能有 slip", "开头的一步由人说或由会议带出来，slip 写在后面的步骤里")
	}
	if len(s.Slip.To) == 0 || slices.ContainsFunc(s.Slip.To, func(w string) bool { return !isPost(w) }) {
		add("slip 要有 to，写职务", "例如 to: 上级，或 to: [书记]")
	}
	may := []string{}
	switch s.Slip.Draws {
	case "":
	case FromCall:
		may = SlipWords.Call
	case FromMinutes:
		may = slices.Concat(SlipWords.Call, SlipWords.Minutes)
	default:
		add(fmt.Sprintf("slip.draws %q 不认识", s.Slip.Draws), "请写 call（通知开会时）、minutes（会议记录归档时），或不写")
	}
	if strings.TrimSpace(s.Slip.Body) == "" {
		add("slip 没有 body", "请写上这张单子怎么拟，例如 body: 会议：{meeting}")
	}
	for _, m := range placeholder.FindAllStringSubmatch(s.Slip.Body, -1) {
		if !slices.Contains(may, m[1]) {
			add(fmt.Sprintf("slip 里的 {%s} 没有来处", m[1]), "draws: call 可用 "+strings.Join(SlipWords.Call, "、")+"；draws: minutes 还可用 "+strings.Join(SlipWords.Minutes, "、"))
		}
	}
	if s.Slip.Lapses && (s.Slip.Draws == FromMinutes || s == &t.Steps[len(t.Steps)-1]) {
		add("这张单子不能写 lapses", "会后才拟的、最后一张单子都没有什么可以不等的，请去掉 lapses")
	}
	if s.Slip.Press != "" {
		ps = append(ps, checkWord(s, "slip", s.Slip.Press)...)
	}
	return append(ps, checkBurden(s.problem("slip", "", "").Line, s.Slip.Body)...)
}

// checkAbove sees to it that somebody can be the level above.
func (s *Step) checkAbove(t *Template) []Problem {
	if slices.Contains(s.who(), Above) && len(t.Managers) == 0 {
		return []Problem{s.problem("by", "写了 上级，却没有 managers", "上级是在上面的组织里担任 managers 的人，请写上 managers")}
	}
	return nil
}

// Fill puts a slip's body into words. A line whose placeholders all come to nothing is
// left out.
func (s *Slip) Fill(value func(word string) string) string {
	var out []string
	for line := range strings.Lines(s.Body) {
		line = strings.TrimSpace(line)
		asked, got := 0, 0
		line = placeholder.ReplaceAllStringFunc(line, func(p string) string {
			asked++
			v := value(strings.Trim(p, "{}"))
			if v != "" {
				got++
			}
			return v
		})
		if line != "" && (asked == 0 || got > 0) {
			out = append(out, strings.TrimSpace(line))
		}
	}
	return strings.Join(out, "\n")
}

// Slips are the template's steps that hand on a paper, in order.
func (t *Template) Slips() []*Step {
	var out []*Step
	for s := range t.AllSteps() {
		if s.Slip != nil {
			out = append(out, s)
		}
	}
	return out
}

// Manages reports whether a title is one of the template's managing posts, or ends in one.
func (t *Template) Manages(title string) bool {
	return slices.ContainsFunc(t.Managers, func(p string) bool { return strings.HasSuffix(title, p) })
}

// MissedSlips are the steps that ended without their paper.
func (t *Template) MissedSlips(m Matter) []*Step {
	return slices.DeleteFunc(t.Slips(), func(s *Step) bool {
		return m.Steps[s.ID].Status != Ended || m.Fields[s.Main().ID].Seq != 0
	})
}

// LiveSlip is the slip that a matter waits for now; nil if it waits for none.
func (e Env) LiveSlip(m Matter) *Step {
	for _, s := range e.live(&m) {
		if s.Slip != nil {
			return s
		}
	}
	return nil
}

// redraw has the papers of a meeting that was moved given anew, from the first: what was
// handed on before speaks of another time. A first paper that still waits stays as it is,
// since it is drawn when it is handed on.
func (e Env) redraw(m *Matter, live *Step, a *Act) []Effect {
	slips := e.Template.Slips()
	if live == slips[0] {
		return nil
	}
	for _, s := range slips {
		for _, f := range s.Fields {
			delete(m.Fields, f.ID)
		}
	}
	e.rewind(m, slips[0])
	return e.start(m, slips[0], a.At)
}

// Redrawn reports whether a paper takes the place of one that was handed on before the
// meeting was moved.
func (m Matter) Redrawn(s *Step) bool { return s.Slip != nil && m.Steps[s.ID].Round > 1 }
