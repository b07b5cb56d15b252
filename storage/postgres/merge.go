package postgres

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"yiqun/storage/sqlstore"
)

// merger puts single rows that go into one table, and changes of single rows of which it
// is told how, into one statement: the server spends far more on a statement than on a
// row. It remembers the texts it has seen and made.
type merger struct {
	shapes map[string]shape
	made   map[made]string
}

func newMerger() *merger { return &merger{shapes: map[string]shape{}, made: map[made]string{}} }

// statement carries out one write, or several of one text, each on another row of a table.
type statement struct {
	query  string
	args   []any
	writes []sqlstore.Write
}

// outcome is the error of its writes. Of several, one that touched nothing makes all of
// them fail: they are of one transaction.
func (s statement) outcome(n int64, err error) error {
	if n < int64(len(s.writes)) {
		n = 0
	}
	return s.writes[0].Outcome(n, err)
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

func (m *merger) shape(query string) shape {
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

// mostRows bounds how many rows one statement inserts.
const mostRows = 256

// merge returns statements that do what writes do. A row moves to an earlier statement
// only past such as leave its table alone, and never before a row it refers to.
func (m *merger) merge(writes []sqlstore.Write) (out []statement) {
	type group struct {
		query string
		at    int
		rows  map[any]bool // that are changed; nil for inserts
	}
	last := map[string]group{} // by table, since the last statement that may do anything
	for _, w := range writes {
		s := m.shape(w.Query)
		g, seen := last[s.table]
		parent, refers := last[parents[s.table]]
		joins := seen && g.query == w.Query && (!refers || parent.at < g.at) && len(out[g.at].writes) < mostRows
		switch {
		case s.table == "":
			clear(last)
		case joins && (s.head != "" || w.Many != nil && !g.rows[w.Args[0]]):
			into := &out[g.at]
			into.writes, into.args = append(into.writes, w), append(into.args, w.Args...)
			if w.Many != nil {
				g.rows[w.Args[0]] = true
			}
			continue
		default:
			g = group{query: w.Query, at: len(out)}
			if w.Many != nil {
				g.rows = map[any]bool{w.Args[0]: true}
			}
			last[s.table] = g
		}
		out = append(out, statement{w.Query, slices.Clip(w.Args), []sqlstore.Write{w}})
	}
	return m.sized(out)
}

// sizes are the numbers of rows for which there are statements, so that few texts serve
// any number.
var sizes = []int{mostRows, 64, 16, 4, 1}

// sized splits what was merged into statements of those sizes.
func (m *merger) sized(merged []statement) (out []statement) {
	for _, s := range merged {
		each := len(s.args) / len(s.writes)
		for len(s.writes) > 0 {
			n := sizes[slices.IndexFunc(sizes, func(n int) bool { return n <= len(s.writes) })]
			out = append(out, statement{m.text(s.writes[0], n, each), s.args[:n*each], s.writes[:n]})
			s.args, s.writes = s.args[n*each:], s.writes[n:]
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
func (m *merger) text(w sqlstore.Write, rows, each int) string {
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
