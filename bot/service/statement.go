package service

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"yiqun/bot"
	"yiqun/bot/procedure"
)

// statementWord is the command that shows what was booked for its speaker.
const statementWord = "我的明细"

// statement answers 我的明细: what was booked for the speaker, to them alone. Nobody is
// compared with anybody.
func (s *session) statement() error {
	if !s.e.Chat.Private {
		return bot.Errorf(bot.Forbidden, "您的明细只告诉您本人，请私聊我发：%s。", statementWord)
	}
	var parts, books []string
	for _, t := range s.Templates().All() {
		if t.Ledger == nil || !t.Enabled() || slices.Contains(books, t.Ledger.Book) {
			continue
		}
		books = append(books, t.Ledger.Book)
		entries, err := s.tx.Entries(s.ctx, t.Ledger.Book, "", s.me.ID)
		if err != nil {
			return err
		}
		if entries = standing(entries); len(entries) == 0 {
			continue
		}
		part, err := s.statementOf(t, entries)
		if err != nil {
			return err
		}
		parts = append(parts, part)
	}
	switch {
	case len(books) == 0:
		s.reply("这里没有要记明细的事。")
	case len(parts) == 0:
		s.reply("您的明细还是空的。申报的要审核通过、公示期满才记上。")
	default:
		s.reply(strings.Join(parts, "\n"))
	}
	return nil
}

// standing are the entries that none took back.
func standing(entries []procedure.Entry) []procedure.Entry {
	back := map[procedure.Entry]bool{}
	key := func(e procedure.Entry, round int) procedure.Entry {
		return procedure.Entry{Book: e.Book, Matter: e.Matter, Round: round}
	}
	for _, e := range entries {
		if e.Round < 0 {
			back[key(e, -e.Round)] = true
		}
	}
	return slices.DeleteFunc(entries, func(e procedure.Entry) bool { return e.Round < 0 || back[key(e, e.Round)] })
}

// statementOf is what is booked in one book: the sum of all and the newest of them.
func (s *session) statementOf(t *procedure.Template, entries []procedure.Entry) (string, error) {
	var sum int64
	for _, e := range entries {
		sum += e.Amount
	}
	unit := ""
	if f := t.Field(t.Ledger.From); f != nil && f.Type == procedure.PointsField {
		unit = "分"
	} else if f != nil && f.Type == procedure.HoursField {
		unit = "小时"
	}
	lines := []string{fmt.Sprintf("您的%s：共%s%s，%d笔。", t.Ledger.Book, hundredths(sum), unit, len(entries))}
	for _, e := range slices.Backward(entries) {
		if len(lines) > most {
			break
		}
		title := ""
		m, err := s.tx.Matter(s.ctx, e.Matter)
		switch {
		case err == nil:
			title = " " + m.Ref() + " " + cut(s.env(t, m, procedure.Actor{}).Title(m, s.lookup(t, m, false)), 14)
		case bot.CodeOf(err) != bot.NotFound:
			return "", err
		}
		lines = append(lines, procedure.Day(e.At.In(s.zone()))+title+"："+hundredths(e.Amount)+unit)
	}
	return strings.Join(lines, "\n"), nil
}

// hundredths writes an amount that is kept in hundredths: 150 is 1.5.
func hundredths(n int64) string { return strconv.FormatFloat(float64(n)/100, 'f', -1, 64) }
