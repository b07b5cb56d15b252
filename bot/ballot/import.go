package ballot

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiqun/bot"
)

// Class is a kind of people on a roll, with or without a vote.
type Class struct {
	Name  string
	Votes bool
}

// Row is one parsed line of a table, or one person of the roster, from which a roll
// is made. Empty cells are empty strings.
type Row struct {
	Line  int // in the table, for problems
	Name  string
	Class string
	// Unit is the deed, household or seat; unused where the unit is a person.
	Unit string
	// Owner tells owners of the same name apart, and joins the deeds of one.
	Owner     string
	Household string
	Group     string
	Area      string // square metres
	Weight    string
	// Person is who this is, where known, with other accounts already resolved.
	Person bot.PersonID
}

// maxRows bounds a roll, maxWeight the votes of one seat.
const (
	maxRows   = 50_000
	maxWeight = 10_000
)

// importer makes voters of rows and gathers what is wrong with them.
type importer struct {
	unit     Unit
	classes  []Class
	voters   []Voter
	byKey    map[string]int            // key of the voter → its place
	byPerson map[bot.PersonID]int      // person → place of their voter
	line     []int                     // of each voter's first row
	names    map[string]map[string]int // name → owner key → line, for deeds
	units    map[string]int            // unit → line
	problems Problems
}

// Import makes a roll of rows, all or nothing: if any row has a problem there is no
// roll, and every problem is returned. No classes means that everybody votes.
// Taken and From are left for the caller.
func Import(unit Unit, classes []Class, rows []Row) (*Roll, Problems) {
	im := &importer{
		unit: unit, classes: classes, byKey: map[string]int{}, byPerson: map[bot.PersonID]int{},
		names: map[string]map[string]int{}, units: map[string]int{},
	}
	switch {
	case !slices.Contains(units, unit):
		return nil, Problems{{What: fmt.Sprintf("不认识的计票单位 %q", string(unit))}}
	case len(rows) > maxRows:
		return nil, Problems{{What: fmt.Sprintf("名册有%d行，太多了", len(rows)), Cure: fmt.Sprintf("请不要超过%d行", maxRows)}}
	}
	for _, row := range rows {
		im.row(row)
	}
	if len(im.problems) == 0 && !slices.ContainsFunc(im.voters, func(v Voter) bool { return v.Votes }) {
		im.problems = Problems{{What: "名册里没有一个有表决权的人", Cure: "请核对名册，或核对“类别”一列"}}
	}
	if len(im.problems) > 0 {
		return nil, im.problems.inOrder()
	}
	return &Roll{Unit: unit, Voters: im.voters}, nil
}

func (im *importer) wrong(line int, cure, format string, args ...any) {
	im.problems = append(im.problems, Problem{line, fmt.Sprintf(format, args...), cure})
}

func (im *importer) row(row Row) {
	trim(&row)
	before := len(im.problems)
	v := Voter{Name: row.Name, Class: row.Class, Household: row.Household, Group: row.Group, Votes: im.votes(row)}
	if row.Name == "" {
		im.wrong(row.Line, "请填上姓名或名称", "没有姓名")
	}
	if row.Unit != "" {
		v.Units = []string{row.Unit}
	} else if im.unit != Person {
		im.wrong(row.Line, "请填上产权证、户号或席位", "没有写是哪一户、哪一本证或哪个席位")
	}
	if row.Person != "" {
		v.People = []bot.PersonID{row.Person}
	}
	v.Weight, v.Area = im.weight(row), im.area(row)
	if len(im.problems) == before {
		im.place(row, v)
	}
}

func trim(row *Row) {
	for _, s := range []*string{&row.Name, &row.Class, &row.Unit, &row.Owner, &row.Household, &row.Group, &row.Area, &row.Weight} {
		*s = strings.TrimSpace(*s)
	}
}

func (im *importer) votes(row Row) bool {
	if len(im.classes) == 0 {
		return true
	}
	i := slices.IndexFunc(im.classes, func(c Class) bool { return c.Name == row.Class })
	if i < 0 {
		names := make([]string, len(im.classes))
		for i, c := range im.classes {
			names[i] = c.Name
		}
		im.wrong(row.Line, "可以写 "+strings.Join(names, "、"), "不认识的类别“%s”", row.Class)
		return false
	}
	return im.classes[i].Votes
}

