package procedure

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
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
	// Lines are what is shown of it: who, what was written, receipts.
	Lines []string
}

// Bind is what an act of filing says of leaves.
func Bind(leaves []Leaf) *Bound {
	h := sha256.New()
	for _, l := range leaves {
		h.Write([]byte(l.Hash + "\n"))
	}
	return &Bound{Leaves: len(leaves), Hash: hex.EncodeToString(h.Sum(nil))}
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

// leafTitle names an act's leaf.
func (e Env) leafTitle(a Act) string {
	s := e.Template.Step(a.Step)
	if s == nil {
		return fmt.Sprintf("第%d页", a.Seq)
	}
	return s.Name()
}
