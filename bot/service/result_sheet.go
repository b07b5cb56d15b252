package service

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiqun/bot"
	"yiqun/bot/ballot"
	"yiqun/bot/procedure"
	"yiqun/cards"
	"yiqun/cards/paper"
)

// ballotSheet is everything a result sheet is made of.
type ballotSheet struct {
	matter  procedure.Matter
	title   string // what was voted on
	opener  string
	options []string
	closing ballot.Closing
	rule    *ballot.Rule
	roll    *ballot.Roll // nil where there was none
	when    func(ballot.Poll) (opens, closes string)
}

// voteSheet gathers the newest closed vote of a matter.
func (s *session) voteSheet(m procedure.Matter) (ballotSheet, error) {
	b := ballotSheet{matter: m}
	t, err := s.template(m)
	if err != nil {
		return b, err
	}
	acts, err := s.tx.Acts(s.ctx, m.ID)
	if err != nil {
		return b, err
	}
	i, asked := len(acts)-1, false
	for ; i >= 0; i-- {
		if t.Step(acts[i].Step).IsSurvey() {
			asked = true // its questions are counted one by one, and said with 查
		} else if acts[i].Tally != nil {
			break
		}
	}
	switch {
	case i < 0 && asked:
		return b, bot.Errorf(bot.Wrong, "%s 是问卷，不出结果表；发“查 %d”看结果。", m.Ref(), m.Number)
	case i < 0:
		return b, bot.Errorf(bot.Wrong, "%s 还没有截止的表决，出不了结果表。", m.Ref())
	}
	id := ballot.PollID{Matter: m.ID, Step: acts[i].Step, Round: acts[i].Round}
	if b.closing, err = s.tx.Closing(s.ctx, id); err != nil {
		return b, err
	}
	if b.rule, err = s.ruleOf(b.closing.Poll); err != nil {
		return b, err
	}
	if b.closing.Poll.RollHash != "" {
		if b.roll, err = s.tx.Roll(s.ctx, id); err != nil {
			return b, err
		}
	}
	look := s.lookup(t, m, false)
	b.title = s.card(s.env(t, m, procedure.Actor{}), m, procedure.Viewer{}, look).Title
	b.opener, b.options = s.name(cmp.Or(m.Opener, m.Asker)), s.optionsOf(t, m, look)
	b.when = func(p ballot.Poll) (string, string) {
		const minute = "2006年1月2日15:04"
		zone := s.zoneOf(m.Node)
		return p.Opens.In(zone).Format(minute), p.Closed.In(zone).Format(minute)
	}
	return b, nil
}

// result is the vote with its verdict.
func (b ballotSheet) result() ballot.Result {
	return ballot.Tally(b.closing.Poll, b.rule, b.closing.Count)
}

// paper is the result sheet: what was asked, the arithmetic, rule, article and state,
// what kind of vote it was, the figures, the reasons, the roll, and the receipts. A
// receipt never stands beside a choice, and a name only beside whether they took part.
func (b ballotSheet) paper() paper.Paper {
	res := b.result()
	p := paper.Paper{
		Title: "表决结果", Subtitle: b.matter.Ref() + " " + b.title,
		Footer: strings.TrimPrefix(b.matter.Ref(), "#") + "号 · 表决结果", Hash: b.closing.Hash,
		Blocks: []paper.Block{b.facts(), paper.Heading{Level: 1, Text: "一、结果"}, paper.Paragraph{Text: res.Explain(b.options...)}},
	}
	if res.Verdict != ballot.Withheld {
		p.Blocks = append(p.Blocks, b.figures(res))
	}
	if r := b.reasons(res); r != nil {
		p.Blocks = append(p.Blocks, paper.Heading{Level: 1, Text: "二、写下的理由"}, r)
	}
	p.Blocks = append(p.Blocks, paper.Signatures{"主持人", "计票人", "监票人"}, paper.PageBreak{})
	if b.roll != nil {
		p.Blocks = append(p.Blocks, b.rollTable())
	}
	return b.withReceipts(p)
}

