package roster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"yiqun/bot"
)

// Moment is what a plan needs of the world around it.
type Moment struct {
	Now  time.Time
	Zone *time.Location
	By   bot.PersonID  // who imports; empty for the operator
	ID   func() string // gives new ids
	// ZoneCalled is the name of a zone that is called so, empty for that of the node
	// above; false if there is none.
	ZoneCalled func(said string) (name string, ok bool)
}

// Plan is what a sheet would change. It is carried out whole or not at all, and not
// at all while it has Problems.
type Plan struct {
	Problems []Problem
	// Notes are worth a look and hinder nothing.
	Notes []Problem
	// Rows is how many lines were read, Same how many of them change nothing.
	Rows, Same int

	Nodes      []Node // each after the one above it
	New        []Person
	Changed    []Person // as they will be
	Before     []Person // the same, as they are
	Joins      []Join
	Accounts   []Account
	Posts      []Post
	Belongings []Belonging
	Phones     map[bot.PersonID]string
	// Zones are the clocks of nodes that are there already; those of Nodes have theirs.
	Zones []ZoneChange
}

// PlanImport compares a sheet with the roster and says what it would change. Nobody
// is taken off the roster by being left out of the sheet, and an empty cell changes
// nothing of somebody who is on it.
//
// A line is somebody known by their account, else by their telephone number, else by
// their name at that node; otherwise somebody new.
func PlanImport(rows []Row, book Book, m Moment) Plan {
	p := newPlanner(book, m)
	p.plan.Rows = len(rows)
	switch {
	case len(rows) == 0:
		p.wrong(0, "表里没有一个人，请从第二行开始填")
	case len(rows) > MaxRows:
		p.wrong(0, "表里有%d行，太多了，请分成不超过%d行的几张表", len(rows), MaxRows)
		return p.plan
	}
	for _, r := range rows {
		p.row(r.Trim())
	}
	slices.SortStableFunc(p.plan.Problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return p.plan
}

// planner gathers what a sheet changes.
type planner struct {
	Moment
	plan   Plan
	tree   tree
	people people
	// seen are the lines of this sheet by who they are, to find one entered twice.
	seen map[string]int
	// zoned are the lines that say by which clock a node goes.
	zoned map[bot.NodeID]wanted
	// withheld are people who do not want to be kept as Party members.
	withheld map[bot.PersonID]bool
}

func newPlanner(book Book, m Moment) *planner {
	p := &planner{Moment: m, tree: newTree(book.Nodes, m.ID), people: newPeople(book, m.Now), seen: map[string]int{}, zoned: map[bot.NodeID]wanted{}, withheld: set(book.Withheld)}
	p.plan.Phones = map[bot.PersonID]string{}
	return p
}

func (p *planner) wrong(line int, format string, args ...any) {
	p.plan.Problems = append(p.plan.Problems, Problem{line, fmt.Sprintf(format, args...)})
}

func (p *planner) note(line int, format string, args ...any) {
	p.plan.Notes = append(p.plan.Notes, Problem{line, fmt.Sprintf(format, args...)})
}

// wanted is a line that can be read.
type wanted struct {
	Row
	class    class
	titles   []string
	until    time.Time
	phone    string
	accounts []bot.Account
	path     []string
	zone     string // the name of a zone, of a line that says one
}

func (p *planner) row(r Row) {
	w, ok := p.read(r)
	if !ok {
		return
	}
	node, err := p.tree.find(w.path)
	if err != "" {
		p.wrong(r.Line, "%s", err)
		return
	}
	was := p.plan.size()
	if !p.zone(w, node) {
		return
	}
	if !w.onlyZone() {
		who, ok := p.who(w, node)
		if !ok {
			return
		}
		p.change(w, who, node)
	}
	if p.plan.size() == was {
		p.plan.Same++
	}
}

// read checks the cells of a line, each on its own, so that all is found at once.
func (p *planner) read(r Row) (w wanted, ok bool) {
	before := len(p.plan.Problems)
	w = wanted{Row: r, path: Path(r.Node), titles: titlesIn(r.Posts)}
	switch {
	case w.onlyZone():
	case r.Name == "":
		p.wrong(r.Line, "没有写姓名")
	case !PersonName(r.Name):
		p.wrong(r.Line, "“%s”不像姓名，请写2到12个字", short(r.Name))
	}
	p.readPath(w)
	var known bool
	if w.class, known = classOf(r.Class); !known {
		p.wrong(r.Line, "政治面貌“%s”没看懂，请写党员、预备党员或群众", short(r.Class))
	}
	p.readZone(&w)
	p.readPosts(&w)
	if r.Phone != "" {
		if w.phone, known = Phone(r.Phone); !known {
			p.wrong(r.Line, "手机号写得不对，请核对")
		}
	}
	for _, a := range []bot.Account{{Platform: bot.DingTalk, User: bot.UserID(r.DingTalk)}, {Platform: bot.WeCom, User: bot.UserID(r.WeCom)}} {
		switch {
		case len(a.User) > longestID || strings.Contains(string(a.User), " "):
			p.wrong(r.Line, "%s账号写得不对，请核对", a.Platform.Spoken())
		case a.User != "":
			w.accounts = append(w.accounts, a)
		}
	}
	return w, len(p.plan.Problems) == before
}

func (p *planner) readPath(w wanted) {
	switch {
	case len(w.path) == 0:
		p.wrong(w.Line, "没有写所属组织，例如：翠湖社区/第三网格党支部")
	case len(w.path) > maxDepth:
		p.wrong(w.Line, "所属组织写了%d级，最多%d级", len(w.path), maxDepth)
	}
	for _, part := range w.path {
		if len([]rune(part)) > longestNode {
			p.wrong(w.Line, "组织名“%s”太长，请不要超过%d个字", short(part), longestNode)
		}
	}
}

func (p *planner) readPosts(w *wanted) {
	if len(w.titles) > maxPosts {
		p.wrong(w.Line, "写了%d个职务，最多%d个", len(w.titles), maxPosts)
	}
	for _, t := range w.titles {
		switch {
		case t == Administrator:
			p.wrong(w.Line, "管理员不能从表里来，请本人私聊认领")
		case len([]rune(t)) > longestPost:
			p.wrong(w.Line, "职务“%s”太长，请写短一些，例如：书记、网格长", short(t))
		}
	}
	if w.Until == "" {
		return
	}
	until, ok := date(w.Until, p.Zone)
	switch {
	case !ok:
		p.wrong(w.Line, "任期“%s”没看懂，请写成2028-12-31", short(w.Until))
	case !until.After(p.Now):
		p.wrong(w.Line, "任期%s已经过了", short(w.Until))
	}
	w.until = until
}

// date reads the last day of a term and returns its end.
func date(text string, zone *time.Location) (time.Time, bool) {
	text = strings.NewReplacer("年", "-", "月", "-", "日", "", "/", "-", ".", "-", "－", "-").Replace(text)
	text = strings.Trim(text, "- ")
	for _, layout := range []string{"2006-1-2", "2006-1-2 15:04:05", "01-02-06"} { // the last is how sheets show dates by default
		if t, err := time.ParseInLocation(layout, text, zone); err == nil {
			return time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, zone), true
		}
	}
	if t, err := time.ParseInLocation("2006-1", text, zone); err == nil {
		return t.AddDate(0, 1, 0), true
	}
	return time.Time{}, false
}

// short bounds what a problem repeats of a cell.
func short(text string) string {
	if r := []rune(text); len(r) > 12 {
		return string(r[:12]) + "…"
	}
	return text
}
