package service

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/roster"
	"yiqun/bot/talk"
	"yiqun/cards/paper"
	"yiqun/intents"
)

// KeptRoll is a roll that came by file, kept for the votes to come.
type KeptRoll struct {
	Node bot.NodeID
	Name string
	At   time.Time
	By   bot.PersonID
	Roll *ballot.Roll
}

// Rolls keeps rolls that came by file. All methods run inside one transaction.
type Rolls interface {
	// PutRoll stores a roll, in the place of one of the same node and name. Votes
	// that have opened keep the snapshot they opened with.
	PutRoll(ctx context.Context, r KeptRoll) error
	// KeptRolls returns a node's rolls, the newest first.
	KeptRolls(ctx context.Context, n bot.NodeID) ([]KeptRoll, error)
}

// rollUse takes a roll sent as a workbook.
func rollUse() sheetUse {
	return sheetUse{
		word: rollTemplate,
		fits: func(rows [][]string) bool { _, ok := readRollSheet(rows); return ok },
		take: (*session).previewRoll,
	}
}

// rollWaits is how long a roll that was shown waits to be kept.
const rollWaits = 2 * time.Hour

// mostProblems is how many problems of a file one message tells.
const mostProblems = 10

// previewRoll reads a roll, tells what is wrong with it or what it holds, and asks
// whether to keep it.
func (s *session) previewRoll(sheet sentSheet) (time.Duration, error) {
	r, _ := readRollSheet(sheet.Rows)
	roll, err := s.rollOf(r)
	if err != nil {
		return 0, err
	}
	known := 0
	var strangers []string
	for _, v := range roll.Voters {
		if len(v.People) > 0 {
			known++
		} else if len(strangers) < 5 {
			strangers = append(strangers, v.Name)
		}
	}
	text := fmt.Sprintf("名册“%s”：%s。议群里认得%d位", s.rollName(r, sheet.Attached), rollTotals(roll), known)
	if n := len(roll.Voters) - known; n > 0 {
		text += fmt.Sprintf("，还有%d位不认得（%s", n, strings.Join(strangers, "、"))
		if n > len(strangers) {
			text += "等"
		}
		text += "），他们的票可以由工作人员代录"
	}
	s.ask(talk.Pending{
		Verb: keepRoll, Field: talk.WhichReading, Readings: []intents.Intent{{Verb: keepRoll, Sure: 1}},
		Ask: text + "。\n对的话回 1 存下，不对就改好再发一次。",
	})
	return rollWaits, nil
}

// rollOf makes a roll of a sheet, with who is known here, or refuses it with every
// problem it has.
func (s *session) rollOf(r rollSheet) (*ballot.Roll, error) {
	if !s.vouches() {
		return nil, bot.Errorf(bot.Forbidden, "表决名册要由%s来发。", vouching)
	}
	if s.node.ID == "" {
		return nil, s.noNode()
	}
	people, err := s.tx.PeopleAt(s.ctx, s.node.ID)
	if err != nil {
		return nil, err
	}
	byName := map[string][]bot.PersonID{}
	for _, p := range people {
		if p.Standing == roster.Confirmed {
			byName[p.Name] = append(byName[p.Name], p.ID)
		}
	}
	seen := map[string]int{}
	for _, row := range r.rows {
		seen[row.Name]++
	}
	for i, row := range r.rows {
		// Of two people of one name the file cannot say which is which.
		if ids := byName[row.Name]; len(ids) == 1 && (seen[row.Name] == 1 || r.unit != ballot.Person) {
			r.rows[i].Person = ids[0]
		}
	}
	roll, problems := ballot.Import(r.unit, r.classes(), r.rows)
	if len(problems) > 0 {
		return nil, bot.Errorf(bot.Invalid, "%s", told(problems))
	}
	return roll, nil
}