func (b ballotSheet) facts() paper.Facts {
	opens, closes := b.when(b.closing.Poll)
	ballotWord := "记名"
	if b.closing.Poll.Secret {
		ballotWord = "无记名，计票后票和人对不上号"
	}
	f := paper.Facts{
		{Label: "事项", Value: b.title}, {Label: "发起", Value: b.opener},
		{Label: "开始", Value: opens}, {Label: "截止", Value: closes}, {Label: "方式", Value: ballotWord},
	}
	if b.roll != nil {
		f = append(f, cards.Fact{Label: "名册", Value: fmt.Sprintf("%s，%s", b.roll.From, rollTotals(b.roll))})
	}
	return f
}

// measuresOf are what the result is counted in beside heads.
func (b ballotSheet) measuresOf() []ballot.Measure {
	out := []ballot.Measure{ballot.Heads}
	entitled := b.closing.Count.Entitled
	if entitled.Area > 0 {
		out = append(out, ballot.FloorArea)
	}
	if entitled.Weight > entitled.Heads {
		out = append(out, ballot.Weight)
	}
	return out
}

var measureWord = map[ballot.Measure]string{ballot.Heads: "人数", ballot.FloorArea: "专有面积（平方米）", ballot.Weight: "票数"}

// figuresName heads the table of figures.
const figuresName = "计票"

func (b ballotSheet) figures(res ballot.Result) paper.Table {
	t := paper.Table{Name: figuresName, Columns: []paper.Column{{Head: "项目", Width: 3}}}
	measures := b.measuresOf()
	for _, m := range measures {
		t.Columns = append(t.Columns, paper.Column{Head: measureWord[m], Width: 2, Number: true})
	}
	add := func(name string, a ballot.Amount) {
		row := []string{name}
		for _, m := range measures {
			row = append(row, measured(m, a))
		}
		t.Rows = append(t.Rows, row)
	}
	f := res.Count.Figures
	if b.roll != nil {
		add("应参加", f.Entitled)
		add("实际参加", f.Present)
	}
	add("收回的票", f.Cast)
	if res.Poll.Selection() {
		for _, c := range res.Candidates {
			add(b.option(c.Option), c.Votes)
		}
		return t
	}
	for _, line := range []struct {
		say ballot.Say
		a   ballot.Amount
	}{{ballot.Yes, f.Yes}, {ballot.No, f.No}, {ballot.Abstain, f.Abstain}} {
		add(line.say.Word(), line.a)
	}
	if f.Void.Heads > 0 {
		add("废票", f.Void)
	}
	if f.Recused.Heads > 0 {
		add(ballot.Recuse.Word(), f.Recused)
	}
	return t
}

func measured(m ballot.Measure, a ballot.Amount) string {
	if m == ballot.FloorArea {
		return a.Area.String()
	}
	return strconv.FormatInt(a.Of(m), 10)
}

func (b ballotSheet) option(i int) string {
	if i < len(b.options) {
		return b.options[i]
	}
	return fmt.Sprintf("第%d项", i+1)
}

// reasons lists what voters wrote by what they chose, without names.
func (b ballotSheet) reasons(res ballot.Result) paper.Block {
	if res.Verdict == ballot.Withheld || len(b.closing.Reasons) == 0 {
		return nil
	}
	t := paper.Table{Columns: []paper.Column{{Head: "选择"}, {Head: "理由", Width: 5}}}
	for _, r := range b.closing.Reasons {
		chose := r.Say.Word()
		if len(r.Picks) > 0 {
			names := make([]string, len(r.Picks))
			for i, p := range r.Picks {
				names[i] = b.option(p)
			}
			chose = strings.Join(names, "、")
		}
		t.Rows = append(t.Rows, []string{chose, r.Text})
	}
	return t
}

