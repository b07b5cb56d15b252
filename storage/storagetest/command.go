package storagetest

import (
	"context"
	"fmt"
	"time"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/service"
	"yiqun/cards"
)

// Command is what one order costs the records: a number of a series, an act with its
// matter, a card for the group and the event that caused it. n is another for every
// command.
func Command(ctx context.Context, s service.Store, series bot.NodeID, n int64) error {
	return s.Update(ctx, func(ctx context.Context, tx service.Tx) error {
		id := fmt.Sprintf("01JD%022d", n)
		event := bot.EventID(id)
		if _, _, err := tx.Handled(ctx, bot.DingTalk, event); err != nil {
			return err
		}
		number, err := tx.NextNumber(ctx, series, 2026)
		if err != nil {
			return err
		}
		now := time.Now()
		act := procedure.Act{
			Matter: bot.MatterID(id), Seq: 1, Op: procedure.Do, Step: "ask", At: now, By: "asker", Event: event,
			Content: map[string]string{"what": "3栋2单元声控灯坏了", "where": "3栋2单元"},
		}.Seal("", []byte("0123456789abcdef"))
		m := procedure.Matter{
			ID: act.Matter, Template: "order", Node: "grid", Series: series, Year: 2026, Number: number,
			Version: 1, Head: act.Hash, Opened: now, Asker: "asker", Opener: "asker",
			Steps: map[string]procedure.StepState{"ask": {Status: procedure.Ended}, "order": {Status: procedure.Open}},
		}
		if err := tx.Append(ctx, m, act, now.Add(time.Hour)); err != nil {
			return err
		}
		card := &cards.Card{ID: id, Ref: m.Ref(), Kind: "民情工作单", Title: "3栋2单元声控灯坏了", Status: "等下单"}
		row := deliver.Row{ID: id, To: bot.Chat{Platform: bot.DingTalk, ID: "cid"}, Body: deliver.Body{Card: card}, Created: now}
		if err := tx.Enqueue(ctx, row); err != nil {
			return err
		}
		return tx.MarkHandled(ctx, bot.DingTalk, event, now, nil)
	})
}
