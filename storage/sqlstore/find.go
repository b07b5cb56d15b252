package sqlstore

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// role is why a person finds a matter.
type role string

const (
	asker  role = "asker"  // asked, opened, or asked for one that was merged into it
	holder role = "holder" // has taken it on
)

type concern struct {
	Role   role
	Person bot.PersonID
}

// concerns lists whose searches a matter answers.
func concerns(m procedure.Matter) []concern {
	var out []concern
	add := func(r role, p bot.PersonID) {
		if c := (concern{r, p}); p != "" && !slices.Contains(out, c) {
			out = append(out, c)
		}
	}
	add(asker, m.Asker)
	add(asker, m.Opener)
	for _, p := range m.CoAskers {
		add(asker, p)
	}
	for _, h := range m.Holders {
		add(holder, h.Person)
	}
	return out
}

// concerned lists whom a matter concerned before it came to this version.
func (t *Tx) concerned(ctx context.Context, m procedure.Matter) ([]concern, error) {
	if m.Version == 1 {
		return nil, nil
	}
	return list(ctx, t, "whom a matter concerns", `SELECT role, person FROM matter_people WHERE matter = $1`,
		func(row scanner) (c concern, err error) {
			err = row.Scan(&c.Role, &c.Person)
			return c, err
		}, m.ID)
}

// putPeople writes what changed of whom a matter concerns.
func (t *Tx) putPeople(ctx context.Context, id bot.MatterID, had, has []concern) error {
	for _, c := range has {
		if slices.Contains(had, c) {
			continue
		}
		if err := t.exec(ctx, "storing whom a matter concerns",
			`INSERT INTO matter_people (matter, role, person) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
			id, c.Role, c.Person); err != nil {
			return err
		}
	}
	for _, c := range had {
		if slices.Contains(has, c) {
			continue
		}
		if err := t.exec(ctx, "storing whom a matter concerns no more",
			`DELETE FROM matter_people WHERE matter = $1 AND role = $2 AND person = $3`,
			id, c.Role, c.Person); err != nil {
			return err
		}
	}
	return nil
}

const findLimit = 100

// Find implements procedure.Store. A person also finds what they asked for or took
// on under an id that was merged into theirs.
func (t *Tx) Find(ctx context.Context, f procedure.Filter) ([]procedure.Matter, error) {
	var q query
	q.text.WriteString(`SELECT state FROM matters m WHERE TRUE`)
	if f.Node != "" {
		q.and(`node = %v`, f.Node)
	}
	if len(f.Templates) > 0 {
		q.in("template", f.Templates)
	}
	if f.Asker != "" {
		q.and(concerning, asker, f.Asker)
	}
	if f.Holder != "" {
		q.and(concerning, holder, f.Holder)
	}
	if f.Open {
		q.and(`open = TRUE`)
	}
	if !f.From.IsZero() {
		q.and(`opened >= %v`, nanos(f.From))
	}
	if !f.To.IsZero() {
		q.and(`opened < %v`, nanos(f.To))
	}
	limit := f.Limit
	if limit <= 0 {
		limit = findLimit
	}
	order := "opened"
	if f.Node != "" && len(f.Templates) > 0 {
		// The few matters of some practices at one node are sorted; an index in this
		// order would be walked through all the others.
		order = "+opened"
	}
	q.add(` ORDER BY `+order+` DESC, id DESC LIMIT %v + 0`, limit)
	return list(ctx, t, "matters", q.text.String(), scanMatter, q.args...)
}

// concerning takes a role and a person.
const concerning = `id IN (
	SELECT matter FROM matter_people
	WHERE role = %v AND person IN (SELECT p.id FROM people p WHERE p.merged_into <> '' AND p.merged_into = %[2]v UNION ALL SELECT CAST(%[2]v AS TEXT)))`

// query is a statement in the making.
type query struct {
	text strings.Builder
	args []any
}

func (q *query) and(format string, args ...any) { q.add(" AND "+format, args...) }

// in restricts a column to some values.
func (q *query) in(column string, values []string) {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	q.and(column+" IN (%v"+strings.Repeat(", %v", len(values)-1)+")", args...)
}

// add appends text in which each verb stands for one argument's placeholder.
func (q *query) add(format string, args ...any) {
	marks := make([]any, len(args))
	for i, a := range args {
		q.args = append(q.args, a)
		marks[i] = fmt.Sprintf("$%d", len(q.args))
	}
	fmt.Fprintf(&q.text, format, marks...)
}
