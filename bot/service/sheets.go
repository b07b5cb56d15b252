package service

import (
	"regexp"
	"strings"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/cards/paper"
	"yiqun/cards/paper/docx"
	"yiqun/cards/paper/xlsx"
)

// sheetWord is something that 出 hands over, found by a word in the sentence.
type sheetWord struct {
	words []string
	// example is how one asks for it.
	example string
	run     func(*session) error
}

// sheetWords are what 出 hands over beside 台账. A use case with a sheet of its own adds
// it here.
func sheetWords() []sheetWord {
	return []sheetWord{
		{[]string{cadenceWord}, "出 " + cadenceWord + "记录 第三季度", (*session).exportMeetings},
		{[]string{"移交"}, "出 移交表 12", func(s *session) error { return s.exportVote(handOverPage, ballotSheet.handOver) }},
		{[]string{"结果图", "柱状图", "图表"}, "出 结果图 12", (*session).exportChart},
		{[]string{"结果", "计票"}, "出 结果 12", func(s *session) error {
			return s.exportVote(resultPage, func(b ballotSheet) (paper.Paper, error) { return b.paper(), nil })
		}},
	}
}

// askedSheet finds what of them a sentence asks for; nil if none.
func askedSheet(text string) *sheetWord {
	for _, w := range sheetWords() {
		for _, word := range w.words {
			if strings.Contains(text, word) {
				return &w
			}
		}
	}
	return nil
}

// numberAtEnd is a matter's number at the end of a sentence: 出 结果 12, 出 结果 #12.
var numberAtEnd = regexp.MustCompile(`([0-9０-９]+)\s*号?$`)

// votedOn finds the matter whose vote a sheet is asked of: by its number, else the
// newest here whose vote has closed.
func (s *session) votedOn() (procedure.Matter, error) {
	if s.node.ID == "" {
		return procedure.Matter{}, s.noNode()
	}
	if len(s.read.Matters) > 0 {
		return s.numbered(s.read.Matters[0])
	}
	if at := numberAtEnd.FindStringSubmatch(s.plain()); at != nil {
		return s.numbered(smallNumber(at[1]))
	}
	found, err := s.tx.Find(s.ctx, procedure.Filter{Node: s.node.ID, Limit: 50})
	if err != nil {
		return procedure.Matter{}, err
	}
	for _, m := range found {
		t, err := s.template(m)
		if err != nil {
			return m, err
		}
		if ok, err := s.spokenOfHere(m); err != nil {
			return m, err
		} else if ok && t.Vote() != nil && !m.IsOpen() {
			return m, nil
		}
	}
	return procedure.Matter{}, bot.Errorf(bot.NotFound, "这里还没有截止的表决。请写上号，例如：出 结果 12。")
}

// exportVote hands over a sheet of a closed vote, to work with and to print.
func (s *session) exportVote(page string, sheet func(ballotSheet) (paper.Paper, error)) error {
	m, err := s.votedOn()
	if err != nil {
		return err
	}
	// Only who may vouch here, and who began it, get a sheet with names.
	if !s.vouches() && m.Opener != s.me.ID {
		return bot.Errorf(bot.Forbidden, "带名册的表只给%s和发起人。", vouching)
	}
	b, err := s.voteSheet(m)
	if err != nil {
		return err
	}
	p, err := sheet(b)
	if err != nil {
		return err
	}
	return s.handOverPaper(m, p, page)
}

// handOverPaper hands over a paper about a matter as a workbook and as a document to
// print, with the address of its page where there are pages, and keeps in the journal
// that it was given.
func (s *session) handOverPaper(m procedure.Matter, p paper.Paper, page string) error {
	table, err := xlsx.Render(p)
	if err != nil {
		return bot.Fault(bot.Internal, err)
	}
	document, err := docx.Render(s.illustrated(m, p))
	if err != nil {
		return bot.Fault(bot.Internal, err)
	}
	name := strings.TrimPrefix(m.Ref(), "#") + "号" + p.Title
	to, err := s.handOverPage("", page, m,
		deliver.File{Name: name + ".xlsx", Data: table},
		deliver.File{Name: name + ".docx", Data: document})
	if err != nil {
		return err
	}
	s.postLink(to, page, p.Title, m)
	return s.journal("export", m.Node, s.me.ID, p.Title+" "+m.Ref())
}