// tookPart says for each voter how they took part; empty for who did not.
func (b ballotSheet) tookPart() map[ballot.VoterID]string {
	words := map[ballot.Way]string{
		ballot.Self: "已投", ballot.ByProxy: "委托他人投", ballot.ByPhone: "工作人员代录", ballot.Conflict: ballot.Recuse.Word(),
	}
	out := map[ballot.VoterID]string{}
	for _, e := range b.closing.Entries {
		if e.Counts() || e.Way == ballot.Conflict {
			out[e.Voter] = words[e.Way]
		}
	}
	return out
}

func (b ballotSheet) rollTable() paper.Table {
	t := paper.Table{Name: "名册", Sheet: "名册", Columns: []paper.Column{
		{Head: "序号", Number: true}, {Head: "姓名", Width: 2}, {Head: "类别", Width: 2}, {Head: "表决权"}, {Head: "参加", Width: 2},
	}}
	took := b.tookPart()
	for i, v := range b.roll.Voters {
		votes := "有"
		if !v.Votes {
			votes = "无"
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), v.Name, v.Class, votes, took[v.ID]})
	}
	return t
}

// receiptsAcross is how many receipts stand on one line of a page.
const receiptsAcross = 4

// withReceipts adds the list of receipts in order of their codes, which says nothing of
// the order of voting.
func (b ballotSheet) withReceipts(p paper.Paper) paper.Paper {
	t := paper.Table{Name: "回执", Sheet: "回执"}
	for range receiptsAcross {
		t.Columns = append(t.Columns, paper.Column{Head: "回执"})
	}
	for chunk := range slices.Chunk(b.closing.Receipts, receiptsAcross) {
		t.Rows = append(t.Rows, chunk)
	}
	p.Blocks = append(p.Blocks, t, paper.Note{Text: "回执只说明这一票计入了结果，不含投了什么。本人发“我的票”可以看到自己的回执。"})
	return p
}

// handOver is the sheet for the official system: by household and floor area, deed by
// deed, with what was chosen where the vote was open.
func (b ballotSheet) handOver() (paper.Paper, error) {
	if b.roll == nil || b.roll.Unit != ballot.Deed {
		return paper.Paper{}, bot.Errorf(bot.Wrong, "%s 不是按产权证的名册表决的，没有移交表。", b.matter.Ref())
	}
	t := paper.Table{Name: "分户明细", Sheet: "分户明细", Columns: []paper.Column{
		{Head: "户号", Width: 2}, {Head: "产权证号", Width: 3}, {Head: "业主", Width: 2}, {Head: "专有面积", Width: 2, Number: true}, {Head: "意见", Width: 2}, {Head: "方式", Width: 3},
	}}
	took, chose := b.tookPart(), b.chosen()
	for _, v := range b.roll.Voters {
		say := chose[v.ID]
		if say == "" && took[v.ID] != "" && b.closing.Poll.Secret {
			say = "无记名"
		}
		t.Rows = append(t.Rows, []string{v.Household, strings.Join(v.Units, "、"), v.Name, v.Area.String(), say, took[v.ID]})
	}
	p := b.paper()
	p.Title = "业主表决移交表"
	blocks := slices.DeleteFunc(p.Blocks, func(x paper.Block) bool { t, ok := x.(paper.Table); return ok && t.Sheet != "" })
	p.Blocks = append(blocks[:len(blocks)-1], t, paper.Note{Text: "本表供录入官方表决系统，不替代法定表决。一位业主有几本证的，面积合并、人数计一人。"})
	return p, nil
}

// chosen is what each voter of an open vote chose, in words.
func (b ballotSheet) chosen() map[ballot.VoterID]string {
	out := map[ballot.VoterID]string{}
	for _, e := range b.closing.Entries {
		switch {
		case e.Choice == nil || !e.Counts():
		case e.Choice.Say == ballot.Pick:
			var names []string
			for _, i := range e.Choice.Picks {
				names = append(names, b.option(i))
			}
			out[e.Voter] = strings.Join(names, "、")
		default:
			out[e.Voter] = e.Choice.Say.Word()
		}
	}
	return out
}