func (im *importer) weight(row Row) int64 {
	if row.Weight == "" {
		return 1
	}
	n, err := strconv.ParseInt(row.Weight, 10, 64)
	if err != nil || n < 1 || n > maxWeight {
		im.wrong(row.Line, fmt.Sprintf("请写 1 到 %d 的整数，或留空", maxWeight), "票数“%s”不对", row.Weight)
	}
	return n
}

func (im *importer) area(row Row) Area {
	if row.Area == "" {
		if im.unit == Deed {
			im.wrong(row.Line, "请按产权证填写建筑面积", "没有面积")
		}
		return 0
	}
	a, err := ParseArea(row.Area)
	switch {
	case err != nil:
		im.wrong(row.Line, "", "%s", err.Error())
	case a == 0 && im.unit == Deed:
		im.wrong(row.Line, "请按产权证填写建筑面积", "面积是0")
	}
	return a
}

// place adds the row's voter, or joins it to the one it belongs to.
func (im *importer) place(row Row, v Voter) {
	if im.unit == Deed && !im.fresh(row) {
		return
	}
	key := im.key(row)
	at, known := im.byKey[key]
	if known && im.unit == Person && row.Person != "" && len(im.voters[at].People) > 0 {
		known = false // two confirmed people may share a name
	}
	if other, ok := im.byPerson[row.Person]; ok && row.Person != "" && (!known || other != at) {
		if im.unit != Deed {
			im.wrong(row.Line, "同一个人只留一行", "和第%d行是同一个人", im.line[other])
			return
		}
		at, known = other, true
	}
	if !known {
		v.ID = VoterID(cmp.Or(string(row.Person), fmt.Sprintf("row:%d", len(im.voters)+1)))
		im.byKey[key] = len(im.voters)
		if row.Person != "" {
			im.byPerson[row.Person] = len(im.voters)
		}
		im.voters, im.line = append(im.voters, v), append(im.line, row.Line)
		return
	}
	im.joinTo(at, row, v)
}

// joinTo adds a row to a voter already there: another deed of an owner, another
// grown-up of a household. A person or a seat must not come twice.
func (im *importer) joinTo(at int, row Row, v Voter) {
	w := &im.voters[at]
	switch {
	case im.unit == Person && row.Person == "":
		im.wrong(row.Line, "同名的人请写上户号，同一个人只留一行", "和第%d行同名", im.line[at])
		return
	case im.unit == Person, im.unit == Seat:
		im.wrong(row.Line, "请只留一行", "和第%d行重复", im.line[at])
		return
	case w.Votes != v.Votes:
		im.wrong(row.Line, "请写成一样的", "和第%d行的类别不同", im.line[at])
		return
	}
	if row.Person != "" {
		im.byPerson[row.Person] = at
		if !slices.Contains(w.People, row.Person) {
			w.People = append(w.People, row.Person)
		}
	}
	if im.unit == Deed {
		*w = join(*w, v, Deed)
	}
}

// fresh reports whether a deed is new and its owner can be told from others.
func (im *importer) fresh(row Row) bool {
	if first, ok := im.units[row.Unit]; ok {
		im.wrong(row.Line, "共有的房子请推选一人，只留一行", "产权证“%s”在第%d行已经有了", row.Unit, first)
		return false
	}
	im.units[row.Unit] = row.Line
	owners := im.names[row.Name]
	if owners == nil {
		owners = map[string]int{}
		im.names[row.Name] = owners
	}
	owner := cmp.Or(row.Owner, string(row.Person))
	for other, line := range owners {
		if owner == "" || other == "" {
			im.wrong(row.Line, "同一个业主请在“业主编号”里写相同的编号，不同的业主写不同的编号", "和第%d行同名，分不清是不是同一个业主", line)
			return false
		}
	}
	if _, ok := owners[owner]; !ok {
		owners[owner] = row.Line
	}
	return true
}

// key is what makes two rows the same voter.
func (im *importer) key(row Row) string {
	switch im.unit {
	case Household, Seat:
		return row.Unit
	case Deed:
		return cmp.Or(row.Owner, string(row.Person), row.Name)
	}
	// A name stands for one human being, unless the household tells two apart.
	return row.Name + "\x00" + row.Household
}
