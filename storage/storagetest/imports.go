package storagetest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

var importCases = []testCase{
	{"whoever was entered at a node is of it, also after a merge", func(t *testing.T, s service.Store) {
		withPeople(t, s)
		entered := roster.Belonging{Person: "p2", Node: "n1"}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutBelonging(ctx, entered))
			require.NoError(t, tx.PutBelonging(ctx, entered))
			require.NoError(t, tx.PutBelonging(ctx, roster.Belonging{Person: "p2", Node: "n2"}))
			require.NoError(t, tx.DropBelonging(ctx, roster.Belonging{Person: "p2", Node: "n2"}))
			require.NoError(t, tx.PutPhone(ctx, "p2", "13800000002"))
		})
		require.Equal(t, []bot.PersonID{"p2"}, at(t, s, "n1"))
		require.Empty(t, at(t, s, "n2"))
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.MergePeople(ctx, "p2", "p1")) })
		require.Equal(t, []bot.PersonID{"p1"}, at(t, s, "n1"))
		view(t, s, func(ctx context.Context, tx service.Tx) {
			nodes, err := tx.BelongingsOf(ctx, "p1")
			require.NoError(t, err)
			require.Equal(t, []bot.NodeID{"n1"}, nodes)
			phone, err := tx.Phone(ctx, "p1")
			require.NoError(t, err)
			require.Equal(t, "13800000002", phone)
		})
	}},
	{"a telephone number is kept, changed and forgotten", func(t *testing.T, s service.Store) {
		for _, want := range []string{"13800000001", "13800000002", ""} {
			update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.PutPhone(ctx, "p1", want)) })
			view(t, s, func(ctx context.Context, tx service.Tx) {
				phone, err := tx.Phone(ctx, "p1")
				require.NoError(t, err)
				require.Equal(t, want, phone)
			})
		}
	}},
	{"the book holds the whole roster, without who was merged", func(t *testing.T, s service.Store) {
		withPeople(t, s)
		node := roster.Node{ID: "n1", Name: "翠湖社区"}
		group := roster.Group{Chat: groupA, Node: "n1", Since: noon}
		post := roster.Post{ID: "o1", Person: "p1", Node: "n1", Title: "书记", From: noon}
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutNode(ctx, node))
			require.NoError(t, tx.PutGroup(ctx, group))
			require.NoError(t, tx.PutPost(ctx, post))
			require.NoError(t, tx.PutPerson(ctx, roster.Person{ID: "p3", Name: "另一个"}))
			require.NoError(t, tx.MergePeople(ctx, "p3", "p2"))
			require.NoError(t, tx.PutPhone(ctx, "p1", "13800000001"))
			require.NoError(t, tx.PutBelonging(ctx, roster.Belonging{Person: "p1", Node: "n1"}))
		})
		view(t, s, func(ctx context.Context, tx service.Tx) {
			book, err := tx.Book(ctx)
			require.NoError(t, err)
			require.Equal(t, roster.Book{
				Nodes: []roster.Node{node}, Groups: []roster.Group{group}, People: []roster.Person{wang, li},
				Accounts: []roster.Account{wangDing, liWeCom}, Posts: []roster.Post{post},
				Belongings: []roster.Belonging{{Person: "p1", Node: "n1"}}, Phones: map[bot.PersonID]string{"p1": "13800000001"},
			}, book)
		})
	}},
	{"what is dropped is gone", testDrops},
	{"the last import is the newest that was not undone", func(t *testing.T, s service.Store) {
		first := roster.Import{ID: "i1", At: noon, By: "li", People: []bot.PersonID{"p1"}, Before: []roster.Person{wang}}
		second := roster.Import{ID: "i2", At: noon, Posts: []string{"o1"}, Phones: []roster.PhoneChange{{Person: "p1", After: "13800000001"}}}
		last := func() (i roster.Import, err error) {
			view(t, s, func(ctx context.Context, tx service.Tx) { i, err = tx.LastImport(ctx) })
			return i, err
		}
		_, err := last()
		requireCode(t, bot.NotFound, err)
		update(t, s, func(ctx context.Context, tx service.Tx) {
			require.NoError(t, tx.PutImport(ctx, first))
			require.NoError(t, tx.PutImport(ctx, second))
		})
		got, err := last()
		require.NoError(t, err)
		require.Equal(t, second, got)
		second.Undone = noon
		update(t, s, func(ctx context.Context, tx service.Tx) { require.NoError(t, tx.PutImport(ctx, second)) })
		got, err = last()
		require.NoError(t, err)
		require.Equal(t, first, got)
	}},
}

func testDrops(t *testing.T, s service.Store) {
	withPeople(t, s)
	update(t, s, func(ctx context.Context, tx service.Tx) {
		require.NoError(t, tx.PutNode(ctx, roster.Node{ID: "n1", Name: "翠湖社区"}))
		require.NoError(t, tx.PutGroup(ctx, roster.Group{Chat: groupA, Node: "n2"}))
		require.NoError(t, tx.PutPost(ctx, roster.Post{ID: "o1", Person: "p1", Node: "n1", Title: "书记", From: noon}))
		require.NoError(t, tx.PutPhone(ctx, "p1", "13800000001"))
		require.NoError(t, tx.MergePeople(ctx, "p2", "p1"))
		for range 2 { // a missing row is no error
			require.NoError(t, tx.DropPost(ctx, "o1"))
			require.NoError(t, tx.DropNode(ctx, "n1"))
			require.NoError(t, tx.DropAccount(ctx, wangDing.Account))
			require.NoError(t, tx.DropAccount(ctx, liWeCom.Account))
			require.NoError(t, tx.DropPerson(ctx, "p1"))
		}
	})
	require.Empty(t, at(t, s, "n2"))
	view(t, s, func(ctx context.Context, tx service.Tx) {
		for _, id := range []bot.PersonID{"p1", "p2"} {
			_, err := tx.Person(ctx, id)
			requireCode(t, bot.NotFound, err)
		}
		book, err := tx.Book(ctx)
		require.NoError(t, err)
		book.Groups = nil
		require.Equal(t, roster.Book{Phones: map[bot.PersonID]string{}}, book)
	})
}
