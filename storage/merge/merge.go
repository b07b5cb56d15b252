package merge

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yiqun/storage/sqlstore"
)

// Merger puts single rows that go into one table, and changes of single rows of which it
// is told how, into one statement. It remembers the texts it has seen and made, and is
// used by one goroutine at a time.
type Merger struct {
	most   int
	shapes map[string]shape
	made   map[made]string
}

// New returns a Merger whose statements are for at most so many rows, a power of 4.
func New(most int) *Merger {
	return &Merger{most: most, shapes: map[string]shape{}, made: map[made]string{}}
}

// Statement carries out one write, or several of one text, each on another row of a table.
type Statement struct {
	Query  string
	Args   []any
	Writes []sqlstore.Write
}

// Outcome is the error of its writes, of which n touched something. Of several, one that
// touched nothing makes all of them fail: they are of one transaction.
func (s Statement) Outcome(n int64, err error) error {
	if n < int64(len(s.Writes)) {
		n = 0
	}
	return s.Writes[0].Outcome(n, err)
}

// insertion is a plain insert of one row, which fails on what is there or passes over
// it. Its groups are the table, all up to the values, the values, and what follows.
var insertion = regexp.MustCompile(`(?s)^\s*(INSERT INTO (\w+)\s*\([^()]*\)\s*VALUES)\s*(\([$\d,\s]+\))\s*((?:ON CONFLICT[\s\w(),]*DO NOTHING)?)\s*$`)

// change is any other write to one table. What reads others beside is not to be moved
// past.
var change = regexp.MustCompile(`^\s*(?:INSERT INTO|UPDATE|DELETE FROM) (\w+)`)

// shape is what is known of a statement by its text.
type shape struct {
	table           string // empty: it may do anything
	head, row, tail string // of a plain insert
}

func (m *Merger) shape(query string) shape {
	s, ok := m.shapes[query]
	if ok {
		return s
	}
	if parts := insertion.FindStringSubmatch(query); parts != nil {
		s = shape{parts[2], parts[1], parts[3], parts[4]}
	} else if parts := change.FindStringSubmatch(query); parts != nil && !strings.Contains(query, "SELECT") {
		s.table = parts[1]
	}
	m.shapes[query] = s
	return s
}

// parents are the tables whose rows a table's rows refer to.
var parents = map[string]string{
	"acts":             "matters",
	"matter_people":    "matters",
	"contents":         "acts",
	"sitting_entries":  "sittings",
	"poll_rolls":       "polls",
	"poll_keys":        "polls",
	"poll_entries":     "polls",
	"poll_mandates":    "polls",
	"poll_attendances": "polls",
	"poll_tellers":     "polls",
	"poll_ballots":     "polls",
	"poll_closings":    "polls",
	"poll_reasons":     "polls",
}

// Merge returns statements that do what writes do. A row moves to an earlier statement
// only past such as leave its table alone, and never before a row it refers to.
func (m *Merger) Merge(writes []sqlstore.Write) (out []Statement) {
	type group struct {
		query string
		must  bool // touch a row each
		at    int
		rows  map[any]bool // that are changed; nil for inserts
	}
	last := map[string]group{} // by table, since the last statement that may do anything
	for _, w := range writes {
		s := m.shape(w.Query)
		g, seen := last[s.table]
		parent, refers := last[parents[s.table]]
		joins := seen && g.query == w.Query && g.must == (w.Missed != nil) && (!refers || parent.at < g.at) && len(out[g.at].Writes) < m.most
		switch {
		case s.table == "":
			clear(last)
		case joins && (s.head != "" || w.Many != nil && !g.rows[w.Args[0]]):
			into := &out[g.at]
			into.Writes, into.Args = append(into.Writes, w), append(into.Args, w.Args...)
			if w.Many != nil {
				g.rows[w.Args[0]] = true
			}
			continue
		default:
			g = group{query: w.Query, must: w.Missed != nil, at: len(out)}
			if w.Many != nil {
				g.rows = map[any]bool{w.Args[0]: true}
			}
			last[s.table] = g
		}
		out = append(out, Statement{w.Query, slices.Clip(w.Args), []sqlstore.Write{w}})
	}
	return m.sized(out)
}

// sized splits what was merged into statements for 1, 4, 16 … rows, so that few texts
// serve any number.
func (m *Merger) sized(merged []Statement) (out []Statement) {
	for _, s := range merged {
		each := len(s.Args) / len(s.Writes)
		for n := m.most; len(s.Writes) > 0; n /= 4 {
			for len(s.Writes) >= n {
				out = append(out, Statement{m.text(s.Writes[0], n, each), s.Args[:n*each], s.Writes[:n]})
				s.Args, s.Writes = s.Args[n*each:], s.Writes[n:]
			}
		}
	}
	return out
}

// made names a text that was made: of which, and for how many rows.
type made struct {
	query string
	rows  int
}

// placeholder is one argument's mark.
var placeholder = regexp.MustCompile(`\$(\d+)`)

// text does what so many writes of one text do, with so many arguments each.
func (m *Merger) text(w sqlstore.Write, rows, each int) string {
	if rows == 1 {
		return w.Query
	}
	text, ok := m.made[made{w.Query, rows}]
	switch {
	case ok:
	case w.Many != nil:
		text = w.Many(rows)
	default:
		text = m.shape(w.Query).inserting(rows, each)
	}
	m.made[made{w.Query, rows}] = text
	return text
}

// inserting is a plain insert for several rows of so many arguments each.
func (s shape) inserting(rows, each int) string {
	values := make([]string, rows)
	for i := range values {
		values[i] = placeholder.ReplaceAllStringFunc(s.row, func(mark string) string {
			n, _ := strconv.Atoi(mark[1:]) // digits, by the expression
			return "$" + strconv.Itoa(n+i*each)
		})
	}
	return s.head + " " + strings.Join(values, ", ") + " " + s.tail
}
