package storagetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"yiqun/bot"
	"yiqun/bot/roster"
	"yiqun/bot/service"
)

// RunInstances checks what two instances on the same records may rely on: whatever
// one changes of the roster, the other sees in its next transaction, though it
// remembers what it read; and what was rolled back, nobody ever sees. open returns
// two stores on the same, empty records.
func RunInstances(t *testing.T, open func(t *testing.T) (a, b service.Store)) {
	t.Helper()
	for name, change := range rosterChanges {
		t.Run(name, func(t *testing.T) {
			a, b := open(t)
			update(t, a, plantRoster)
			was := wholeRoster(t, b)
			require.Equal(t, was, wholeRoster(t, b))

			undone := errors.New("undone")
			require.ErrorIs(t, a.Update(t.Context(), func(ctx context.Context, tx service.Tx) error {
				require.NoError(t, change(ctx, tx))
				require.NotEqual(t, was, rosterIn(t, ctx, tx), "a transaction sees what it changed")
				return undone
			}), undone)
			require.Equal(t, was, wholeRoster(t, a))
			require.Equal(t, was, wholeRoster(t, b))

			update(t, a, func(ctx context.Context, tx service.Tx) { require.NoError(t, change(ctx, tx)) })
			now := wholeRoster(t, b)
			require.NotEqual(t, was, now)
			require.Equal(t, now, wholeRoster(t, a))
		})
	}
}

// rosterChanges is one of each kind.
var rosterChanges = map[string]func(context.Context, service.Tx) error{
	"a node gets a name": func(ctx context.Context, tx service.Tx) error {
		return tx.PutNode(ctx, roster.Node{ID: "n1", Name: "新名"})
	},
	"a group moves": func(ctx context.Context, tx service.Tx) error {
		return tx.PutGroup(ctx, roster.Group{Chat: groupA, Node: "n2"})
	},
	"a person is confirmed": func(ctx context.Context, tx service.Tx) error {
		return tx.PutPerson(ctx, roster.Person{ID: "li", Name: "李红梅", Member: true})
	},
	"a post ends": func(ctx context.Context, tx service.Tx) error {
		return tx.PutPost(ctx, roster.Post{ID: "o1", Person: "li", Node: "n1", Title: "书记", From: noon, Until: noon.Add(time.Hour)})
	},
	"somebody speaks first":   func(ctx context.Context, tx service.Tx) error { return speak(ctx, tx, "u-zhao", "zhao", groupA) },
	"somebody speaks here":    func(ctx context.Context, tx service.Tx) error { return speak(ctx, tx, "u-wang", "wang", groupA) },
	"an account changes hand": func(ctx context.Context, tx service.Tx) error { return speak(ctx, tx, "u-li", "zhao", groupA) },
	"two turn out to be one":  func(ctx context.Context, tx service.Tx) error { return tx.MergePeople(ctx, "wang", "li") },
}

func speak(ctx context.Context, tx service.Tx, user bot.UserID, person bot.PersonID, in bot.Chat) error {
	return tx.PutAccount(ctx, roster.Account{
		Account: bot.Account{Platform: bot.DingTalk, User: user}, Person: person, Chat: in, Seen: noon,
	})
}

func plantRoster(ctx context.Context, tx service.Tx) {
	steps := []error{
		tx.PutNode(ctx, roster.Node{ID: "n1", Name: "第一网格"}),
		tx.PutNode(ctx, roster.Node{ID: "n2", Name: "第二网格"}),
		tx.PutGroup(ctx, roster.Group{Chat: groupA, Node: "n1"}),
		tx.PutGroup(ctx, roster.Group{Chat: groupB, Node: "n2"}),
		tx.PutPerson(ctx, roster.Person{ID: "li", Name: "李红梅"}),
		tx.PutPerson(ctx, roster.Person{ID: "wang", Name: "王建国"}),
		tx.PutPerson(ctx, roster.Person{ID: "zhao", Name: "赵敏"}),
		tx.PutPost(ctx, roster.Post{ID: "o1", Person: "li", Node: "n1", Title: "书记", From: noon}),
		speak(ctx, tx, "u-li", "li", groupA),
		speak(ctx, tx, "u-wang", "wang", groupB),
	}
	if err := errors.Join(steps...); err != nil {
		panic(err) // the engine's own cases say more
	}
}

// wholeRoster is all that the roster's readers tell of the planted one.
func wholeRoster(t testing.TB, s service.Store) (all []any) {
	t.Helper()
	view(t, s, func(ctx context.Context, tx service.Tx) { all = rosterIn(t, ctx, tx) })
	return all
}

func rosterIn(t testing.TB, ctx context.Context, tx service.Tx) (all []any) {
	t.Helper()
	add := func(v any, err error) {
		require.NoError(t, err)
		all = append(all, v)
	}
	for _, id := range []bot.NodeID{"n1", "n2"} {
		node, err := tx.Node(ctx, id)
		add(node, err)
		groups, err := tx.GroupsOf(ctx, id)
		add(groups, err)
		people, err := tx.PeopleAt(ctx, id)
		add(people, err)
		posts, err := tx.PostsAt(ctx, id)
		add(posts, err)
	}
	for _, id := range []bot.PersonID{"li", "wang", "zhao"} {
		person, err := tx.Person(ctx, id)
		add(person, err)
		posts, err := tx.PostsOf(ctx, id)
		add(posts, err)
		alias, err := tx.Alias(ctx, id)
		add(alias, err)
	}
	for _, chat := range []bot.Chat{groupA, groupB} {
		group, err := tx.Group(ctx, chat)
		add(group, err)
	}
	return all
}
