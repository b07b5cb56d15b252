package procedure

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
)

// file binds everything there is of a matter into one file (案卷). Its act carries
// how many leaves the file has and their hash, so that it can be bound again from the
// records at any time and compared.
type file struct{}

// Bound is what the act of filing says of the file.
type Bound struct {
	Leaves int    `json:"leaves"`
	Hash   string `json:"hash"` // of the leaves' hashes, in order
}

// Leaf is one piece of a file: an act, the sheet of a vote or a survey, or a matter
// that carried this one out.
type Leaf struct {
	Title string // what it is, in words
	At    time.Time
	// Hash is the hex SHA-256 by which the records know the piece.
	Hash string
	// Text is what is shown of it: who did what, what was written, what was counted.
	Text string
	// Sheet is the step whose ballots or answers it counts, Round that step's; empty
	// for other pieces.
	Sheet string
	Round int
}

// Bind is what an act of filing says of the acts before it.
func Bind(acts []Act) *Bound {
	h, n := sha256.New(), 0
	for _, a := range acts {
		for _, hash := range a.pieces() {
			h.Write([]byte(hash + "\n"))
			n++
		}
	}
	return &Bound{Leaves: n, Hash: hex.EncodeToString(h.Sum(nil))}
}

// pieces are the hashes of what an act puts into a file: the act, then the sheet it
// closed or the matter it saw end.
func (a Act) pieces() []string {
	out := []string{a.Hash}
	switch {
	case a.Tally != nil:
		out = append(out, a.Tally.Hash)
	case a.Op == Join:
		out = append(out, a.Key)
	}
	return out
}

// Leaves are the pages of a matter's file, made from its acts up to the one that filed
// it.
func (e Env) Leaves(acts []Act, b Lookup) []Leaf {
	var out []Leaf
	for _, a := range acts {
		if a.Bound != nil {
			break
		}
		out = append(out, Leaf{Title: e.leafTitle(a), At: a.At, Hash: a.Hash, Text: e.leafText(a, b)})
		switch {
		case a.Tally != nil:
			out = append(out, Leaf{Title: "计票单", At: a.At, Hash: a.Tally.Hash, Text: b.Result(a.Step, a.Round), Sheet: a.Step, Round: a.Round})
		case a.Op == Join:
			out = append(out, Leaf{Title: b.Ref(a.Other), At: a.At, Hash: a.Key, Text: b.Ref(a.Other) + outcomeWords[Outcome(a.Choice)]})
		}
	}
	return out
}

var outcomeWords = map[Outcome]string{
	Done: "办完", Refused: "没有受理", Cancelled: "取消", Merged: "并入别的", Withdrawn: "撤回",
}

// leafWord is what was done, in a word.
func (s *Step) leafWord(a Act) string {
	switch a.Op {
	case Expire:
		return "到期"
	case Nudge:
		return "提醒"
	case Join:
		return ""
	}
	return s.wordOf(a.Op, a.Choice)
}

// leafTitle names an act's page by its step.
func (e Env) leafTitle(a Act) string {
	if s := e.Template.Step(a.Step); s != nil {
		return s.Name()
	}
	return "其他"
}

// leafText says who did what, and what was written.
func (e Env) leafText(a Act, b Lookup) string {
	parts := []string{b.Name(a.By)}
	if a.Post != "" && isPost(a.Post) {
		parts[0] += "（" + a.Post + "）"
	}
	if s := e.Template.Step(a.Step); s != nil {
		parts = append(parts, s.leafWord(a))
		if c, ok := s.choice(a.Choice); ok {
			parts = append(parts, c.Word)
		}
	}
	if a.Other != "" {
		parts = append(parts, b.Ref(a.Other))
	}
	if a.Tally != nil {
		parts = append(parts, fmt.Sprintf("收到%d份", a.Tally.Ballots))
	}
	for _, f := range a.Has {
		if text := b.Text(Ref{a.Seq, f}); text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), " ")
}

func (file) check(t *Template, s *Step) []Problem {
	ps := needVerbAndBy(s)
	if s.index != len(t.Steps)-1 {
		ps = append(ps, s.problem("kind", "file 不是最后一步", "归档以后不再有别的步骤，请放到最后"))
	}
	return ps
}

func (file) Verbs(s *Step) []Verb { return []Verb{verb(s)} }

func (file) Apply(e Env, m *Matter, s *Step, a *Act) ([]Effect, error) {
	if a.Op != Do {
		return nil, e.wrongStep(m)
	}
	if err := e.allow(m, s.By, s.Verb, a); err != nil {
		return nil, err
	}
	if err := e.take(m, s, a); err != nil {
		return nil, err
	}
	if a.Bound == nil {
		return nil, bot.Errorf(bot.Missing, "%s 的案卷还没有装订。", m.Ref())
	}
	st := m.Steps[s.ID]
	st.Bound = a.Bound
	m.Steps[s.ID] = st
	m.end(s, a)
	return nil, nil
}

func (file) Due(e Env, m *Matter, s *Step) []Timer { return e.late(m.Steps[s.ID].Due) }

func (file) View(_ Env, _ *Matter, s *Step) View {
	return View{Status: "等" + s.Name(), Typed: []Button{{Label: s.Verb, Op: Do, Who: s.By}}}
}

// Filing is the template's step that binds the file; nil if it has none.
func (t *Template) Filing() *Step {
	for i := range t.Steps {
		if t.Steps[i].Kind == kindFile {
			return &t.Steps[i]
		}
	}
	return nil
}
