package storagetest

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/deliver"
	"yiqun/bot/procedure"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// texts are what people send and clients make of it.
var texts = map[string]string{
	"rare characters":        "𠮷野家的㼆先生",
	"traditional":            "聲控燈壞了",
	"emoji with joiners":     "👨‍👩‍👧‍👦 👍🏽",
	"right to left":          "\u202eيمين\u202c",
	"combining":              "e\u0301 é",
	"quotes and placeholder": `'"; DROP TABLE matters; -- $1 ? %s \`,
	"control characters":     "a\tb\r\nc\x01\x7f",
	"like an escape":         `\u0000 \xff`,
	"empty":                  "",
}

var textCases = []testCase{
	{"any text comes back as it was", func(t *testing.T, s service.Store) {
		i := 0
		for name, text := range texts {
			i++
			t.Run(name, func(t *testing.T) { roundTrip(t, s, numbered("x", i), text, text) })
		}
	}},
	{"broken text is repaired alike everywhere", func(t *testing.T, s service.Store) {
		roundTrip(t, s, "x1", "a\x00b\xffc", "a\uFFFDb\uFFFDc")
		view(t, s, func(ctx context.Context, tx service.Tx) {
			acts, err := tx.Acts(ctx, "x1")
			require.NoError(t, err)
			require.True(t, acts[0].Intact(""))
		})
	}},
	{"texts that look alike are different", func(t *testing.T, s service.Store) {
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: "p1", Name: "é"}))
			require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: "p2", Name: "e\u0301"}))
			require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: "p3", Name: "É"}))
		})
		require.Equal(t, []bot.PersonID{"p1"}, named(t, s, "é"))
	}},
	{"a large row is a row", func(t *testing.T, s service.Store) {
		text := strings.Repeat("声控灯坏了。", 60_000) // about 1 MB
		data := []byte(strings.Repeat("\x00\xff\x1f", 1_000_000))
		m, _ := opening("m1", 1)
		act := openingAct(m.ID, text)
		row := message("r1", groupB, func(r *deliver.Row) { r.Body.File = &deliver.File{Name: "a.xlsx", Data: data} })
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.Append(ctx, m, act, noon))
			require.NoError(t, tx.Enqueue(ctx, row))
			require.NoError(t, tx.MarkHandled(ctx, bot.WeCom, "e1", noon, data))
		})
		require.Equal(t, []deliver.Row{row}, ready(t, s, noon, 10))
		view(t, s, func(ctx context.Context, tx service.Tx) {
			acts, err := tx.Acts(ctx, "m1")
			require.NoError(t, err)
			require.Equal(t, []procedure.Act{act}, acts)
			answer, _, err := tx.Handled(ctx, bot.WeCom, "e1")
			require.NoError(t, err)
			require.Equal(t, data, answer)
		})
	}},
}

// roundTrip stores text everywhere it can stand, and wants to read want.
func roundTrip(t *testing.T, s service.Store, id, text, want string) {
	m, _ := opening(bot.MatterID(id), 0)
	act := openingAct(m.ID, text)
	m.Head = act.Hash
	account := bot.Account{Platform: bot.WeCom, User: bot.UserID("u" + id + text)}
	chat := bot.Chat{Platform: bot.DingTalk, ID: bot.ChatID("c" + id + text)}
	update(t, s, func(ctx context.Context, tx service.Tx) {
		require.NoError(t, tx.Append(ctx, m, act, noon))
		require.NoError(t, tx.PutNode(ctx, roster.Node{ID: bot.NodeID(id), Name: "n" + id + text}))
		require.NoError(t, tx.PutGroup(ctx, roster.Group{Chat: chat, Node: bot.NodeID(id), Title: text}))
		require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: bot.PersonID(id), Name: id + text}))
		require.NoError(t, tx.PutAccount(ctx, roster.Account{Account: account, Person: bot.PersonID(id), Nick: "k" + id + text}))
		require.NoError(t, tx.PutProposal(ctx, roster.Proposal{ID: id, Name: text}))
		require.NoError(t, tx.Enqueue(ctx, message(id, groupA, func(r *deliver.Row) { r.LastError = text })))
		require.NoError(t, tx.MarkHandled(ctx, bot.WeCom, bot.EventID(id+text), noon, []byte(text)))
	})
	view(t, s, func(ctx context.Context, tx service.Tx) {
		got, err := tx.Text(ctx, m.ID, 1)
		require.NoError(t, err)
		require.Equal(t, text, got["what"], "what was written is kept byte for byte")
		node, err := tx.NodeNamed(ctx, "n"+id+text)
		require.NoError(t, err)
		require.Equal(t, "n"+id+want, node.Name)
		group, err := tx.Group(ctx, chat)
		require.NoError(t, err)
		require.Equal(t, want, group.Title)
		people, err := tx.PeopleNamed(ctx, id+text)
		require.NoError(t, err)
		require.Len(t, people, 1)
		require.Equal(t, id+want, people[0].Name)
		people, err = tx.PeopleNamed(ctx, "k"+id+text)
		require.NoError(t, err)
		require.Len(t, people, 1)
		a, err := tx.Account(ctx, account)
		require.NoError(t, err)
		require.Equal(t, "k"+id+want, a.Nick)
		p, err := tx.Proposal(ctx, id)
		require.NoError(t, err)
		require.Equal(t, want, p.Name)
		answer, ok, err := tx.Handled(ctx, bot.WeCom, bot.EventID(id+text))
		require.NoError(t, err)
		require.True(t, ok)
		require.Equal(t, text, string(answer))
	})
}