// told lists what is wrong with a file, by row.
func told(problems ballot.Problems) string {
	lines := []string{fmt.Sprintf("这份名册有%d处要改，还没有存：", len(problems))}
	for i, p := range problems {
		if i == mostProblems {
			lines = append(lines, fmt.Sprintf("还有%d处。", len(problems)-mostProblems))
			break
		}
		lines = append(lines, p.String())
	}
	return strings.Join(append(lines, "改好再发一次就行。"), "\n")
}

// rollTotals says what a roll holds, in words.
func rollTotals(r *ballot.Roll) string {
	entitled := r.Entitled()
	text := fmt.Sprintf("按%s，%d%s有表决权", unitWord[r.Unit], entitled.Heads, headWord(r.Unit))
	if n := int64(len(r.Voters)) - entitled.Heads; n > 0 {
		text += fmt.Sprintf("，%d人列席", n)
	}
	if entitled.Households > 0 && r.Unit == ballot.Person {
		text += fmt.Sprintf("，%d户", entitled.Households)
	}
	if r.Unit == ballot.Deed {
		deeds := 0
		for _, v := range r.Voters {
			deeds += len(v.Units)
		}
		text += fmt.Sprintf("，%d本产权证，专有面积共%s平方米", deeds, entitled.Area)
	}
	return text
}

var unitWord = map[ballot.Unit]string{
	ballot.Person: "人", ballot.Household: "户", ballot.Deed: "产权证", ballot.Seat: "席位",
}

func headWord(u ballot.Unit) string {
	switch u {
	case ballot.Household:
		return "户"
	case ballot.Seat:
		return "席"
	}
	return "人"
}

// rollName is what a roll is called: as it says itself, else as the file is called.
func (s *session) rollName(r rollSheet, a Attached) string {
	file := strings.TrimSpace(strings.TrimSuffix(paper.Line(a.Name), ".xlsx"))
	return cut(strings.Join(strings.Fields(cmp.Or(r.name, file, s.now.In(s.zone()).Format("1月2日名册"))), ""), 20)
}

// saveRoll keeps the roll that was shown.
func (s *session) saveRoll() error {
	sent, err := s.tx.LooseBy(s.ctx, s.me.ID)
	if err != nil {
		return err
	}
	for i := len(sent) - 1; i >= 0; i-- {
		if a := sent[i]; a.Kind == bot.File && a.Asked && a.Chat == s.e.Chat && a.Hash != "" {
			rows, err := s.sheetRows(a)
			if err != nil {
				return err
			}
			if r, ok := readRollSheet(rows); ok {
				return s.storeRoll(r, a)
			}
		}
	}
	return bot.Errorf(bot.NotFound, "没有等着存的名册，请先把表私聊发给我。")
}

func (s *session) storeRoll(r rollSheet, a Attached) error {
	roll, err := s.rollOf(r)
	if err != nil {
		return err
	}
	name := s.rollName(r, a)
	roll.Taken, roll.From = s.now, "名册“"+name+"”"
	if err := s.tx.PutRoll(s.ctx, KeptRoll{Node: s.node.ID, Name: name, At: s.now, By: s.me.ID, Roll: roll}); err != nil {
		return err
	}
	if err := s.tx.DropAttached(s.ctx, a.ID); err != nil {
		return err
	}
	s.wrote = true
	s.reply(fmt.Sprintf("名册“%s”存好了：%s。表决时加上“按 名册%s”就用它。", name, rollTotals(roll), name))
	return s.journal("roll", s.node.ID, s.me.ID, name)
}

// keptRoll finds a roll by its name, at a node or above it.
func (s *session) keptRoll(node bot.NodeID, name string) (*ballot.Roll, error) {
	line, err := s.lineage(node)
	if err != nil {
		return nil, err
	}
	for _, n := range line {
		rolls, err := s.tx.KeptRolls(s.ctx, n)
		if err != nil {
			return nil, err
		}
		for _, r := range rolls {
			if r.Name == name {
				return r.Roll, nil
			}
		}
	}
	return nil, bot.Errorf(bot.NotFound, "没有叫“%s”的名册。请把表私聊发给我；要空白表请发“%s”。", cut(name, 20), rollTemplate)
}
